"""Unpacking of compressed pages, which notices when the end is missing.

Scrapy's own middleware returns what there is of a body that was cut off, and nobody learns that half an article is
missing. It also guesses the character set of every *packed* body whose header names none, which costs 5 ms a page
(seen in 2.19: `Response.replace` reads `encoding` for a default that it then does not use); a body handed to it as a
plain `Response` has no character set to guess.
"""

from __future__ import annotations

import zlib
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from newscrawl.crawl.refusals import FetchRefused
from newscrawl.decode.unpack import undo
from newscrawl.refused import Refused

# A proxy may pack what the server has packed; who packs a page a hundred times wants us to unpack it as often.
_MOST_LAYERS = 3


class CompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's middleware with a check for the end of the stream; a cut body is asked for again, then refused."""

    crawler: Crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CompressionMiddleware:
        """Build it; raises `NotConfigured` when COMPRESSION_ENABLED is off."""
        middleware = super().from_crawler(crawler)
        middleware.crawler = crawler
        return middleware

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Unpack; raises `FetchRefused`: truncated or too_large."""
        if request.method == "HEAD" or not response.body or b"Content-Encoding" not in response.headers:
            return response
        layers = sum(line.count(b",") + 1 for line in response.headers.getlist("Content-Encoding"))
        if layers > _MOST_LAYERS:
            raise FetchRefused("too_large", f"packed {layers} times")
        try:
            return super().process_response(request, _plain(response))
        except Refused as refused:
            return self._again(request, FetchRefused(refused.reason, refused.detail))
        except (OSError, EOFError, zlib.error) as damage:
            return self._again(request, FetchRefused("truncated", str(damage)))

    def _again(self, request: Request, refused: FetchRefused) -> Request:
        """A second chance for a body cut on its way; a body that is too large will not shrink."""
        spider = self.crawler.spider
        if refused.reason != "truncated" or spider is None:
            raise refused
        if retry := get_retry_request(request, spider=spider, reason=refused.reason):
            return retry
        raise refused

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        """Scrapy's hook for one encoding."""
        return undo(body, encoding, max_size)


def _plain(response: Response) -> Response:
    return Response(
        response.url,
        status=response.status,
        headers=response.headers,
        body=response.body,
        flags=response.flags,
        request=response.request,
        certificate=response.certificate,
        ip_address=response.ip_address,
        protocol=response.protocol,
    )
