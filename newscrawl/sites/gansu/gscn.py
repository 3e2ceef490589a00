"""中国甘肃网, on Enorth's system. Second-hand, from one public spider, which does not tell where the title stands."""

from __future__ import annotations

from newscrawl.crawl.portal import PortalSpider
from newscrawl.extract.layout import Layout
from newscrawl.sites.cms import enorth


class Gscn(PortalSpider):
    """中国甘肃网, the news portal of Gansu."""

    name = "gscn"
    title_zh = "中国甘肃网"
    allowed_domains = ["gscn.com.cn"]
    start_urls = [
        "http://www.gscn.com.cn/",
        "http://gansu.gscn.com.cn/",
        "http://finance.gscn.com.cn/sljj/index.html",
        "http://house.gscn.com.cn/fcyw/",
    ]
    article_url = enorth.ARTICLE_URL
    list_url = enorth.LIST_URL
    layouts = (Layout(name="gscn/channel", byline=".info", body=".a-container"),)
