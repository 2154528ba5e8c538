"""Servers of PostgreSQL, NATS and S3 for the tests, each in a folder of its own under /tmp and on a free port."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from platform_support import Installation
from serve_support import ROOT

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NATS = shutil.which("nats-server")
S3_KEYS = {"AWS_ACCESS_KEY_ID": "plyo", "AWS_SECRET_ACCESS_KEY": "a-secret-of-s3"}
PASSWORD = "a-secret-of-postgres"


def versitygw() -> str | None:
    built = Path(os.environ.get("PLYO_DEPS", ROOT / "build/deps")) / "versitygw/versitygw"
    return str(built) if built.exists() else shutil.which("versitygw")


def missing() -> str:
    """What keeps the tests from running, empty where nothing does."""
    absent = [name for name, found in (("PostgreSQL", POSTGRES), ("nats-server", NATS), ("versitygw", versitygw())) if not found]
    return f"not installed here: {', '.join(absent)}; ./dev setup installs them" if absent else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


class Process:
    """One that is started, killed as if its machine had lost its power, and started again on the same files."""

    def __init__(self, command: list[str], port: int, log: Path, env: dict | None = None) -> None:
        self.command, self.port, self.log, self.env = command, port, log, env
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, cwd="/", env={**os.environ, **(self.env or {})},
                                            start_new_session=True)
        wait_for_port(self.port)

    def kill(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            self.process = None


class Postgres(Process):
    def __init__(self, folder: Path) -> None:
        self.bin, self.folder = POSTGRES[-1], folder / "postgres"
        self.folder.mkdir(exist_ok=True)
        # It does not run as root.
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
            folder.chmod(0o755)
        if not (self.folder / "data/PG_VERSION").exists():
            subprocess.run([*self.user, self.bin / "initdb", "-D", self.folder / "data", "-U", "plyo", "--auth=scram-sha-256",
                            f"--pwfile={folder / 'password'}", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        port = free_port()
        super().__init__([*self.user, str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(port), "-k", str(self.folder),
                          "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100"], port, folder / "postgres.log")
        self.url = f"postgres://plyo:{PASSWORD}@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        super().start()
        self.query("SELECT 1")

    def kill(self) -> None:
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False) if self.process else None
        super().kill()
        for child in children.stdout.split() if children else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)  # they have sessions of their own
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)
        time.sleep(0.2)

    def query(self, sql: str) -> list[str]:
        """The rows, columns with | between."""
        end = time.monotonic() + 30
        while True:
            done = subprocess.run([self.bin / "psql", "-X", "-q", "-A", "-t", "-c", sql, self.url], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.splitlines()
            assert time.monotonic() < end, done.stderr
            time.sleep(0.1)


    def tables(self) -> dict[str, str]:
        """Each as text, bytes with what can be read in them."""
        names = self.query("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('plyo', 'plyo_keys')")
        return {name.split(".")[1]: "\n".join(self.query(f"SET bytea_output = escape; SELECT * FROM {name}")) for name in names}


class Engines:
    """All three, running; with what is in the folder `kept`, which stays there, or new ones."""

    def __init__(self, kept: Path | None = None) -> None:
        self.kept = kept
        self.folder = kept or Path(tempfile.mkdtemp(prefix="plyo_engines_", dir="/tmp"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.postgres = Postgres(self.folder)
        port = free_port()
        self.nats = Process([str(NATS), "-js", "-sd", str(self.folder / "nats"), "-a", "127.0.0.1", "-p", str(port)], port, self.folder / "nats.log")
        self.nats_url = f"nats://127.0.0.1:{port}"
        port = free_port()
        self.bucket = self.folder / "s3/plyo-files"
        self.bucket.mkdir(parents=True, exist_ok=True)
        self.s3 = Process([str(versitygw()), "--port", f"127.0.0.1:{port}", "posix", str(self.bucket.parent)], port, self.folder / "s3.log",
                          {"ROOT_ACCESS_KEY": S3_KEYS["AWS_ACCESS_KEY_ID"], "ROOT_SECRET_KEY": S3_KEYS["AWS_SECRET_ACCESS_KEY"]})
        self.s3_url = f"http://127.0.0.1:{port}"
        for server in (self.postgres, self.nats, self.s3):
            server.start()

    def arguments(self) -> list[str]:
        return ["--blobs", "s3://plyo-files", "--s3-endpoint", self.s3_url, "--nats", self.nats_url,
                "--master-key-file", str(self.folder / "master.key")]

    @property
    def env(self) -> dict[str, str]:
        return {"PLYO_DATABASE": self.postgres.url, **S3_KEYS}

    def empty(self) -> None:
        self.postgres.query("DROP SCHEMA IF EXISTS plyo CASCADE; DROP SCHEMA IF EXISTS plyo_keys CASCADE")
        for path in self.bucket.iterdir():
            if path.name != ".sgwtmp":
                shutil.rmtree(path)

    def close(self) -> None:
        for server in (self.nats, self.s3, self.postgres):
            server.kill()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)


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
