"""`python -m newscrawl.demo`: serve the demo portal and its mirror until Ctrl-C; with --large a portal of any size."""

from __future__ import annotations

import argparse
import logging
import threading
from contextlib import ExitStack

from newscrawl.demo.large import LargePortal
from newscrawl.demo.server import MIRROR_PORT, PORTAL_PORT, DemoSite, serving


def main() -> None:
    """Read the command line and serve; returns after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m newscrawl.demo", description=__doc__)
    parser.add_argument("--portal-port", type=int, default=PORTAL_PORT)
    parser.add_argument("--mirror-port", type=int, default=MIRROR_PORT)
    parser.add_argument("--large", type=int, metavar="N", help="serve a portal of N articles on --portal-port instead")
    parser.add_argument("--size", type=int, default=0, help="bytes that its pages are filled up to")
    parser.add_argument("--packed", action="store_true", help="send its pages by gzip, without a charset")
    options = parser.parse_args()
    logging.basicConfig(format="%(levelname)s: %(message)s")
    try:
        with ExitStack() as servers:
            print(_serve(options, servers), "Ctrl-C ends it.", sep="\n", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("ended.")


def _serve(options: argparse.Namespace, servers: ExitStack) -> str:
    """Start serving; returns what there is to say of it."""
    if options.large:
        portal = LargePortal(options.large, options.size, options.packed)
        return f"portal {servers.enter_context(serving(portal.answer, options.portal_port))}"
    site = servers.enter_context(DemoSite(options.portal_port, options.mirror_port))
    return f"portal {site.portal_url}\nmirror {site.mirror_url}"


if __name__ == "__main__":
    main()
