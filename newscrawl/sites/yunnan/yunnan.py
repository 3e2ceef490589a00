"""云南网, on Enorth's system. Second-hand, from the selectors of two public spiders that agree."""

from __future__ import annotations

from newscrawl.crawl.portal import PortalSpider
from newscrawl.extract.layout import Layout
from newscrawl.sites.cms import enorth


class Yunnan(PortalSpider):
    """云南网, the news portal of Yunnan. Picture stories have a page each picture, with 下一页."""

    name = "yunnan"
    title_zh = "云南网"
    allowed_domains = ["yunnan.cn"]
    start_urls = [
        "http://www.yunnan.cn/",
        "http://society.yunnan.cn/ynkd/",
        "http://society.yunnan.cn/shrd/",
        "http://minzu.yunnan.cn/xwjj/index.shtml",
    ]
    article_url = enorth.ARTICLE_URL
    list_url = enorth.LIST_URL
    layouts = (
        Layout(name="yunnan/article", title="span#layer213", byline="span.xt2.yh.fl", body="div#layer216"),
        Layout(name="yunnan/pictures", title="span#layer213", byline="div.layer31", body="div#imgContent"),
    )
