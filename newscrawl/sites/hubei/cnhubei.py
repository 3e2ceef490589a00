"""荆楚网 (湖北日报 group): TRS until 2019, then its own cloud. All of it second-hand, see templates.py."""

from __future__ import annotations

from newscrawl.crawl.portal import PortalSpider
from newscrawl.sites.cms import founder, trs
from newscrawl.sites.hubei.templates import TEMPLATES


class CnHubei(PortalSpider):
    """荆楚网, the news portal of Hubei, with the e-papers of its group."""

    name = "cnhubei"
    title_zh = "荆楚网"
    allowed_domains = ["cnhubei.com", "epaper.hubeidaily.net"]
    start_urls = ["http://www.cnhubei.com/", "http://news.cnhubei.com/", "http://news.cnhubei.com/hbxw15704/index.html"]
    article_url = "|".join(
        (
            trs.ARTICLE_URL,  # to 2019: /xw/gn/201803/t4086677.shtml, also in specials below /xw/2018zt/
            r"/content/\d{4}-\d{2}/\d{2}/content_\d+\.html",  # since 2020
            r"/p/\d{7,9}\.html",  # early 2019
            r"//photo\.cnhubei\.com/\d{4}/\d{4}/\d+\.s?html",  # picture stories
            r"//py\.cnhubei\.com/\w+/\d{4}/\d{4}/\d+\.s?html",  # the rumour desk
            r"//m\.cnhubei\.com/cmdetail/\d+",  # phone
            r"/(?i:html)/\w+/\d{8}/[a-z]*\d{3,}\.html?",  # articles of the e-papers
            founder.ARTICLE_URL,  # and of the new one
        )
    )
    list_url = "|".join(
        (
            r"cnhubei\.com/(?:xw/)?[a-z]+\d*/(?:index(?:_\d+)?\.s?html)?$",  # channels
            r"//news\.cnhubei\.com/wap/jcw/$",
            r"/(?i:html)/\w+/\d{8}/(?:(?:index|menu|[a-z]+\d{1,2})\.html?)?$",  # pages of the e-papers
            founder.LIST_URL,
        )
    )
    layouts = (*TEMPLATES, founder.PC, founder.PAD, trs.EDITOR)
