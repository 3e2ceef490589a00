"""When an article was published: a time out of a line, an address or a meta tag, always with the offset +08:00.

The forms in daily use are read by a pattern (4 microseconds); dateparser (a millisecond) reads what is left: relative
times, 12-hour clocks, English months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import urlsplit

import dateparser

from newscrawl.items import Precision

CHINA = timezone(timedelta(hours=8))
# The first Chinese newspapers went on line in January 1995 (神州学人, 12 January).
EARLIEST = datetime(1995, 1, 1, tzinfo=CHINA)

# 2023 05/12 09:15:21, the template of 新华网, has a blank between year and month; its clock shows that it is a day.
_BLANK = r"\s+(?=\d\d\s*/\s*\d\d\s+\d\d:\d\d)"
_DATE = rf"(?<!\d)((?:19|20)\d\d)(?:\s*[-/.年]\s*|{_BLANK})(\d{{1,2}})\s*[-/.月]\s*"
_DATE += r"(\d\d(?=\d\d[:：]\d\d)|\d{1,2}(?!\d))\s*[日号號]?"
_WEEKDAY = r"[ T\u3000\xa0,，（(]*(?:星期.|周.)?[）) \u3000]*"
_CLOCK = (
    rf"(?:{_WEEKDAY}(上午|下午|晚上|凌晨|中午)?\s*(\d{{1,2}})\s*[:：时時点]\s*(\d{{1,2}})(?!\d)"
    r"(?:\s*[:：分]\s*(\d{1,2})(?!\d))?[分秒]?(?:\s*([AaPp])[Mm]\b)?)?"
)
_ZONE = r"(?:\.\d+)?\s*(Z|[+-](?:0\d|1[0-4]):?[0-5]\d(?!\d))?"
_TIME = re.compile(_DATE + _CLOCK + _ZONE)
# /2019-09/24/, /2019/0924/, /201909/24, /20190924/ and /t20190924_1 in addresses; the numbers in content_20120614.html
# and /p/20100115.html are articles', not days.
_MONTH, _DAY = r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_IN_URL = re.compile(
    rf"(?<!\d)((?:19|20)\d\d)[-_/.]{_MONTH}[-_/.]?{_DAY}(?!\d)|(?<!\d)((?:19|20)\d\d){_MONTH}[-_/.]{_DAY}(?!\d)"
    rf"|(?:/[a-z]?|[?&](?:d|day|date)=)((?:19|20)\d\d){_MONTH}{_DAY}(?=[/_A-Z&]|\d{{6}}(?!\d)|$)"
)
_RELATIVE = re.compile(r"(?:\d{1,2}|半)\s*(?:秒钟?|分钟|小时|天)前|刚刚|(?:今天|昨天|前天)\s*\d{1,2}:\d{2}")
_YEARLESS = re.compile(r"(?<![\d-])(\d{1,2})[-/月](\d{1,2})日?[ \u3000]*(\d{1,2}):(\d{2})(?!\d)")
# 08-07-16 09:35, with its clock: the year of two digits that portals printed until about 2010, and platforms print.
_SHORT_YEAR = re.compile(r"(?<![\d-])([012]\d)-(\d\d)-(\d\d)\s*(\d\d):(\d\d)(?!\d)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_CHINESE = re.compile(
    r"[二一][〇零○九][〇零○一二三四五六七八九]{2}年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)


@dataclass(frozen=True, slots=True)
class Published:
    """A time with its offset, and how exact it is (with day the clock is at 00:00)."""

    at: datetime
    precision: Precision


def parse_time(text: str, *, fetched_at: datetime | None = None) -> Published | None:
    """The first time in a line of text; relative ones (3小时前) are counted back from `fetched_at` and need it.

    Times without an offset are China's. Impossible dates, times before 1995 and, where `fetched_at` is known, more
    than a day after it are refused: None.

    >>> found = parse_time("发布时间：2018年11月29日15:37 来源： 湖北日报")
    >>> found.at.isoformat(), found.precision
    ('2018-11-29T15:37:00+08:00', 'minute')
    """
    text = text.translate(_FULL_WIDTH)
    for match in _TIME.finditer(text):
        if (found := _from_match(match)) and _is_possible(found.at, fetched_at):
            return found
    if chinese := _CHINESE.search(text):
        found = _at(int(chinese[0][:4].translate(_DIGITS)), _number(chinese[1]), _number(chinese[2]))
        return found if found and _is_possible(found.at, fetched_at) else None
    if short := _SHORT_YEAR.search(text):
        year, month, day, hour, minute = map(int, short.groups())
        found = _at(2000 + year, month, day, hour, minute)
        return found if found and _is_possible(found.at, fetched_at or datetime.now(CHINA)) else None
    return _relative(text, fetched_at)


def _from_match(match: re.Match[str]) -> Published | None:
    year, month, day, half, hour, minute, second, english, zone = match.groups()
    if hour is None:
        return _at(int(year), int(month), int(day))
    hours = _of_day(int(hour), "下午" if english in ("p", "P") else "上午" if english else half)
    found = _at(int(year), int(month), int(day), hours, int(minute), int(second) if second else None)
    if found is None or not zone or zone == "+08:00":
        return found
    offset = datetime.strptime(zone.replace("Z", "+0000").replace(":", ""), "%z").tzinfo
    try:
        return Published(found.at.replace(tzinfo=offset).astimezone(CHINA), found.precision)
    except OverflowError:  # 9999-12-31T23:59:59Z is never
        return None


def _of_day(hour: int, half: str | None) -> int:
    """The hour of a 24-hour clock: 下午3 is 15, 凌晨12 is 0."""
    if half in ("下午", "晚上") and hour < 12:
        return hour + 12
    return 0 if half in ("上午", "凌晨") and hour == 12 else hour


def _at(
    year: int, month: int, day: int, hour: int | None = None, minute: int = 0, second: int | None = None
) -> Published | None:
    precision: Precision = "day" if hour is None else "minute" if second is None else "second"
    try:
        return Published(datetime(year, month, day, hour or 0, minute, second or 0, tzinfo=CHINA), precision)
    except ValueError:
        return None


def _number(word: str) -> int:
    """Eleven and its like: 十一, 二十, 三十一, 五."""
    tens, ten, ones = word.rpartition("十")
    units = int(ones.translate(_DIGITS)) if ones else 0
    return units + (10 * int(tens.translate(_DIGITS) or 1) if ten else 0)


def _is_possible(at: datetime, fetched_at: datetime | None) -> bool:
    return at >= EARLIEST and (fetched_at is None or at <= fetched_at + timedelta(days=1))


def _relative(text: str, fetched_at: datetime | None) -> Published | None:
    if fetched_at is None:
        return None
    here = fetched_at.astimezone(CHINA)
    if yearless := _YEARLESS.search(text):
        month, day, hour, minute = map(int, yearless.groups())
        candidates = (_at(year, month, day, hour, minute) for year in (here.year, here.year - 1))
        return next((found for found in candidates if found and found.at <= here + timedelta(days=1)), None)
    relative = _RELATIVE.search(text)
    if not relative:
        return None
    settings = {"RELATIVE_BASE": here.replace(tzinfo=None), "RETURN_AS_TIMEZONE_AWARE": False}
    parsed = dateparser.parse(relative[0], languages=["zh"], settings=settings)
    if parsed is None:
        return None
    precise = "天" not in relative[0] or ":" in relative[0]
    at = parsed.replace(tzinfo=CHINA, second=0, microsecond=0)
    return Published(at, "minute") if precise else _at(at.year, at.month, at.day)


def says_when(text: str) -> bool:
    """Whether a line tells a day: with its year, or without it and with a clock (07-02 08:11)."""
    return parse_time(text) is not None or _YEARLESS.search(text) is not None


def clock_on(text: str, day: Published) -> Published | None:
    """The time of day that a line without a year (07-02 08:11) gives for a day that is known from elsewhere."""
    for match in _YEARLESS.finditer(text):
        month, number, hour, minute = map(int, match.groups())
        if (month, number) == (day.at.month, day.at.day):
            return _at(day.at.year, month, number, hour, minute)
    return None


def parse_meta(value: str, *, fetched_at: datetime | None = None) -> Published | None:
    """The time in the value of a meta tag or of JSON-LD: nearly always ISO 8601; anything else goes to dateparser."""
    if found := parse_time(value, fetched_at=fetched_at):
        return found
    if not re.search(r"\d{4}", value) or len(value) > 60:
        return None
    # STRICT_PARSING: a month without a day is no date; dateparser would take today's
    settings = {"TIMEZONE": "+0800", "RETURN_AS_TIMEZONE_AWARE": True, "STRICT_PARSING": True}
    try:
        parsed = dateparser.parse(value, languages=["en", "zh"], settings=settings)
        at = parsed.astimezone(CHINA) if parsed else None
    except OverflowError:  # 9999-12-31T23:59:59Z is never
        return None
    if at is None or not _is_possible(at, fetched_at):
        return None
    if ":" not in value:
        return _at(at.year, at.month, at.day)
    return Published(at, "second" if at.second else "minute")


def parse_url(url: str, *, fetched_at: datetime | None = None) -> Published | None:
    """The day that an address names, as /202405/t20240513_15249693.htm or /content/2020-02/23/content_1.html do."""
    try:
        parts = urlsplit(url)
    except ValueError:  # http://[::1
        return None
    for match in _IN_URL.finditer(f"{parts.path}?{parts.query}"):
        year, month, day = (part for part in match.groups() if part)
        found = _at(int(year), int(month), int(day))
        if found and _is_possible(found.at, fetched_at or datetime.now(CHINA)):
            return found
    return None
