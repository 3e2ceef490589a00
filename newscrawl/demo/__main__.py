"""`python -m newscrawl.demo`: serve the demo portal and its mirror until Ctrl-C."""

from __future__ import annotations

import argparse
import logging
import threading

from newscrawl.demo.server import MIRROR_PORT, PORTAL_PORT, DemoSite


def main() -> None:
    """Read the command line and serve; returns after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m newscrawl.demo", description=__doc__)
    parser.add_argument("--portal-port", type=int, default=PORTAL_PORT)
    parser.add_argument("--mirror-port", type=int, default=MIRROR_PORT)
    options = parser.parse_args()
    logging.basicConfig(format="%(levelname)s: %(message)s")
    try:
        with DemoSite(options.portal_port, options.mirror_port) as site:
            print(f"portal {site.portal_url}\nmirror {site.mirror_url}\nCtrl-C ends it.", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("ended.")


if __name__ == "__main__":
    main()
