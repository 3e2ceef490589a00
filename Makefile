# make crawl          the embedded demo portal and its mirror, crawled end to end
# make crawl SITE=x   the same for a live site: scrapy list names them
# make test           format, lint, types, tests
# make score          how right the fields are on saved pages; PAGES=folder for others, PEERS=1 for other extractors
# make bench-crawl    what a crawl costs beside a stock Scrapy spider, in memory, and in its ledger; ARGS=--full: all of it
# make bench-restore  damaged text given back, beside ftfy and OpenCC; TEXT=folder or file measures another text
# make bench-data     batch work: articles out of WARC beside trafilatura, clean text, a data set
# make schema         what is made in docs/: the schema, the tables of data.md, the pictures
# make torture        crawls killed at 100 random moments and at every step, on a full disk, left by their server
# All set-up happens in .venv, from requirements.txt; Python >= 3.10 is all that must be there.

SITE ?=
ARGS ?=
TEXT ?=
PAGES ?= ../shared/pages
VENV ?= .venv
BIN := $(VENV)/bin
# the first interpreter that is new enough; PYTHON=... names another
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && { echo "$$python"; break; }; done)
# Ctrl-C while Python still imports would print a traceback; Scrapy sets its own handler as soon as it runs.
QUIET_SCRAPY = $(BIN)/python -c 'import signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); \
	sys.argv[0] = "scrapy"; from scrapy.cmdline import execute; execute()'
export PYTHONUTF8 := 1
# Some images ask Python to keep no bytecode: every start would compile all of newscrawl anew (0.4 of 1.6 s).
unexport PYTHONDONTWRITEBYTECODE

.PHONY: crawl test score torture bench-crawl bench-restore bench-data schema lint types clean

crawl: $(VENV)/.runs
	@$(QUIET_SCRAPY) run --table $(SITE) $(ARGS)

# A worker for each core, but four at most: each starts crawls of its own, some of which are timed. ARGS=-n0: none.
# With one more than cores, and others busy on the machine, the test of Ray came to its limit of time.
WORKERS := -n auto --maxprocesses 4

test: $(VENV)/.tests
	$(BIN)/ruff format --check newscrawl tests
	$(BIN)/ruff check newscrawl tests
	$(BIN)/mypy --strict newscrawl
	$(BIN)/pytest -c tests/pytest.ini $(WORKERS) $(ARGS)

# Other extractors read the same pages with PEERS=1; the newest Python has most of them, PEERS_PYTHON=... names another.
PEERS ?=
PEERS_VENV := $(VENV)-peers
PEERS_PYTHON ?= $(shell for python in python3.14 python3.13 python3.12 "$(PYTHON)"; do \
	"$$python" -c '' 2>/dev/null && { echo "$$python"; break; }; done)
PEERS_COMMAND = $(PEERS_VENV)/bin/python tests/bench/peers.py

# a table for each folder of pages that is there
score: $(VENV)/.runs $(if $(PEERS),$(PEERS_VENV)/.runs)
	@failed=0; for pages in $(wildcard tests/pages/portals $(PAGES)); do \
		echo "$$pages"; $(BIN)/scrapy score "$$pages" --as clean --as gb2312 --as mirror --as flat \
			--floor tests/score_floor.json $(if $(PEERS),--peers "$(PEERS_COMMAND)") $(ARGS) || failed=1; \
	done; exit $$failed

$(PEERS_VENV)/.runs: tests/bench/peers.txt
	@echo "setting up $(PEERS_VENV) with $(PEERS_PYTHON)"
	@"$(PEERS_PYTHON)" -m venv --clear $(PEERS_VENV)
	@# the pip that Python 3.11 brings fails on lxml[html-clean], which two of them ask for
	@$(PEERS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(PEERS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/peers.txt
	@touch $@

bench-crawl: $(VENV)/.runs
	@PYTHONPATH=. $(BIN)/python -m tests.bench.crawl $(ARGS)

bench-restore: $(VENV)/.runs
	@PYTHONPATH=. $(BIN)/python tests/bench/restore.py $(if $(TEXT),--text "$(TEXT)") $(ARGS)

bench-data: $(VENV)/.runs $(PEERS_VENV)/.runs
	@PYTHONPATH=. $(BIN)/python -m tests.bench.data --peers $(PEERS_VENV)/bin/python $(ARGS)

torture: $(VENV)/.runs
	@PYTHONPATH=. $(BIN)/python -m tests.torture $(ARGS)

schema: $(VENV)/.tests
	@PYTHONPATH=. $(BIN)/python -m tests.docs

# A stamp is written last, so that an interrupted installation is done again, not believed.
$(VENV)/.runs: requirements.txt
	@$(if $(PYTHON),,$(error newscrawl needs Python 3.10 or newer; none found. Name one with PYTHON=/path/to/python3))
	@echo "setting up $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv --clear $(VENV) || { echo "no venv module: install it (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@echo "compiling the decoder"
	@$(BIN)/python -c 'import newscrawl; newscrawl.restore("發(fā)布時(shí)間 湖北日?qǐng)?bào)")'
	@touch $@

$(VENV)/.tests: $(VENV)/.runs tests/requirements.txt
	@echo "adding the tools of make test"
	@# most of what they bring is never imported: Python compiles what is
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r tests/requirements.txt
	@touch $@

clean:
	rm -rf $(VENV) $(PEERS_VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
