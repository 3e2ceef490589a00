"""newscrawl's settings in a job of Scrapyd: the egg is unpacked once, and articles are kept beside Scrapyd's folders.

Scrapyd puts the egg on the path as the zip file it is. From there neither the language model can be mapped nor the
compiled decoder be kept, and every job would compile it anew, for half a minute.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path


def unpacked(egg: Path) -> Path:
    """The folder beside an egg that holds what is in it; named by its content, for a version may be deployed again."""
    folder = egg.with_name(f"{egg.stem}-{hashlib.sha256(egg.read_bytes()).hexdigest()[:16]}")
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=egg.parent) as fresh, zipfile.ZipFile(egg) as packed:
            whole = Path(fresh, "egg")
            packed.extractall(whole)
            try:
                whole.rename(folder)
            except OSError:
                if not folder.exists():  # else another job was faster
                    raise
    return folder


sys.path.insert(0, str(unpacked(Path(__file__).resolve().parent)))

from newscrawl.settings import *  # noqa: E402, F403

OUTPUT_DIR = str(Path("output").resolve())
