"""Session ids in addresses: the same page gets a new address with every visit, and a crawl never ends."""

from __future__ import annotations

import re

# Names that mean nothing else, whatever the value: PHP, Java, ASP.
_SURE = r"(?:PHPSESSID|JSESSIONID|ASPSESSIONID\w{0,12})=[^&#]*"
# Names that mean something else on other sites (sid=12 is a section, or a special): only with a value that looks like
# a session's, 16 characters or more of digits and letters mixed. Numbers of articles have no letters, and words no
# digits; the shortest session ids in use have 22 characters.
_LIKELY = r"(?:sid|ssid|sess|sessid|session|session_?id)=(?=[a-z,-]*\d)(?=[\d,-]*[a-z])[0-9a-z,-]{16,}(?=[&#]|$)"

_QUERY = re.compile(rf"(?<=[?&])(?:{_SURE}|{_LIKELY})&?", re.IGNORECASE)
# ;jsessionid=... behind the path (Java), /(S(...))/ within it (ASP.NET, which always writes 24 characters).
_PATH = re.compile(r";jsessionid=[^?#/;]*|/\(S\([a-z0-9]{24}\)\)(?=/)", re.IGNORECASE)


def without_session(address: str) -> str:
    """The address without session ids; a ? or & that is left over at the end stays.

    >>> without_session("http://a.cn/t1.jsp;jsessionid=8A4F?id=3&PHPSESSID=k1l2")
    'http://a.cn/t1.jsp?id=3&'
    >>> without_session("http://a.cn/list?sid=12")
    'http://a.cn/list?sid=12'
    """
    return _PATH.sub("", _QUERY.sub("", address))
