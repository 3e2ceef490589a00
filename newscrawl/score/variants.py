"""What is done to a page before it is read: nothing, another character set, the mirrors' channel, no markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from newscrawl.decode.restore.channel import FOLDED, PROFILES, corrupt_page
from newscrawl.decode.restore.lexicon import to_simplified
from newscrawl.extract import dom
from newscrawl.refused import Refused
from newscrawl.score.pages import Saved

_LABEL = re.compile(r"""(<meta\b[^>]*?\bcharset\s*=\s*["']?\s*)[\w-]+""", re.IGNORECASE)
_DECLARATION = re.compile(r"""(\A\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']?)[\w-]+""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A page as it is given to a reader."""

    page: Saved
    text: str
    """The source, or the flattened text."""
    body: bytes = b""
    """The bytes; none for flattened text."""
    headers: Mapping[str, str] = field(default_factory=dict)
    flat: bool = False
    folded: Mapping[int, str] = field(default_factory=dict)
    """What of a text nobody can give back; a comparison makes it alike on both sides."""


def clean(page: Saved, _number: int) -> Given:
    """As it was saved."""
    return Given(page=page, text=page.text, body=page.body)


def gb2312(page: Saved, _number: int) -> Given:
    """Encoded in GB18030 under a label that says gb2312, in the header and wherever the page has one."""
    text = _labelled(page.text, "gb2312")
    return Given(
        page=page, text=text, body=text.encode("gb18030"), headers={"content-type": "text/html; charset=gb2312"}
    )


def mirror(page: Saved, number: int) -> Given:
    """Put through the mirrors' channel between the tags, family A and family B in turn, and saved in UTF-8.

    The channel makes full-width punctuation ASCII. What it does to a page in traditional characters looks the same as
    what it does to one in simplified characters, so such a page is right in either.
    """
    text = _labelled(corrupt_page(page.text, PROFILES["AB"[number % 2]]), "utf-8")
    folded = FOLDED | to_simplified() if page.language == "zh-Hant" else FOLDED
    return Given(page=page, text=text, body=text.encode("utf-8", "replace"), folded=folded)


def flat(page: Saved, _number: int) -> Given:
    """Flattened as archives do it: the page's title, then all that is shown, a block a line."""
    try:
        tree = dom.parse(page.text)
        titles = [dom.text_of(element) for element in tree.iterfind(".//title")][:1]
        dom.prune(tree)
        lines = [*titles, *(block.text for block in dom.blocks(tree))]
    except Refused:  # there is nothing in it, or too much; nothing is what the reader gets
        return Given(page=page, text="", flat=True)
    return Given(page=page, text="\n".join(filter(None, lines)), flat=True)


def _labelled(text: str, charset: str) -> str:
    return _LABEL.sub(rf"\g<1>{charset}", _DECLARATION.sub(rf"\g<1>{charset}", text))


VARIANTS: dict[str, Callable[[Saved, int], Given]] = {"clean": clean, "gb2312": gb2312, "mirror": mirror, "flat": flat}
"""What takes a page, and its number in its folder, to what is given to a reader; by name."""
