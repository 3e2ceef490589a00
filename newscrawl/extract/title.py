"""The headline: the heading that the page's own title confirms, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from newscrawl.judge.junk import kind_of

_LAST_PART = re.compile(
    r"^(?P<head>.+?)\s*(?:(?P<bar>[_|｜]+|--+|(?<=\s)[-–—](?=\s))|[-–—·]+)\s*(?P<last>[^_|｜–—-]{2,16})$"
)
# 江汉网-标题: the site before the headline
_FIRST_PART = re.compile(r"^(?P<first>[\u4e00-\u9fff]{2,6})\s*[_|｜-]\s*(?P<rest>.{8,})$")
_LETTERS = re.compile(r"[\W_]+")
_SITE = re.compile(
    r"(?:网|频道|新闻|日报|晚报|早报|在线|首页|门户|客户端|论坛|博客|资讯|中心|正文|站|报|News|NEWS|news|\.com|\.cn|\.net"
    r"|\.CN|\.NET|社区|专栏|财经|科技|体育|娱乐|数字报|电子报|报刊平台)$"
)
_LONGEST_SITE = 16
# 讣告 is a headline where the page's title says so.
SHORTEST, _SHORTEST_TOLD = 4, 2
# Headlines and the lines they are compared with; longer texts are not kept.
_LINE = 200
# Where a headline comes from that no heading of the page prints.
UNPRINTED = ("embedded data", "the page's title", "")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the page: its text, its level (1 for h1; 7 for an element that is only called a title)."""

    text: str
    level: int


def letters(text: str) -> str:
    """The text without anything but letters, digits and characters: what two printings of a headline share."""
    return _letters_of_short(text) if len(text) <= _LINE else _letters(text)


def _letters(text: str) -> str:
    return _LETTERS.sub("", text).lower()


_letters_of_short = lru_cache(maxsize=4096)(_letters)


def strip_site(title: str) -> str:
    """A page title without the names of site and section behind the headline.

    >>> strip_site("外媒眼中的武汉长假：蓬勃发展_首页武汉_新闻中心_长江网_cjn.cn")
    '外媒眼中的武汉长假：蓬勃发展'
    >>> strip_site("话剧《约定无期限》巡演结束-新华网")
    '话剧《约定无期限》巡演结束'
    >>> strip_site("家门口的一口塘-江西新闻-中国江西网"), strip_site("张三：5G-A来了")
    ('家门口的一口塘', '张三：5G-A来了')
    """
    while (part := _LAST_PART.match(title)) and _is_site(part["last"], part["head"], part["bar"]):
        title = part["head"]
    first = _FIRST_PART.match(title)
    return first["rest"] if first and _SITE.search(first["first"]) else title


def site_names(title: str) -> list[str]:
    """The names of site and section that `strip_site` takes off a page title.

    >>> site_names("家门口的一口塘-江西新闻-中国江西网")
    ['江西新闻', '中国江西网']
    """
    rest = title.replace(strip_site(title), "", 1)
    return [name for name in re.split(r"[_|｜–—\-·\s]+", rest) if name]


def _is_site(last: str, head: str, bar: str | None) -> bool:
    # behind a bar even a word that is no site's is a section's (…_湖北); behind a hyphen it may be the headline's
    return bool(_SITE.search(last)) or (bar is not None and len(last) <= 8 and len(head) >= 10)


def is_site(title: str) -> bool:
    """Whether a page's title is nothing but the name of a site or paper, or nothing at all.

    >>> is_site("龙川晚报"), is_site("龙川晚报停刊"), is_site("")
    (True, False, True)
    """
    return not title or (len(title) <= _LONGEST_SITE and _SITE.search(title) is not None)


def choose_title(
    page_title: str | None, embedded: Sequence[str | None], headings: Sequence[Heading]
) -> tuple[str, str] | None:
    """(The headline, where it comes from), or None when the page has no title at all.

    A heading counts first when the page's title or its embedded data (og:title, JSON-LD) hold it; then the embedded
    titles; then an h1 that nothing confirms (a mirror's title is spam); then the page's title without the site's name.
    """
    known = [title for title in (*embedded, page_title) if title]
    told = {letters(strip_site(title)) for title in known}
    candidates = [
        heading for heading in headings if _is_long_enough(letters(heading.text), told) and not _is_spam(heading.text)
    ]
    confirmed = [heading for heading in candidates if any(_confirms(title, heading.text) for title in known)]
    if confirmed:
        best = max(confirmed, key=lambda heading: _rank(heading, known))
        return best.text, f"h{best.level} that the page's title confirms"
    # what a menu prints may be a headline's words, too: only what the page's title confirms is believed of them
    candidates = [heading for heading in candidates if not kind_of(heading.text)]
    believable = [title for title in known if not _is_spam(title)]
    tops = _top_level(candidates, believed=bool(believable))
    if tops:
        best = max(tops, key=lambda heading: len(heading.text))
        return best.text, f"h{best.level}"
    if believable and len(letters(strip_site(believable[0]))) >= SHORTEST:
        return strip_site(believable[0]), "embedded data" if believable[0] in embedded else "the page's title"
    return None


def _is_long_enough(heading: str, told: Collection[str]) -> bool:
    return len(heading) >= SHORTEST or (len(heading) >= _SHORTEST_TOLD and heading in told)


def _is_spam(title: str) -> bool:
    return kind_of(title) in ("spam", "keywords", "link_farm")


def _rank(heading: Heading, known: Sequence[str]) -> tuple[bool, int, int]:
    """A heading that a title begins with goes before one further on (a channel's name may be); then the longer."""
    begins = any(letters(title).startswith(letters(heading.text)) for title in known)
    return begins, min(len(letters(heading.text)), 60), -heading.level


def _top_level(headings: Sequence[Heading], *, believed: bool) -> list[Heading]:
    """Headings to believe though nothing confirms them: the h1, or, on a page whose titles are spam, the highest there
    are."""
    level = min((heading.level for heading in headings), default=1)
    return [heading for heading in headings if heading.level == level and (level == 1 or not believed)]


def _confirms(title: str, heading: str) -> bool:
    whole, part = letters(title), letters(heading)
    # a cut title (…无敌免...) is confirmed by the long heading, too
    return part in whole or (
        len(whole) >= 12 and part.startswith(whole[: max(12, int(len(whole) * 0.8))]) and len(part) < 2 * len(whole)
    )
