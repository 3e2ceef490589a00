"""A portal and its mirror to crawl without the network: made-up news, real HTTP, every trap a crawler meets.

news.py (the articles) -> articles.py, lists.py, traps.py (what is at which address) -> portal.py, mirror.py (address ->
answer) -> server.py (HTTP on loopback). roles.py says which article plays which part.
hostile.py is a host of its own, with wire.py for answers that are none.
"""
