"""More parts than a shell's limit of open files: the buckets raise it as far as they may."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from datatrove.data import Document  # type: ignore[import-untyped]  # it has no types

from newscrawl.dataset.signatures import Buckets, Signatures
from tests.dataset.test_links import paragraph

PARTS = 150


def test_more_parts_than_files_may_be_open(tmp_path: Path) -> None:
    signatures, pairs = str(tmp_path / "signatures"), str(tmp_path / "pairs")
    for part in range(PARTS):
        document = Document(paragraph("A"), f"{part:032x}", metadata={"home": f"http://a.example/{part}"})
        Signatures(signatures).run([document], part)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, before[1]))
    try:
        Buckets(signatures, pairs).run(None, 3, 21)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    found = np.fromfile(tmp_path / "pairs" / "00003_00.dups", "<u4").reshape(-1, 4)
    assert sorted(found[:, 2].tolist()) == list(range(1, PARTS))
