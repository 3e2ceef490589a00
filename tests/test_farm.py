"""Sites crawled by several workers, with Redis and PostgreSQL as they are: what is killed, restarted or stopped on the
way loses no article, brings none twice, and lets no host be asked by two, or too often."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, make_url

from newscrawl.crawl.ledger import open_ledger
from newscrawl.crawl.ledger.place import Schema
from newscrawl.crawl.lock import LockedError
from newscrawl.farm.jobs import open_jobs
from newscrawl.farm.queue import QUEUE, TASK, is_empty, make_app
from tests.farm_sites import Host, Project, project, told
from tests.servers import Postgres, Server, waited

UNHARMED = {"lost": 0, "doubled": 0, "torn": 0}
DELAY = 0.35
# Requests leave at least DELAY apart; how long each is on its way, and a thread waits to take it, differs by so much.
JITTER = 0.12
LEASE = 4.0


def url_of(postgres: Postgres) -> URL:
    return make_url(postgres.url).set(drivername="postgresql+psycopg")


def addresses(postgres: Postgres, redis: Server) -> dict[str, str]:
    """Of the database and the queue; the former with its password, which nothing may tell."""
    ledger = postgres.url.replace("crawler@", f"crawler:{postgres.password}@")
    return {"NEWSCRAWL_LEDGER": ledger, "NEWSCRAWL_BROKER": f"redis://127.0.0.1:{redis.port}/0"}


def workers(made: Project, count: int) -> list[subprocess.Popen[bytes]]:
    """Workers, each with its crawls in a session of its own, as if on a machine of its own."""
    return [made.start("work", "-L", "INFO", log=f"worker{number}.log") for number in range(count)]


def crawled_by(made: Project, worker: subprocess.Popen[bytes], postgres: Postgres) -> list[Host]:
    """The hosts that a worker is in the middle of: some articles of theirs are out, and not all."""
    with open_jobs(url_of(postgres)) as jobs:
        running = [job for job in jobs.told("night") if job["state"] == "running"]
    mine = {job["site"] for job in running if job["holder"].endswith(f":{worker.pid}")}
    return [host for host in made.hosts if host.name in mine and 0 < made.written(host) < host.portal.articles]


def under_way(made: Project) -> bool:
    """Whether some site has articles and lacks some."""
    return any(0 < made.written(host) < host.portal.articles for host in made.hosts)


def log(made: Project) -> str:
    return "".join(path.read_text("utf-8") for path in sorted(made.folder.glob("*.log")))


def test_every_article_comes_out_once_whatever_dies(postgres: Postgres, redis: Server, tmp_path: Path) -> None:
    with project(tmp_path, "night", 12, delay=DELAY, lease=LEASE, **addresses(postgres, redis)) as made:
        first, *others = workers(made, 3)
        enqueued = made.scrapy("enqueue", "--all", "--run", "night")
        assert (enqueued.returncode, enqueued.stdout) == (0, "night\n"), enqueued.stderr
        waited(lambda: crawled_by(made, first, postgres), 60)
        os.killpg(first.pid, signal.SIGKILL)  # and its crawl: a machine that is gone
        redis.stop(signal.SIGKILL)  # all that was on the queue is lost
        redis.start()
        waited(lambda: under_way(made), 60)
        postgres.stop()
        time.sleep(1)
        postgres.start()
        done = made.scrapy("jobs", "night", "--wait")
        records = told(done.stdout)
        assert records.keys() == {host.name for host in made.hosts}
        assert {record["finish_reason"] for record in records.values()} == {"finished"}, log(made)
        assert sum(record["tries"] for record in records.values()) > len(made.hosts)
        for worker in others:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(30) for worker in others] == [0, 0]
        assert made.harm() == UNHARMED, log(made)
        assert {host.name: host.at_once() for host in made.hosts if host.at_once()} == {}
        assert min(min(host.delays()) for host in made.hosts) > DELAY - JITTER
        assert postgres.password not in log(made) + done.stdout + done.stderr
        kept = [path for path in made.output.rglob("*") if path.is_file()]
        assert [path for path in kept if postgres.password.encode() in path.read_bytes()] == []


def stopped_in_the_middle(made: Project, host: Host, crawl: subprocess.Popen[bytes]) -> bool:
    """Stop a crawl that logs at DEBUG and has written lines that are not on the disk yet; False when it has none."""

    def unkept() -> bool:
        return log(made).count("Scraped from") > made.written(host) > 2

    if unkept():
        crawl.send_signal(signal.SIGSTOP)
        waited(lambda: Path(f"/proc/{crawl.pid}/stat").read_text().split()[2] == "T")
        if unkept():
            return True
        crawl.send_signal(signal.SIGCONT)
    return False


@pytest.mark.parametrize("between", [(), ("--all", "--dry-run"), ("--all",)], ids=["crawl", "dry-run", "recrawl"])
def test_a_crawl_that_lost_its_lease_keeps_nothing_more(
    between: tuple[str, ...], postgres: Postgres, tmp_path: Path
) -> None:
    with project(tmp_path, f"fenced{len(between)}", 1, delay=DELAY, lease=3, NEWSCRAWL_LEDGER=postgres.url) as made:
        (host,) = made.hosts
        stopped = made.start("crawl", host.name, "-L", "DEBUG", log="stopped.log")
        waited(lambda: made.written(host) > 2, 60)
        with pytest.raises(LockedError, match=rf"{host.name} is being crawled already, by .*:{stopped.pid}$"):
            open_ledger(Schema(url_of(postgres), host.name, 3))
        waited(lambda: stopped_in_the_middle(made, host, stopped))
        if between:
            waited(lambda: made.scrapy("recrawl", host.name, *between).returncode == 0)
        other = waited(lambda: (done := made.scrapy("crawl", host.name)).returncode == 0 and done, 60)
        asked = len(host.visits)
        stopped.send_signal(signal.SIGCONT)
        assert stopped.wait(30) == 1
        # PostgreSQL has ended the transaction that was open, or the token is no more the one of the lease
        assert "Spider closed (lease_lost)" in log(made) or "Spider closed (ledger_lost)" in log(made), other.stderr
        assert "Traceback" not in log(made)
        assert len(host.visits) == asked, "it went on fetching"
        assert made.harm() == UNHARMED
        assert len({file.name.partition("-")[2] for file in made.files(host)}) == len(made.files(host)) == 2


class Code:
    """A pickle that makes a file when it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_what_others_put_on_the_queue_runs_nothing(postgres: Postgres, redis: Server, tmp_path: Path) -> None:
    with project(tmp_path, "asked", 1, delay=DELAY, lease=LEASE, **addresses(postgres, redis)) as made:
        (host,) = made.hosts
        app, proof = make_app(f"redis://127.0.0.1:{redis.port}/0"), tmp_path / "proof"
        with app.connection_for_write() as connection:
            connection.Producer().publish(Code(proof), serializer="pickle", routing_key=QUEUE, exchange="")
        app.send_task("os.system", args=[f"touch {proof}"])
        for arguments in (["nosuch", host.name], ["nosuch", ["-s", "X=1"]], [host.name], []):
            app.send_task(TASK, args=arguments)
        worker, *_ = workers(made, 1)
        waited(lambda: log(made).count("there is nothing to do") and is_empty(app))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
        assert "untrusted content of type pickle" in log(made)
        assert "unregistered task of type 'os.system'" in log(made)
        assert not proof.exists()
        assert host.visits == []


def test_a_worker_that_is_told_to_stop_gives_its_job_back(postgres: Postgres, redis: Server, tmp_path: Path) -> None:
    with project(tmp_path, "evening", 1, delay=DELAY, lease=LEASE, **addresses(postgres, redis)) as made:
        (host,) = made.hosts
        (first,) = workers(made, 1)
        made.scrapy("enqueue", host.name, "--run", "evening")
        waited(lambda: made.written(host) > 2, 60)
        os.killpg(first.pid, signal.SIGINT)  # as Ctrl-C does: the crawl hears it, too
        assert first.wait(30) == 0, (first.returncode, log(made)[-1500:])
        job = told(made.scrapy("jobs", "evening").stdout)[host.name]
        assert (job["state"], job["reason"]) == ("queued", "shutdown")
        assert made.scrapy("jobs", "evening").returncode == 1
        workers(made, 1)
        assert made.scrapy("jobs", "evening", "--wait").returncode == 0, log(made)
        assert made.harm() == UNHARMED
