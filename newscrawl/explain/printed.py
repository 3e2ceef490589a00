"""An explanation as lines for people: stage by stage, in colours where they are wanted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from newscrawl.explain import Explanation, Field
from newscrawl.explain.align import Piece
from newscrawl.shown import visible

_COLOURS = {"head": "1", "good": "32", "seen": "31", "dim": "2", "bad": "1;31", "doubt": "33"}
# What is shown of a long value, and of the paragraphs with repairs.
_LONG, _SHOWN = 100, 3
# Text kept around a repair that is shown, in characters.
_AROUND = 8
# Lines of junk, and of spots in doubt.
_MOST_LINES = 8


class Printer:
    """Makes the lines; `colour` says whether with the commands of ANSI terminals."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def lines(self, told: Explanation) -> Iterator[str]:
        """The whole explanation."""
        yield self._paint("head", told.url or "a page without an address")
        yield from self._decode(told)
        yield from self._restore(told)
        yield from self._extract(told)
        yield from self._junk(told)
        yield from self._verdict(told)

    def _paint(self, name: str, text: str) -> str:
        text = visible(text)
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if self._colour and text else text

    def _decode(self, told: Explanation) -> Iterator[str]:
        if not told.decode or not (told.decode["charset"] or told.flat):
            return
        yield self._stage("decode", told.decode["charset"] or "text, no bytes to decode", told.decode["why"])
        if told.decode["overruled"]:
            yield f"  overruled: {self._paint('seen', told.decode['overruled'])}"
        if told.decode["mended"]:
            yield f"  mojibake: {told.decode['mended']} runs read again with the right character set"

    def _restore(self, told: Explanation) -> Iterator[str]:
        if not told.restore:
            return
        family = told.restore["family"]
        if not family:
            yield self._stage("restore", "nothing was damaged")
            return
        counts = ", ".join(f"{count} {kind}" for kind, count in told.restore["counts"].items())
        yield self._stage("restore", f"family {family}: {counts}", f"confidence {told.restore['confidence']}")
        yield from self._examples(told)
        for spot in told.unresolved[:_MOST_LINES]:
            yield f"  {self._paint('doubt', 'in doubt')}    {spot['field']:<9} {self._doubt(told, spot)}"
        yield from _more(told.unresolved)

    def _doubt(self, told: Explanation, spot: Mapping[str, Any]) -> str:
        """The spot in its text, and what may stand there."""
        text = "".join(piece.restored for piece in told.pieces.get(spot["field"], ()))
        before, after = text[: spot["start"]], text[spot["start"] + len(spot["seen"]) :]
        around = f"{before[-_AROUND:]}[{spot['seen']}]{after[:_AROUND]}"
        some = [_one_line(one) for one in spot["candidates"][:_MOST_LINES]]
        more = f" or {len(spot['candidates']) - len(some)} others" if len(spot["candidates"]) > len(some) else ""
        why = f"may be {' or '.join(some)}{more}: all fit what is seen" if some else "lost for good"
        return visible(f"{_one_line(around)}  {why}")

    def _examples(self, told: Explanation) -> Iterator[str]:
        """The first repairs of each kind."""
        shown: dict[str, int] = {}
        for name, pieces in told.pieces.items():
            for number, piece in enumerate(pieces):
                if piece.kind and shown.setdefault(piece.kind, 0) < _SHOWN:
                    shown[piece.kind] += 1
                    bytes_of = self._paint("dim", piece.note.partition(";")[0])
                    yield f"  {piece.kind:<11} {name:<9} {self._repair(pieces, number)}  {bytes_of}"

    def _repair(self, pieces: list[Piece], number: int) -> str:
        """…two words[seen -> restored]two words…"""
        before = "".join(piece.restored for piece in pieces[:number])[-_AROUND:]
        after = "".join(piece.restored for piece in pieces[number + 1 :])[:_AROUND]
        piece = pieces[number]
        seen, restored = self._paint("seen", piece.seen[:_LONG]), self._paint("good", piece.restored[:_LONG])
        return f"{visible(before)}[{seen} → {restored}]{visible(after)}"

    def _extract(self, told: Explanation) -> Iterator[str]:
        if not told.fields:
            return
        yield self._stage("extract", next((one.how or "" for one in told.fields if one.name == "body"), "no body"))
        for fit in told.layouts:
            missing = ", ".join(fit.missing)
            yield f"  layout {visible(fit.name)}: " + (
                "fits" if fit.fits else f"does not fit, the page lacks {visible(missing)}"
            )
        for one in told.fields:
            yield from self._field(one)

    def _field(self, one: Field) -> Iterator[str]:
        value = self._paint("good", _short(one.value)) if one.value else self._paint("dim", "nothing")
        yield f"  {one.name:<14} {value}" + (f"  {self._paint('dim', f'by {one.how}')}" if one.how else "")
        if same := [other["rule"] for other in one.others if other["value"] == one.value]:
            yield f"  {'':<14} {self._paint('dim', 'so say, too: ' + ', '.join(same))}"
        for other in one.others:
            if other["value"] != one.value:
                yield f"  {'':<14} {self._paint('dim', other['rule'])}: {self._paint('seen', _short(other['value']))}"
        if one.seen and one.name not in ("title", "body"):
            yield f"  {'':<14} {self._paint('dim', 'on the page: ' + _short(one.seen[0]))}"

    def _junk(self, told: Explanation) -> Iterator[str]:
        if told.junk:
            yield self._stage("junk", f"{len(told.junk)} blocks taken off")
        for junk in told.junk[:_MOST_LINES]:
            yield f"  {junk['kind']:<14} {visible(_short(junk['text']))}  {self._paint('dim', junk['why'])}"
        yield from _more(told.junk)

    def _verdict(self, told: Explanation) -> Iterator[str]:
        for line in told.trace:
            if line.startswith(("mirror_of: ", "original_url: ", "people: not decided")):
                yield f"  {visible(line)}"
        if told.refused is None:
            yield self._stage("verdict", self._paint("good", "an article"))
            return
        refused = told.refused
        yield self._stage("verdict", self._paint("bad", f"refused: {refused['reason']}"), refused["meaning"])
        if refused["detail"]:
            yield f"  {visible(refused['detail'])}"
        if refused["advice"]:
            yield f"  what to do: {refused['advice']}"

    def _stage(self, name: str, what: str, why: str = "") -> str:
        what = what if "\x1b" in what and self._colour else visible(what)
        return f"{self._paint('head', f'{name:<9}')} {what}" + (f"  {self._paint('dim', why)}" if why else "")


def _short(value: Any) -> str:
    """A value in one line: of a text its beginning, of paragraphs how many there are as well."""
    if isinstance(value, list) and value and isinstance(value[0], str) and sum(map(len, value)) > _LONG:
        return f"{len(value)} paragraphs, {sum(map(len, value))} characters: {value[0][: _LONG // 2]}…"
    if isinstance(value, dict):
        return " ".join(str(one) for one in value.values() if one)
    text = ", ".join(map(_short, value)) if isinstance(value, list) else value if isinstance(value, str) else str(value)
    return f"{text[:_LONG]}…" if len(text) > _LONG else text


def _one_line(text: str) -> str:
    return text.replace("\n", "␊")


def _more(lines: Sequence[object]) -> Iterator[str]:
    if len(lines) > _MOST_LINES:
        yield f"  and {len(lines) - _MOST_LINES} more (--json has them all)"
