"""Shapes of addresses that most portals have, whatever system they run: where a new site begins.

Second-hand, from links to many sites. A site that has been looked at names its own: these are wider than need be.
"""

from __future__ import annotations

from newscrawl.sites.cms import enorth, founder, trs

ARTICLE_URL = "|".join(
    (
        trs.ARTICLE_URL,
        enorth.ARTICLE_URL,
        founder.ARTICLE_URL,
        r"/\d{4}-\d{2}/\d{2}/content_\d+\.s?html?",  # /content/2020-02/23/content_12687344.html
        r"/\d{4}/?\d{2}-?\d{2}/(?:[a-z]+|c\d+-)?\d{4,}\.s?html?",  # /2018/0316/390539.shtml, /2023/0412/c1001-326.html
        r"/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+\.html",  # /art/2023/4/12/art_123_4567.html
        r"/p/\d{6,9}\.s?html?",
    )
)

LIST_URL = r"/(?:[\w-]+/){1,3}(?:index(?:_\d+)?\.s?html?)?$"
"""Folders up to three deep, and their further pages."""
