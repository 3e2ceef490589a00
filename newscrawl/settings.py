"""Only what differs from Scrapy's defaults, each line with its reason. Sites may differ again in `custom_settings`.

How far a crawl goes (articles, lists, depth) is not set here but in crawl/frontier.py: Scrapy's DEPTH_LIMIT and
CLOSESPIDER_* cut without naming what they cut.
"""

from __future__ import annotations

import os
from pathlib import Path

from newscrawl.items import EXPORTED
from newscrawl.page import MAX_BYTES

BOT_NAME = "newscrawl"
SPIDER_MODULES = ["newscrawl.sites"]
COMMANDS_MODULE = "newscrawl.commands"

# -- manners --
USER_AGENT = "newscrawl (news research crawler; obeys robots.txt)"  # sites must be able to tell us apart; add a contact
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # provincial portals run on small machines
DOWNLOAD_DELAY = 1  # seconds between two requests to a host, at the least
AUTOTHROTTLE_ENABLED = True  # slower when the site is slow
AUTOTHROTTLE_MAX_DELAY = 30
DOWNLOADER = "newscrawl.crawl.hosts.HostDownloader"  # holds each host's requests back for as long as the host asks
SCHEDULER_PRIORITY_QUEUE = "newscrawl.crawl.hosts.HostQueue"  # and does not let them stand in other hosts' way
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # in the order of the ledger; Scrapy's own turns it round
CRAWL_DELAY_MAX = 60  # seconds; ours: robots.txt is obeyed up to it; more would make a month of a portal's day
REST_START = 5  # seconds; ours: how long a host is left alone at its first 429 or 503 that names no Retry-After
REST_MAX = 600  # seconds; ours: a host that wants to be left alone for longer is given up, for this run
BLOCKED_DELAY_MAX = 60  # seconds; ours: how far apart the requests to a host that blocks us get
BLOCKED_IN_A_ROW = 5  # ours: so many and the host is given up; one page may be closed to all, five in a row are a ban
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",  # some portals choose the edition by it; Scrapy asks for English
}

# -- patience --
DOWNLOAD_TIMEOUT = 30  # Scrapy waits three minutes; a page that takes longer than this rarely comes
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]  # 429 and 503 are tried again by crawl/manners.py, after a rest
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # what was given up is refused by name; an ERROR line each would hide real errors
REDIRECT_MAX_TIMES = 5  # honest sites need two or three
METAREFRESH_ENABLED = False  # it decodes every page a second time; crawl/links.py follows the refresh as a link
SLOW_FIRST_BYTE = 5.0  # seconds; ours: later answers are counted as recovered

# -- safety --
DOWNLOAD_MAXSIZE = MAX_BYTES  # packed or not
DOWNLOAD_WARNSIZE = 0  # the limit above says enough
DOWNLOAD_HANDLERS = {
    "http": "newscrawl.crawl.handler.GuardedHandler",  # bounds the head of an answer
    "https": "newscrawl.crawl.handler.GuardedHandler",
    **dict.fromkeys(("file", "ftp", "s3", "data")),  # a page must not make us read our own disk
}
TWISTED_DNS_RESOLVER = "newscrawl.crawl.guard.GuardedResolver"  # nor ask the machines beside us
GUARD_ALLOWED_HOSTS: list[str] = []  # ours: hosts that may be reached although they are not public
GUARD_ALLOWED_SCHEMES = ["http", "https"]  # ours
HTTPPROXY_ENABLED = False  # a proxy looks names up itself, where the guard cannot see it: to be switched on knowingly
COOKIES_ENABLED = False  # articles do not need them, and some sites serve a visitor's history
REFERRER_POLICY = "same-origin"  # no site need know where we came from
TELNETCONSOLE_ENABLED = False  # consoles run code in the crawl; both are on by default
REMOTE_CONTROL_ENABLED = False

# -- the way of a request, and of an article --
DOWNLOADER_MIDDLEWARES = {
    "newscrawl.crawl.middlewares.RefusalMiddleware": 10,
    "newscrawl.crawl.dead.DeadFeedMiddleware": 20,  # sees what is left after redirects and retries
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newscrawl.crawl.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "newscrawl.crawl.manners.MannersMiddleware": 560,  # sees unpacked pages, and before the retries
    "newscrawl.crawl.compression.CompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newscrawl.crawl.middlewares.SiteRedirectMiddleware": 600,
    "newscrawl.crawl.guard.GuardMiddleware": 740,  # after retry: a forbidden address does not become allowed
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops without a word; the guard says it
}
ITEM_PIPELINES = {
    "newscrawl.pipelines.DecodePipeline": 100,
    "newscrawl.pipelines.RestorePipeline": 200,
    "newscrawl.pipelines.ExtractPipeline": 300,
    "newscrawl.pipelines.JudgePipeline": 400,
    "newscrawl.pipelines.PublishPipeline": 500,
}
EXTENSIONS = {
    "newscrawl.crawl.tally.Tally": 500,
    "newscrawl.crawl.budgets.Budgets": 500,
    "newscrawl.publish.rejects.Rejects": 500,
    "newscrawl.publish.feed.FeedPaths": 500,
    "newscrawl.crawl.keeper.Keeper": 790,  # the next one judges the run, and what it could not write
    "newscrawl.crawl.monitors.QuietSpidermon": 800,  # behind all that counts
    "newscrawl.crawl.log.VisibleLog": 10,
    "newscrawl.crawl.safe.SafeSettings": 50,
    "newscrawl.crawl.progress.Progress": 850,
    "newscrawl.crawl.parent.Parent": 850,
    "scrapy.extensions.spiderstate.SpiderState": None,  # loads a pickle
    "newscrawl.crawl.warc.keeper.WarcKeeper": 890,
}
SPIDERMON_ENABLED = True
SPIDERMON_SPIDER_CLOSE_MONITORS = ("newscrawl.crawl.monitors.Expectations",)
CONCURRENT_ITEMS = 1  # our pipelines never wait; Scrapy starts as many tasks for every response, 100 as it comes

# -- files --
OUTPUT_DIR = str(Path(__file__).parent.parent / "output")  # ours
SAVED_PAGES_DIR = str(Path(__file__).parent.parent / "tests" / "pages")  # ours: what scrapy check reads
# ours: where ledgers are. None: a file a site in OUTPUT_DIR/state; postgresql://HOST/DATABASE: there, for more machines
LEDGER = os.environ.get("NEWSCRAWL_LEDGER")
LEASE_SECONDS = 30  # ours: with LEDGER, how long a site stays with a run that is not heard of
BROKER = os.environ.get("NEWSCRAWL_BROKER")  # ours: redis://HOST/0, the queue of scrapy enqueue and scrapy work
PARENT = None  # ours: the process that started a crawl; when it is gone, the crawl ends
LEDGER_ENABLED = True  # ours: whether a crawl is kept in output/; commands that only look say no
RUN = None  # ours: the name of a run of several sites; else each is called by its start
REVISIT_DAYS = None  # ours: articles first seen in so many days are fetched again, 0 for all of them
SINCE = None  # ours: a day in ISO 8601; articles that were published before it are left alone
WARC = "off"  # ours: whether a crawl keeps all that it fetches, in output/warc: 9 KB and 0.6 ms for a page of 60 KB
WARC_MAX_BYTES = 1 << 30  # ours: a file that has so many bytes is complete; 1 GiB is what archives are used to
REPLAY: list[str] = []  # ours: WARC files, globs, folders that answer instead of the network; needs an OUTPUT_DIR
ADDONS = {"newscrawl.crawl.warc.settings.Replay": 100}  # what REPLAY changes besides
SCHEDULER = "newscrawl.crawl.scheduler.LedgerScheduler"
FEED_EXPORT_FIELDS = EXPORTED  # in this order, and without the pages an article was read from; for -o too
FEED_EXPORTERS = {"csv": "newscrawl.publish.sheet.SheetExporter"}  # a headline must not be a formula
FEED_EXPORT_ENCODING = "utf-8"  # otherwise every Chinese character becomes \uXXXX

LOG_LEVEL = "INFO"  # DEBUG prints every article
LOG_JSON = False  # ours: whether each line of the log is an object of JSON
PROGRESS = True  # ours: whether long work draws a line at the foot of the terminal; never anywhere else
PROGRESS_FILE = None  # ours: where a crawl of `scrapy run` keeps its counts, from which the run draws one line for all
