"""What is followed, and what is refused by which name."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from newscrawl.crawl.frontier import ADVICE, LIMIT_OF, Frontier, Limits
from newscrawl.crawl.ledger.rows import Line, Marks
from newscrawl.refused import REASONS


def frontier(**limits: int) -> Frontier:
    return Frontier(
        article_shape=re.compile(r"/t\d+\.shtml$"),
        list_shape=re.compile(r"/index(_\d+)?\.html$|/rili/"),
        on_site=lambda url: url.startswith("http://a.cn/"),
        limits=Limits(**limits),
    )


def test_articles_lists_and_the_rest() -> None:
    found = ["http://a.cn/t1.shtml", "http://a.cn/index.html", "http://a.cn/about.html"]
    result = frontier().sort(found, depth=1)
    assert (result.articles, result.lists, result.refused) == (found[:1], found[1:2], [])


def test_each_address_is_followed_once() -> None:
    one = frontier()
    one.start(["http://a.cn/index.html"])
    one.sort(["http://a.cn/t1.shtml"], depth=1)
    again = one.sort(["http://a.cn/t1.shtml", "http://a.cn/index.html"], depth=1)
    assert (again.articles, again.lists, again.refused) == ([], [], [])


def test_offsite_links_are_refused_when_they_look_like_ours() -> None:
    one = frontier()
    result = one.sort(["http://b.cn/t1.shtml", "http://b.cn/about.html", "http://c.cn/x"], depth=1)
    assert result.refused == [("offsite", "http://b.cn/t1.shtml")]
    assert one.foreign_hosts == {"b.cn", "c.cn"}


def test_depth_limit_does_not_bar_a_shorter_way() -> None:
    one = frontier(depth=2)
    assert one.sort(["http://a.cn/t1.shtml"], depth=3).refused == [("depth_limit", "http://a.cn/t1.shtml")]
    assert one.sort(["http://a.cn/t1.shtml"], depth=2).articles == ["http://a.cn/t1.shtml"]


def taken(one: Frontier) -> list[str]:
    return [waiting.url for waiting in one.take(10)]


def test_articles_are_taken_before_lists_and_nothing_twice() -> None:
    one = frontier()
    one.start(["http://a.cn/"])
    one.sort(["http://a.cn/t1.shtml", "http://a.cn/t2.shtml"], depth=1)
    assert taken(one) == ["http://a.cn/t1.shtml", "http://a.cn/t2.shtml", "http://a.cn/"]
    assert taken(one) == []


def test_article_limit_stops_lists_too() -> None:
    one = frontier(articles=1)
    one.sort(["http://a.cn/t1.shtml", "http://a.cn/t2.shtml", "http://a.cn/index.html"], depth=1)
    assert taken(one) == ["http://a.cn/t1.shtml"]
    assert taken(one) == []
    assert one.left() == {"articles": 1}


def test_list_limit_leaves_articles_alone() -> None:
    one = frontier(lists=1)
    one.start(["http://a.cn/"])
    one.sort(["http://a.cn/t1.shtml", "http://a.cn/index.html"], depth=1)
    assert taken(one) == ["http://a.cn/t1.shtml", "http://a.cn/"]
    one.sort(["http://a.cn/t2.shtml"], depth=1)
    assert taken(one) == ["http://a.cn/t2.shtml"]
    assert one.left() == {"lists": 1}


@pytest.mark.parametrize(("barren", "refused"), [(0, 0), (3, 0), (4, 1), (9, 1)])
def test_chain_of_lists_without_articles_ends(barren: int, refused: int) -> None:
    result = frontier(barren=5).sort(["http://a.cn/rili/2"], depth=1, barren=barren)
    assert len(result.refused) == refused
    assert len(result.lists) == 1 - refused


def test_a_new_article_keeps_the_chain_alive() -> None:
    result = frontier(barren=5).sort(["http://a.cn/t1.shtml", "http://a.cn/index_9.html"], depth=1, barren=9)
    assert result.lists == ["http://a.cn/index_9.html"]


def test_next_pages_are_lists_whatever_they_look_like() -> None:
    assert frontier().sort([], following=["http://a.cn/?p=2"], depth=1).lists == ["http://a.cn/?p=2"]


def test_limits_from_the_command_line() -> None:
    assert Limits().changed({"articles": "7", "depth": "2"}) == Limits(articles=7, depth=2)


@pytest.mark.parametrize("arguments", [{"article": "7"}, {"articles": "many"}, {"articles": "-1"}, {"name": "../evil"}])
def test_wrong_limits(arguments: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"unknown argument|must be a number"):
        Limits().changed(arguments)


def test_there_is_advice_on_every_limit() -> None:
    assert LIMIT_OF.keys() <= REASONS.keys()
    limits = {limit.name for limit in fields(Limits)}
    assert set(LIMIT_OF.values()) <= limits
    assert ADVICE.keys() == {*limits, "hosts_given_up", "since"}


def test_an_address_that_is_too_long_is_refused_before_any_pattern_sees_it() -> None:
    one = frontier()
    long = "http://a.cn/" + "x" * 3_000 + "/t1.shtml"
    result = one.sort([long, f"http://b.cn/{long}"], following=[long], depth=1)
    assert (result.articles, result.lists) == ([], [])
    assert set(result.refused) == {("address_too_long", long)}


def test_a_feed_brings_half_of_the_articles_at_most() -> None:
    one = frontier(articles=6)
    addresses = [f"http://a.cn/t{number}.shtml" for number in range(10)]
    feed = one.sort_feed(addresses, depth=1)
    assert (feed.articles, feed.unread) == (addresses[:3], 7)
    assert one.sort(addresses[2:5], depth=1).articles == addresses[3:5]


@pytest.mark.parametrize("feed", [True, False])
def test_a_list_that_is_named_as_a_feed_too_is_read_once_a_run(feed: bool) -> None:
    one, both, kinds = frontier(), ["http://a.cn/index_2.html"], []
    for run in range(4):
        one.ledger.start_run(f"{run}")
        one.sort(both, depth=1)
        one.sort_feeds(both, depth=1)
        (waiting,) = one.take(10)
        kinds.append(waiting.kind)
        if feed or waiting.kind == "list":
            one.ledger.read(waiting.url)
        else:
            one.ledger.refused(waiting.url, "bad_feed")
        one.sort(both, depth=1)
        one.sort_feeds(both, depth=1)
        assert one.take(10) == [], "twice in a run"
    assert kinds == ["feed"] * 4 if feed else ["feed", "list", "list", "list"]


def test_a_next_page_that_looks_like_an_article_is_one_in_every_run() -> None:
    one, both = frontier(), ["http://a.cn/t1.shtml"]
    kinds = []
    for run in range(3):
        one.ledger.start_run(f"{run}")
        one.sort(both, following=both, depth=1)
        kinds += [waiting.kind for waiting in one.take(10)]
        one.ledger.refused(both[0], "no_body")
        one.sort([], following=both, depth=1)
    assert kinds == ["article"]


def test_a_start_address_that_looks_like_an_article_is_a_list_in_every_run() -> None:
    one, both = frontier(), ["http://a.cn/t1.shtml"]
    for run in range(3):
        one.ledger.start_run(f"{run}")
        one.start(both)
        assert [waiting.kind for waiting in one.take(10)] == ["list"]
        one.sort(both, depth=1)
        one.ledger.read(both[0])
        one.sort(both, depth=1)
        assert one.take(10) == []


def test_an_article_that_came_out_is_no_list() -> None:
    one, both = frontier(), ["http://a.cn/t1.shtml"]
    one.sort(both, depth=1)
    one.take(1)
    marks = Marks("text", "record", None, None, None, None)
    one.ledger.exported(both[0], both[0], marks, Line("file", 0, 1))
    one.ledger.start_run("1")
    assert one.sort([], following=both, depth=1).lists == []
    assert one.take(10) == []
