from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from adapter import Adapter  # noqa: E402


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., Adapter]]:
    """Makes clients that are answered by a handler; each test runs with both kinds."""
    made = []

    def make(handler: Any = None, **options: Any) -> Adapter:
        adapter = Adapter(request.param == "async", handler, **options)
        made.append(adapter)
        return adapter

    yield make
    for adapter in made:
        adapter.close()


@pytest.fixture(autouse=True)
def no_environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.node.get_closest_marker("server"):
        for name in ("PLYO_API_KEY", "PLYO_BASE_URL", "PLYO_TEST_API_KEY"):
            monkeypatch.delenv(name, raising=False)
