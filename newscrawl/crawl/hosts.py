"""What each host asks of us, kept where requests leave: no request reaches a host before its time.

A `Host` knows how far apart requests must be (`DOWNLOAD_DELAY`, robots.txt's crawl-delay, what blocks made of it), how
long it is to be left alone, and whether it is given up. `HostSlot` holds every request to that, whatever AutoThrottle
makes of the slot's own delay. What cannot go out soon goes back to the scheduler, where `HostQueue` keeps it: it must
neither take up the places of other hosts nor keep a run from ending.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from time import monotonic
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface
from scrapy.utils.asyncio import call_later
from twisted.internet.defer import Deferred

from newscrawl.crawl.portal import PortalSpider

_LEASE_SECONDS = 0.5  # until a lapsed lease is looked at again


class PutBack(IgnoreRequest):
    """A request that had not left yet, and that goes back to the scheduler."""


@dataclass(slots=True, kw_only=True)
class Host:
    """What one host asks of us. Times are those of `time.monotonic`, delays are seconds."""

    name: str
    delay: float = 0.0
    """The least time between two requests."""
    penalty: float = 0.0
    """What `delay` grew to because the host blocked us; 0 when it did not."""
    rests_until: float = 0.0
    """Nothing is sent before."""
    unavailable: int = 0
    """Answers in a row that said "not now" (429, 503)."""
    blocked: int = 0
    """Answers in a row that said "not you"."""
    given_up: str = ""
    """Why nothing more is sent to the host in this run; empty while it is not given up."""

    @property
    def least_delay(self) -> float:
        """Seconds between two requests, at the least."""
        return max(self.delay, self.penalty)

    @property
    def resting(self) -> bool:
        """Whether it is to be left alone now. A host that was given up rests no more: its requests are refused."""
        return not self.given_up and monotonic() < self.rests_until

    def slow_down(self, most: float) -> None:
        """Double the delay, beginning with a second, up to `most`."""
        self.penalty = min(most, max(1.0, 2 * self.least_delay))

    def answered(self) -> None:
        """It gave a page, or said that there is none: rows of refusals end. The delay comes down by a tenth only, so
        that a host that blocks more than one answer in seven gets slower and slower."""
        self.unavailable = self.blocked = 0
        self.penalty *= 0.9


class HostSlot(Slot):
    """Scrapy's slot of a host, whose delay is never less than the host's.

    A request holds its place from when it leaves until its answer has been looked at. Scrapy begins later and ends
    sooner: without a delay it sends all that waits at once, and the next one before the middlewares read "not now".
    """

    __slots__ = ("host", "unread")

    def __init__(self, slot: Slot, host: Host) -> None:
        super().__init__(slot.concurrency, slot.delay, slot.jitter)
        self.host = host
        self.unread: set[Request] = set()

    def free_transfer_slots(self) -> int:
        """How many requests may leave now, as far as their number goes."""
        return self.concurrency - len(self.unread)

    def download_delay(self) -> float:
        """Seconds that must have passed since the last request before the next one leaves."""
        left = self.host.rests_until - self.lastseen
        return max(super().download_delay(), self.host.least_delay, left)


class HostDownloader(Downloader):
    """Scrapy's downloader, which keeps its hosts' times, and lets go of what waits when a run ends."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._hosts: dict[str, Host] = {}
        self._closing = False
        crawler.signals.connect(self._watch_the_end, signals.spider_opened)

    def host(self, key: str) -> Host:
        """The host of a slot."""
        if key not in self._hosts:
            delay = self.per_slot_settings.get(key, {}).get("delay", self.settings.getfloat("DOWNLOAD_DELAY"))
            self._hosts[key] = Host(name=key, delay=delay)
        return self._hosts[key]

    def rest(self, host: Host, seconds: float) -> None:
        """Leave a host alone for so long from now; what waits for it goes back to the scheduler."""
        host.rests_until = max(host.rests_until, monotonic() + seconds)
        self.put_back(host.name, awaited=False)
        asyncio.get_running_loop().call_later(seconds, self._wake)

    def _wake(self) -> None:
        """Let the engine look at its queue now; by itself it does so every five seconds."""
        slot = self.crawler.engine._slot if self.crawler.engine else None
        if slot:
            slot.nextcall.schedule()

    def put_back(self, key: str, *, awaited: bool) -> None:
        """Send the requests that wait for a host back to the scheduler; those on their way go on.

        With `awaited` those too that something waits for (robots.txt), and that end by it.
        """
        if slot := self.slots.get(key):
            waiting = list(slot.queue)
            slot.queue.clear()
            for request, answer in waiting:
                if awaited or request.callback is not NO_CALLBACK:
                    answer.errback(PutBack())
                else:
                    slot.queue.append((request, answer))

    def fetch(self, request: Request, spider: Any = None) -> Deferred[Response | Request]:
        """An answer that has gone through the middlewares; then the next request may leave."""
        return super().fetch(request).addBoth(self._read, request)

    def _read(self, result: Any, request: Request) -> Any:
        slot = self.slots.get(request.meta.get(self.DOWNLOAD_SLOT, ""))
        if isinstance(slot, HostSlot) and request in slot.unread:
            slot.unread.remove(request)
            self._process_queue(slot)
        return result

    def _process_queue(self, slot: Slot) -> None:
        spider = self.crawler.spider
        if not isinstance(spider, PortalSpider) or spider.frontier.ledger.may_fetch():
            super()._process_queue(slot)
        elif slot.queue and not slot.latercall:
            # Another run may have the site by now. The keeper asks, and either renews the lease or ends this run.
            slot.latercall = call_later(_LEASE_SECONDS, self._latercall, slot)

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        # Called when a request leaves. Scrapy counts it only when its task has begun, and by then has sent all others.
        assert isinstance(slot, HostSlot)
        slot.unread.add(request)
        return super()._wait_for_download(slot, request, queue_dfd)

    def _get_slot(self, request: Request, spider: Any = None) -> tuple[str, Slot]:
        key, slot = super()._get_slot(request)
        if not isinstance(slot, HostSlot):
            slot = self.slots[key] = HostSlot(slot, self.host(key))
        return key, slot

    async def _enqueue_request(self, request: Request) -> Response:
        if self._closing:
            raise PutBack
        return await super()._enqueue_request(request)

    def _watch_the_end(self) -> None:
        """Be told when the run begins to end. Scrapy has no signal for it, and would wait until every request that is
        queued here was sent: 16 of them at a crawl-delay of a minute."""
        engine = self.crawler.engine
        assert engine is not None
        close = engine.close_spider_async

        async def close_at_once(*, reason: str = "cancelled") -> None:
            self._closing = True
            for key in list(self.slots):
                self.put_back(key, awaited=True)
            await close(reason=reason)

        engine.close_spider_async = close_at_once  # type: ignore[method-assign]  # as the docstring says


class _AwakeHosts(DownloaderInterface):
    """What the queue asks about slots, without those whose host rests."""

    def stats(self, possible_slots: Any) -> list[tuple[int, str]]:
        downloader = self.downloader
        assert isinstance(downloader, HostDownloader)
        return super().stats(key for key in possible_slots if not downloader.host(key).resting)


class HostQueue(DownloaderAwarePriorityQueue):
    """Scrapy's queue, which leaves the requests of a resting host alone."""

    def __init__(self, crawler: Crawler, *arguments: Any, **named: Any) -> None:
        super().__init__(crawler, *arguments, **named)
        self._downloader_interface = _AwakeHosts(crawler)
