"""Answers that are a no in place of a page: a status, a challenge, a captcha.

Nothing here, nor anywhere else in newscrawl, tries to pass a challenge: it is recognised so that the crawl slows down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml.html import HtmlElement

from newscrawl.crawl.links import parse
from newscrawl.tables import rows

# Challenges are written in ASCII, captchas in a line or two of Chinese: what holds more bytes of Chinese than this in
# its source (a thousand characters) is a real page, and is not looked at any further. Nearly every page ends here.
_CHINESE_BYTES = 3_000
_ASCII = bytes(range(128))
# What stands on the page of an article however short, and on no challenge.
_ARTICLE = re.compile(
    r"来源\s*[:：]|来源于|记者|通讯员|责编|责任编辑|编辑\s*[:：]|發布時間|发布时间|\d{4}年\d{1,2}月\d{1,2}日"
)
# Back to the front page, to a help page, to the maker of the firewall; a list has more.
_LINKS = 3
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,200})", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of tables/blocks.tsv."""

    name: str
    status: int | None
    where: str
    """`-` (the status says it all), header, or a view of `_Answer`: script, title, shown."""
    pattern: re.Pattern[str]
    most_bytes: int
    most_chars: int

    def holds(self, answer: _Answer) -> bool:
        if self.status not in (None, answer.status):
            return False
        if self.where == "-":
            return True
        if self.where == "header":
            return bool(self.pattern.search(answer.header))
        return self._on_page(answer)

    def _on_page(self, answer: _Answer) -> bool:
        if len(answer.body) > self.most_bytes or answer.is_chinese:
            return False
        if self.where == "script" and not self.pattern.search(answer.script):  # before the page is parsed
            return False
        if len(answer.shown) > self.most_chars or answer.links > _LINKS or _ARTICLE.search(answer.shown):
            return False
        return self.where == "script" or bool(self.pattern.search(getattr(answer, self.where)))


@dataclass
class _Answer:
    """An answer as the rows look at it; each view is made once, when it is asked for."""

    status: int
    fields: Mapping[str, str]
    body: bytes

    @cached_property
    def header(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in self.fields.items())

    @cached_property
    def is_chinese(self) -> bool:
        return len(self.body.translate(None, _ASCII)) > _CHINESE_BYTES

    @cached_property
    def script(self) -> str:
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return self.body.decode("gb18030", "replace")

    @cached_property
    def title(self) -> str:
        found = _TITLE.search(self.script)
        return found[1].strip() if found else ""

    @cached_property
    def tree(self) -> HtmlElement | None:
        return parse(self.script)

    @cached_property
    def links(self) -> int:
        return 0 if self.tree is None else int(self.tree.xpath("count(//a[@href])"))

    @cached_property
    def shown(self) -> str:
        """The text a reader sees, without white space."""
        if self.tree is None:
            return ""
        parts = self.tree.xpath("//text()[not(parent::script or parent::style or parent::title or parent::noscript)]")
        return _SPACE.sub("", "".join(map(str, parts)))


def blocked_by(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Which row of tables/blocks.tsv an answer is refused by, or None for an answer that is a page.

    `headers` have lower-case names, `body` is unpacked.

    >>> blocked_by(403, {}, b""), blocked_by(200, {}, b"<html><script>var arg1='0BC8'</script></html>")
    ('forbidden', None)
    """
    answer = _Answer(status, headers, body)
    return next((row.name for row in _rows() if row.holds(answer)), None)


@lru_cache(maxsize=1)
def _rows() -> tuple[_Row, ...]:
    return tuple(
        _Row(
            name=row["name"],
            status=None if row["status"] == "*" else int(row["status"]),
            where=row["where"],
            pattern=re.compile(row["pattern"], re.MULTILINE),
            most_bytes=int(row["bytes"]),
            most_chars=int(row["chars"]),
        )
        for row in rows("blocks")
    )
