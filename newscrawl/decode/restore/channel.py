"""The forward model: what a mirror does to a text. It makes test data and the pages of the demo mirror.

The steps are those read off wild pages: characters to traditional one by one, pinyin behind the characters of a table,
bytes cut where they should not be, punctuation folded. A profile says which of them a site applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from newscrawl.decode.restore.lexicon import to_traditional, toneless
from newscrawl.tables import rows

_FOLD = {ord(full): chr(ord(full) - 0xFEE0) for full in "，：！？（）；"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one mirror damages text."""

    family: str
    """The family's name, as `Repairs.family` gives it."""
    traditional: bool = True
    """Whether characters are mapped to traditional ones."""
    also: str = ""
    """Pairs of a character and what the site's own map makes of it, where others leave it: 于於."""
    table: str | None = None
    """The family whose rows of tables/annotated.tsv get pinyin; None for no annotations."""
    tones: bool = True
    """Pinyin with tone marks."""
    spaced: str = ""
    """Where a space goes: "after" the bracket, or "inside" it, before the closing one."""
    bytewise: bool = False
    """Work on GBK bytes, so that annotations and cuts hit pairs that straddle two characters."""
    fold: bool = True
    """Fold full-width ，：！？；（） to ASCII afterwards."""
    double_commas: bool = False
    """Write each comma twice."""


PROFILES: dict[str, Profile] = {
    "A": Profile(family="A", table="A"),
    "B": Profile(family="B", table="B"),
    "C": Profile(family="C", also="于於", table="B", tones=False, spaced="after"),
    "C'": Profile(family="C'", table="B", spaced="inside"),
    "D": Profile(family="D", fold=False),
    "commas": Profile(family="A+commas", table="A", double_commas=True),
    "A-bytes": Profile(family="A", table="A", bytewise=True),
}


@cache
def table_of(family: str) -> dict[str, str]:
    """Traditional character -> pinyin with tone marks, the rows of one family, most often sighted first."""
    return {row["char"]: row["pinyin"] for row in rows("annotated") if row["family"] == family}


def corrupt(text: str, profile: Profile) -> str:
    """Put plain text (no tags) through the channel. Deterministic.

    >>> corrupt("发布时间：湖北日报", PROFILES["A"])
    '發(fā)布時(shí)間:湖北日報(bào)'
    >>> corrupt("湖北日报", PROFILES["A-bytes"])
    '湖北日?qǐng)?bào)'
    """
    if profile.traditional:
        text = text.translate(to_traditional()).translate(str.maketrans(profile.also[::2], profile.also[1::2]))
    if profile.table:
        text = _annotate_bytes(text, profile) if profile.bytewise else _annotate(text, profile)
    if profile.fold:
        text = text.translate(_FOLD)
    if profile.double_commas:
        text = text.replace("，", "，，").replace(",", ",,")
    return text


def _annotate(text: str, profile: Profile) -> str:
    table = table_of(profile.table or "")
    return "".join(char + _bracket(table[char], profile) if char in table else char for char in text)


def _bracket(pinyin: str, profile: Profile) -> str:
    inside, after = (" " if profile.spaced == place else "" for place in ("inside", "after"))
    return f"({pinyin if profile.tones else toneless(pinyin)}{inside}){after}"


def _annotate_bytes(text: str, profile: Profile) -> str:
    data = text.encode("gbk", "replace")
    # in the order of the codes: 當(dāng)?shù) comes out only when 數 (94B5, astride 當地) goes before 當 (AE94)
    for char, pinyin in sorted(table_of(profile.table or "").items()):
        key = char.encode("gbk")
        data = data.replace(key, key + _bracket(pinyin, profile).encode("gbk"))
    cut = "！".encode("gbk")
    return "！".join(decode_cp936(piece) for piece in data.split(cut))


def decode_cp936(data: bytes) -> str:
    """Read bytes as the mirrors do: a lead byte without a trail byte gives one `?` and swallows its neighbour.

    >>> decode_cp936(b"\\xc8\\xd5\\x88(q)")
    '日?q)'
    """
    out: list[str] = []
    at = 0
    while at < len(data):
        step = 2 if data[at] >= 0x80 else 1
        try:
            out.append(data[at : at + step].decode("gb18030"))
        except UnicodeDecodeError:
            out.append("?")
        at += step
    return "".join(out)
