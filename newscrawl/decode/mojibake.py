"""Text that was read with the wrong character set somewhere before us, read again with the right one.

ftfy undoes UTF-8 read as Latin-1 or Windows-1252; its settings live here and nowhere else, because its defaults rewrite
Chinese punctuation. What it does not know is done beside it: GBK read as Latin-1, and UTF-8 read as GBK. Each of those
is accepted only when the whole run reads as everyday Chinese afterwards and did not before.
"""

from __future__ import annotations

import html
import re

from ftfy import TextFixerConfig, fix_text_segment

from newscrawl.decode.restore.lexicon import everyday_share

# Any two letters with marks, read as GBK, are a Chinese character; four such characters in a row are no chance.
SHORTEST_GBK = 8

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
_MARKED = r"\x80-\xff\u0152-\u0192\u2013-\u203a\u20ac\u2122\u02c6\u02dc"
_LATIN = re.compile(rf"[{_MARKED}]{{4,}}(?:[ -~]{{0,2}}[{_MARKED}]{{2,}})*")
_LATIN_LETTER = re.compile(r"[\xc0-\xff]")
# UTF-8 read as GBK: lead bytes E4..E9 of common characters become these, in nearly every second place.
_AS_GBK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\ue000-\uf8ff\uff00-\uffef\u2000-\u2fff\ufffd€]{4,}")
# The first two of the three UTF-8 bytes of a common character, read as GBK, give these, which are rare in Chinese.
_SIGNS = (bytes((lead, trail)) for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xA1))
_GBK_SIGNS = re.compile(f"[{b''.join(_SIGNS).decode('gbk')}]")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}){2,}")
_ENTITIES = re.compile(r"(?:&#\d{4,6};|&#x[0-9a-fA-F]{4,5};|&(?:nbsp|ldquo|rdquo|mdash|middot|hellip|amp|lt|gt|quot);)")


def mend(text: str) -> tuple[str, int]:
    """Undo mojibake in plain text or HTML source. Returns the text and the number of runs mended; 0 for clean text.

    >>> mend("æ–°é—»å¤§å…¨")
    ('新闻大全', 1)
    >>> mend("ÐÂÎÅ·¢²¼")
    ('新闻发布', 1)
    """
    count = 0

    def replace(run: re.Match[str]) -> str:
        nonlocal count
        mended = _from_gbk(run[0]) if run.re is _AS_GBK else _from_latin(run[0])
        count += mended != run[0]
        return mended

    if _LATIN_LETTER.search(text):
        text = _LATIN.sub(replace, text)
    if _GBK_SIGNS.search(text):
        text = _AS_GBK.sub(replace, text)
    return text, count


def _from_latin(run: str) -> str:
    fixed = fix_text_segment(run, CHINESE)
    candidates = [fixed]
    if len(run) >= SHORTEST_GBK:
        candidates += [_reread(run, "latin-1", "gb18030"), _reread(run, "cp1252", "gb18030")]
    best = max(candidates, key=lambda text: (_is_chinese(text), everyday_share(text)))
    return best if _is_chinese(best) else run


def _from_gbk(run: str) -> str:
    # Where a byte was lost on the way, the character is lost: it becomes U+FFFD and is reported, the rest is good.
    reread = run.replace("\ufffd", "?").encode("gb18030").decode("utf-8", "replace")
    return reread if everyday_share(reread) > max(0.7, everyday_share(run)) else run


def _reread(text: str, written: str, read: str) -> str:
    try:
        return text.encode(written).decode(read)
    except UnicodeError:
        return text


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text) and everyday_share(text) > 0.8


def unescape_once(text: str) -> str:
    r"""Undo one layer of entities and \u escapes in flattened text (in HTML the parser does it).

    >>> unescape_once("&#24425;&amp;#31080;\\u5f69"), unescape_once("AT&T, a\\b")
    ('彩&#31080;\\u5f69', 'AT&T, a\\b')
    """
    text = html.unescape(text) if _ENTITIES.search(text) else text
    return _ESCAPES.sub(lambda run: run[0].encode().decode("unicode_escape"), text)
