"""The servers that Plyo stands on and beside, as the tests and `./dev up full` start them: each in a folder of its own, for this machine alone."""

import contextlib
import json
import math
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
NATS = shutil.which("nats-server")
BUCKET = "plyo-files"
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


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def wait_until(true: Callable[[], object], seconds: float, what: str = "it takes too long") -> float:
    """As long as that took."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() > begun + seconds:
            raise AssertionError(what)
        time.sleep(0.05)
    return time.monotonic() - begun


def wait_for_port(port: int, seconds: float = 30) -> None:
    wait_until(lambda: listens(port), seconds, f"nothing listens on {port}")


def answers(url: str) -> bool:
    """With 200."""
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=3) as answer:
        return answer.status == 200
    return False


class Process:
    """One that is started, killed as if its machine had lost its power, and started again on the same files."""

    stop_signal = "TERM"

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

    def healthy(self) -> bool:
        return listens(self.port)


class Postgres(Process):
    stop_signal = "INT"  # "fast": it does not wait for its clients

    def __init__(self, folder: Path, port: int = 0, password: str = PASSWORD) -> None:
        self.bin, self.folder = POSTGRES[-1], folder / "postgres"
        self.folder.mkdir(exist_ok=True)
        # It does not run as root; but may have to pass through a folder that is root's alone.
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--inh-caps=+dac_read_search",
                     "--ambient-caps=+dac_read_search"] if os.geteuid() == 0 else []
        if not (self.folder / "data/PG_VERSION").exists():
            file = self.folder / "password"
            file.touch(mode=0o600)
            file.write_text(password, encoding="utf-8")
            if self.user:
                shutil.chown(self.folder, "postgres", "postgres")
                shutil.chown(file, "postgres")
            subprocess.run([*self.user, self.bin / "initdb", "-D", self.folder / "data", "-U", "plyo", "--auth=scram-sha-256", f"--pwfile={file}",
                            "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
            file.unlink()
        port = port or free_port()
        super().__init__([*self.user, str(self.bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(port), "-k", str(self.folder),
                          "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=350"], port, folder / "postgres.log")
        self.url = f"postgres://plyo:{password}@127.0.0.1:{port}/postgres"

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

    def healthy(self) -> bool:
        return subprocess.run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False).returncode == 0

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


class Nats(Process):
    def __init__(self, folder: Path, port: int = 0) -> None:
        port = port or free_port()
        super().__init__([str(NATS), "-js", "-sd", str(folder / "nats"), "-a", "127.0.0.1", "-p", str(port)], port, folder / "nats.log")
        self.url = f"nats://127.0.0.1:{port}"


class S3(Process):
    """A gateway to a folder; a bucket is a folder in it."""

    def __init__(self, folder: Path, port: int = 0, keys: dict[str, str] = S3_KEYS) -> None:
        port = port or free_port()
        self.bucket = folder / "s3" / BUCKET
        self.bucket.mkdir(parents=True, exist_ok=True)
        super().__init__([str(versitygw()), "--port", f"127.0.0.1:{port}", "posix", str(self.bucket.parent)], port, folder / "s3.log",
                         {"ROOT_ACCESS_KEY": keys["AWS_ACCESS_KEY_ID"], "ROOT_SECRET_KEY": keys["AWS_SECRET_ACCESS_KEY"]})
        self.url = f"http://127.0.0.1:{port}"


class Engines:
    """These three, running; with what is in the folder `kept`, which stays there, or new ones."""

    def __init__(self, kept: Path | None = None) -> None:
        self.kept = kept
        self.folder = kept or Path(tempfile.mkdtemp(prefix="plyo_engines_", dir="/tmp"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.postgres, self.nats, self.s3 = Postgres(self.folder), Nats(self.folder), S3(self.folder)
        self.bucket, self.nats_url, self.s3_url = self.s3.bucket, self.nats.url, self.s3.url
        for server in (self.postgres, self.nats, self.s3):
            server.start()

    def arguments(self) -> list[str]:
        return ["--blobs", f"s3://{BUCKET}", "--s3-endpoint", self.s3_url, "--nats", self.nats_url,
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


class Prometheus(Process):
    """With configuration and rules of deploy/: `targets` are the instances' addresses by role, `door` is asked at by `blackbox`. Where `every_s`
    is said, in a hurry."""

    def __init__(self, folder: Path, targets: dict[str, list[str]], alertmanager: str = "", proxy: str = "", port: int = 0, every_s: int = 0,
                 door: str = "", blackbox: str = "127.0.0.1:9115") -> None:
        place = folder / "prometheus"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(DEPLOY / "prometheus", place)
        if every_s:
            config = yaml.safe_load((place / "prometheus.yml").read_text(encoding="utf-8"))
            config["global"] = dict.fromkeys(config["global"], f"{every_s}s")
            (place / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        (place / "targets/plyo.yml").write_text(yaml.safe_dump([{"targets": each, "labels": {"role": role, "release": "stable"}} for role, each in targets.items()]),
                                                encoding="utf-8")
        for file, address, labels in (("balancers/haproxy.yml", proxy, {}), ("doors/plyo.yml", door, {"__exporter__": blackbox}),
                                      ("alertmanagers/alertmanager.yml", alertmanager, {})):
            (place / file).write_text(yaml.safe_dump([{"targets": [address], "labels": labels}] if address else []), encoding="utf-8")
        port = port or free_port()
        super().__init__(["prometheus", f"--config.file={place}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
                          f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], port, folder / "prometheus.log")
        self.url = f"http://127.0.0.1:{port}/api/v1/"

    def healthy(self) -> bool:
        return answers(f"http://127.0.0.1:{self.port}/-/ready")

    def get(self, what: str, **parameters: str):
        try:
            with urllib.request.urlopen(f"{self.url}{what}?{urllib.parse.urlencode(parameters)}", timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from error

    def values(self, query: str) -> list[float]:
        """Those that are numbers."""
        found = [float(sample["value"][1]) for sample in self.get("query", query=query)["result"]]
        return [value for value in found if math.isfinite(value)]

    def pass_scrapes(self, count: int) -> None:
        """Until each server was read that often, and the rules have seen it."""
        asked = 'min(count_over_time(up{job="plyo"}[1h]))'
        before = (self.values(asked) or [0])[0]
        end = time.monotonic() + 60
        while (self.values(asked) or [0])[0] < before + count:
            assert time.monotonic() < end, self.log.read_text(encoding="utf-8")
            time.sleep(0.2)


class Alertmanager(Process):
    """With the routes of deploy/, but nobody to tell: what came is asked of it."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        place = folder / "alertmanager"
        place.mkdir(exist_ok=True)
        config = yaml.safe_load((DEPLOY / "alertmanager/alertmanager.yml").read_text(encoding="utf-8"))
        del config["global"]
        config["receivers"] = [{"name": receiver["name"]} for receiver in config["receivers"]]
        (place / "alertmanager.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        port = port or free_port()
        super().__init__(["prometheus-alertmanager", f"--config.file={place}/alertmanager.yml", f"--storage.path={place}/data",
                          f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=warn"],
                         port, folder / "alertmanager.log")
        self.url = f"http://127.0.0.1:{port}"

    def healthy(self) -> bool:
        return answers(f"{self.url}/-/ready")

    def alerts(self) -> list[dict[str, str]]:
        """The labels of what fires."""
        with urllib.request.urlopen(f"{self.url}/api/v2/alerts?active=true", timeout=10) as answer:
            return [alert["labels"] for alert in json.load(answer)]


class Blackbox(Process):
    """The exporter by which Prometheus asks as users do. It trusts `authority`, a file of certificates, beside those of the machine."""

    def __init__(self, folder: Path, port: int = 0, authority: Path | None = None) -> None:
        port = port or free_port()
        self.address = f"127.0.0.1:{port}"
        super().__init__(["prometheus-blackbox-exporter", f"--config.file={DEPLOY}/prometheus/blackbox.yml", f"--web.listen-address={self.address}",
                          "--log.level=warn"], port, folder / "blackbox.log", {"SSL_CERT_FILE": str(authority)} if authority else {})

    def healthy(self) -> bool:
        return answers(f"http://{self.address}/-/healthy")

    def found(self, door: str, **more: str) -> str:
        """Its figures of an address."""
        asked = urllib.parse.urlencode({"module": "front_door", "target": f"{door}/readyz", **more})
        with urllib.request.urlopen(f"http://{self.address}/probe?{asked}", timeout=30) as answer:
            return answer.read().decode()


class HaProxy(Process):
    """deploy/haproxy before these instances: `servers` by what the configuration calls them, LIVE_1 and so on."""

    stop_signal = "USR1"

    def __init__(self, folder: Path, servers: dict[str, str], port: int = 0, metrics_port: int = 0) -> None:
        port, self.metrics_port = port or free_port(), metrics_port or free_port()
        self.socket = folder / "haproxy.sock"
        places = {"LISTEN": f"127.0.0.1:{port}", "METRICS_LISTEN": f"127.0.0.1:{self.metrics_port}", "ADMIN_SOCKET": str(self.socket)}
        super().__init__([shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(DEPLOY / "haproxy/haproxy.cfg")], port,
                         folder / "haproxy.log", {**servers, **places})

    def state(self) -> dict[str, str]:
        """UP, DOWN and so on by backend/server."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/;csv;norefresh", timeout=5) as answer:
            rows = [line.split(",") for line in answer.read().decode().splitlines()[1:] if line]
        return {f"{row[0]}/{row[1]}": row[17] for row in rows if row[1] not in ("FRONTEND", "BACKEND")}

    def healthy(self) -> bool:
        with contextlib.suppress(OSError):
            return all(state.startswith("UP") for state in self.state().values())
        return False

    def command_line(self, command: str) -> str:
        """An answer of the runtime API."""
        with socket.socket(socket.AF_UNIX) as admin:
            admin.connect(str(self.socket))
            admin.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: admin.recv(65536), b"")).decode()
