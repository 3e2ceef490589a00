"""The spider of a mirror: a host that shows another site's articles as its own, damaged and among link farms."""

from __future__ import annotations

from typing import ClassVar

from newscrawl.crawl.expectations import Expect
from newscrawl.crawl.frontier import Limits
from newscrawl.crawl.portal import PortalSpider


class MirrorSpider(PortalSpider):
    """A site that `copies` another. It never leaves its host: what a mirror links to is other people's advertising."""

    same_host: ClassVar[bool] = True
    limits: ClassVar[Limits] = Limits(lists=300, links=1_000)
    """Narrower than a portal's: a mirror makes up pages as long as somebody asks for them."""
    expect: ClassVar[Expect] = Expect(filled={"title": 0.9, "body": 0.95})
    """Its articles need to be restored, all of them or some."""
