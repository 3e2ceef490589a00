"""A process that kills itself (SIGKILL) at a chosen moment: a row of `POINTS`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

POINTS: dict[str, tuple[str, str, str]] = {
    # name: module, what is called there, and whether the process dies before it, behind it, or half-way
    "locked": ("newscrawl.crawl.ledger.store", "open_ledger", "before"),
    "opened": ("newscrawl.crawl.ledger.files", "settle", "before"),
    "settled": ("newscrawl.crawl.ledger.ledger", "Ledger.start_run", "before"),
    "started": ("newscrawl.crawl.ledger.ledger", "Ledger.start_run", "after"),
    "found": ("newscrawl.crawl.ledger.ledger", "Ledger.find_articles", "after"),
    "taken": ("newscrawl.crawl.ledger.ledger", "Ledger.take", "after"),
    "list read": ("newscrawl.crawl.ledger.ledger", "Ledger.read", "after"),
    "fetched": ("newscrawl.crawl.ledger.ledger", "Ledger.fetched", "after"),
    "decode": ("newscrawl.pipelines", "DecodePipeline.process_item", "after"),
    "restore": ("newscrawl.pipelines", "RestorePipeline.process_item", "after"),
    "extract": ("newscrawl.pipelines", "ExtractPipeline.process_item", "after"),
    "judge": ("newscrawl.pipelines", "JudgePipeline.process_item", "after"),
    "refused": ("newscrawl.crawl.ledger.ledger", "Ledger.refused", "after"),
    "file named": ("newscrawl.crawl.ledger.files", "set_size", "after"),
    "half a line": ("newscrawl.publish.lines", "LineFile.append", "half"),
    "line": ("newscrawl.publish.lines", "LineFile.append", "after"),
    "exported": ("newscrawl.crawl.ledger.ledger", "Ledger.exported", "after"),
    "durable": ("newscrawl.publish.lines", "LineFile.sync", "after"),
    "committed": ("newscrawl.crawl.ledger.ledger", "Ledger.commit", "after"),
    "closing": ("newscrawl.crawl.keeper", "Keeper.spider_closed", "before"),
    "closed": ("newscrawl.crawl.keeper", "Keeper.engine_stopped", "before"),
}

WARC_POINTS: dict[str, tuple[str, str, str]] = {
    # reached with WARC=on only
    "half an exchange": ("newscrawl.crawl.warc.files", "WarcFiles._append", "half"),
    "line behind its page": ("newscrawl.publish.lines", "LineFile.append", "after"),
}


def set_trap(point: str, times: int) -> None:
    """Have this process kill itself when it comes to a point for the nth time."""
    module, dotted, moment = (POINTS | WARC_POINTS)[point]
    owner: Any = import_module(module)
    *path, name = dotted.split(".")
    for part in path:
        owner = getattr(owner, part)
    trap = _trap(getattr(owner, name), moment, times)
    setattr(owner, name, trap)
    if not path:  # a function that others have imported by name
        for other in [m for m in sys.modules.values() if vars(m).get(name) is trap.original]:
            setattr(other, name, trap)
        from newscrawl.crawl import keeper

        setattr(keeper, name, trap)


def _trap(original: Callable[..., Any], moment: str, times: int) -> Any:
    calls = 0

    def trapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls < times:
            return original(*args, **kwargs)
        if moment == "half":
            _write_half(*args)
        if moment == "after":
            original(*args, **kwargs)
        return os.kill(os.getpid(), signal.SIGKILL)

    trapped.original = original  # type: ignore[attr-defined]  # by it other modules are searched for the function
    return trapped


def _write_half(lines: Any, line: str | bytes) -> None:
    """Half of it on the disk, behind all that was written before."""
    if isinstance(line, bytes):
        os.write(lines._file.fileno(), line[: len(line) // 2])
        return
    if lines._file:
        lines._file.flush()
    lines.path.parent.mkdir(parents=True, exist_ok=True)
    with lines.path.open("ab") as file:
        file.write(line.encode()[: len(line) // 2])
