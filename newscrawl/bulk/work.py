"""One batch restored: what goes out for it, and the tally of it. This is what runs in the worker processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from newscrawl.bulk import diff, lines
from newscrawl.bulk.reading import Batch, Document, UnreadableError, documents_of
from newscrawl.decode.restore import Restored, restore
from newscrawl.page import MAX_BYTES


@dataclass(slots=True)
class Tally:
    """What was done, in numbers that add up."""

    documents: int = 0
    size: int = 0
    """Bytes, unpacked."""
    consumed: int = 0
    """Bytes as they stand in the file."""
    families: Counter[str] = field(default_factory=Counter)
    """Damaged documents by family; "lossy" when there was none, but damaged spots."""
    repairs: Counter[str] = field(default_factory=Counter)
    spots: int = 0
    """Spots that are still damaged."""
    bad: int = 0
    """Lines, or text documents, that were passed through because they could not be read."""
    unreadable: int = 0
    """Files that could not be read to their end."""

    def add(self, other: Tally) -> None:
        """Add another's numbers to these."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def note(self, restored: Restored) -> None:
        """Count one document."""
        self.documents += 1
        self.spots += len(restored.unresolved)
        if restored.family or restored.unresolved:
            self.families[restored.family or "lossy"] += 1
            for kind, count in restored.steps:
                self.repairs[kind] += count


@dataclass(slots=True)
class Done:
    """A batch that went through."""

    tally: Tally
    pieces: list[tuple[int, bytes | None]] = field(default_factory=list)
    """So many bytes of what came in, and what goes out for them; None for the same."""
    complaints: list[tuple[int, str]] = field(default_factory=list)
    """What was wrong with it: the line, and why."""
    error: str | None = None
    """Why nothing more of the file can be read."""
    lines: int = 0
    """Ends of lines that came in."""

    def put(self, size: int, data: bytes | None) -> None:
        """Give out `data` for the next bytes that came in."""
        if data is None and self.pieces and self.pieces[-1][1] is None:
            size += self.pieces.pop()[0]
        self.pieces.append((size, data))


@dataclass(frozen=True, slots=True)
class Work:
    """What to do with a batch; called with one. Can be sent to another process."""

    paths: Sequence[lines.Path] = (("text",),)
    """The fields of JSON lines to restore, as one document."""
    show: bool = False
    """Give out what changed instead of the documents."""
    colour: bool = False

    def __call__(self, batch: Batch) -> Done:
        """Restore every document of the batch."""
        done = Done(Tally(consumed=batch.consumed), error=batch.error)
        try:
            for document in documents_of(batch):
                data = self._one(document, batch, done)
                done.put(len(document.data), None if data is document.data else data)
                done.lines += document.data.endswith(b"\n")
        except UnreadableError as error:
            done.error = str(error)
        return done

    def _one(self, document: Document, batch: Batch, done: Done) -> bytes:
        done.tally.size += len(document.data)
        line = document.line
        try:
            if document.part:
                if document.part > 1:
                    return b"" if self.show else document.data
                raise lines.BadLineError(f"more than {MAX_BYTES:,} bytes")
            before, after, data = self._restored(document, batch, done.tally)
        except UnicodeDecodeError as error:
            line += document.data.count(b"\n", 0, error.start)
            why = "not UTF-8"
        except lines.BadLineError as bad:
            why = str(bad)
        else:
            if not self.show:
                return data
            return diff.show(f"{batch.name}:{line}", before, after, colour=self.colour).encode("utf-8", "replace")
        done.tally.bad += 1
        done.complaints.append((line, why))
        return b"" if self.show else document.data

    def _restored(self, document: Document, batch: Batch, tally: Tally) -> tuple[str, str, bytes]:
        """The document as text, the same restored, and what to give out."""
        text = document.data.decode("utf-8")
        if not text.strip():
            return "", "", document.data
        if batch.form == "jsonl":
            return self._restored_line(text, document.data, tally)
        body = text.removesuffix("\f")
        restored = restore(body)
        tally.note(restored)
        if restored.text == body:
            return body, body, document.data
        return body, restored.text, (restored.text + text[len(body) :]).encode("utf-8", "surrogatepass")

    def _restored_line(self, text: str, data: bytes, tally: Tally) -> tuple[str, str, bytes]:
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        line = lines.parse(text.removeprefix(mark), self.paths)
        restored = restore(line.document)
        clean = not (restored.family or restored.unresolved)
        if clean or (line.reported and restored.text == line.document):  # the report of the first run says more
            tally.note(restored)
            return line.document, line.document, data
        changed = lines.rewrite(line, self.paths, restored)
        tally.note(restored)
        return line.document, restored.text, (mark + changed).encode()
