"""What the platform keeps its records and files on: SQLite and a folder, or PostgreSQL, NATS and S3; and `plyo serve` on both.

The engines are those of the tests (tests/service/engines.py).
"""
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile

from support import places

sys.path.insert(0, str(places.ROOT / "tests/service"))
from engines import Engines, missing  # noqa: E402
from platform_support import Installation, form  # noqa: E402, F401 (form: for run)

TITLES = {"folder": "SQLite, files", "engines": "PostgreSQL, NATS, S3"}
TICK = os.sysconf("SC_CLK_TCK")
# Live workers are not what is measured; one is started, so that the rest is as by default.
OPTIONS = ("--workers", 1)


def prepare() -> None:
    """Ends the benchmark where something is missing."""
    os.environ["PLYO_SERVE_BINARY"] = str(places.plyo())
    if why := missing():
        sys.exit(f"bench: {why}")


@contextlib.contextmanager
def installation(store: str, kept: pathlib.Path | None = None, master: bytes | None = None):
    """One that is new, or that lies in the folder `kept` and is left there."""
    folder = kept or pathlib.Path(tempfile.mkdtemp(prefix="plyo_bench_", dir="/tmp"))
    engines = Engines(kept=folder / "engines" if kept else None) if store == "engines" else None
    try:
        if master:  # before anything makes one of its own
            key = engines.folder / "master.key" if engines else folder / "service/data/master.key"
            key.parent.mkdir(parents=True, exist_ok=True)
            if not key.exists():
                key.write_bytes(master)
                key.chmod(0o600)
        with Installation(folder / "service", "--allow-private-addresses", engines=engines) as made:
            made.keys["live"]  # with them the records are made
            yield made
    finally:
        if engines:
            engines.close()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def cpu_s(pid: int) -> float:
    """Of a process, of all that it waited for, and of those that live below it."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        below = [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / TICK + sum(map(cpu_s, below))


def service_cpu_s(made: Installation, servers: list) -> float:
    """Of the instances and of what they keep their records in."""
    engines = made.engines
    others = [engine.process.pid for engine in (engines.postgres, engines.nats, engines.s3)] if engines else []
    return sum(map(cpu_s, [*(server.process.pid for server in servers), *others]))
