"""The descriptions of sites: complete, plain, and right about the addresses they name."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from cssselect import GenericTranslator

import newscrawl.sites
from newscrawl.crawl.portal import PortalSpider
from newscrawl.extract.layout import Layout
from newscrawl.sites import layouts, site_of, sites

FOLDER = Path(newscrawl.sites.__file__).parent
SITES = sorted(sites().values(), key=lambda site: site.name)
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")


def source(site: type[PortalSpider]) -> Path:
    return Path(inspect.getfile(site))


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
class TestSiteFile:
    def test_is_a_description(self, site: type[PortalSpider]) -> None:
        text = source(site).read_text("utf-8")
        tree = ast.parse(text)
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        code = [line for line in text.splitlines() if line.strip() and not line.startswith(("from ", "import ", "#"))]
        assert len(code) < 40

    def test_names_the_site_in_chinese(self, site: type[PortalSpider]) -> None:
        assert CHINESE.search(site.title_zh)
        assert site.title_zh in (site.__doc__ or "")

    def test_says_where_its_facts_are_from(self, site: type[PortalSpider]) -> None:
        text = sys.modules[site.__module__].__doc__ or ""
        assert "econd-hand" in text or "made-up" in text

    def test_patterns_compile_and_do_not_match_everything(self, site: type[PortalSpider]) -> None:
        for pattern in (site.article_url, site.list_url):
            assert not re.search(pattern, "http://www.example.com/about.html")
            assert not re.search(pattern, "http://www.example.com/")

    def test_selectors_compile(self, site: type[PortalSpider]) -> None:
        for layout in site.layouts:
            for name in ("title", "body", "subtitle", "byline", "source", "editors", "breadcrumb", "drop"):
                if selector := getattr(layout, name):
                    GenericTranslator().css_to_xpath(selector)

    def test_start_addresses_are_its_own(self, site: type[PortalSpider]) -> None:
        assert all(site().on_site(url) for url in site.start_urls)


def test_no_name_is_used_twice() -> None:
    text = "\n".join(path.read_text("utf-8") for path in FOLDER.rglob("*.py"))
    names = Counter(re.findall(r'^    name = "(\w+)"$', text, re.MULTILINE))
    assert names.keys() == sites().keys()
    assert set(names.values()) == {1}


def test_layout_names_are_unique() -> None:
    every = layouts(None, "")
    assert len({layout.name for layout in every}) == len(every)


@pytest.mark.parametrize(
    ("site", "url", "kind"),
    [
        ("cnhubei", "http://news.cnhubei.com/xw/gn/201803/t4086677.shtml", "article"),
        ("cnhubei", "http://www.cnhubei.com/xw/wh/201209/t2222826_1.shtml", "article"),
        ("cnhubei", "http://news.cnhubei.com/xw/2018zt/lh2018/201803/t4086677.shtml", "article"),
        ("cnhubei", "http://photo.cnhubei.com/2018/0316/390539.shtml", "article"),
        ("cnhubei", "http://www.cnhubei.com/p/10076998.html", "article"),
        ("cnhubei", "http://m.cnhubei.com/content/2020-02/23/content_12687344.html?spm=zm1066", "article"),
        ("cnhubei", "http://m.cnhubei.com/cmdetail/123456", "article"),
        ("cnhubei", "http://py.cnhubei.com/py_zhuanjia/2020/0219/3456.shtml", "article"),
        ("cnhubei", "http://epaper.hubeidaily.net/pc/content/202304/12/content_220142.html", "article"),
        ("cnhubei", "http://hbrb.cnhubei.com/HTML/hbrb/20180316/hbrb3299311.html", "article"),
        ("cnhubei", "http://hbrb.cnhubei.com/HTML/hbrb/20180316/", "list"),
        ("cnhubei", "http://news.cnhubei.com/hbxw15704/index.html", "list"),
        ("cnhubei", "http://news.cnhubei.com/wap/jcw/", "list"),
        ("cnhubei", "http://news.cnhubei.com/xw/gn/", "list"),
        ("cnhubei", "http://news.cnhubei.com/", None),
        ("jxnews", "https://jxxy.jxnews.com.cn/system/2025/08/20/020962105.shtml", "article"),
        ("jxnews", "http://news.jxnews.com.cn/gn/", "list"),
        (
            "jxnews",
            "https://jiangxi.jxnews.com.cn/system/count//0002056/003000000000/000/000/c0002056003000000000_000000085.shtml",
            "list",
        ),
        ("gscn", "https://gansu.gscn.com.cn/system/2019/03/15/012129101.shtml", "article"),
        ("gscn", "http://finance.gscn.com.cn/sxy/index.html", "list"),
        ("yunnan", "http://society.yunnan.cn/system/2019/06/09/030296548.shtml", "article"),
        ("yunnan", "http://minzu.yunnan.cn/xwjj/index.shtml", "list"),
        ("demo", "http://127.0.0.1:8808/xw/yaowen/201803/t4081101_1.shtml", "article"),
        ("demo", "http://127.0.0.1:8808/HTML/jhrb/20230412/4421.html", "article"),
        ("demo", "http://127.0.0.1:8808/HTML/jhrb/20230412/", "list"),
        ("demo", "http://127.0.0.1:8808/yaowen/index_2.html", "list"),
        ("demo", "http://127.0.0.1:8808/rili/2021-01.html", "list"),
    ],
)
def test_addresses(site: str, url: str, kind: str | None) -> None:
    spider = sites()[site]
    found = [name for name in ("article", "list") if re.search(getattr(spider, f"{name}_url"), url)]
    assert found[:1] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("news.cnhubei.com", "cnhubei"),
        ("cnhubei.com:80", "cnhubei"),
        ("epaper.hubeidaily.net", "cnhubei"),
        ("notcnhubei.com", None),
        ("127.0.0.1", "demo"),
        ("", None),
    ],
)
def test_site_of(host: str, site: str | None) -> None:
    assert site_of(host) == site


def test_own_layouts_come_first_and_all_others_follow_once() -> None:
    for found, first in ((layouts("jxnews", ""), "jxnews"), (layouts(None, "news.cnhubei.com"), "cnhubei")):
        assert found[: len(sites()[first].layouts)] == sites()[first].layouts
        assert len(set(found)) == len(found)
        assert set(found) == set(layouts(None, "unknown.example"))


def test_a_name_that_is_no_site_is_no_error() -> None:
    assert layouts("nosuch", "") == layouts(None, "")
    assert all(isinstance(layout, Layout) for layout in layouts(None, ""))


def test_the_mirror_says_what_it_copies() -> None:
    mirrors = [site for site in SITES if site.copies]
    assert [site.name for site in mirrors] == ["demo_mirror"]
    assert all(site.copies in sites() and site.same_host for site in mirrors)
