"""What goes wrong on real sites, on both hosts, behind addresses that look like articles or lists.

The pages here are the same on portal and mirror. A trap whose outcome is `RECOVERED` stands before a real article: a
crawler must get it in spite of the trap. (On the mirror, whose pages are UTF-8, the header of `utf8_header` is true.)
"""

from __future__ import annotations

import calendar
import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import chain, repeat
from threading import Lock

from newscrawl.demo import roles
from newscrawl.demo.answer import Answer, text_answer
from newscrawl.demo.articles import article_view
from newscrawl.demo.news import CHINA, Story, load_news, portal_path
from newscrawl.demo.render import Look, View, markup

PORTAL_LOOK = Look(brand="江汉网")
RECOVERED = "recovered"
HUGE = 30 * 1024 * 1024
SLOW_SECONDS = 2.0

_HTML = "text/html; charset=utf-8"
_ARTICLE = "/content/2021-06/12/content_12699{}.html"


@dataclass(frozen=True, slots=True)
class Trap:
    """Where a trap is and what comes of it."""

    path: str
    """Its address without the host; the off-site link has its own host."""
    outcome: str
    """A key of `newscrawl.refused.REASONS`, or `RECOVERED`."""
    label: str = ""
    """The text of the link to it; empty: a list links to it already, as to any article."""


def _role(story_id: str) -> str:
    return next(portal_path(story) for story in load_news() if story.id == story_id)


TRAPS: dict[str, Trap] = {
    "not_found": Trap(_ARTICLE.format(404), "http_error", "梅雨季防汛物资储备点公示"),
    "flaky": Trap(_role(roles.FLAKY), RECOVERED),
    "redirect_loop": Trap(_ARTICLE.format(302), "redirect_loop", "江汉平原夏粮收购今日开磅"),
    "offsite": Trap("http://offsite.invalid/content/2021-06/12/content_12699001.html", "offsite", "兄弟媒体看江汉"),
    "robots_denied": Trap("/private/2021-06/12/content_12699403.html", "robots_denied", "内部资料选登"),
    "calendar": Trap("/rili/2021-01.html", "endless_list", "万年历"),
    "huge": Trap(_ARTICLE.format(300), "too_large", "一图读懂全市交通规划"),
    "cut_gzip": Trap(_ARTICLE.format(120), "truncated", "老城区供水管网改造进度"),
    "utf8_header": Trap(_role(roles.UTF8_HEADER), RECOVERED),
    "gbk_header": Trap(_role(roles.GBK_HEADER), RECOVERED),
    "empty": Trap(_ARTICLE.format(100), "empty_page", "端午假期景区客流预报"),
    "untitled": Trap(_ARTICLE.format(200), "no_title", "图书馆夏季开放时间"),
    "slow": Trap(_role(roles.SLOW), RECOVERED),
}
"""Every trap by name."""

SERVICES: list[Trap] = [trap for trap in TRAPS.values() if trap.label]
"""The traps that front pages link to."""

_MONTH = re.compile(r"/rili/(\d{4,6})-(0[1-9]|1[0-2])\.html")
_LOOP = (TRAPS["redirect_loop"].path, _ARTICLE.format(303))
_HEADERS = {TRAPS["utf8_header"].path: "text/html; charset=utf-8", TRAPS["gbk_header"].path: "text/html; charset=gbk"}

_TEXT = (
    "入夏以来，江汉各地抓住晴好天气，抢修堤防、清理沟渠，为即将到来的主汛期做准备。",
    "在下游的一处泵站，值班人员每两小时记录一次水位。墙上的表格已经写满三页，最早的一行是五月初填上的。",
    "“水位不高的时候更不能松劲。”站长说，今年新换的两台水泵已经试过机，出水量比旧泵多了近三成。",
    "沿堤的村子也动了起来。村民把低处的粮食搬到楼上，合作社的烘干机全部检修了一遍，随时可以开机。",
    "镇里把巡堤的人分成四班，每班十二人，带着手电、铁锹和记录本，遇到渗水就插上红旗，等技术人员来看。",
    "气象部门预计，未来一周仍以多云天气为主，局部有阵雨，出门的市民可以带一把伞。",
)


class Traps:
    """The traps of one host. It holds the only thing that changes on the demo sites: which address has failed once."""

    def __init__(self, site: Callable[[str, str], Answer]) -> None:
        self._site = site
        self._failed: set[str] = set()
        self._lock = Lock()

    def answer(self, path: str, base: str) -> Answer:
        """What the host answers for a path; `base` is its own address, such as http://127.0.0.1:8808."""
        if path in _FIXED:
            return _FIXED[path]()
        if month := _MONTH.fullmatch(path):
            return _calendar(int(month[1]), int(month[2]))
        if path == TRAPS["flaky"].path and self._first_time(path):
            return error_answer(500, "服务器内部错误")
        return _twisted(path, self._site(path, base))

    def _first_time(self, path: str) -> bool:
        with self._lock:
            first = path not in self._failed
            self._failed.add(path)
        return first


def error_answer(status: int, message: str) -> Answer:
    """An error page."""
    view = View(template="error.html", context={"status": status, "message": message})
    return text_answer(markup(view, "/", PORTAL_LOOK), _HTML, status)


def _twisted(path: str, answer: Answer) -> Answer:
    """A real article behind a header that lies, or after a long wait."""
    if path in _HEADERS:
        return replace(answer, headers={**answer.headers, "Content-Type": _HEADERS[path]})
    if path == TRAPS["slow"].path:
        return replace(answer, delay=SLOW_SECONDS)
    return answer


@cache
def _article(name: str) -> str:
    """An article page of no other use, under the text of the trap's link (without any title for `untitled`)."""
    trap = TRAPS[name]
    story = Story(
        id="t900",
        channel="shehui",
        section="社会",
        title="" if name == "untitled" else trap.label,
        published_at=datetime(2021, 6, 12, 8, 30, tzinfo=CHINA),
        source="江汉日报",
        body=_TEXT,
    )
    return markup(article_view(story, "cloud", [trap.path]), trap.path, PORTAL_LOOK)


def _cut_gzip() -> Answer:
    packed = gzip.compress(_article("cut_gzip").encode(), mtime=0)
    return Answer(headers={"Content-Type": _HTML, "Content-Encoding": "gzip"}, body=packed[: len(packed) * 2 // 3])


def _huge() -> Answer:
    """An article whose first paragraph is followed by 30 MB of others, sent without a length."""
    head, end, tail = _article("huge").encode().partition(b"</p>")
    chunk = "".join(f"<p>{text}</p>\n" for text in _TEXT * 40).encode()
    stream = chain(repeat(chunk, HUGE // len(chunk) + 1), [tail])
    return Answer(headers={"Content-Type": _HTML}, body=head + end, stream=stream)


def _redirect(target: str) -> Answer:
    return Answer(status=302, headers={"Location": target})


def _calendar(year: int, month: int) -> Answer:
    following = f"/rili/{year + month // 12:04}-{month % 12 + 1:02}.html"
    days = calendar.monthrange(year % 400 + 2000, month)[1]  # the calendar repeats after 400 years
    view = View(template="calendar.html", context={"year": year, "month": month, "days": days, "following": following})
    return text_answer(markup(view, f"/rili/{year:04}-{month:02}.html", PORTAL_LOOK), _HTML)


_FIXED: dict[str, Callable[[], Answer]] = {
    _LOOP[0]: lambda: _redirect(_LOOP[1]),
    _LOOP[1]: lambda: _redirect(_LOOP[0]),
    TRAPS["robots_denied"].path: lambda: text_answer(_article("robots_denied"), _HTML),
    TRAPS["huge"].path: _huge,
    TRAPS["cut_gzip"].path: _cut_gzip,
    TRAPS["empty"].path: lambda: text_answer(" \r\n\r\n", _HTML),
    TRAPS["untitled"].path: lambda: text_answer(_article("untitled"), _HTML),
}
