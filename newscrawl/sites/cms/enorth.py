"""Enorth (北方网) news CMS: `/system/2019/03/15/012129101.shtml`, archives of lists under `/system/count/`.

Second-hand, from the selectors of public spiders and from links to such sites. Several of them mark time, source and
editor by the ids that Baidu News asked for; the rest of the template is each site's own.
"""

from __future__ import annotations

ARTICLE_URL = r"/system/\d{4}/\d{2}/\d{2}/\d{9}\.shtml"

LIST_URL = r"\.cn/(?:[\w-]+/){1,3}(?:index(?:_\d+)?\.s?html?)?$|/system/count/[\d/]+/c\d+_\d+\.shtml$"
"""Channel front pages, and the pages of their archives."""

BAIDU_BYLINE = "#pubtime_baidu"
BAIDU_SOURCE = "#source_baidu"
BAIDU_PEOPLE = "#author_baidu, #editor_baidu"
