"""The templates of 江汉网, the made-up portal: those of 荆楚网, with a few parts that are known here for certain."""

from __future__ import annotations

from dataclasses import replace

from newscrawl.extract.layout import Layout
from newscrawl.sites.hubei.templates import CLASSIC, CLOUD, EARLY_CLOUD, EPAPER

TEMPLATES = (
    replace(CLOUD, name="demo/cloud", subtitle="h2.lmy_subtitle", editors="div.lmy_editor"),
    replace(EARLY_CLOUD, name="demo/2019", subtitle="h2.lmy_subtitle", editors="div.lmy_editor"),
    replace(
        CLASSIC,
        name="demo/trs",
        subtitle="h2.subtitle",
        editors="div.jcwsy_editor",
        breadcrumb="div.jcw_location",
    ),
    Layout(
        name="demo/photo",
        title="h1.photo_title",
        subtitle="h2.photo_subtitle",
        byline="div.photo_info",
        source="div.photo_info a",
        body="div.photo_content",
        editors="div.photo_editor",
        breadcrumb="div.photo_location",
    ),
    replace(
        EPAPER,
        name="demo/epaper",
        title="#Table17 td.maintitle",
        subtitle="#Table17 td.subtitle",
        editors="div.epaper_editor",
    ),
)
