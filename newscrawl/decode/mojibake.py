"""Text that was read with the wrong character set somewhere before us, read again with the right one.

ftfy undoes UTF-8 read as Latin-1 or Windows-1252; its settings live here and nowhere else, because its defaults rewrite
Chinese punctuation. What it does not know is done beside it: GBK read as Latin-1, and UTF-8 read as GBK. Each of those
is accepted only when the whole run reads as everyday Chinese afterwards and did not before.
"""

from __future__ import annotations

import html
import re

from ftfy import TextFixerConfig, fix_text_segment

from newscrawl.decode.plain import beyond_ascii
from newscrawl.decode.restore.lexicon import everyday_share

# Any two letters with marks, read as GBK, are a Chinese character; four such characters in a row are no chance.
SHORTEST_GBK = 8
# Two rare characters may pass for UTF-8 read as GBK; six in a row within sound text (four characters of UTF-8) do not.
SHORTEST_WITHIN = 6

# Defaults that would damage Chinese are off: full-width ，：（） to ASCII, “” to "", entities (unescaped once, by the
# HTML parser), ligatures, NFKC. What is left repairs encodings only.
CHINESE = TextFixerConfig(
    unescape_html=False,
    remove_terminal_escapes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    remove_control_chars=False,
    normalization=None,
)

# Two or more Latin letters with marks in a row, or one and a C1 character: what Chinese turns into; ordinary French or
# pinyin does not have runs of four.
_TAILS = r"\x80-\xbf\u0152-\u0192\u2013-\u203a\u20ac\u2122\u02c6\u02dc"
_MARKED = rf"{_TAILS}\xc0-\xff"
_LATIN = re.compile(rf"[{_MARKED}]{{4,}}(?:[ -~]{{0,2}}[{_MARKED}]{{2,}})*")
# Without the ASCII between them such runs are at least as long.
_LATIN_RUN = re.compile(rf"[{_MARKED}]{{4}}")
# A date is cut up by its digits (2018Äê11ÔÂ, 2018å¹´): such short runs are believed beside longer ones, and read alike.
_SHORT = {
    "utf-8": re.compile(rf"[\xc3-\xe9][{_TAILS}]{{1,2}}"),
    "gb18030": re.compile(r"(?:[\xa1-\xf7][\xa1-\xfe])+"),
}
_PINYIN = frozenset("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü")
_QUOTES = "“”‘’—–…"
_LATIN_LETTER = re.compile(r"[\xc0-\xff]")
# UTF-8 read as GBK: lead bytes E4..E9 of common characters become these, in nearly every second place.
# The other bytes become whatever GBK holds: Greek, Cyrillic, kana, signs of every kind.
_AS_GBK = re.compile(
    r"[\u4e00-\u9fff\ue000-\uf8ff\u2000-\u33ff\ufe30-\ufe6f\uff00-\uffef\u02c0-\u02df\u0391-\u0451"
    r"\xa4\xa7\xa8\xb0\xb1\xb7\ufffd]{4,}"
)
# The first two of the three UTF-8 bytes of a common character, read as GBK, give these, which are rare in Chinese.
_SIGNS = (bytes((lead, trail)) for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xA1))
_GBK_SIGNS = re.compile(f"[{b''.join(_SIGNS).decode('gbk')}]")
_UTF8_AHEAD = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf]{2}")
_UTF8_BEHIND = re.compile(rb"[\xe2-\xe9\xef][\x80-\xbf]{2}\Z")
# Entities with their semicolon: addresses hold `&copy=1`, which only a reader of HTML may take for ©=1.
_ESCAPED = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(?:\\u[0-9a-fA-F]{4}){2,}")


def mend(text: str) -> tuple[str, int]:
    """Undo mojibake in plain text or HTML source. Returns the text and the number of runs mended; 0 for clean text.

    >>> mend("æ–°é—»å¤§å…¨")
    ('新闻大全', 1)
    >>> mend("ÐÂÎÅ·¢²¼")
    ('新闻发布', 1)
    """
    mended: list[str] = []  # the character set of each run that was mended

    def replace(run: re.Match[str]) -> str:
        text, charset = _from_latin(run[0]) if run.re is _LATIN else _from_gbk(run[0])
        if text != run[0]:
            mended.append(charset)
        return text

    rest = beyond_ascii(text)
    if _LATIN_LETTER.search(rest) and _LATIN_RUN.search(rest):
        text = _LATIN.sub(replace, text)
        text = _mend_short(text, max(mended, key=mended.count)) if mended else text
    if _GBK_SIGNS.search(rest):
        text = _AS_GBK.sub(replace, text)
    return text, len(mended)


def _mend_short(text: str, charset: str) -> str:
    def replace(run: re.Match[str]) -> str:
        candidates = [_reread(run[0], written, charset) for written in ("latin-1", "sloppy-windows-1252")]
        return next((text for text in candidates if all(map(_is_likely, text))), run[0])

    return _SHORT[charset].sub(replace, text)


def _is_likely(char: str) -> bool:
    return char in _PINYIN or everyday_share(char) == 1.0 or "\u4e00" <= char <= "\u9fff"


def _from_latin(run: str) -> tuple[str, str]:
    """The run read again, and the character set it is in."""
    candidates = [(fix_text_segment(run, CHINESE), "utf-8")]
    core = run.strip(_QUOTES)
    if len(core) >= SHORTEST_GBK:
        for written in ("latin-1", "cp1252"):
            candidates.append((run.replace(core, _reread(core, written, "gb18030")), "gb18030"))
    best = max(candidates, key=lambda candidate: (_is_chinese(candidate[0]), everyday_share(candidate[0])))
    return best if _is_chinese(best[0]) else (run, "")


def _from_gbk(run: str) -> tuple[str, str]:
    if not _GBK_SIGNS.search(run):
        return run, ""
    start, end = _wrong_part(run)
    if end - start < min(SHORTEST_WITHIN, len(run)):
        return run, ""
    # Where a byte was lost on the way, the character is lost: it becomes U+FFFD and is reported, the rest is good.
    reread = re.sub("\ufffd+", "\ufffd", _gbk(run[start:end]).decode("utf-8", "replace"))
    better = everyday_share(reread) > max(0.7, everyday_share(run[start:end]))
    return (run[:start] + reread + run[end:] if better else run), "utf-8"


def _wrong_part(run: str) -> tuple[int, int]:
    """Where in a run of Chinese the mojibake begins and ends: what is sound around it is no UTF-8 read as GBK."""
    start, end = 0, len(run)
    while start < end and not _UTF8_AHEAD.match(_gbk(run[start : start + 2])):
        start += 1
    while end > start and not _UTF8_BEHIND.search(_gbk(run[max(0, end - 2) : end])):
        end -= 1
    rest = run[end:]
    return start, len(run) if "\ufffd" in rest or _GBK_SIGNS.search(rest) else end


def _gbk(text: str) -> bytes:
    return text.encode("gb18030").replace("\ufffd".encode("gb18030"), b"\xff")


def _reread(text: str, written: str, read: str) -> str:
    try:
        return text.encode(written).decode(read)
    except UnicodeError:
        return text


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text) and everyday_share(text) > 0.8


def unescape_once(text: str) -> str:
    r"""Undo one layer of entities and \u escapes in flattened text (in HTML the parser does it).

    What comes out can be written as UTF-8: half a character (a lone surrogate, from JSON) becomes U+FFFD.

    >>> unescape_once("&#24425;&amp;#31080;\\u5f69"), unescape_once("AT&T, a\\b")
    ('彩&#31080;\\u5f69', 'AT&T, a\\b')
    """
    text = _ESCAPED.sub(_unescaped, text)
    try:
        text.encode()
    except UnicodeEncodeError:  # halves of characters: \ud83d\ude00 are one, and half a one is none
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _unescaped(seen: re.Match[str]) -> str:
    return html.unescape(seen[0]) if seen[0].startswith("&") else seen[0].encode().decode("unicode_escape")
