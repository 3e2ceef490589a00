"""TRS WCM (拓尔思): `/xw/gn/201803/t4086677.shtml`, further pages `t4086677_1.shtml`, body in `div.TRS_Editor`.

The editor's element is TRS's own and stands on hundreds of portals; titles and bylines differ from site to site.
"""

from __future__ import annotations

from newscrawl.extract.layout import Layout

ARTICLE_URL = r"/\d{6}/t\d{6,9}(?:_\d{1,3})?\.s?html?(?:$|\?)"

EDITOR = Layout(name="trs/editor", body="div.TRS_Editor")
"""What is sure on any TRS page; a site that knows its title and byline puts its own layout before it."""
