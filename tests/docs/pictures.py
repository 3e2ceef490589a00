"""The pictures of docs/restoration.md, drawn from what newscrawl's own channel, decoder and language model say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import newscrawl
from newscrawl.decode.language import load
from newscrawl.decode.restore.channel import (
    PROFILES,
    annotations_in,
    brackets,
    corrupt,
    decode_cp936,
    to_cp936,
)
from newscrawl.decode.restore.lexicon import to_traditional
from newscrawl.demo import mirror
from newscrawl.demo.news import load_news, portal_path
from newscrawl.explain import explain
from newscrawl.page import Page
from tests.docs.drawing import BOX, MARGIN, Drawing

PROFILE = PROFILES["A-bytes"]
LOST = "湖北日报"
OFF = "当地流传一句话：“一动"
STORY, FIELD = "s210", "body[3]"
"""A paragraph of the demo's mirror with every kind of damage."""
DOUBTFUL = "今天的四百枚没有了，明天请早！我们都来"


def pictures() -> dict[str, str]:
    """Name -> SVG."""
    return {
        "lost-byte": _lost_byte(),
        "one-byte-off": _one_byte_off(),
        "before-after": _before_after(),
        "candidates": _candidates(),
    }


@dataclass(frozen=True, slots=True)
class Cell:
    """A byte on its way through the mirror; `put` when the mirror put it there."""

    byte: int
    put: bool


@dataclass(frozen=True, slots=True)
class Read:
    """What the mirror's reader made of some bytes."""

    char: str
    size: int


def cells(text: str) -> list[Cell]:
    """The bytes of a text with what the mirror puts in."""
    data = to_cp936(text.translate(to_traditional()))
    marks = annotations_in(data, brackets(PROFILE))
    found: list[Cell] = []
    for place, byte in enumerate(data):
        found += [Cell(put, True) for put in marks.get(place, "").encode("gbk")]
        found.append(Cell(byte, False))
    return found + [Cell(put, True) for put in marks.get(len(data), "").encode("gbk")]


def reading(data: bytes) -> Iterator[Read]:
    """Read bytes as the mirror does, two at a time from a lead byte on."""
    at = 0
    while at < len(data):
        size = 1 if data[at] < 0x80 else 2
        yield Read(decode_cp936(data[at : at + size]), size)
        at += size


def _lost_byte() -> str:
    picture = Drawing(f"How a mirror makes {corrupt(LOST, PROFILE)} of {LOST}", 800)
    picture.say("1. The portal wrote four characters. The mirror maps them to traditional ones, two bytes each in GBK.")
    data = to_cp936(LOST.translate(to_traditional()))
    _written(picture, data, 36)
    picture.say("2. The mirror looks for bytes that it has a reading for, and does not care where a character begins:")
    for place, mark in sorted(annotations_in(data, brackets(PROFILE)).items()):
        pair = data[place - 2 : place]
        astride = place % 2 == 1
        picture.box(pair.hex(" ").upper(), MARGIN + (place - 2) * 36, 72, "lost" if astride else "put", letters="byte")
        found = f"= {pair.decode('gbk')} {mark}" + (", which nobody wrote: it lies astride two" if astride else "")
        picture.text(found, MARGIN + place * 36 + 8, "said", 20)
        picture.end_row()
    _put_and_read(picture, LOST, 36, "3. Each reading is put behind its two bytes.")
    picture.say(
        "A lead byte takes the bracket behind it along: no such character, so one ? for both. The bracket is gone,"
    )
    picture.say("and so is the byte.")
    _given_back(picture, LOST, 36)
    return picture.svg()


def _one_byte_off() -> str:
    width = 23
    picture = Drawing("A text read one byte off", 2 * MARGIN + width * len(cells(OFF)))
    picture.say("1. What the portal wrote, in traditional characters.")
    _written(picture, to_cp936(OFF.translate(to_traditional())), width)
    _put_and_read(
        picture, OFF, width, "2. The mirror finds 94 B5 = 數 astride 當 and 地 and puts (shù) into the middle of 地."
    )
    picture.say("D8, the second byte of 地, now begins a character, and every pair behind it is a wrong one (violet),")
    picture.say(
        "until something of one byte, such as the next bracket, is swallowed and brings the reader into step again."
    )
    _given_back(picture, OFF, width)
    return picture.svg()


def _written(picture: Drawing, data: bytes, width: int) -> None:
    for place in range(0, len(data), 2):
        picture.box(data[place : place + 2].decode("gbk"), MARGIN + place * width, 2 * width, "plain")
    picture.end_row()
    for place, byte in enumerate(data):
        picture.box(f"{byte:02X}", MARGIN + place * width, width, "plain", letters="byte")
    picture.end_row(8)


def _put_and_read(picture: Drawing, text: str, width: int, said: str) -> None:
    """The bytes with what was put in, and what the mirror's reader makes of them."""
    line = cells(text)
    picture.say(said)
    for place, cell in enumerate(line):
        shown = chr(cell.byte) if cell.byte < 0x80 else f"{cell.byte:02X}"
        picture.box(shown, MARGIN + place * width, width, "put" if cell.put else "plain", letters="byte")
    picture.end_row(8)
    picture.say("What comes out when this is read as GBK again:")
    at, out = 0, ""
    for read in reading(bytes(cell.byte for cell in line)):
        picture.box(read.char, MARGIN + at * width, read.size * width, _kind(line, at, read))
        at, out = at + read.size, out + read.char
    assert out == corrupt(text, PROFILE), "the picture does not show what the channel does"
    picture.end_row(8)


def _kind(line: Sequence[Cell], at: int, read: Read) -> str:
    """How a character that was read is shown: lost, put in, read one byte off, or as it was."""
    if read.char == "?":
        return "lost"
    if line[at].put:
        return "put"
    own = sum(not cell.put for cell in line[:at])
    return "off" if own % 2 else "plain"


def _given_back(picture: Drawing, text: str, width: int) -> None:
    restored = newscrawl.restore(corrupt(text, PROFILE)).text
    picture.say("What newscrawl gives back (in simplified characters, as the portal had them):")
    for place, char in enumerate(restored):
        picture.box(char, MARGIN + 2 * place * width, 2 * width, "good")
    picture.end_row()


def _candidates() -> str:
    """The readings of a spot that stays in doubt, with what each costs."""
    seen = corrupt(DOUBTFUL, PROFILE)
    restored = newscrawl.restore(seen)
    (spot,) = restored.unresolved
    before, behind = restored.text[: spot.start][-3:], restored.text[spot.start + len(spot.seen) :][:3]
    costs = {reading: load().cost(reading + behind, before) for reading in spot.candidates}
    picture = Drawing("The readings of a spot that stays in doubt", 800)
    picture.say("Seen:")
    picture.text(seen, 400, "han")
    picture.y += 10
    picture.say("One byte is gone. Each of these can have stood there, and the mirror would have made the same of it.")
    picture.say(f"What each costs behind {before} and before {behind}, in nats (less is likelier):")
    for candidate, cost in costs.items():
        picture.box(before + candidate + behind, MARGIN, 150, "good" if candidate == spot.seen else "plain")
        picture.box(f"{cost:.1f}", MARGIN + 160, cost * 14, "good" if candidate == spot.seen else "put", letters="byte")
        picture.end_row()
    return picture.svg()


_KINDS = {"annotation": "put", "traditional": "mapped", "misaligned": "off", None: "plain"}
_LEGEND = (
    ("mapped", "mapped to a traditional character"),
    ("put", "its reading put behind it"),
    ("off", "read one byte off"),
)


def _before_after() -> str:
    """A paragraph of the demo, piece by piece, as the explanation of its page has them."""
    story = next(story for story in load_news() if story.id == STORY)
    page = Page(url="http://127.0.0.1/", body=mirror.answer(portal_path(story), "").body)
    picture = Drawing("A paragraph as the mirror serves it, and as it is given back", 820)
    picture.say("Above: as the mirror serves it. Below: as it is given back.")
    x = float(MARGIN)
    for seen, restored, kind in _short(explain(page).as_dict()["pieces"][FIELD]):
        width = 8 + max(_width(seen), _width(restored))
        if x + width > 800 + MARGIN / 2:
            x = MARGIN
            picture.end_row(BOX + 12)
        picture.box(_shown(seen), x, width, _KINDS[kind])
        picture.box(restored, x, width, "good" if kind else "plain", dy=BOX)
        x += width
    picture.end_row(BOX + 12)
    for place, (kind, said) in enumerate(_LEGEND):
        picture.box("", MARGIN + place * 265, 24, kind)
        picture.text(said, MARGIN + 32 + place * 265, "said", 20)
    picture.end_row()
    return picture.svg()


def _short(pieces: Sequence[Sequence[str]]) -> Iterator[tuple[str, str, str | None]]:
    """Pieces with their kind; what was not damaged is cut into short ones, so that lines can end anywhere."""
    for seen, restored, kind, _ in pieces:
        if kind:
            yield seen, restored, kind
        else:
            for at in range(0, len(seen), 4):
                yield seen[at : at + 4], seen[at : at + 4], None


def _shown(text: str) -> str:
    """A character that no font has is shown as a box."""
    return "".join("\N{WHITE SQUARE}" if "\ue000" <= char <= "\uf8ff" else char for char in text)


def _width(text: str) -> float:
    return sum(17.5 if char > "\u2000" else 9.5 for char in text)
