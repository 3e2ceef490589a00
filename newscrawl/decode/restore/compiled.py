"""How the inner loop of the decoder is compiled: by Numba, at the first call, once for each machine and version."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

from newscrawl.decode.language import __file__ as _language

# The search reads its file, and a constant of it is compiled in.
_LANGUAGE = Path(_language)

Function = TypeVar("Function", bound=Callable[..., Any])

_MODULES = ("compiled", "shapes", "beam", "likely", "steps", "walk")


def compiled(function: Function) -> Function:
    """Compile a function at its first call, and keep the machine code where it can be kept."""
    config: Any = numba.config
    chosen, config.CACHE_DIR = config.CACHE_DIR, _CACHE
    try:
        return cast(Function, numba.njit(cache=bool(_CACHE))(function))
    finally:
        config.CACHE_DIR = chosen


def _cache() -> str:
    """A folder for the machine code of just these modules; empty when none can be written, and nothing is kept.

    Numba looks at the module of a function only, so a function would go on with old code of another module's.
    """
    here = Path(__file__).parent
    sources = b"".join((here / f"{name}.py").read_bytes() for name in _MODULES) + _LANGUAGE.read_bytes()
    name = f"decoder-{hashlib.sha256(sources).hexdigest()[:16]}"
    for place in (here / "__pycache__", Path("~/.cache/newscrawl").expanduser()):
        folder = place / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, RuntimeError):
            continue
        if os.access(folder, os.W_OK):
            return str(folder)
    return ""


_CACHE = _cache()
