"""大江网 (中国江西网, 江西日报 group), on Enorth's system. Second-hand, from the selectors of four public spiders."""

from __future__ import annotations

from newscrawl.crawl.portal import PortalSpider
from newscrawl.extract.layout import Layout
from newscrawl.sites.cms import enorth

_BAIDU = {"byline": enorth.BAIDU_BYLINE, "source": enorth.BAIDU_SOURCE, "editors": enorth.BAIDU_PEOPLE}


class JxNews(PortalSpider):
    """大江网, the news portal of Jiangxi. Its pages are GBK."""

    name = "jxnews"
    title_zh = "大江网"
    allowed_domains = ["jxnews.com.cn"]
    start_urls = [
        "http://www.jxnews.com.cn/",
        "http://news.jxnews.com.cn/gn/",
        "http://news.jxnews.com.cn/szjj/",
        "http://news.jxnews.com.cn/cjxw/",
        "http://jiangxi.jxnews.com.cn/original/",
    ]
    article_url = enorth.ARTICLE_URL
    list_url = enorth.LIST_URL
    layouts = (
        Layout(name="jxnews/channel", title="div.BiaoTi", body="div.Content", **_BAIDU),
        Layout(name="jxnews/news", title="div.title", body="font.test1", **_BAIDU),
        Layout(name="jxnews/jiangxi", body="#Con620 > div.text", **_BAIDU),
        Layout(name="jxnews/paper", title="td.title", byline='font[color="#0000FF"]', body="font#Zoom"),
    )
