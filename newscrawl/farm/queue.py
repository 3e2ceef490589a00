"""The queue: Celery with Redis. A message names a run and a site, in JSON; all else is in the database."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from celery import Celery  # type: ignore[import-untyped]  # celery has no types
from scrapy.settings import BaseSettings

QUEUE = "newscrawl"
TASK = "newscrawl.crawl"

_CONF: dict[str, Any] = {
    # nothing but JSON is read: a pickle from the queue could run code
    "accept_content": ["json"],
    "task_serializer": "json",
    "result_serializer": "json",
    "event_serializer": "json",
    "task_ignore_result": True,  # the database has the jobs
    "task_default_queue": QUEUE,
    # a message is there until its job is done or given back
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    # Redis gives a message that is not acknowledged to another worker after so many seconds, whether the first one is
    # alive or not. A day is longer than any crawl; the jobs of dead workers are found much sooner (sweep.py).
    "broker_transport_options": {"visibility_timeout": 86_400},
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,  # Redis may be away for as long as it takes
    "worker_cancel_long_running_tasks_on_connection_loss": False,  # a crawl does not need it
    "worker_enable_remote_control": False,  # whoever can write to Redis could stop workers by it
    "worker_hijack_root_logger": True,
    "worker_redirect_stdouts": False,
}


def broker_of(settings: BaseSettings) -> str:
    """The address of the queue. Raises `ValueError`, which tells no password."""
    broker = str(settings["BROKER"] or "")
    if not broker:
        raise ValueError("the queue has no address: -s BROKER=redis://HOST/0, or the environment's NEWSCRAWL_BROKER")
    if urlsplit(broker).scheme not in ("redis", "rediss"):
        raise ValueError("BROKER must begin with redis:// or rediss://")
    return broker


def shown_broker(broker: str) -> str:
    """An address as it may be seen.

    >>> shown_broker("redis://:secret@queue.example.cn:6379/0")
    'redis://queue.example.cn:6379/0'
    """
    parts = urlsplit(broker)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def make_app(broker: str) -> Celery:
    """The Celery application; workers add the task to it."""
    app = Celery("newscrawl", broker=broker, set_as_current=False)
    app.conf.update(_CONF)
    return app


def send(app: Celery, run: str, site: str) -> None:
    """Put a job on the queue. Raises kombu's `OperationalError` when the queue cannot be reached."""
    once = {"max_retries": 1, "interval_start": 0.5}
    app.send_task(TASK, args=[run, site], task_id=f"{run}.{site}", retry=True, retry_policy=once)


def is_empty(app: Celery) -> bool:
    """Whether no job waits on the queue; raises when it cannot be reached."""
    with app.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, interval_start=0.5)
        return not connection.default_channel.queue_declare(queue=QUEUE, durable=True).message_count
