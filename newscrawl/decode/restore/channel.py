"""The forward model: what a mirror does to a text. It makes test data and the demo mirror.

The steps are those read off wild pages: characters to traditional ones, one by one; pinyin behind the characters of a
table, on the bytes of GBK, so that it also hits pairs that straddle two characters; the bytes cut at delimiters, which
may straddle two characters as well; each piece read with a decoder that loses its step; punctuation folded. A profile
says which of them a site applies, and how.
"""

from __future__ import annotations

import codecs
import html
import random
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np

from newscrawl.decode.restore.lexicon import gbk_bytes, to_traditional, toneless
from newscrawl.tables import rows

Table = tuple[tuple[str, str], ...]
"""Traditional characters and their pinyin, in the order in which a site puts them in."""

_FULL_WIDTH = range(0xFF01, 0xFF5F)
FOLDED = {code: chr(code - 0xFEE0) for code in _FULL_WIDTH}
"""Full-width ASCII, ，：！？（） and also Ｎ, to ASCII."""

_TAG = re.compile(r"<[^<>]*>")
# Pieces of a page that are no text: elements whose content is code, declarations, tags.
_MARKUP = re.compile(r"(<(?:script|style)\b.*?</(?:script|style)>|<!.*?>|<[^>]*>)", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one mirror damages text."""

    family: str
    """The family's name, as `Repairs.family` gives it."""
    traditional: bool = True
    """Whether characters are mapped to traditional ones."""
    also: str = ""
    """Pairs of a character and what the site's own map makes of it, where others leave it: 于於."""
    table: Table = ()
    """What gets pinyin, in the order of the site; `table_of` gives the tables known."""
    tones: bool = True
    """Pinyin with tone marks."""
    spaced: Literal["", "inside", "after"] = ""
    """Where a space goes: after the bracket, or inside it, before the closing one."""
    bytewise: bool = False
    """Work on GBK bytes, so that annotations and cuts hit pairs that straddle two characters."""
    delimiters: str = "！"
    """Where the bytes are cut (with `bytewise`); ！ on every site seen, ，；？：。 on some."""
    cut: float = 1.0
    """The probability that a delimiter is cut at: 9 of 12 on one page."""
    orphan: Literal["?", ""] = "?"
    """What a lead byte without a trail byte becomes: `?`, or nothing. The byte behind it is swallowed either way."""
    tag: str = ""
    """A tag the mirror puts at each line end before the bytes are read (`</p>`). Whole tags vanish again when the page
    is flattened; one of which the `<` was swallowed stays as `/p>`."""
    fold: bool = True
    """Fold full-width ASCII afterwards."""
    double_commas: bool = False
    """Write each comma twice."""


@cache
def table_of(family: str) -> Table:
    """The table of one family, the rows of tables/annotated.tsv in the order of their codes.

    (當(dāng)?shù) comes out only when 數 (94B5, astride 當地) goes in before 當 (AE94).)
    """
    return tuple(sorted((row["char"], row["pinyin"]) for row in rows("annotated") if row["family"] == family))


def _profiles() -> dict[str, Profile]:
    a, b = table_of("A"), table_of("B")
    return {
        "A": Profile(family="A", table=a),
        "B": Profile(family="B", table=b),
        "C": Profile(family="C", also="于於", table=b, tones=False, spaced="after"),
        "C'": Profile(family="C'", table=b, spaced="inside"),
        "D": Profile(family="D", fold=False),
        "commas": Profile(family="A+commas", table=a, double_commas=True),
        "A-bytes": Profile(family="A", table=a, bytewise=True),
    }


PROFILES: dict[str, Profile] = _profiles()
"""The damage of the wild pages, by name."""


def corrupt(text: str, profile: Profile, seed: int = 0) -> str:
    """Put plain text (no tags) through the channel; the same `seed` cuts at the same delimiters.

    >>> corrupt("发布时间：湖北日报", PROFILES["A"])
    '發(fā)布時(shí)間:湖北日報(bào)'
    >>> corrupt("湖北日报", PROFILES["A-bytes"])
    '湖北日?qǐng)?bào)'
    """
    if profile.traditional:
        text = text.translate(to_traditional()).translate(str.maketrans(profile.also[::2], profile.also[1::2]))
    if profile.tag:
        text = re.sub(r"(?=\n|\Z)", profile.tag, text)
    if profile.bytewise:
        text = _through_bytes(text, profile, random.Random(seed))
    elif profile.table:
        table = brackets(profile)
        text = "".join(char + table.get(char, "") for char in text)
    if profile.tag:
        text = _TAG.sub("", text)
    if profile.fold:
        text = text.translate(FOLDED)
    if profile.double_commas:
        text = text.replace("，", "，，").replace(",", ",,")
    return text


def corrupt_page(page: str, profile: Profile, keep: Collection[str] = ()) -> str:
    """Put the text between the tags of a page of HTML through the channel; tags, scripts, styles and the texts of
    `keep` (the mirror's own name) stay.

    >>> corrupt_page('<p title="时间">时间&amp;<script>"时间"</script></p>', PROFILES["A"])
    '<p title="时间">時(shí)間&amp;<script>"时间"</script></p>'
    """
    pieces = _MARKUP.split(page)
    pieces[::2] = [
        piece if not piece.strip() or piece.strip() in keep else _corrupt_markup(piece, profile)
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def _corrupt_markup(text: str, profile: Profile) -> str:
    """`>` is left bare, as HTML allows: it may end a comment, or a tag with another `>` in an attribute."""
    return corrupt(html.unescape(text), profile).replace("&", "&amp;").replace("<", "&lt;")


@lru_cache(maxsize=64)
def brackets(profile: Profile) -> dict[str, str]:
    """What a site puts behind each character of its table, in the order of the table."""
    inside, after = (" " if profile.spaced == place else "" for place in ("inside", "after"))
    return {char: f"({pinyin if profile.tones else toneless(pinyin)}{inside}){after}" for char, pinyin in profile.table}


def _through_bytes(text: str, profile: Profile, chance: random.Random) -> str:
    data = to_cp936(text)
    marks = annotations_in(data, brackets(profile))
    cuts = [
        found.start()
        for found in _delimiter(profile.delimiters).finditer(data)
        if found.start() + 1 not in marks and chance.random() < profile.cut
    ]
    return read_pieces(data, marks, cuts, profile.orphan)


@cache
def _delimiter(delimiters: str) -> re.Pattern[bytes]:
    return re.compile(b"|".join(re.escape(to_cp936(char)) for char in delimiters) or rb"(?!)")


def annotations_in(data: bytes, table: Mapping[str, str]) -> dict[int, str]:
    """Where a site that replaces bytes puts annotations: offset in `data` -> what is put in before it.

    `table` holds a bracket for each character, in the order in which they are replaced. Of two characters that overlap
    (D588 and 88F3 in D5 88 F3) the second one is found only when it is replaced before the first one tears it apart.
    """
    if len(data) < 2 or not table:
        return {}
    order = np.zeros(0x10000, dtype=np.int32)
    for rank, char in enumerate(table, start=1):
        order[int.from_bytes(to_cp936(char), "big")] = rank
    codes = np.frombuffer(data, dtype=np.uint8).astype(np.uint16)
    ranks = order[(codes[:-1] << 8) | codes[1:]]
    chars, marks, before = list(table), {}, (-2, 0)
    for place in map(int, np.flatnonzero(ranks)):
        rank = int(ranks[place])
        if before[0] + 1 == place and before[1] <= rank:
            continue
        before = (place, rank)
        marks[place + 2] = table[chars[rank - 1]]
    return marks


def read_pieces(data: bytes, marks: Mapping[int, str], cuts: Iterable[int], orphan: str) -> str:
    """Read the bytes of a text as a mirror's decoder does.

    `marks` are the annotations by their offset in `data`, `cuts` the offsets of the delimiters that were cut at; what
    was cut out is a piece of its own. `orphan` is what a lead byte without a trail byte becomes.
    """
    # an annotation comes before a cut at the same place
    edges = sorted([*((place, False) for place in marks), *((place, True) for place in cuts)])
    out, piece, at = [], [], 0
    for place, is_cut in edges:
        piece.append(data[at:place])
        at = place
        if is_cut:
            out += [decode_cp936(b"".join(piece), orphan), decode_cp936(data[place : place + 2])]
            piece, at = [], place + 2
        else:
            piece.append(marks[place].encode("gbk"))
    return "".join((*out, decode_cp936(b"".join((*piece, data[at:])), orphan)))


def to_cp936(text: str) -> bytes:
    """The bytes of a text in GBK, user-defined areas included; what has no code becomes `?`, as it does on mirrors."""
    return text.encode("gbk", "newscrawl.cp936")


def decode_cp936(data: bytes, orphan: str = "?") -> str:
    """Read bytes as the mirrors do: a lead byte without a trail byte gives one `?` and swallows its neighbour.

    >>> decode_cp936(b"\\xc8\\xd5\\x88(q)")
    '日?q)'
    """
    return data.decode("gbk", f"newscrawl.cp936{'' if orphan else '.drop'}")


def _read_odd(orphan: str) -> Callable[[UnicodeError], tuple[str | bytes, int]]:
    """What Python's GBK does not know: user-defined areas (U+E000..U+E765), lead bytes alone, signs without a code."""

    def handle(error: UnicodeError) -> tuple[str | bytes, int]:
        if isinstance(error, UnicodeEncodeError):
            return gbk_bytes(error.object[error.start]) or b"?", error.start + 1
        if not isinstance(error, UnicodeDecodeError):
            raise error
        pair = error.object[error.start : error.start + 2]
        try:
            char = pair.decode("gb18030")
        except UnicodeDecodeError:
            char = orphan
        return char, error.start + len(pair)

    return handle


codecs.register_error("newscrawl.cp936", _read_odd("?"))
codecs.register_error("newscrawl.cp936.drop", _read_odd(""))
