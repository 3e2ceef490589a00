"""险滩网: the made-up hostile host that is built in. `scrapy crawl demo_hostile` brings its server along."""

from __future__ import annotations

from newscrawl.crawl.demo import HostileDemoSpider
from newscrawl.crawl.expectations import Expect
from newscrawl.sites.demo.templates import TEMPLATES


class DemoHostile(HostileDemoSpider):
    """险滩网, where every answer but a few is an attack."""

    name = "demo_hostile"
    title_zh = "险滩网"
    article_url = r"/a/[\w-]+\.html"
    list_url = r"/l/\w+\.html"
    layouts = TEMPLATES
    expect = Expect(refused=1.0)
