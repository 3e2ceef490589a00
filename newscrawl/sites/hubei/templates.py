"""The templates of 荆楚网 since 2015; pages of all of them are still served.

Second-hand, from the selectors of public spiders, from links on other sites and from one saved front page (2018-03-17):
no article page of the site itself was at hand. Which one prints a page is told by what is on it, never by its date.
"""

from __future__ import annotations

from dataclasses import replace

from newscrawl.extract.layout import Layout

CLASSIC = Layout(
    name="cnhubei/2018",
    title="h1.title",
    byline="div.jcwsy_mini_content",
    source="a#source_url",
    body="div.TRS_Editor",
    drop=".jcwlinks, .bottom_box",
)
"""2018-19, TRS, pages declared gb2312."""

CLOUD = Layout(
    name="cnhubei/cloud",
    title="div#lmy.lmy_box02 h1",
    byline="div#lmy_information01 .information_box",
    source="div#lmy_information01 .information_box a",
    body="div.article_w",
    breadcrumb="div.lmy_dw",
    drop="ul#document_news_list, .jcwsy_content_zw",
)
"""Since 2020, UTF-8, the group's own cloud."""

EARLY_CLOUD = replace(CLOUD, name="cnhubei/2019", body="div.article_left_box02 div.artibody")
"""2019-20, the same with another name for the text."""

CONTENT_BOX = Layout(name="cnhubei/2015", title="div.left_content > div.title", body="div.content_box")
"""About 2015-16; pictures stand in img@oldsrc."""

RUMOURS = Layout(name="cnhubei/py", byline="div.mintitle", body="div.content_box")
"""2020, the rumour desk py.cnhubei.com; where its title stands was not told."""

EPAPER = Layout(
    name="cnhubei/epaper",
    title="#Table17 tr:nth-child(2) td",
    subtitle="#Table17 tr:nth-child(1) td, #Table17 tr:nth-child(3) td",
    body="#copytext",
)
"""The e-papers (湖北日报 and others): a second headline stands above or below the first, the day in the address."""

TEMPLATES = (CLOUD, EARLY_CLOUD, CLASSIC, CONTENT_BOX, RUMOURS, EPAPER)
