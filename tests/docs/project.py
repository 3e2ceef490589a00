"""A copy of the project for tests to play in: output and ports of its own, the code and packages of the tests."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.live import ROOT

# The demo's usual ports, in the order of newscrawl/demo/server.py, which a page of the docs may name.
USUAL_PORTS = ("8808", "8809")

_SETTINGS = """\
from newscrawl.settings import *
OUTPUT_DIR = {output!r}
DEMO_PORTAL_PORT, DEMO_MIRROR_PORT = {ports}
"""


def copy_project(folder: Path, ports: tuple[int, int]) -> Path:
    """Make a folder look like a fresh checkout that was set up; gives it back.

    The code is that of the tests (`environment` names it): by any other path the decoder would be compiled anew. Only
    the tables, which people look at, lie where they do in a checkout.
    """
    (folder / "output").mkdir(parents=True)
    _set_up(folder / ".venv")
    for name in ("README.md", "Makefile", "requirements.txt"):
        shutil.copy2(ROOT / name, folder)
    (folder / "newscrawl").mkdir()
    for name in ("docs", "newscrawl/tables", "tests"):
        (folder / name).symlink_to(ROOT.resolve() / name)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = of_the_copy\n")
    (folder / "of_the_copy.py").write_text(_SETTINGS.format(output=str(folder / "output"), ports=ports))
    return folder


def _set_up(venv: Path) -> None:
    """What `make` takes for an environment that is ready, so that it installs nothing."""
    venv.mkdir()
    for part in Path(sys.prefix).iterdir():
        if not part.name.startswith("."):
            (venv / part.name).symlink_to(part)
    for stamp in (".runs", ".tests"):
        (venv / stamp).touch()


def environment(folder: Path) -> dict[str, str]:
    """What commands in the copy are run with: as after `source .venv/bin/activate`."""
    hidden = ("SCRAPY_SETTINGS_MODULE", "SCRAPY_PROJECT", "VENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "ARGS")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    return env | {"PATH": path, "PYTHONPATH": str(ROOT.resolve()), "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
