"""newscrawl gives the original article back from Chinese regional portals and from the mirrors that wreck their pages.

The map, in the order an article travels:

    crawl       fetches: front page -> lists -> articles; what is not fetched is refused by name; crawl/ledger remembers
    decode      bytes -> text: the character set by an order of belief, mojibake undone
    restore     decode/restore: a mirror's traditional characters, pinyin and lost bytes undone, by the language model
                in decode/language
    extract     text -> fields: by a layout of the site, else by the general extractor, or from flattened text
    judge       what is no article or was read before is refused; a mirror's copy is pointed at its portal
    publish     articles to output/articles/<site>/, refusals to output/rejects/<site>/, JSON lines; a run's record
                and report
    archives    pages that are here already: files, folders, WARC, Parquet, JSON lines, read across damage
    farm        sites as jobs for several machines: a queue, workers, and a table of what is done
    bulk        restore and extract over files of any size: documents, processes, JSON lines changed in place
    dataset     articles without copies, in files that others load; blocks: our steps as those of datatrove
    cases       saved pages, against which every site is held; suggest: a layout proposed from a few pages
    score       how right the fields are on saved pages whose truth is known, beside other extractors

    explain     why an article came out as it did, stage by stage, for shells, terminals and the inspector
    inspector   a page beside its article, and files of articles to go through, as HTML; its server on this machine

    flow        tells the stages decode, restore, extract, judge once; pipelines runs them in Scrapy
    items       the record, Article; refused: every reason by name
    sites       one description a site; cms: templates that sites share; templates: what a new site file is made from
    tables      knowledge that grows by rows; demo: the embedded portal, its mirror, a hostile host
    commands    scrapy <command>; usage: wrong use told; progress: a line on the terminal; shown: text from pages where
                people see it

The functions below are the flow without Scrapy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from newscrawl.items import Article
from newscrawl.page import Page
from newscrawl.refused import Refused

if TYPE_CHECKING:
    from newscrawl.decode.restore import Restored

__all__ = ["Article", "Refused", "Restored", "read_article", "read_text", "restore"]
__version__ = "0.1.0"

# The stages are imported when they are first needed: every command imports this package, for its settings.


def __getattr__(name: str) -> Any:
    if name == "Restored":
        from newscrawl.decode.restore import Restored

        return Restored
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _run(page: Page) -> Article:
    from newscrawl import flow

    return flow.run(Article(url=page.url or None, pages=[page]))


def read_article(body: bytes, url: str = "", headers: Mapping[str, str] | None = None) -> Article:
    """Read a page of HTML as it came over the wire.

    `url` is where it came from (pictures and links become absolute, sites are recognised by it), `headers` the
    answer's: only content-type is looked at, in any case. Raises `Refused`, and nothing else, for what is no article.
    """
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise Refused(
            "bad_input", f"read_article takes bytes, not {type(body).__name__}; read_text takes text", url=url
        )
    if headers is not None and not isinstance(headers, Mapping):
        raise Refused("bad_input", f"headers are a mapping, not {type(headers).__name__}", url=url)
    if not isinstance(url, str):
        raise Refused("bad_input", f"url is text, not {type(url).__name__}")
    lower = {_text(name).lower(): _text(value) for name, value in (headers or {}).items()}
    return _run(Page(url=url, body=bytes(body), headers=lower))


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def read_text(text: str, url: str = "") -> Article:
    """Read a page that was flattened to text, a block a line, as archives hold it.

    Raises `Refused`, and nothing else, for what is no article.
    """
    if not isinstance(text, str):
        raise Refused(
            "bad_input", f"read_text takes text, not {type(text).__name__}; read_article takes bytes", url=url
        )
    return _run(Page(url=url, text=text, flat=True))


def restore(text: str) -> Restored:
    """Give back the text that a mirror has put through its channel; clean text comes back untouched.

    Raises `Refused("bad_input")` when `text` is no text.
    """
    if not isinstance(text, str):
        raise Refused("bad_input", f"restore takes text, not {type(text).__name__}")
    from newscrawl.decode.restore import restore as undo

    return undo(text)
