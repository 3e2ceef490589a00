"""Undo the mirrors' channel: `restore(text)` gives the text back that the portal published.

This is the first floor: families A and B with the spots that can be solved locally (`misaligned`), C, C', D and doubled
commas. The full decoder (a search over the byte stream with a language model, checked by running `channel` forward)
takes the place of `misaligned`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from newscrawl.decode.restore import families, misaligned
from newscrawl.decode.restore.misaligned import Span

__all__ = ["Restored", "Span", "restore"]


@dataclass(slots=True, kw_only=True)
class Restored:
    """A text given back, and how."""

    text: str
    family: str | None = None
    """The damage recognised (A, B, C, C', D, with +commas); None when there was none, and the text is untouched."""
    steps: list[tuple[str, int]] = field(default_factory=list)
    """What was done, in order: the kind of repair and how many."""
    unresolved: list[Span] = field(default_factory=list)
    """Spots of `text` that are still damaged."""

    @property
    def confidence(self) -> float:
        """0 to 1: the share of the damaged spots that were repaired; 1.0 when nothing was damaged."""
        repaired = sum(count for _, count in self.steps)
        return 1.0 if not self.unresolved else round(repaired / (repaired + len(self.unresolved)), 4)


def restore(text: str) -> Restored:
    """Give back the text a mirror has put through its channel; clean text comes back untouched.

    Works on plain text and on HTML source alike.

    >>> restore("發(fā)布時(shí)間:2018年11月29日 來源: 湖北日?qǐng)?bào)").text
    '发布时间:2018年11月29日 来源: 湖北日报'
    """
    damage = families.recognise(text)
    if damage is None:
        return Restored(text=text, unresolved=misaligned.unresolved(text, damaged=False))
    steps: list[tuple[str, int]] = []
    for kind, repair in (
        ("misaligned", misaligned.resolve),
        ("annotation", lambda seen: families.strip_annotations(seen, damage.table)),
        ("traditional", lambda seen: families.to_mainland(seen, damage.family)),
        ("comma", families.mend_commas if "commas" in damage.family else None),
    ):
        if repair is not None:
            text, count = repair(text)
            steps += [(kind, count)] if count else []
    return Restored(text=text, family=damage.family, steps=steps, unresolved=misaligned.unresolved(text, damaged=True))
