"""The demo portal and its mirror, served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newscrawl.demo.server import DemoSite
from tests.demo.asking import HOSTS, base_of


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with DemoSite(0, 0) as running:
        yield running


@pytest.fixture(params=HOSTS)
def base(site: DemoSite, request: pytest.FixtureRequest) -> str:
    return base_of(site, request.param)
