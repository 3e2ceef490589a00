"""The made-up news: what news/*.jsonl holds, and the address of each article on the portal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from newscrawl.demo.roles import PAGES

CHANNELS: dict[str, str] = {"yaowen": "要闻", "shehui": "社会", "jingji": "经济", "wenhua": "文化"}
"""Folder of a channel (and name of its file in news/) -> its name."""

CHINA = timezone(timedelta(hours=8))

_NEWS = Path(__file__).with_name("news")
_SERIES = {"y": "1", "s": "2", "j": "3", "w": "4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of an article; `file` is its name beside the page."""

    file: str
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One made-up article: what is printed, and what a reader must find in it."""

    id: str
    channel: str
    section: str
    title: str
    published_at: datetime
    """With the offset +08:00."""
    body: tuple[str, ...]
    """The paragraphs, without byline, lead and credit."""
    kind: str = "article"
    """article, photo or epaper."""
    subtitle: str | None = None
    source: str | None = None
    source_url: str | None = None
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    byline: str | None = None
    """A line printed above the body, inside its element."""
    lead: str | None = None
    """Printed at the head of the first paragraph."""
    credit: str | None = None
    """A line printed after the last paragraph."""
    desk: str | None = None
    """The editors' line at the foot."""
    images: tuple[Picture, ...] = ()

    @property
    def number(self) -> str:
        """Four digits that belong to this article alone; each template puts its own prefix before them."""
        return _SERIES[self.id[0]] + self.id[1:]

    @property
    def era(self) -> str:
        """The template that prints it: photo, epaper, trs (before 2019), early2019 or cloud (from 2020)."""
        if self.kind != "article":
            return self.kind
        year = self.published_at.year
        return "trs" if year < 2019 else "early2019" if year == 2019 else "cloud"


@cache
def load_news() -> tuple[Story, ...]:
    """Every article of news/*.jsonl, newest first."""
    files = [_NEWS / f"{channel}.jsonl" for channel in CHANNELS]
    stories = [_story(json.loads(line)) for file in files for line in file.read_text("utf-8").split("\n") if line]
    return tuple(sorted(stories, key=lambda story: (story.published_at, story.id), reverse=True))


def _story(row: dict[str, Any]) -> Story:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    values["published_at"] = _moment(row["published_at"])
    values["images"] = tuple(Picture(**image) for image in row.get("images") or ())
    return Story(**values)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def portal_path(story: Story, page: int = 1) -> str:
    """The address of a page of an article, without the host."""
    return _PATHS[story.era](story, page)


def portal_paths(story: Story) -> list[str]:
    """The addresses of all pages of an article, in order."""
    return [portal_path(story, page) for page in range(1, PAGES.get(story.id, 1) + 1)]


def _trs(story: Story, page: int) -> str:
    suffix = f"_{page - 1}" if page > 1 else ""  # TRS counts from 0 and leaves the 0 out
    return f"/xw/{story.channel}/{story.published_at:%Y%m}/t408{story.number}{suffix}.shtml"


def _early2019(story: Story, page: int) -> str:
    return f"/p/1007{story.number}{_suffix(page)}.html"


def cloud_path(story: Story, page: int = 1) -> str:
    """The address in the cloud template, which also holds a second copy of one older article."""
    return f"/content/{story.published_at:%Y-%m/%d}/content_1268{story.number}{_suffix(page)}.html"


def _photo(story: Story, page: int) -> str:
    return f"/{story.published_at:%Y/%m%d}/39{story.number}{_suffix(page)}.html"


def _epaper(story: Story, page: int) -> str:
    return f"{epaper_folder(story)}{story.number}{_suffix(page)}.html"


def epaper_folder(story: Story) -> str:
    """The address of the e-paper page that an e-paper article stands on."""
    return f"/HTML/jhrb/{story.published_at:%Y%m%d}/"


def _suffix(page: int) -> str:
    return f"_{page}" if page > 1 else ""


_PATHS = {"trs": _trs, "early2019": _early2019, "cloud": cloud_path, "photo": _photo, "epaper": _epaper}
