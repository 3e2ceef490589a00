"""The forward model gives the very artefacts that were seen on mirrors."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newscrawl.decode.restore.channel import (
    PROFILES,
    Profile,
    annotations_in,
    brackets,
    corrupt,
    decode_cp936,
    read_pieces,
    table_of,
    to_cp936,
)
from newscrawl.decode.restore.lexicon import UNMAPPED, gbk_bytes, to_simplified, to_traditional
from tests.decode.made_profiles import DELIMITERS, profile_of, profiles, tables

CASES = "channel"
BYTES = replace(PROFILES["A-bytes"], fold=False)
DROPPED = replace(BYTES, orphan="")
FIXED = settings(
    derandomize=True, max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
TEXT = "县里开会，讨论农业发展：修路！“好。”他说（一致同意）；由于下雨，明天再来？"


def test_channel(row: dict[str, Any]) -> None:
    """Rows without a profile show a site as wild pages do, before anything was folded."""
    profile = profile_of(row["profile"]) if "profile" in row else BYTES
    assert corrupt(row["input"], profile, row.get("seed", 0)) == row["expected"]


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


def test_orphans_may_be_dropped() -> None:
    assert decode_cp936(b"\xc8\xd5\x88(q)", "") == "日q)"
    assert decode_cp936(b"\xa1\xa3\xa1", "") == "。"


def test_user_defined_areas_become_private_characters() -> None:
    assert decode_cp936(bytes.fromhex("aaa1 f8a1")) == "\ue000\ue234"


# What the channel has to get right: annotated characters, delimiters, and what joins them to pairs astride.
PIECES = st.one_of(
    st.sampled_from([pair[0] for family in "AB" for pair in table_of(family)]),
    st.sampled_from(
        [*DELIMITERS, "。“", "。”", "、", "\u3000", "\n", "日報", "聞頻", "當地", "們該", "讓，", "說", "還", "\ue63a"]
    ),
    st.sampled_from([chr(code) for code in range(0x4E00, 0x9FA6, 7)]),
    st.sampled_from("aZ09(<? ~"),
)
traditional = st.builds("".join, st.lists(PIECES, max_size=40))


@FIXED
@given(text=traditional, profile=profiles(1))
@example(text="日報", profile=BYTES)
@example(text="當地", profile=replace(BYTES, table=BYTES.table[::-1]))
def test_annotations_are_those_of_one_replacement_after_the_other(text: str, profile: Profile) -> None:
    data, marks = to_cp936(text), annotations_in(to_cp936(text), brackets(profile))
    put_in, at = [], 0
    for place in sorted(marks):
        put_in += [data[at:place], marks[place].encode("gbk")]
        at = place
    assert b"".join((*put_in, data[at:])) == replaced(data, profile)


@FIXED
@given(text=traditional, profile=profiles(1), places=st.sets(st.integers(0, 80), max_size=6))
@example(text="。“堅持", profile=BYTES, places={1})
def test_pieces_are_read_one_by_one(text: str, profile: Profile, places: set[int]) -> None:
    data = to_cp936(text)
    cuts = [place for place in sorted(places) if place + 2 <= len(data) and place + 1 not in places]
    edges = [0, *(edge for place in cuts for edge in (place, place + 2)), len(data)]
    pieces = [data[start:end] for start, end in pairwise(edges)]
    # what was cut out is read by itself, and a delimiter's bytes are always a character
    orphans = [("?" if number % 2 else profile.orphan) for number in range(len(pieces))]
    assert read_pieces(data, {}, cuts, profile.orphan) == "".join(map(read_naively, pieces, orphans))


@FIXED
@given(text=traditional, profile=profiles(1), seed=st.integers(0, 3))
@example(text="日報。“堅持，讓，我們該當地", profile=replace(BYTES, delimiters=DELIMITERS), seed=0)
def test_whole_channel_does_what_naive_sites_do(text: str, profile: Profile, seed: int) -> None:
    always = replace(profile, traditional=False, fold=False, cut=1.0)
    cut_at = b"(" + b"|".join(to_cp936(char) for char in profile.delimiters) + b")"
    pieces = re.split(cut_at, replaced(to_cp936(text), profile))
    expected = "".join(read_naively(piece, profile.orphan) for piece in pieces)
    assert corrupt(text, always, seed) == expected


@FIXED
@given(text=traditional, profile=profiles(1), seed=st.integers(0, 99))
def test_same_seed_same_text(text: str, profile: Profile, seed: int) -> None:
    assert corrupt(text, profile, seed) == corrupt(text, replace(profile), seed)


@FIXED
@given(text=traditional, profile=profiles(1), seeds=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_seed_matters_where_only_some_are_cut(text: str, profile: Profile, seeds: tuple[int, int]) -> None:
    never, always = (replace(profile, cut=cut) for cut in (0.0, 1.0))
    uncut = replace(profile, delimiters="")
    assert corrupt(text, never, seeds[0]) == corrupt(text, uncut, seeds[1])
    assert corrupt(text, always, seeds[0]) == corrupt(text, always, seeds[1])


def test_half_of_the_cuts_happen() -> None:
    text, half = "他说好。“是”。\n" * 200, replace(DROPPED, cut=0.5)
    cut = [corrupt(text, half, seed).count("！") for seed in range(4)]
    assert len(set(cut)) > 1
    assert all(80 < count < 120 for count in cut)


@FIXED
@given(table=tables(2))
def test_order_of_a_table_matters_only_where_pairs_overlap(table: tuple[tuple[str, str], ...]) -> None:
    apart = "\n".join(char for char, _ in table)
    one, other = (replace(BYTES, traditional=False, table=rows) for rows in (table, table[::-1]))
    assert corrupt(apart, one) == corrupt(apart, other)
    assert corrupt(apart, one) == "\n".join(f"{char}({pinyin})" for char, pinyin in table)


def replaced(data: bytes, profile: Profile) -> bytes:
    """The bytes after one replacement for each row of the table, as a simple site does it."""
    for char, bracket in brackets(profile).items():
        data = data.replace(to_cp936(char), to_cp936(char) + bracket.encode("gbk"))
    return data


def read_naively(data: bytes, orphan: str) -> str:
    """Byte by byte: ASCII, or a lead byte with the next one, whatever that is."""
    out, at = "", 0
    while at < len(data):
        pair = data[at : at + (1 if data[at] < 0x80 else 2)]
        sound = (len(pair) == 1 and pair[0] < 0x80) or (
            len(pair) == 2 and pair[0] not in (0x80, 0xFF) and is_trail(pair[1])
        )
        out += pair.decode("gb18030") if sound else orphan
        at += len(pair)
    return out


def is_trail(byte: int) -> bool:
    return 0x40 <= byte <= 0xFE and byte != 0x7F
