"""A page in a real Chromium with all that goes on while it is open, and how well its text can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Watched:
    """A page, and all that went on while it was open."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: list[str] = []
        self.failures: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.failures.append(request.failure))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))


# What WCAG asks of text (1.4.3).
CONTRAST = 4.5
LUMINANCE = """element => {
  const light = text => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  let back = element;
  while (getComputedStyle(back).backgroundColor == 'rgba(0, 0, 0, 0)') back = back.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(back).backgroundColor].map(light);
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""


Window = Callable[..., Watched]


@contextmanager
def windows(browser: Any) -> Iterator[Window]:
    """Opens an address in a window of its own and waits for a selector; in the end nothing may have been complained of,
    nor asked for beyond this machine."""
    pages: list[Watched] = []

    def window(address: str, selector: str, width: int = 1280, **options: Any) -> Watched:
        watched = Watched(browser.new_page(viewport={"width": width, "height": 800}, **options))
        pages.append(watched)
        watched.page.goto(address)
        watched.page.wait_for_selector(selector)
        return watched

    yield window
    for watched in pages:
        watched.page.close()
        assert watched.complaints == [], watched.complaints
        here = ("file:", "data:", "about:", "http://127.0.0.1:")
        assert [url for url in watched.requests if not url.startswith(here)] == []


def text_of(page: Any, selector: str) -> str:
    """What is shown of an element, white space folded."""
    return " ".join(page.inner_text(selector).split())


def too_wide(page: Any, selector: str) -> list[str]:
    """The classes of elements whose content sticks out, and of the whole page."""
    wide = "found => found.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className || e.tagName)"
    found: list[str] = page.eval_on_selector_all(f"html, {selector}", wide)
    return found
