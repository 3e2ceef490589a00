"""Spots where the mirror's decoder lost its step: the part of them that can be solved on the spot.

At such a spot a lead byte was lost (it shows as `?`), and what follows is read one byte off until an ASCII character.
The lost byte is pinned down when an annotation follows it (`日?qǐng)?bào)`: the byte before and the lost one are a
character read qǐng), or when the mirror cut 。“ or 。” in two. The rest is left as it is and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from newscrawl.decode.restore.families import PINYIN, is_reading
from newscrawl.decode.restore.lexicon import CJK, everyday, gbk_bytes

_TOKEN = re.compile(
    rf"(?P<lost>\?)(?:(?P<lost_pinyin>[{PINYIN}]{{1,6}})\))?|\((?P<pinyin>[{PINYIN}]{{1,6}})\)|(?P<char>.)"
)
_START = re.compile(rf"\?(?=[{PINYIN}]{{1,6}}\)|[！!，,；;：:？。])")
# Elsewhere than at the end of a paragraph the character lost with ” may be a digit (。”12月), and the spot stays.
_QUOTATION_CUT = re.compile(r"\?[！!]\?(?=<|(?P<tag>/p>|/div>)|(?P<line>\n)|\Z)")
_ANNOTATIONS_BEFORE = re.compile(rf"\([{PINYIN}]{{1,6}}\)$")
_ODD = re.compile(rf"[{CJK}\ue000-\uf8ff]")
_FULL_STOP_LEAD = 0xA1
# What may stand behind a full stop that was cut; 。、 is no full stop but a character such as 海 (BA A3) in 上海、
_AFTER_FULL_STOP = frozenset("“”‘’《【")
# A character whose second byte is A3, with ” behind it, is cut just as 。” is. The words that end with such a one:
_TERMS = frozenset(
    "學校 高校 軍校 黨校 母校 全校 名校 上海 大海 南海 東海 北海 沿海 青海 黃海 渤海 出海 幸福 祝福 造福 規模 勞模 "
    "楷模 日常 正常 經常 非常 異常 平常 環保 社保 醫保 低保 擔保 確保 富裕 寬裕 黃牛 蝸牛 水牛 奶牛 頭牛 中專 大專 "
    "暫停 過剩 病危 安危 塵埃 滄桑 腦梗 客棧 慶祝 顆粒 玩耍 迷茫 蒼茫 糟蹋".split()
)
_TERM_ENDS = "".join({term[1] for term in _TERMS})
# ”, and ”。 stand behind a term; a sentence ends inside its quotation.
_AFTER_A_TERM = frozenset("，。、；：！？,;:!?）)")
_DOUBLED = re.compile("[，。、；：]{2}")
_CLOSING = frozenset("’》）)")
_SAYS = re.compile("[^，。、；：！？,;:!?“”的]{1,12}?(?:[說道]|表示|介紹|告訴|認為|指出|強調|坦言)")
_BRACKETS = re.compile(rf"\([{PINYIN}]{{1,6}}\)")

# A solved spot shows where the one before it ends, so a second look solves more; a third has not found anything yet.
_ROUNDS = 3

# A long article has some hundreds of spots. A page with more than this is a trap, and solving them would take minutes.
_MOST_SPOTS = 5_000

# A spot that needs more tokens than this to come back into step is left to the full decoder.
_LONGEST = 60
_BEAM = 24
# Costs of a character; set so that one rare character (a name) in a solved spot is accepted, two in a row are not.
_EVERYDAY, _RARE, _NEVER = 1.0, 5.0, 30.0
_ACCEPTED = 1.8
_MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class Span:
    """A spot in a text: `start` in characters, and the characters seen there."""

    start: int
    seen: str


@dataclass(frozen=True, slots=True)
class _Path:
    """A reading of the bytes so far: the text, the lead byte that waits for its trail, the last two bytes, the cost."""

    text: str
    pending: int | None
    last: tuple[int, int]
    cost: float

    def feed(self, data: bytes) -> _Path | None:
        """The path after more bytes; None when they cannot be read so."""
        path: _Path | None = self
        for byte in data:
            path = path and path._feed_one(byte)
        return path

    def _feed_one(self, byte: int) -> _Path | None:
        last = (self.last[1], byte)
        if self.pending is None:
            if byte < 0x81 or byte == 0xFF:
                return None
            return _Path(self.text, byte, last, self.cost)
        char = _character(self.pending, byte)
        return _Path(self.text + char, None, last, self.cost + _cost(char)) if char else None


def _character(lead: int, trail: int) -> str:
    try:
        char = bytes((lead, trail)).decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return char if len(char) == 1 else ""


def _cost(char: str) -> float:
    if char in everyday() or char in "，。、；：？！“”‘’（）《》—…·":
        return _EVERYDAY
    return _RARE if "\u4e00" <= char <= "\u9fff" else _NEVER


def resolve(text: str) -> tuple[str, int]:
    """Solve the spots of a damaged text that can be solved here. Returns the text and how many were.

    >>> resolve("湖北日?qǐng)?bào)")
    ('湖北日報', 1)
    >>> resolve("新聞?lì)l道")
    ('新聞頻道', 1)
    """
    count = 0
    for _ in range(_ROUNDS):
        text, solved = _one_round(text)
        count += solved
        if not solved:
            break
    return text, count


def _one_round(text: str) -> tuple[str, int]:
    out: list[str] = []
    done = count = 0
    for start in islice(_START.finditer(text), _MOST_SPOTS):
        if start.start() < done:
            continue
        if solved := _closed(text, start.start()) or _solve(text, start.start()):
            out += [text[done : start.start()], solved[0]]
            done = solved[1]
            count += 1
    return "".join((*out, text[done:])), count


def _closed(text: str, start: int) -> tuple[str, int] | None:
    """。” at the end of a paragraph: the trail byte of ” was lost too, with the `<` or the line end behind it."""
    cut = _QUOTATION_CUT.match(text, start)
    if not cut or not _closes_sentence(text[:start], ""):
        return None
    swallowed = "<" if cut["tag"] else "\n" if cut["line"] else ""
    return f"。”{swallowed}", cut.end()


def _solve(text: str, start: int) -> tuple[str, int] | None:
    """(What stood there, where it ends in `text`) for the spot that begins at `start`, or None."""
    before = _bytes_before(text, start)
    paths = [_Path("", None, before, 0.0)]
    for number, token in enumerate(_TOKEN.finditer(text, start)):
        paths = sorted((after for path in paths for after in _after(path, token)), key=lambda path: path.cost)[:_BEAM]
        if not paths or number > _LONGEST:
            return None
        if _in_step(text, token) and (ended := [path for path in paths if path.pending is None]):
            convincing = _convincing(text[:start], ended, _following(text, token))
            return (ended[0].text, token.end()) if convincing else None
    return None


def _bytes_before(text: str, start: int) -> tuple[int, int]:
    """The two bytes before the spot, looking past the annotation of the character before."""
    head = _ANNOTATIONS_BEFORE.sub("", text[max(0, start - 12) : start])
    data = gbk_bytes(head[-1]) if head else None
    return (data[0], data[1]) if data else (0, 0)


def _after(path: _Path, token: re.Match[str]) -> Iterator[_Path]:
    """The paths that one more token of the seen text allows."""
    if token["lost_pinyin"]:
        yield from _with_lost_annotated(path, token["lost_pinyin"])
    elif token["lost"]:
        # without an annotation behind it, the only lost byte certain enough here is that of a full stop
        candidate = path.feed(bytes((_FULL_STOP_LEAD,))) if path.pending is None else None
        if candidate:
            yield candidate
    elif token["pinyin"]:
        if is_reading(_character(*path.last) or "?", token["pinyin"]):
            yield path
    else:
        for data in _bytes_of(token["char"]):
            if candidate := path.feed(data):
                yield candidate


def _with_lost_annotated(path: _Path, pinyin: str) -> Iterator[_Path]:
    for lost in range(0x40, 0xFF):
        char = _character(path.last[1], lost)
        if char and is_reading(char, pinyin) and (candidate := path.feed(bytes((lost,)))):
            yield candidate


def _bytes_of(char: str) -> Iterator[bytes]:
    """The bytes a seen character may stand for: its own, and for ASCII also its full-width form's (folded later)."""
    if char > "\x7f":
        if data := gbk_bytes(char):
            yield data
    elif char >= "\x21":
        yield bytes((ord(char),))
        yield bytes((0xA3, ord(char) | 0x80))


def _in_step(text: str, token: re.Match[str]) -> bool:
    """Whether the seen text may be in step again after this token: behind ASCII or a lost byte, or before ASCII."""
    following = _following(text, token)[:8]
    if token["lost"]:
        return bool(token["lost_pinyin"])
    if not following or following[0] in "<\n":
        return True
    # a letter may also be what folding left of a full-width one; then the text behind it is still out of step
    return bool(token["char"] and "@" <= token["char"] < "\x7f") and not _is_out_of_step(following)


def _following(text: str, token: re.Match[str]) -> str:
    """What stands behind a token, without annotations."""
    return _BRACKETS.sub("", text[token.end() : token.end() + 40])


def _convincing(before: str, ended: list[_Path], after: str) -> bool:
    """Whether the best reading is everyday text, clearly better than the next, and closes a quotation sensibly."""
    best = ended[0]
    if best.cost > _ACCEPTED * len(best.text) or _DOUBLED.search(best.text):
        return False
    if any(other.text != best.text and other.cost - best.cost < _MARGIN for other in ended[1:]):
        return False
    if best.text.startswith("。") and best.text[1:2] not in _AFTER_FULL_STOP:
        return False
    return not best.text.startswith("。”") or _closes_sentence(before, best.text[2:] + after)


def _closes_sentence(before: str, after: str) -> bool:
    """Whether 。” suits its place: it ends an open quotation that is no mere term (学校” is cut in the same way).

    `after` is what stands behind it, empty at the end of a paragraph.
    """
    is_said = _SAYS.match(after) is not None
    # the opening quotation mark may stand in a spot that is not solved (yet); then somebody must be saying it
    opened = max(map(before.rfind, ("“", "?！", "?!") if is_said else "“"))
    if opened <= before.rfind("”") or after[:1] in _AFTER_A_TERM:
        return False
    quoted = _BRACKETS.sub("", before[opened + 1 :])
    is_long = len(quoted) > 12
    if any(quoted[-1:] + end in _TERMS for end in _TERM_ENDS):
        return is_said and is_long
    return not after or is_said or is_long or quoted[-1:] in _CLOSING


_LEFT = re.compile(rf"\?[{PINYIN}]{{1,6}}\)|[@-Z\[-~]\([{PINYIN}]*[^ -~()ɑɡ][{PINYIN}]*\)|[\ue000-\uf8ff]|\?[！!]\?")
_CUT = re.compile(r"\?(?:[！!](?=[^\s”’）)])|[，,；;：:？。](?=([^\x00-\x7f]{2,12})))")
_LOST = re.compile("\ufffd+|(?:锟斤拷)+")


def unresolved(text: str, *, damaged: bool) -> list[Span]:
    """The spots of a text that cannot be trusted, in order: bytes lost for good, and, in a text known to be `damaged`
    by the channel, what the channel left. (Elsewhere a private character is an icon and `?!` is an exclamation.)
    """
    spans = []
    if "\ufffd" in text or "锟斤拷" in text:
        spans += [Span(match.start(), match[0]) for match in _LOST.finditer(text)]
    if damaged:
        spans += [Span(match.start(), match[0]) for match in _LEFT.finditer(text)]
        spans += [
            Span(match.start(), match[0]) for match in _CUT.finditer(text) if not match[1] or _is_out_of_step(match[1])
        ]
    return sorted(spans, key=lambda span: span.start)


def _is_out_of_step(run: str) -> bool:
    """Whether a run of characters is read one byte off: such a run is full of rare characters."""
    odd = _ODD.findall(run)
    return sum(char not in everyday() for char in odd) >= max(1, 0.25 * len(odd))
