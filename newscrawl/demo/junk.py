"""What mirrors add to the pages they copy: keyword lines, hidden blocks, a tail of place names. Never converted.

Everything is drawn by a generator seeded with the page's address, so it is the same at every request.
"""

from __future__ import annotations

import re
from random import Random

from newscrawl.demo.render import fill

_SPAM = fill("junk/spam.txt").split()
_PLACES = fill("junk/places.txt").split()
_TAGS = ("menu", "tt", "sup", "small", "strike", "label", "legend", "dfn", "samp", "kbd")
_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"

_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_META = re.compile(r'(<meta name="(?:keywords|description)" content=")[^"]*')


def spam_line(path: str) -> str:
    """The keyword line of a page.

    >>> spam_line("/a") == spam_line("/a")
    True
    """
    return "_".join(Random(path).sample(_SPAM, 8))


def inject(markup: str, path: str) -> str:
    """Put the junk of the page at `path` into its markup: title, head, top, middle and tail."""
    spam = spam_line(path)
    top = fill("junk/top.html", spam=spam) + _hidden(path + "#top")
    bottom = _hidden(path + "#bottom") + fill("junk/tail.html", places=Random(path).sample(_PLACES, 48))
    markup = _TITLE.sub(f"<title>{spam}</title>", markup, count=1)
    markup = _META.sub(rf"\g<1>{spam}", markup)
    markup = markup.replace("</p>", "</p>\n" + _hidden(path + "#middle"), 1)
    return markup.replace("<body>", "<body>\n" + top, 1).replace("</body>", bottom + "</body>", 1)


def _hidden(seed: str) -> str:
    """A block that no reader sees: random tags and ids around keywords."""
    random = Random(seed)
    parts = [(random.choice(_TAGS), _name(random), random.choice((*_SPAM, ""))) for _ in range(14)]
    return fill("junk/hidden.html", id=_name(random), parts=parts)


def _name(random: Random) -> str:
    return "".join(random.choices(_LETTERS, k=5))
