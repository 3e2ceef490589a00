"""Crawling on several machines: sites are jobs, workers take them off a queue, the database knows what came of them.

options.py (what a job may ask for) -> jobs.py (the jobs in the database) -> queue.py (Celery, with Redis) -> serve.py
(a worker) -> work.py (what it does with a job) -> sweep.py (jobs that nobody is at, put on the queue again).

The database is what counts. The queue only says that there is something to do: whatever it loses is put there again,
and what it says twice is done once.
"""
