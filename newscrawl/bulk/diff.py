"""What changed between two versions of a text, for a person to look at.

Not by difflib, which takes quadratic time, and on repetitive text cubic: repairs are short and in their places, so that
after a change both versions meet again a few characters on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newscrawl.shown import visible

_FAR = 48
"""Characters that a change may take at most to be found as one: no repair takes away, or puts in, half as many."""
_MEETING = 2
"""Equal characters in a row that end a change."""
_OFFSETS = sorted(
    ((at, to) for at in range(_FAR + 1) for to in range(_FAR + 1)), key=lambda pair: (sum(pair), abs(pair[0] - pair[1]))
)
_GAP = 1
"""Changes so few characters apart are shown as one: 發(fā)布時(shí)間."""
_AROUND = 12
"""Characters of context."""

_BOLD, _RED, _GREEN, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[0m"

Change = tuple[str, str]
"""A stretch as seen and as restored; the same twice where nothing changed."""


def show(name: str, before: str, after: str, *, colour: bool) -> str:
    """The changed stretches with their surroundings, below a line with `name`; nothing when there are none.

    Without colour as wdiff does it.

    >>> print(show("a.txt:1", "湖北日?qǐng)?bào)記者", "湖北日报记者", colour=False), end="")
    --- a.txt:1
    湖北日[-?qǐng)?bào)記-]{+报记+}者
    """
    if before == after:
        return ""
    found = _joined(changes(before.replace("\r\n", "\n"), after.replace("\r\n", "\n")))
    shown = [
        _context(seen, first=number == 0, last=number == len(found) - 1)
        if seen == restored
        else _changed(seen, restored, colour=colour)
        for number, (seen, restored) in enumerate(found)
    ]
    head = f"--- {visible(name)}"
    return "\n".join([f"{_BOLD}{head}{_PLAIN}" if colour else head, "".join(shown).strip("\n"), ""])


def changes(before: str, after: str) -> Iterator[Change]:
    """Both versions as stretches, in order. Put together again they are the two versions."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) != len(new):
        old, new = [before], [after]
    for seen, restored in zip(old, new, strict=True):
        yield from _changes(seen, restored)


def _changes(old: str, new: str) -> Iterator[Change]:
    at, to = 0, 0
    while at < len(old) or to < len(new):
        size = _equal(old, new, at, to)
        if size:
            yield old[at : at + size], new[to : to + size]
            at, to = at + size, to + size
            continue
        more, less = _meeting(old[at : at + _FAR + _MEETING], new[to : to + _FAR + _MEETING])
        yield old[at : at + more], new[to : to + less]
        at, to = at + more, to + less


def _equal(old: str, new: str, at: int, to: int) -> int:
    """How many characters are equal from here."""
    size, most = 0, min(len(old) - at, len(new) - to)
    while size < most and old[at + size] == new[to + size]:
        size += 1
    return size


def _meeting(old: str, new: str) -> tuple[int, int]:
    """How many characters to leave out of each for the rest to begin alike; the fewest there are, else `_FAR`."""
    return next(
        (
            (at, to)
            for at, to in _OFFSETS
            if at <= len(old) and to <= len(new) and old[at : at + _MEETING] == new[to : to + _MEETING]
        ),
        (_FAR, _FAR),
    )


def _joined(stretches: Iterable[Change]) -> list[Change]:
    """Neighbours of a kind as one; a short equal stretch between two changes belongs to them."""
    kept: list[_Run] = []
    for seen, restored in stretches:
        kept.append(_Run(seen == restored, len(seen), [(seen, restored)]))
        if len(kept) > 1 and kept[-1].equal == kept[-2].equal:
            _merge(kept, 2)
        if len(kept) > 2 and not kept[-1].equal and kept[-2].size <= _GAP and kept[-2].parts[0][0] != "\n":
            _merge(kept, 3)
    return [("".join(part[0] for part in run.parts), "".join(part[1] for part in run.parts)) for run in kept]


@dataclass(slots=True)
class _Run:
    """Stretches of one kind; put together at the end, for strings that grow bit by bit take quadratic time."""

    equal: bool
    size: int
    parts: list[Change]


def _merge(kept: list[_Run], count: int) -> None:
    first, *others = kept[-count:]
    for other in others:
        first.size += other.size
        first.parts += other.parts
    del kept[1 - count :]


def _context(text: str, *, first: bool, last: bool) -> str:
    """What stands between two changes: the ends of it, and a line's end when there is one."""
    text = visible(text)
    head = "" if first else text.partition("\n")[0]
    tail = "" if last else text.rpartition("\n")[2]
    if head == tail == text and len(text) <= 2 * _AROUND:
        return text
    cut = "…" if len(head) > _AROUND else "", "…" if len(tail) > _AROUND else ""
    between = "\n".join(cut) if "\n" in text and not (first or last) else "…" if any(cut) else ""
    return f"{head[:_AROUND]}{between}{tail[-_AROUND:]}"


def _changed(seen: str, restored: str, *, colour: bool) -> str:
    seen, restored = (visible(part.replace("\n", "↵")) for part in (seen, restored))
    if colour:
        return f"{_RED}{seen}{_PLAIN}{_GREEN}{restored}{_PLAIN}"
    return (f"[-{seen}-]" if seen else "") + (f"{{+{restored}+}}" if restored else "")
