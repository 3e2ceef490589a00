"""A made-up portal of any size, to measure with and to kill runs on: lists of channels, and articles behind them.

Its articles are put together from paragraphs of the demo's news, so that no two have the same text. Its pages have an
ETag, and answers are the same for the same portal: only what is `corrected` changes.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain
from zlib import crc32

from newscrawl.demo.answer import Answer
from newscrawl.demo.articles import article_view
from newscrawl.demo.news import CHINA, Story, load_news
from newscrawl.demo.render import Look, markup
from newscrawl.demo.traps import error_answer

ARTICLE_URL = r"/content/\d{4}-\d{2}/\d{2}/content_\d+\.html$"
LIST_URL = r"/c\d+/index(?:_\d+)?\.html$"

_ON_A_LIST_PAGE = 20
_PAGES_OF_A_CHANNEL = 25  # below the depth limit of a run
_PARAGRAPHS = 6
_ARTICLE = re.compile(r"/content/[\d/-]+/content_(\d+)\.html")
_LIST = re.compile(r"/c(\d+)/index(?:_(\d+))?\.html")
_HTML = "text/html; charset=utf-8"
# 200 bytes and three elements a link: a page of 60 KB has 890 elements and 290 links. The median of 15 real pages that
# size is 500 and 140.
_FILLER = (
    '<li><a href="/x/{0}.html" target="_blank" title="相关阅读第{0}条的标题，与正文无关">'
    '相关阅读第{0}条的标题，与正文无关</a><span class="date">2026-03-01</span></li>\n'
)
_FIRST_DAY = datetime(2026, 3, 1, 8, 0, tzinfo=CHINA)
_LOOK = Look(brand="江汉网")


@dataclass
class LargePortal:
    """A portal of `articles` articles.

    Pages are filled up with links to `size` bytes, as those of real portals are; with `packed` they are sent by gzip,
    and without a charset in the header.
    """

    articles: int
    size: int = 0
    packed: bool = False
    corrected: set[int] = field(default_factory=set)
    """Numbers of articles whose text says something else than before."""
    channels: int = 0
    """Article n is in channel n % channels; as many as the portal needs when it is made."""

    def __post_init__(self) -> None:
        self.channels = self.channels or -(-self.articles // (_ON_A_LIST_PAGE * _PAGES_OF_A_CHANNEL))

    def answer(self, path: str, base: str) -> Answer:
        """What the portal answers for a path; `base` is not needed."""
        if path == "/":
            return self._sent(self._front())
        if (article := _ARTICLE.fullmatch(path)) and int(article[1]) < self.articles:
            return self._sent(self._article(int(article[1])))
        if page := _LIST.fullmatch(path):
            return self._list(int(page[1]), int(page[2] or 1))
        return error_answer(404, "您访问的页面不存在")

    def path(self, number: int) -> str:
        """The address of an article, without the host."""
        return f"/content/{_moment(number):%Y-%m/%d}/content_{number}.html"

    def title(self, number: int) -> str:
        """The headline of an article."""
        stories = load_news()
        return f"{stories[number % len(stories)].title} 之{number}"

    def paragraphs(self, number: int) -> list[str]:
        """The text of an article."""
        pieces = self._pieces
        picked = [pieces[crc32(b"%d-%d" % (number, at)) % len(pieces)] for at in range(_PARAGRAPHS)]
        picked[0] = f"江汉网第{number}号记事：{picked[0]}"
        return [*picked, "更正：此前的报道有误，以本文为准。"] if number in self.corrected else picked

    @cached_property
    def _pieces(self) -> list[str]:
        """Paragraphs long enough to be nobody's byline."""
        return [text for text in chain.from_iterable(story.body for story in load_news()) if len(text) > 40]

    @cached_property
    def _template(self) -> tuple[str, str]:
        """The article page, before and behind the paragraphs, with marks where title and time go."""
        story = Story(
            id="l000",
            channel="yaowen",
            section="要闻",
            title="@TITLE@",
            published_at=_FIRST_DAY,
            source="江汉日报",
            reporters=("林守田",),
            byline="江汉日报记者 林守田",
            body=("@BODY@",),
        )
        page = markup(article_view(story, "cloud", ["/"]), "/", _LOOK)
        room = self.size - len((page + "".join(self._pieces[:_PARAGRAPHS])).encode())
        filler = "".join(map(_FILLER.format, range(max(0, room) // len(_FILLER.format(100).encode()))))
        head, _, tail = page.replace("</body>", f"<ul>{filler}</ul></body>").rpartition("@BODY@")
        return head.replace("@BODY@", ""), tail

    def _article(self, number: int) -> str:
        head, tail = self._template
        moment = _moment(number)
        head = head.replace("@TITLE@", self.title(number)).replace(_printed(_FIRST_DAY), _printed(moment))
        return head + "</p>\n<p>".join(self.paragraphs(number)) + tail

    def _front(self) -> str:
        return _links([(f"/c{number}/index.html", f"频道{number}") for number in range(self.channels)])

    def _list(self, channel: int, page: int) -> Answer:
        """A page of a channel, the newest articles (those with the highest numbers) first."""
        newest_first = range(channel, self.articles, self.channels)[::-1]
        start = (page - 1) * _ON_A_LIST_PAGE
        numbers = newest_first[start : start + _ON_A_LIST_PAGE]
        if not numbers:
            return error_answer(404, "您访问的页面不存在")
        links = [(self.path(number), self.title(number)) for number in numbers]
        if start + _ON_A_LIST_PAGE < len(newest_first):
            links.append((f"/c{channel}/index_{page + 1}.html", "下一页"))
        return self._sent(_links(links))

    def _sent(self, page: str) -> Answer:
        body = page.encode()
        headers = {"ETag": f'"{crc32(body):08x}"', "Content-Type": _HTML}
        if self.packed:
            headers |= {"Content-Encoding": "gzip", "Content-Type": "text/html"}
            body = gzip.compress(body, compresslevel=1, mtime=0)
        return Answer(headers=headers, body=body)


def _moment(number: int) -> datetime:
    return _FIRST_DAY + timedelta(minutes=10 * number)


def _printed(moment: datetime) -> str:
    return f"{moment:%Y年%m月%d日%H:%M}"


def _links(links: list[tuple[str, str]]) -> str:
    items = "".join(f'<li><a href="{path}">{text}</a></li>' for path, text in links)
    return f"<!DOCTYPE html><html><head><title>江汉网</title></head><body><ul>{items}</ul></body></html>"
