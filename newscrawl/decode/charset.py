"""Bytes to text, by a stated order of belief.

1. a byte order mark;
2. UTF-8, when the bytes are UTF-8 (a damaged spot or two allowed): no other encoding of Chinese passes for it, and
   pages that are UTF-8 under a gb2312 label are common;
3. the label in the HTTP header, then the one in the page (meta), when the bytes do not speak against it:
   gb2312 and gbk always mean gb18030, big5 means big5-hkscs (w3lib's table, which is the WHATWG's);
4. what the bytes say: of gb18030 and big5 the one that gives everyday characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from newscrawl.decode.restore.lexicon import everyday_share
from newscrawl.refused import Refused

# A page of UTF-8 with a few broken bytes (cut by a proxy, pasted from elsewhere) is still UTF-8: in GBK or Big5 text
# hardly one sequence in three passes for UTF-8, so one broken in five separates the two safely, on short pages as well.
BROKEN_UTF8 = 0.2

# Text read with its own character set has hardly any bytes that do not fit it.
BROKEN = 0.05

# Chinese text read with its own character set scores above 0.9 in `everyday_share`, with another's below 0.6.
PLAUSIBLE = 0.75

# What is looked at to judge a reading: its first characters beyond ASCII, for a page may begin with 100 KB of script.
_SAMPLE = 5_000
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_RUN = re.compile(r"[^\x00-\x7f]+")
_TEXT_BEGINS = 20_000
# The character sets that write Chinese, by w3lib's names. Others are not tried: windows-1252 reads anything, and Python
# knows base64 and idna by name, too.
_CHINESE = frozenset({"gb18030", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be"})
_MAGIC = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"PK\x03\x04": "ZIP",
    b"\x1f\x8b": "gzip",
    b"\x7fELF": "ELF",
    b"Rar!": "RAR",
    b"RIFF": "RIFF",
    b"\xd0\xcf\x11\xe0": "Microsoft Office",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the character set it was read with, and the reason for believing in it."""

    text: str
    charset: str
    why: str
    overruled: str | None = None
    """The label (header or meta) that said otherwise."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode the bytes of a page; `content_type` is the header's value, such as `text/html; charset=gb2312`.

    Never fails on damaged text: bytes that cannot be read become U+FFFD. Raises `Refused("not_text")` for images,
    archives and other binary data, `Refused("empty_page")` for nothing but white space.
    """
    for magic, kind in _MAGIC.items():
        if body.startswith(magic):
            raise Refused("not_text", f"the bytes are {kind}")
    labels = _labels(body, content_type)
    found = _by_mark(body) or _as_utf8(body) or _by_label(body, labels) or _by_bytes(body)
    if not found.text.strip():
        raise Refused("empty_page")
    if "\x00" in found.text[:_TEXT_BEGINS]:
        raise Refused("not_text", "the bytes hold NUL")
    said = (f"{where} said {label}" for where, label in labels if not found.charset.startswith(label))
    overruled = None if found.text.isascii() else next(said, None)
    return Decoded(found.text, found.charset, found.why, overruled)


def _labels(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """(where, character set) as declared by the header and by the page, in this order."""
    declared = [
        ("header", http_content_type_encoding(content_type) if content_type else None),
        ("meta", html_body_declared_encoding(body)),
    ]
    return [(where, label) for where, label in declared if label]


def _by_mark(body: bytes) -> Decoded | None:
    charset, mark = read_bom(body)
    if not charset or not mark:
        return None
    return Decoded(body[len(mark) :].decode(charset, "replace"), charset, "byte order mark")


def _as_utf8(body: bytes) -> Decoded | None:
    try:
        return Decoded(body.decode("utf-8"), "utf-8", "the bytes are UTF-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd") - body.count("\ufffd".encode())
    if broken > BROKEN_UTF8 * len(_FOREIGN.findall(text)):
        return None
    return Decoded(text, "utf-8", f"the bytes are UTF-8 but for {broken} broken places")


def _by_label(body: bytes, labels: list[tuple[str, str]]) -> Decoded | None:
    for where, label in labels:
        if label in _CHINESE and _fits(text := body.decode(label, "replace")):
            return Decoded(text, label, f"{where} says so")
    return None


def _fits(text: str) -> bool:
    sample = _sample(text)
    return sample.count("\ufffd") <= BROKEN * len(sample) and everyday_share(sample) >= PLAUSIBLE


def _sample(text: str) -> str:
    parts: list[str] = []
    size = 0
    for run in _RUN.finditer(text):
        parts.append(run[0])
        size += len(run[0])
        if size >= _SAMPLE:
            break
    return "".join(parts)[:_SAMPLE]


def _by_bytes(body: bytes) -> Decoded:
    readings = [(body.decode(charset, "replace"), charset) for charset in ("gb18030", "big5hkscs")]
    text, charset = max(readings, key=lambda reading: everyday_share(_sample(reading[0])))
    if everyday_share(_sample(text)) < PLAUSIBLE:
        return _last_resort(body)
    return Decoded(text, charset, "the bytes read as everyday Chinese")


def _last_resort(body: bytes) -> Decoded:
    """Nothing reads as Chinese: damaged GB text still has no better name, and the judge refuses what is not Chinese."""
    return Decoded(body.decode("gb18030", "replace"), "gb18030", "nothing fits; gb18030 for want of better")
