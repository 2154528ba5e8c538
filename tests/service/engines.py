"""PostgreSQL, NATS and S3 for the tests."""

import contextlib
import sys
from pathlib import Path

import pytest
from platform_support import Installation
from serve_support import ROOT

sys.path.insert(0, str(ROOT / "deploy/up"))
from servers import PASSWORD, S3_KEYS, Engines, Process, free_port, missing, wait_for_port  # noqa: E402, F401


@pytest.fixture(scope="module")
def engines():
    if why := missing():
        pytest.skip(why)
    servers = Engines()
    yield servers
    servers.close()


@contextlib.contextmanager
def installed(request, folder: Path):
    """An installation on what the parameter of the fixture names: a data folder, or the engines, emptied before."""
    servers = request.getfixturevalue("engines") if request.param == "engines" else None
    if servers:
        servers.empty()
    with Installation(folder, "--allow-private-addresses", engines=servers) as made:
        yield made


@pytest.fixture(scope="module", params=["folder", "engines"], name="installation")
def module_installation(request, tmp_path_factory):
    """One on a data folder, and one on the engines, for all tests of a file that imports this."""
    with installed(request, tmp_path_factory.mktemp(request.param)) as made:
        yield made
