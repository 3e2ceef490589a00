"""`scrapy genspider`: our template, checked arguments, and Scrapy's own templates as ever.

That the file passes the tests of the house is shown by test_add_a_site.py.
"""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pytest
from scrapy.exceptions import UsageError

import newscrawl.sites
from newscrawl.sites.cms import common
from newscrawl.templates import site
from newscrawl.templates.site import UNNAMED, write_site
from tests import commands

ADDRESSES = {
    "http://www.a.example/xw/gn/201803/t4086677.shtml": "article",
    "https://a.example/system/2019/03/15/012129101.shtml": "article",
    "http://a.example/content/2020-02/23/content_12687344.html": "article",
    "http://photo.a.example/2018/0316/390539.shtml": "article",
    "http://a.example/n1/2023/0412/c1001-32662.html": "article",
    "http://a.example/gn/2023/04-12/9988001.shtml": "article",
    "http://a.example/art/2023/4/12/art_123_4567.html": "article",
    "http://a.example/p/10076998.html": "article",
    "http://a.example/news/gn/": "list",
    "http://a.example/yaowen/index_2.html": "list",
    "http://a.example/": None,
    "http://a.example/about.html": None,
    "http://a.example/images/2018/0316/390539.jpg": None,
}


@pytest.mark.parametrize("url", ADDRESSES)
def test_shapes_that_a_new_site_begins_with(url: str) -> None:
    shapes = {"article": common.ARTICLE_URL, "list": common.LIST_URL}
    assert [kind for kind, shape in shapes.items() if re.search(shape, url)][:1] == list(filter(None, [ADDRESSES[url]]))


def test_writes_a_description(tmp_path: Path) -> None:
    path = write_site("ah_news", "anhuinews.com", title="中安在线", province="anhui", root=tmp_path)
    assert path == tmp_path / "anhui" / "ah_news.py"
    assert (tmp_path / "anhui" / "__init__.py").read_text("utf-8") == '"""Anhui."""\n'
    (spider,) = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)]
    told = {
        ast.unparse(node.targets[0]): ast.unparse(node.value) for node in spider.body if isinstance(node, ast.Assign)
    }
    assert spider.name == "AhNews"
    assert told["name"] == "'ah_news'" and told["title_zh"] == "'中安在线'"
    assert told["allowed_domains"] == "['anhuinews.com']"
    assert told["start_urls"] == "['http://www.anhuinews.com/']"


def test_nothing_is_written_over_unasked(tmp_path: Path) -> None:
    path = write_site("new_one", "a.example", title=UNNAMED, province="new", root=tmp_path)
    path.write_text("mine")
    with pytest.raises(ValueError, match="--force writes over it"):
        write_site("new_one", "a.example", title=UNNAMED, province="new", root=tmp_path)
    assert path.read_text("utf-8") == "mine"
    write_site("new_one", "a.example", title=UNNAMED, province="new", root=tmp_path, force=True)
    assert path.read_text("utf-8") != "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Abc", "a.example"], "small letters, digits and _"),
        (["class", "a.example"], "no word of Python"),
        (["made", "a.example"], "no word of Python or ours"),
        (["../abc", "a.example"], "small letters"),
        (["abc"], "name the site and its domain"),
        (["cnhubei", "a.example"], "there is a site 'cnhubei' already, in newscrawl.sites.hubei.cnhubei"),
        (["abc", "localhost"], "neither a domain"),
        (["abc", 'a.example"]; import os; ["'], "neither a domain"),
        (["abc", "http://a.example/'+evil+'"], "neither a domain"),
        (["abc", "ftp://a.example/"], "neither a domain"),
        (["abc", "http://[::1/"], "neither a domain"),
        (["abc", "a.example", "--title", 'x"""'], "two Chinese characters"),
        (["abc", "a.example", "--province", "../.."], "province '../..'"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str) -> None:
    sites = Path(newscrawl.sites.__file__).parent
    before = sorted(sites.rglob("*.py"))
    with pytest.raises(UsageError) as told:
        commands.run("genspider", "-t", "portal", *arguments)
    assert said in str(told.value)
    assert sorted(sites.rglob("*.py")) == before


def test_scrapys_own_templates_keep_working(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert commands.run("genspider", "-t", "crawl", "other", "a.example") == 0
    assert "CrawlSpider" in (tmp_path / "other.py").read_text("utf-8")
    capsys.readouterr()
    commands.run("genspider", "-l")
    assert {"basic", "crawl", "csvfeed", "xmlfeed", "portal"} <= set(capsys.readouterr().out.split())
    commands.run("genspider", "-d", "portal")
    assert "class $classname(PortalSpider)" in capsys.readouterr().out


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(site).failed == 0
