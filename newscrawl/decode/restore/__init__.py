"""Undo the mirrors' channel: `restore(text)` gives the text back that the portal published.

A text that shows no damage is left after a glance (`families`). Else the spots where a mirror's reader lost its step
are decoded (`search`, with the language model of `language`) and held against the channel (`verify`), annotations taken
out, characters mapped back. What is not certain is said (`left`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from newscrawl.decode.restore import families, script
from newscrawl.decode.restore.channel import Profile
from newscrawl.decode.restore.families import Damage
from newscrawl.decode.restore.left import Span, signs, unresolved
from newscrawl.decode.restore.lexicon import simplify

__all__ = ["Restored", "Span", "restore"]

# Stand around a doubtful spot while the text around it changes; no character may have these code points.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
# Of a text so much is shown in a shell.
_SHOWN = 80
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")


@dataclass(slots=True, kw_only=True)
class Restored:
    """A text given back, and how."""

    text: str
    family: str | None = None
    """The damage recognised (A, B, C, C', D, with +commas); None when there was none, and the text is untouched."""
    profile: Profile | None = None
    """The channel as the text shows it: what it annotates, cuts at, drops, folds."""
    steps: list[tuple[str, int]] = field(default_factory=list)
    """What was done, in order: the kind of repair and how many."""
    unresolved: list[Span] = field(default_factory=list)
    """Spots of `text` that are still damaged, or have another reading that is nearly as likely, with the candidates."""
    injected: list[Span] = field(default_factory=list)
    """Blocks of `text` that did not go through the channel: the mirror added them."""

    @property
    def confidence(self) -> float:
        """0 to 1: the share of the damaged spots that were repaired for certain; 1.0 when nothing was damaged."""
        return share_of_certain(sum(count for _, count in self.steps), len(self.unresolved))

    def __repr__(self) -> str:
        """In one line, for shells: a text may be a page's whole source."""
        cut = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        return f"<Restored family={self.family} {dict(self.steps)} {len(self.unresolved)} unresolved: {cut!r}>"


def share_of_certain(repaired: int, unresolved: int) -> float:
    """How far a text can be trusted, 0 to 1, of which so many spots were repaired, and so many are in doubt.

    >>> share_of_certain(3, 1), share_of_certain(0, 0), share_of_certain(0, 2)
    (0.75, 1.0, 0.0)
    """
    return round(repaired / (repaired + unresolved), 4) if unresolved else 1.0


def restore(text: str) -> Restored:
    """Give back the text a mirror has put through its channel; clean text comes back untouched.

    Works on plain text and on HTML source alike.

    >>> restore("發(fā)布時(shí)間:2018年11月29日 來源: 湖北日?qǐng)?bào)").text
    '发布时间:2018年11月29日 来源: 湖北日报'
    """
    damage = families.recognise(text)
    if damage is None:
        return Restored(text=text, unresolved=unresolved(text, damaged=False) or _undecided(text))
    text, candidates, found, delimiters = _decoded(text, damage)
    steps = [("misaligned", found)]
    text, count = families.strip_annotations(text, damage.table)
    steps.append(("annotation", count))
    text, count, foreign = script.to_mainland(text)
    steps.append(("traditional", count))
    if "commas" in damage.family:
        text, count = families.mend_commas(text)
        steps.append(("comma", count))
    text, doubtful = _unmarked(text, candidates, damage)
    left = [*unresolved(text, damaged=True), *(signs(text) if found else ())]
    left = [span for span in left if not any(_overlap(span, doubt) for doubt in doubtful)]
    return Restored(
        text=text,
        family=damage.family,
        profile=_profile(damage, delimiters, bytewise=found > 0),
        steps=[(kind, count) for kind, count in steps if count],
        unresolved=sorted([*left, *doubtful], key=lambda span: span.start),
        injected=_found_in(text, foreign),
    )


def _undecided(text: str) -> list[Span]:
    """The whole of a short traditional text, when it may be a simplified one that was mapped."""
    return [Span(0, text, (text, script.to_mainland(text)[0]))] if script.is_undecided(text) else []


def _decoded(text: str, damage: Damage) -> tuple[str, list[tuple[str, ...]], int, str]:
    """The text in step again, doubtful spots marked, what each may be, how many spots there were, where it was cut."""
    if not families.may_be_out_of_step(text, damage):
        return text, [], 0, ""
    from newscrawl.decode.restore import search  # compiled code, which takes its time to load

    found = search.decode(text, damage)
    parts, done = [], 0
    for spot in found.doubtful:
        end = spot.start + len(spot.seen)
        parts += [found.text[done : spot.start], _OPEN, found.text[spot.start : end], _CLOSE]
        done = end
    return (
        "".join((*parts, found.text[done:])),
        [spot.candidates for spot in found.doubtful],
        found.count,
        "".join(sorted(found.delimiters)),
    )


def _unmarked(text: str, candidates: list[tuple[str, ...]], damage: Damage) -> tuple[str, list[Span]]:
    """The text without the marks, and the spans that they held."""
    parts, spans, length, done = [], [], 0, 0
    for marked, readings in zip(_MARKED.finditer(text), candidates, strict=False):
        parts += [text[done : marked.start()], marked[1]]
        length += marked.start() - done
        plain = tuple(
            families.strip_annotations(reading, damage.table)[0].translate(simplify()) for reading in readings
        )
        spans.append(Span(length, marked[1], plain))
        length, done = length + len(marked[1]), marked.end()
    return "".join((*parts, text[done:])), spans


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.start + len(other.seen) and other.start < one.start + len(one.seen)


def _found_in(text: str, blocks: list[str]) -> list[Span]:
    spans, at = [], 0
    for block in blocks:
        at = text.find(block, at)
        if at < 0:
            break
        spans.append(Span(at, block))
        at += len(block)
    return spans


def _profile(damage: Damage, delimiters: str, *, bytewise: bool) -> Profile:
    return Profile(
        family=damage.family,
        table=tuple(sorted(damage.table.items())),
        tones=not damage.family.startswith("C") or damage.family.startswith("C'"),
        spaced="inside" if damage.family.startswith("C'") else "after" if damage.family.startswith("C") else "",
        bytewise=bytewise,
        delimiters=delimiters,
        orphan="" if damage.seen_to_drop else "?",
        fold=damage.folded,
        double_commas="commas" in damage.family,
    )
