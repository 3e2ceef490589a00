"""The forward model gives the very artefacts that were seen on mirrors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from newscrawl.decode.restore.channel import PROFILES, corrupt, decode_cp936, table_of
from newscrawl.decode.restore.lexicon import UNMAPPED, gbk_bytes, to_simplified, to_traditional

CASES = "channel"
BYTES = replace(PROFILES["A-bytes"], fold=False)
TEXT = "县里开会，讨论农业发展：修路！“好。”他说（一致同意）；由于下雨，明天再来？"


def test_channel(row: dict[str, Any]) -> None:
    assert corrupt(row["input"], BYTES) == row["expected"]


@pytest.mark.parametrize("name", PROFILES)
def test_same_text_same_damage(name: str) -> None:
    assert len({corrupt(TEXT, PROFILES[name]) for _ in range(3)}) == 1
    table_of.cache_clear()
    assert corrupt(TEXT, PROFILES[name]) == corrupt(TEXT, replace(PROFILES[name]))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("A", "縣里開會(huì),討論農(nóng)業(yè)發(fā)展:"),
        ("B", "縣里開(kāi)會(huì),討論農(nóng)業(yè)發(fā)展:"),
        ("C", "縣里開(kai) 會(hui) ,討論農(nong) 業(ye) 發(fa) 展:"),
        ("C'", "縣里開(kāi )會(huì ),討論農(nóng )業(yè )發(fā )展:"),
        ("D", "縣里開會，討論農業發展："),
        ("commas", "縣里開會(huì),,討論農(nóng)業(yè)發(fā)展:"),
        ("A-bytes", "縣里開會(huì),討論農(nóng)業(yè)發(fā)展:"),
    ],
)
def test_profile(name: str, seen: str) -> None:
    assert corrupt("县里开会，讨论农业发展：", PROFILES[name]) == seen


def test_only_one_family_changes_yu() -> None:
    assert corrupt("由于", PROFILES["C"]) == "由於"
    assert corrupt("由于", PROFILES["A"]) == "由于"


def test_what_the_map_leaves_alone() -> None:
    stays = "".join(sorted(UNMAPPED))
    assert corrupt(stays, PROFILES["D"]) == stays


def test_map_goes_there_and_back_one_to_one() -> None:
    forward, back = to_traditional(), to_simplified()
    assert len(set(forward.values())) == len(forward)
    assert all(back[ord(form)] == chr(code) and gbk_bytes(form) for code, form in forward.items())


def test_orphans_swallow_one_byte() -> None:
    assert decode_cp936(b"\xc8\xd5\x88(q)") == "日?q)"
    assert decode_cp936(b"\xa1\xa3\xa1") == "。?"
    assert decode_cp936(b"\xd5<p>") == "?p>"
    assert decode_cp936(b"") == ""


def test_user_defined_areas_become_private_characters() -> None:
    assert decode_cp936(bytes.fromhex("aaa1 f8a1")) == "\ue000\ue234"
