"""Jobs in the database, and a ledger there: what is refused, who comes first, what is said. PostgreSQL as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import URL, make_url, update

from newscrawl.crawl.ledger import LedgerError, NoLedgerError, open_ledger, open_to_read
from newscrawl.crawl.ledger.place import Schema
from newscrawl.crawl.ledger.shared import JOBS
from newscrawl.crawl.lock import LockedError
from newscrawl.farm.jobs import Jobs, WaitsError, open_jobs
from newscrawl.farm.options import Options, from_json
from newscrawl.farm.work import Worker
from tests.servers import Postgres


def url_of(address: str) -> URL:
    return make_url(address).set(drivername="postgresql+psycopg")


def schema(postgres: Postgres, site: str, seconds: float = 60) -> Schema:
    return Schema(url_of(postgres.url), site, seconds)


@pytest.fixture
def jobs(postgres: Postgres) -> Iterator[Jobs]:
    with open_jobs(url_of(postgres.url)) as jobs:
        yield jobs


def test_a_schema_is_made_once_whoever_comes_first(postgres: Postgres) -> None:
    url = url_of(postgres.database("race"))
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda number: open_ledger(Schema(url, f"site{number % 3}x{number}", 60)), range(6)))
    assert [ledger.is_new() for ledger in opened] == [True] * 6
    for ledger in opened:
        ledger.close()


def test_one_of_many_gets_the_lease(postgres: Postgres) -> None:
    def attempt(_: int) -> Any:
        try:
            return open_ledger(schema(postgres, "wanted"))
        except LockedError as locked:
            return str(locked)

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(attempt, range(4)))
    (held,) = [one for one in came if not isinstance(one, str)]
    assert {one.partition(", by ")[0] for one in came if isinstance(one, str)} == {"wanted is being crawled already"}
    held.close()
    again = open_ledger(schema(postgres, "wanted"))
    assert again.lease
    assert (again.lease.token, again.lease.settled) == (2, 1)
    again.close()


def test_what_a_host_sends_can_be_kept(postgres: Postgres) -> None:
    ledger = open_ledger(schema(postgres, "odd"))
    ledger.start_run("r")
    ledger.find_articles(["http://127.0.0.1/a"], 1)
    ledger.find_articles(["http://127.0.0.1/\0"], 1)
    ledger.commit()
    assert ledger.waiting("article") == 2
    ledger.close()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"database": "nosuch"}, 'database "nosuch" does not exist; createdb makes a database'),
        ({"password": "falsch"}, "~/.pgpass, or PGPASSWORD"),
        ({"username": "reader"}, "permission denied for database news; the user needs a right"),
        ({"port": 1}, "is the server running"),
    ],
    ids=["missing", "password", "rights", "away"],
)
def test_a_database_that_cannot_be_used(postgres: Postgres, change: dict[str, Any], says: str) -> None:
    if "username" in change:
        postgres.sql("news", f"CREATE ROLE reader LOGIN PASSWORD '{postgres.password}'")
        postgres.sql("news", "REVOKE CREATE ON DATABASE news FROM PUBLIC")
    with pytest.raises(LedgerError) as raised:
        open_ledger(Schema(url_of(postgres.url).set(**change), "rightless", 60))
    assert says in str(raised.value)
    assert "falsch" not in str(raised.value)


def test_there_is_none_yet_and_a_later_one(postgres: Postgres) -> None:
    with pytest.raises(NoLedgerError, match="schema site_none: not crawled yet"):
        open_to_read(schema(postgres, "none"))
    open_ledger(schema(postgres, "later")).close()
    postgres.sql("news", "COMMENT ON SCHEMA site_later IS 'newscrawl, tables of version 99'")
    for opens in (open_ledger, open_to_read):
        with pytest.raises(LedgerError, match=r"written by a later newscrawl .tables of version 99"):
            opens(schema(postgres, "later"))


def test_a_name_that_postgresql_would_cut() -> None:
    with pytest.raises(ValueError, match="too long a name"):
        Schema(url_of("postgresql://h/d"), "x" * 60, 60)


@pytest.mark.parametrize(
    "told",
    [
        {"settings": ["EXTENSIONS=x"]},
        {"limits": {"at": "http://x"}},
        {"limits": {"articles": "1; rm"}},
        {"limits": ["-s", "X=1"]},
        {"minutes": "1"},
        {"minutes": -1},
        {"since": "--record=/etc/passwd"},
        {"since": "2026-13-01"},
        {"revisit": "7 -s X=1"},
        {"revisit": True},
        ["minutes"],
        "x",
    ],
    ids=json.dumps,
)
def test_options_that_scrapy_run_would_not_take(told: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        from_json(json.dumps(told))


def test_options_that_nobody_could_read() -> None:
    with pytest.raises(ValueError, match="nested too deep"):
        from_json("[" * 100_000)


def test_options_become_those_of_a_crawl() -> None:
    options = Options(minutes=1.5, since="2026-11-01", revisit=7, limits={"articles": "10"})
    assert from_json(options.to_json()) == options
    assert options.arguments() == ["-a", "articles=10", "--since", "2026-11-01", "--revisit", "7"]


@pytest.mark.parametrize(
    ("site", "options", "reason"),
    [
        ("demo", '{"settings": ["EXTENSIONS=x"]}', "wrong_setting"),
        ("demo", "no json", "wrong_setting"),
        ("../demo", "{}", "not_started"),
        ("-s", "{}", "not_started"),
    ],
)
def test_a_job_that_asks_for_more_is_not_begun(
    postgres: Postgres, jobs: Jobs, site: str, options: str, reason: str
) -> None:
    jobs.add("wrong", [site], Options())
    jobs._db.execute(update(JOBS).where(JOBS.c.site == site).values(options=options, state="queued", waits=False))
    jobs._db.commit()
    worker = Worker(url_of(postgres.url), {"demo"}, [])
    assert worker.crawl("wrong", site) is False
    (job,) = [job for job in jobs.told("wrong") if job["site"] == site]
    assert job["reason"] == reason
    assert job.get("pages", 0) == 0


def test_a_job_is_done_once(jobs: Jobs, postgres: Postgres) -> None:
    jobs.add("once", ["a", "b"], Options())
    jobs.add("once", ["a"], Options(minutes=5))
    assert jobs.begin("once", "a", "worker:1")
    jobs.finish("once", "a", "worker:1", {"finish_reason": "finished", "articles": 1})
    jobs.give_back("once", "a", "worker:2", "killed", failed=True)
    assert jobs.begin("once", "a", "worker:2") is None
    assert jobs.begin("nosuch", "a", "worker:2") is None
    assert [(job["site"], job["state"], job["tries"]) for job in jobs.told("once")] == [
        ("a", "done", 1),
        ("b", "queued", 0),
    ]
    held = open_ledger(schema(postgres, "b"))
    with pytest.raises(WaitsError, match=":"):
        jobs.begin("once", "b", "worker:2")
    assert ("once", "b") not in jobs.left(60, empty=True)
    held.close()
    assert ("once", "b") in jobs.left(60, empty=False)
    assert ("once", "b") not in jobs.left(60, empty=True), "it was sent a moment ago"
