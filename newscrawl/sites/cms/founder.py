"""Founder (方正) e-papers: `/pc/content/202304/12/content_220142.html`, the same article below /pad/ for tablets.

Second-hand, from the selectors of two public spiders that read 湖北日报 and from links to it; other papers run it, too.
"""

from __future__ import annotations

from newscrawl.extract.layout import Layout

ARTICLE_URL = r"/(?:pc|pad)/content/\d{6}/\d{2}/content_\d+\.html"

LIST_URL = r"/(?:pc|pad)/column/\d{6}/\d{2}/node_\d+\.html"
"""The pages of a day's paper."""

PC = Layout(name="founder/pc", body="#ozoom")
"""For wide screens; where headline and byline stand was not told."""

PAD = Layout(
    name="founder/pad",
    title="#scroller #main-title",
    subtitle="#scroller #sub-title",
    byline="#scroller #author",
    body="#scroller #content",
)
