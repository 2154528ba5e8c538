"""Servers of PostgreSQL, NATS and S3 for the tests, each in a folder of its own under /tmp and on a free port, and a
`plyo serve` on them."""

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
from platform_support import Api
from serve_support import ROOT, Server, binary

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
        self.folder.mkdir()
        # It does not run as root.
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
            folder.chmod(0o755)
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


class Engines:
    """All three, running."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="plyo_engines_", dir="/tmp"))
        self.postgres = Postgres(self.folder)
        port = free_port()
        self.nats = Process([str(NATS), "-js", "-sd", str(self.folder / "nats"), "-a", "127.0.0.1", "-p", str(port)], port, self.folder / "nats.log")
        self.nats_url = f"nats://127.0.0.1:{port}"
        port = free_port()
        self.bucket = self.folder / "s3/plyo-files"
        self.bucket.mkdir(parents=True)
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

    def objects(self) -> list[str]:
        return [str(path.relative_to(self.bucket)) for path in self.bucket.rglob("*") if path.is_file() and ".sgwtmp" not in path.parts]

    def close(self) -> None:
        for server in (self.nats, self.s3, self.postgres):
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Installation:
    """The instances of one service: their arguments and environment, and its keys."""

    def __init__(self, folder: Path, engines: Engines | None) -> None:
        self.folder, self.engines = folder, engines
        self.env = engines.env if engines else {}
        self.arguments = [*(engines.arguments() if engines else []), "--allow-private-addresses"]
        self.stack = contextlib.ExitStack()
        folder.mkdir(parents=True, exist_ok=True)
        self.keys = {name: self.admin("create-key", "--name", name, *(["--test"] if name == "test" else [])) for name in ("live", "test")}

    def admin(self, *arguments: object) -> str:
        places = [a for a in self.arguments if a != "--allow-private-addresses"]
        done = subprocess.run([binary(), "admin", *map(str, arguments), *places, "--data", str(self.folder / "all/data")], capture_output=True,
                              text=True, check=False, env={**os.environ, **self.env})
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def serve(self, name: str = "all", *arguments: object) -> Server:
        """An instance with a data folder of that name. Without engines there is one, since they share no folder."""
        (self.folder / name).mkdir(exist_ok=True)
        server = Server(self.folder / name, *self.arguments, *arguments, env=self.env)
        self.stack.callback(server.kill)
        return server

    def api(self, server: Server, key: str = "test") -> Api:
        return Api(server, self.keys[key])

    def close(self) -> None:
        self.stack.close()


@pytest.fixture(scope="module")
def engines():
    if why := missing():
        pytest.skip(why)
    servers = Engines()
    yield servers
    servers.close()


@pytest.fixture(params=["folder", "engines"])
def installation(request, tmp_path):
    """One on a data folder, and one on the engines, emptied before."""
    servers = request.getfixturevalue("engines") if request.param == "engines" else None
    if servers:
        servers.postgres.query("DROP SCHEMA IF EXISTS plyo CASCADE; DROP SCHEMA IF EXISTS plyo_keys CASCADE")
        for path in servers.bucket.iterdir():
            if path.name != ".sgwtmp":
                shutil.rmtree(path)
    made = Installation(tmp_path / "service", servers)
    yield made
    made.close()
