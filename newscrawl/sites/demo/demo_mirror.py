"""聚汇资讯: the made-up mirror of 江汉网. It serves the portal's pages at the portal's paths, wrecked."""

from __future__ import annotations

from newscrawl.crawl.demo import DemoSpider
from newscrawl.crawl.mirror import MirrorSpider
from newscrawl.sites.demo.demo import Demo


class DemoMirror(DemoSpider, MirrorSpider):
    """聚汇资讯, which copies 江汉网."""

    name = "demo_mirror"
    title_zh = "聚汇资讯"
    copies = "demo"
    mirror = True
    article_url = Demo.article_url
    list_url = Demo.list_url
    layouts = Demo.layouts
