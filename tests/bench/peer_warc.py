"""trafilatura over a WARC, for `make bench-data`: `python peer_warc.py [--fast] FILE -o OUT`, in its own environment.

Reads with the reader that newscrawl reads with, and writes a line of JSON for each article, title, date and author
included.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fastwarc import ArchiveIterator, WarcRecordType
from trafilatura import bare_extraction


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("warc")
    parser.add_argument("-o", dest="out")
    options = parser.parse_args()
    with Path(options.out).open("w", encoding="utf-8") as out, Path(options.warc).open("rb") as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
            url = record.headers["WARC-Target-URI"]
            if found := bare_extraction(record.reader.read(), url=url, with_metadata=True, fast=options.fast):
                out.write(json.dumps(found.as_dict(), ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main()
