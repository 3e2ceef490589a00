"""The path of sections above the headline: 荆楚网 > 新闻频道 > 政务."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newscrawl.extract.dom import Block

_ARROW = re.compile(r"\s*(?:>>|&gt;|[>＞»›→])\s*")
_OTHER_ARROW = re.compile(r"\s*[/／|｜-]\s*")
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
# A crumb longer than this is the headline, printed at the end of the path.
LONGEST_CRUMB = 14


def split_breadcrumb(text: str) -> list[str]:
    """The crumbs of a line; empty when the line is no path. 正文 and the headline at its end are no sections.

    >>> split_breadcrumb("当前位置：荆楚网 > 新闻频道 > 政务 > 正文")
    ['荆楚网', '新闻频道', '政务']
    """
    label = _PREFIX.match(text.strip())
    path = text.strip()[label.end() :] if label else text.strip()
    # behind 当前位置：, bars, slashes and hyphens are arrows, too
    arrow = _ARROW if _ARROW.search(path) or not (label and label[0].strip()) else _OTHER_ARROW
    crumbs = [crumb.strip() for crumb in arrow.split(path) if crumb.strip()]
    if len(crumbs) < 2 and not _ARROW.search(path):
        return []
    return [crumb for crumb in crumbs if len(crumb) <= LONGEST_CRUMB and crumb not in _NO_SECTION]


def is_breadcrumb(text: str) -> bool:
    """Whether a line is nothing but a path: short parts with arrows between them, no sentence."""
    label = _PREFIX.match(text.strip())
    labelled = label is not None and "位置" in label[0]
    parts = (_OTHER_ARROW if labelled and not _ARROW.search(text) else _ARROW).split(text.strip(" >＞»"))
    if len(text) > 80 or len(parts) < 2 or re.search(r"[。！？；，]", text):
        return False
    return not any(part[:1].isdigit() for part in parts)


def find_breadcrumb(before: Sequence[Block]) -> list[str]:
    """The path among the blocks before the headline: the last line with arrows, or crumbs in an element called so."""
    for block in reversed(before):
        if is_breadcrumb(block.text) and (crumbs := split_breadcrumb(block.text)):
            return crumbs
    return _pieces(before[-30:])


def _pieces(before: Sequence[Block]) -> list[str]:
    """Crumbs that stand in blocks of their own, in an element whose class or id calls it a path."""
    texts = [block.text for block in before if block.text and _is_called_path(block)]
    return split_breadcrumb(" > ".join(text.strip(" >＞»/") for text in texts)) if 2 <= len(texts) <= 8 else []


def _is_called_path(block: Block) -> bool:
    nodes = [block.element, *list(block.element.iterancestors())[:3]]
    return any(_CLASS.search(f"{node.get('id') or ''} {node.get('class') or ''}") for node in nodes)
