"""Scrapy's handler for http and https with a bound on the head of an answer, and a name for what is no answer.

Scrapy bounds the time of a whole download (DOWNLOAD_TIMEOUT counts from the request to the last byte, so that a byte a
second does not help a server) and the bytes of a body. Twisted bounds one line of the head, but not how many lines
there are: a server that sends headers for thirty seconds fills the memory. The handler asks the reactor's resolver, on
which the guard relies.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import datetime, timezone

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionClosed, ConnectionDone
from twisted.internet.interfaces import IAddress
from twisted.python.failure import Failure
from twisted.web._newclient import STATUS
from twisted.web._newclient import Request as SentRequest
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IResponse

from newscrawl.crawl.refusals import FetchRefused
from newscrawl.crawl.request import FETCHED_AT
from newscrawl.crawl.warc.exchange import Exchange
from newscrawl.crawl.warc.keeper import WarcKeeper

MOST_HEAD = 65_536
"""Bytes of a head, 1xx answers before it included. Honest heads have one or two thousand; Apache sends 8 KiB a line at
the most. A single line ends at 16 KiB, by Twisted."""

_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_SAY_NOTHING = frozenset(((b"content-length", b""), (b"transfer-encoding", b"identity"), (b"transfer-encoding", b"")))

# Scrapy takes an answer apart without asking anybody; what it hands through are headers. A server that sends one of
# this name has it replaced.
_WIRE = b"X-Newscrawl-Wire"


class HeadTooLargeError(Exception):
    """The head of an answer is larger than is read."""


class GuardedHandler(HTTP11DownloadHandler):
    """Refuses `too_large` for a head beyond `MOST_HEAD`, and `bad_answer` for what is no HTTP."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
        self._warc: WarcKeeper | None = None
        crawler.signals.connect(self._record, signals.spider_opened)

    def _record(self) -> None:
        """Keep exchanges when the run wants it: known only when all that opens a run has opened it."""
        warc = self._crawler.get_extension(WarcKeeper)
        if warc and warc.recording:
            self._warc, self._pool._factory = warc, _RecordingFactory

    async def download_request(self, request: Request) -> Response:
        """Download; raises `FetchRefused` besides Scrapy's own exceptions."""
        request.meta[FETCHED_AT] = at = datetime.now(timezone.utc)
        try:
            response = await super().download_request(request)
        except DownloadFailedError as failed:
            if refused := _named(failed.__cause__):
                raise refused from failed
            raise
        if self._warc:
            self._warc.write(_exchange(request, response, at))
        return response


def _exchange(request: Request, response: Response, at: datetime) -> Exchange:
    """What was asked and answered; takes out of the answer what was put in for it."""
    sent, head = map(b64decode, response.headers.getlist(_WIRE))
    del response.headers[_WIRE]
    return Exchange(
        url=request.url,
        at=at,
        sent=sent,
        head=head,
        status=response.status,
        body=response.body,
        ip_address=str(response.ip_address) if response.ip_address else None,
        truncated=next((_TRUNCATED[flag] for flag in response.flags if flag in _TRUNCATED), None),
    )


# Flags that Scrapy gives to an answer that is not whole and passes for one: when settings or extensions want it so.
_TRUNCATED = {"dataloss": "disconnect", "download_stopped": "unspecified"}


def _named(cause: BaseException | None) -> FetchRefused | None:
    """The refusal for an answer that cannot be parsed; None when the connection was lost, which may be tried again."""
    for failure in cause.reasons if isinstance(cause, ResponseFailed) else ():
        problem = failure.value
        if isinstance(problem, HeadTooLargeError):
            return FetchRefused("too_large", str(problem))
        if not isinstance(problem, ConnectionClosed):
            return FetchRefused("bad_answer", f"{type(problem).__name__}: {problem}"[:200])
    return None


class _Parser(_LenientHTTPClientParser):
    """Counts the bytes of the head. The count stands above `connectionMade`, which each 1xx answer calls anew."""

    _head = 0
    lines: list[bytes]
    """The head of the last answer: of the one behind those with 1xx."""

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 (twisted's name)
        self._head += len(line) + 1
        if self._head > MOST_HEAD:
            raise HeadTooLargeError(f"a head of more than {MOST_HEAD:,} bytes")
        self.lines = [] if self.state == STATUS else self.lines
        self.lines.append(line.removesuffix(b"\r"))
        super().lineReceived(line)

    def headerReceived(self, name: bytes, value: bytes) -> None:  # noqa: N802 (twisted's name)
        """Pass over what browsers pass over: a header whose name is none, and those that say nothing of the length."""
        name = name.rstrip()
        nothing = (name.lower(), value.lower()) in _SAY_NOTHING
        if _TOKEN.fullmatch(name) and not nothing:
            super().headerReceived(name, value)  # type: ignore[no-untyped-call]  # twisted is half typed

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 (twisted's name)
        raise HeadTooLargeError(f"a line of more than {self.MAX_LENGTH:,} bytes in the head")


class _Protocol(_LenientHTTP11ClientProtocol):
    def request(self, request: SentRequest) -> Deferred[IResponse]:
        answer: Deferred[IResponse] = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _Parser  # as Scrapy's own protocol does: Twisted has the class written in
        return answer

    def _giveUp(self, reason: Failure) -> None:  # noqa: N802 (twisted's name)
        """After a fault at once: a polite end over TLS would go on reading until the other side agrees."""
        if not isinstance(reason.value, ConnectionDone):
            self.transport.abortConnection()  # type: ignore[union-attr]  # it is connected
        super()._giveUp(reason)  # type: ignore[no-untyped-call]  # twisted is half typed


class _RecordingProtocol(_Protocol):
    """Puts the heads of request and answer, as they are on the wire, among the headers of the answer."""

    def request(self, request: SentRequest) -> Deferred[IResponse]:
        answer, parser, sent = super().request(request), self._parser, _Sent()
        request._writeHeaders(sent, None)  # type: ignore[no-untyped-call]  # as above
        assert isinstance(parser, _Parser)

        def attach(response: IResponse) -> IResponse:
            heads = b"".join(sent), b"\r\n".join([*parser.lines, b""])
            response.headers.setRawHeaders(_WIRE, [b64encode(head) for head in heads])
            return response

        return answer.addCallback(attach)


class _Sent(list[bytes]):
    """A list that Twisted can write a head to."""

    writeSequence = list[bytes].extend  # noqa: N815 (twisted's name)


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802 (twisted's name)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # as above


class _RecordingFactory(_Factory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: N802 (twisted's name)
        return _RecordingProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # as above
