"""What a crawl has read before, in this run or an earlier one, as its ledger knows it."""

from __future__ import annotations

from newscrawl.crawl.ledger.ledger import Ledger
from newscrawl.items import Article
from newscrawl.judge.repeat import headline_key

# Far more than can be on their way: as many pages as are downloaded at a time, and those that wait for the pipelines.
_UNWRITTEN = 1_000


class SeenInLedger:
    """The articles of a site; `originals` is the ledger of the portal that it copies.

    Articles are judged one after the other and written a little later: the texts judged last are kept here.
    """

    def __init__(self, ledger: Ledger, originals: Ledger | None = None) -> None:
        self._ledger = ledger
        self._originals = originals
        self._unwritten: dict[str, str] = {}

    def reason_against(self, article: Article) -> tuple[str, str] | None:
        """(Reason, detail) for a repeat, or None; a mirror's copy is pointed at its original. Needs `content_hash`."""
        asked, text = article.pages[0].asked, article.content_hash
        if article.url and self._ledger.is_known_elsewhere(article.url, asked):
            return "repeat_url", article.url
        if text and (before := self._unwritten.get(text) or self._ledger.same_text(text, asked)) and before != asked:
            return "repeat_text", f"same text as {before}"
        if text:
            self._remember(text, asked)
        if article.mirror_of and not article.original_url and self._originals:
            article.original_url = self._original(article, self._originals)
            if article.original_url:
                article.trace = [line for line in article.trace if not line.startswith("original_url: ")]
                article.trace.append("original_url: the portal's ledger has the text, or the headline")
        return None

    def close(self) -> None:
        """Let go of the portal's ledger."""
        if self._originals:
            self._originals.close()

    def _remember(self, text: str, asked: str) -> None:
        self._unwritten[text] = asked
        if len(self._unwritten) > _UNWRITTEN:
            del self._unwritten[next(iter(self._unwritten))]

    @staticmethod
    def _original(article: Article, originals: Ledger) -> str | None:
        if article.content_hash and (same := originals.same_text(article.content_hash, "")):
            return same
        day = article.published_at.date().isoformat() if article.published_at else None
        headline = headline_key(article.title, day)
        return originals.same_headline(headline) if headline else None
