"""Text from pages where people see it: terminals, logs, spreadsheets. The data themselves are never changed."""

from __future__ import annotations

from pathlib import Path

# What terminals take for commands: the control characters of ASCII (but line's end and tab) as their pictures, and the
# second set of them by number; and the marks that turn the direction of writing, with which an address can be made to
# read like another.
_SHOWN = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"} | {0x7F: "␡"}
_SHOWN |= {code: f"\\x{code:02x}" for code in range(0x80, 0xA0)}
_SHOWN |= {code: f"\\u{code:04x}" for code in (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}

# What spreadsheets take for the beginning of a formula; the full-width ones with Chinese settings.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def visible(text: str) -> str:
    r"""The text with every control character as something that can be seen.

    >>> visible("title \x1b[2J\x9b")
    'title ␛[2J\\x9b'
    """
    return text.translate(_SHOWN)


def shown_path(path: Path) -> str:
    """A path as people type it: from the current folder when it is below that."""
    here = Path.cwd()
    return str(path.resolve().relative_to(here)) if path.resolve().is_relative_to(here) else str(path)


def cell(text: str) -> str:
    """The text as a cell of a spreadsheet that is surely text: what begins like a formula gets an apostrophe before it.

    >>> cell("=HYPERLINK(0)"), cell("2-1")
    ("'=HYPERLINK(0)", '2-1')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
