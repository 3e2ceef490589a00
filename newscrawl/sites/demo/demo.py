"""江汉网: the made-up portal that is built in. `scrapy crawl demo` brings its server along."""

from __future__ import annotations

from newscrawl.crawl.demo import DemoSpider
from newscrawl.sites.cms import trs
from newscrawl.sites.demo.templates import TEMPLATES


class Demo(DemoSpider):
    """江汉网, with three generations of templates and every trap a crawler meets."""

    name = "demo"
    title_zh = "江汉网"
    article_url = "|".join(
        (
            trs.ARTICLE_URL,
            r"/(?:content|private)/\d{4}-\d{2}/\d{2}/content_\d+\.html",
            r"/p/\d{7,9}\.html",
            r"/\d{4}/\d{4}/\d+\.html",
            r"/HTML/jhrb/\d{8}/\d{4,}\.html",
        )
    )
    list_url = r"/\w+/index(?:_\d+)?\.html$|/HTML/jhrb/\d{8}/$|/rili/\d+-\d{2}\.html$"
    layouts = TEMPLATES
