"""A site file to begin with, made from portal.tmpl."""

from __future__ import annotations

import keyword
import re
import string
from pathlib import Path
from urllib.parse import urlsplit

from newscrawl.publish.written import written_whole
from newscrawl.sites import sites

UNNAMED = "待命名"
"""What stands for the name of a site until a person tells it."""
TEMPLATE = Path(__file__).parent / "portal.tmpl"

_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z][a-z0-9-]{0,61}[a-z0-9]|\d{1,3})")
# The address becomes a string of Python.
_NOT_IN_PATH = re.compile(r"[^!-~]|[\"'\\]")
# A domain without a sub-domain: its site answers at www.
_REGISTERED = re.compile(r"[^.]+\.(?:(?:com|net|org|gov|edu)\.)?[a-z][^.]*")
_CHINESE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]*[\u4e00-\u9fff]{2}[\u4e00-\u9fffA-Za-z0-9·]*")
# Folders of tests/pages that are no site's, and those of newscrawl/sites that hold no province's.
_TAKEN = frozenset(("made", "portals", "cms", "demo"))


def write_site(name: str, domain: str, *, title: str, province: str, root: Path, force: bool = False) -> Path:
    """Write a site file below `root`; returns its path. Raises `ValueError` for what will not do, and `OSError`."""
    path = root / checked_word(province, "province") / f"{checked_word(name, 'name')}.py"
    host, start = host_and_start(domain)
    if not _CHINESE.fullmatch(title):
        raise ValueError(f"--title {title!r}: two Chinese characters at the least, and no punctuation")
    if name in sites() and not (force and path.exists()):
        raise ValueError(f"there is a site {name!r} already, in {sites()[name].__module__}")
    if path.exists() and not force:
        raise ValueError(f"{path} is there; --force writes over it")
    values = {"name": name, "classname": _class_name(name), "domain": host, "url": start, "title": title}
    text = string.Template(TEMPLATE.read_text("utf-8")).substitute(values)
    package = path.parent / "__init__.py"
    for file, content in ((package, f'"""{province.capitalize()}."""\n'), (path, text)):
        if file is path or not file.exists():
            with written_whole(file) as stream:
                stream.write(content.encode())
    return path


def checked_word(word: str, what: str) -> str:
    """A word fit for the name of a module and of a folder. Raises `ValueError`."""
    if not _NAME.fullmatch(word) or keyword.iskeyword(word) or word in _TAKEN:
        raise ValueError(f"{what} {word!r}: small letters, digits and _, a letter first, and no word of Python or ours")
    return word


def host_and_start(domain: str) -> tuple[str, str]:
    """(The domain of a site, the address to begin at) from a domain or from an address. Raises `ValueError`.

    >>> host_and_start("cnhubei.com"), host_and_start("http://127.0.0.1:8808/xw/index.html")
    (('cnhubei.com', 'http://www.cnhubei.com/'), ('127.0.0.1', 'http://127.0.0.1:8808/xw/index.html'))
    >>> host_and_start("https://www.cnhubei.com/")
    ('cnhubei.com', 'https://www.cnhubei.com/')
    """
    is_address = "://" in domain
    try:
        parts = urlsplit(domain if is_address else f"http://{domain}")
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise ValueError(f"{domain!r} is neither a domain nor an address: {error}") from error
    if not _HOST.fullmatch(host) or parts.scheme not in ("http", "https") or _NOT_IN_PATH.search(parts.path):
        raise ValueError(f"{domain!r} is neither a domain (cnhubei.com) nor an address (http://www.cnhubei.com/)")
    shown = f"www.{host}" if not is_address and _REGISTERED.fullmatch(host) else host
    return host.removeprefix("www."), f"{parts.scheme}://{shown}{port}{parts.path or '/'}"


def _class_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
