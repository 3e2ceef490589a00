"""The path of sections above the headline: 荆楚网 > 新闻频道 > 政务."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawl.extract.dom import Block

_ARROW = re.compile(r"\s*(?:>>|&gt;|[-—]{0,2}>|[＞»›→▸❯])\s*")
_OTHER_ARROW = re.compile(r"\s*(?:[/／|｜-]|[—–]{1,2})\s*")
# 首页 / 国际 / 科技 and 时评 / 正文 are paths wherever they stand; 首页 | 国际 | 科技 may be a menu, unless its element
# is called a path.
_FROM_HOME = re.compile(r"\S{0,8}首页\s*(?:(?P<slash>[/／])|[|｜—–-])")
_TO_TEXT = re.compile(r"[/／]\s*正文$")
_MENU = re.compile("登录|登陆|注册|收藏|设为首页|联系|关于|投稿|客户端|手机版")
_MOST_CRUMBS = 5
_PREFIX = re.compile(r"^.{0,4}(?:当前|您的?|你的?|现在|所在)?(?:所在)?位置(?:是)?\s*[：:]?\s*|^首页导航\s*")
_NO_SECTION = frozenset(
    (
        "正文",
        "文章",
        "内容",
        "详情",
        "新闻详情",
        "文章正文",
        "文章内容",
        "文章详情",
        "详细内容",
        "内容页",
        "浏览文章",
        "查看内容",
        "內容",
    )
)
_CLASS = re.compile(
    r"crumb|position|location|weizhi|dqwz|lmy_dw|(?:^|[-_ ])(?:path|pos|place|nav_?path)(?:$|[-_ ])", re.IGNORECASE
)
_LONGEST = 80
# A crumb longer than this is the headline, printed at the end of the path.
LONGEST_CRUMB = 14


def split_breadcrumb(text: str, *, called: bool = False) -> list[str]:
    """The crumbs of a line; empty when the line is no path. 正文 and the headline at its end are no sections. `called`
    says that its element is called a path.

    >>> split_breadcrumb("当前位置：荆楚网 > 新闻频道 > 政务 > 正文")
    ['荆楚网', '新闻频道', '政务']
    """
    label = _PREFIX.match(text.strip())
    path = text.strip()[label.end() :] if label else text.strip()
    arrow = _arrow_of(path, labelled=label is not None and bool(label[0].strip()), called=called)
    crumbs = [crumb.strip() for crumb in arrow.split(path) if crumb.strip()]
    if len(crumbs) < 2 and not _ARROW.search(path):
        return []
    return [crumb for crumb in crumbs if len(crumb) <= LONGEST_CRUMB and crumb not in _NO_SECTION]


def _arrow_of(path: str, *, labelled: bool, called: bool) -> re.Pattern[str]:
    """What stands between the crumbs of a path: bars, slashes and hyphens, too, behind 当前位置： or 首页."""
    if _ARROW.search(path):
        return _ARROW
    home = _FROM_HOME.match(path)
    slashes = _TO_TEXT.search(path) or (home and (called or home["slash"]))
    return _OTHER_ARROW if labelled or slashes else _ARROW


def is_breadcrumb(text: str, *, called: bool = False) -> bool:
    """Whether a line is nothing but a path: short parts with arrows between them, no sentence."""
    if len(text) > _LONGEST or re.search(r"[。！？；，]", text):
        return False
    label = _PREFIX.match(text.strip())
    labelled = label is not None and "位置" in label[0]
    arrow = _arrow_of(text, labelled=labelled, called=called)
    parts = arrow.split(text.strip(" >＞»"))
    if arrow is _OTHER_ARROW and not labelled and (len(parts) > _MOST_CRUMBS or _MENU.search(text)):
        return False
    return len(parts) > 1 and not any(part[:1].isdigit() for part in parts)


def find_breadcrumb(before: Sequence[Block]) -> list[str]:
    """The path among the blocks before the headline: the last line with arrows, or crumbs in an element called so."""
    for block in reversed(before):
        called = _FROM_HOME.match(block.text) is not None and _is_called_path(block)
        if is_breadcrumb(block.text, called=called) and (crumbs := split_breadcrumb(block.text, called=called)):
            return crumbs
    return _pieces(before[-30:])


def _pieces(before: Sequence[Block]) -> list[str]:
    """Crumbs that stand in blocks of their own, in an element whose class or id calls it a path."""
    texts = [block.text for block in before if block.text and _is_called_path(block)]
    return split_breadcrumb(" > ".join(text.strip(" >＞»/") for text in texts)) if 2 <= len(texts) <= 8 else []


def _is_called_path(block: Block) -> bool:
    nodes = [block.element, *list(block.element.iterancestors())[:3]]
    return any(_CLASS.search(f"{node.get('id') or ''} {node.get('class') or ''}") for node in nodes)
