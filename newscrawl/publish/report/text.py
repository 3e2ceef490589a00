"""Text as a report prints it: nothing that came off a page may act in the browser, or hide from the reader."""

from __future__ import annotations

from urllib.parse import urlsplit

from newscrawl.bulk.diff import changes

# Not "printable" to Python, but ordinary in Chinese text.
_ORDINARY = "\n\t\u3000\u00a0"
# Below this many seconds, or so many of a unit, a figure needs a decimal.
_FEW = 10


def visible(text: str) -> str:
    r"""Control, direction and invisible characters by their numbers; all others as they are.

    >>> visible("a\x1b[31m\u202eb\ud800")
    'a‹U+001B›[31m‹U+202E›b‹U+D800›'
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character.isprintable() or character in _ORDINARY:
        return character
    return f"‹U+{ord(character):04X}›"


def link_target(url: str | None) -> str | None:
    """The address for a link; None when it must not be one: only http(s) with a host, and nothing invisible in it.

    >>> link_target("https://a.cn/1"), link_target("javascript:alert(1)"), link_target("http:///x")
    ('https://a.cn/1', None, None)
    """
    if not url or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None


def count(number: float) -> str:
    """A whole number with commas.

    >>> count(1234567.4)
    '1,234,567'
    """
    return f"{number:,.0f}"


def duration(seconds: float) -> str:
    """Seconds as a person says them.

    >>> duration(0.0213), duration(4.25), duration(75.2), duration(7384)
    ('21 ms', '4.2 s', '1 min 15 s', '2 h 3 min')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(count_of_bytes: float) -> str:
    """Bytes in the unit that fits.

    >>> size(0), size(1_535_778), size(31_000_000_000)
    ('0 kB', '1.5 MB', '31 GB')
    """
    for unit, step in (("GB", 1e9), ("MB", 1e6)):
        if count_of_bytes >= step:
            amount = count_of_bytes / step
            return f"{amount:.1f} {unit}" if amount < _FEW else f"{amount:,.0f} {unit}"
    return f"{count_of_bytes / 1e3:,.0f} kB"


def per_cent(share: float) -> str:
    """A share (0 to 1) in per cent; 100% only when it is all, 0% only when it is nothing.

    >>> per_cent(0.5), per_cent(1), per_cent(0.9999), per_cent(0.0001)
    ('50%', '100%', '99.9%', '<0.1%')
    """
    if 0.995 <= share < 1:
        return f"{min(share * 100, 99.9):.1f}%"
    if 0 < share < 0.005:
        return f"{share * 100:.1f}%" if share >= 0.0005 else "<0.1%"
    return f"{share:.0%}"


def marked(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Two versions of a text as pieces, each with whether it changed.

    >>> marked("日?qǐng)?bào)記者", "日报记者")
    ([('日', False), ('?qǐng)?bào)記', True), ('者', False)], [('日', False), ('报记', True), ('者', False)])
    """
    stretches = list(changes(before, after))
    return _side(stretches, 0), _side(stretches, 1)


def _side(stretches: list[tuple[str, str]], side: int) -> list[tuple[str, bool]]:
    pieces: list[tuple[str, bool]] = []
    for stretch in stretches:
        piece, changed = stretch[side], stretch[0] != stretch[1]
        if pieces and pieces[-1][1] == changed:
            pieces[-1] = (pieces[-1][0] + piece, changed)
        elif piece:
            pieces.append((piece, changed))
    return pieces
