"""Saved pages as test cases of a site: kept by `scrapy savepage`, checked by `scrapy check` and by the tests.

case tells what a folder holds, check what must be true of it, draft makes a new one from what newscrawl reads.
"""
