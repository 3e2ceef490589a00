"""Values as an Arrow type has them: what JSON gave is checked, and brought to what every encoding can hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from types import NoneType
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.types as is_a  # type: ignore[import-untyped]  # it has no types

CHINA = timezone(timedelta(hours=8))
"""The zone in which the day of an article is told."""
Fit = Callable[[Any], Any]
"""Takes a value as JSON has it, returns it as Arrow takes it; raises `ValueError`."""

# Half a surrogate pair stands in no UTF-8; NUL ends a text in C, and databases refuse it.
_UNFIT = re.compile("[\ud800-\udfff\0]")
_INSTEAD = "\ufffd"
_WHOLE = range(-(2**63), 2**63)


def fitted(field: pa.Field) -> Fit:
    """What brings a value to a column. It raises `ValueError` that names the column, and what is wrong.

    >>> fitted(pa.field("body", pa.list_(pa.string()), nullable=False))(["老\\0街", "\\ud83d"])
    ['老\ufffd街', '\ufffd']
    >>> fitted(pa.field("revision", pa.int64()))("1")
    Traceback (most recent call last):
        ...
    ValueError: revision: a whole number is wanted, not str
    """
    fit = _fit(field.type)

    def one(value: Any) -> Any:
        if value is None and not field.nullable:
            raise ValueError(f"{field.name}: nothing there")
        try:
            return fit(value)
        except ValueError as problem:
            raise ValueError(f"{field.name}: {problem}") from None

    return one


def clean(text: str) -> str:
    """The text with U+FFFD for what not every file and reader can hold; as long as before."""
    return _UNFIT.sub(_INSTEAD, text)


def _fit(kind: pa.DataType) -> Fit:
    if is_a.is_list(kind):
        return _list(_fit(kind.value_type))
    if is_a.is_struct(kind):
        return _struct({field.name: _fit(field.type) for field in kind})
    if is_a.is_timestamp(kind):
        return _moment
    if is_a.is_string(kind):
        return _text
    return _whole if is_a.is_integer(kind) else _number


def _list(inner: Fit) -> Fit:
    def fit(value: Any) -> Any:
        if not isinstance(value, (list, NoneType)):
            raise ValueError(f"a list is wanted, not {type(value).__name__}")
        return value if value is None else [inner(one) for one in value]

    return fit


def _struct(inner: Mapping[str, Fit]) -> Fit:
    def fit(value: Any) -> Any:
        if not isinstance(value, (dict, NoneType)):
            raise ValueError(f"an object is wanted, not {type(value).__name__}")
        return value if value is None else {name: fit(value.get(name)) for name, fit in inner.items()}

    return fit


def _text(value: Any) -> str | None:
    if not isinstance(value, (str, NoneType)):
        raise ValueError(f"text is wanted, not {type(value).__name__}")
    return value if value is None else clean(value)


def _whole(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, NoneType)):
        raise ValueError(f"a whole number is wanted, not {type(value).__name__}")
    if value is not None and value not in _WHOLE:
        raise ValueError("a number of more than 64 bits")
    return value


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, NoneType)):
        raise ValueError(f"a number is wanted, not {type(value).__name__}")
    try:
        number = value if value is None else float(value)
    except OverflowError:
        number = math.inf
    if number is not None and not math.isfinite(number):  # JSON has neither NaN nor infinity
        raise ValueError("a number beyond all bounds")
    return number


def _moment(value: Any) -> datetime | None:
    """A time with its offset; ISO 8601 is read as Python 3.10 reads it, which knows no Z."""
    if value is None:
        return None
    if not isinstance(value, (str, datetime)):
        raise ValueError(f"a time is wanted, not {type(value).__name__}")
    moment = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value
    if moment.tzinfo is None:
        raise ValueError("a time without an offset")
    try:
        moment.astimezone(timezone.utc), moment.astimezone(CHINA)
    except OverflowError:
        raise ValueError("a time beyond the calendar") from None
    return moment
