"""Which made-up article plays which part, by the ids of news/*.jsonl. In brackets: the template its date asks for."""

from __future__ import annotations

PAGES: dict[str, int] = {"j305": 3, "j312": 2, "w410": 2}
"""Articles printed on several pages: how many."""

SITEMAP_ONLY = ("y109", "s206", "j310")
"""Found through the sitemap and no other way."""

RSS_ONLY = ("y112", "s202", "w411")
"""Found through the RSS feed and no other way."""

REPEATED = "y111"
"""Stands at two addresses with the same text (/p/ and /content/)."""

TRACKED = frozenset({"y121", "s220", "s209"})
"""Channel lists link to these with a tracking parameter, the front page without."""

LYING_LABEL = frozenset({"y104", "s215"})
"""UTF-8 pages that are declared gb2312 (cloud)."""

UTF8_HEADER = "s203"
"""The header says utf-8, the bytes are GB18030 (trs)."""

GBK_HEADER = "y107"
"""The header says gbk, the bytes are UTF-8 (cloud)."""

FLAKY = "s217"
"""Answers 500 at the first request."""

SLOW = "y106"
"""The first byte comes late."""

PROFILES: dict[str, str] = {
    **dict.fromkeys(("y105", "s211", "j304"), "C"),
    **dict.fromkeys(("y114", "s208", "w405"), "C'"),
    **dict.fromkeys(("y117", "s214", "j315"), "D"),
    **dict.fromkeys(("y103", "s205", "w408"), "commas"),
    **dict.fromkeys(("y102", "y115", "s204", "s210", "j306", "w409"), "A-bytes"),
}
"""The damage on the mirror, where it is not A or B."""
