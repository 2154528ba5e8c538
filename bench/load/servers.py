"""The servers that the clients of bench/load are pointed at: started here, with a folder and a key of their own, and watched."""
import contextlib
import dataclasses
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time

from support import peers, places

HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list:
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mb(pid: int) -> float:
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return float(status["VmRSS"].split()[0]) * 1024 / 1e6


class Watch:
    """Reads once a second what the processes of a server have used: (when, CPU s of the front, of its workers, resident MB)."""

    def __init__(self, pid: int) -> None:
        self.samples: list = []
        self._over = threading.Event()
        self._pid = pid
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._over.wait(1):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError, KeyError):
                workers = children(self._pid)
                self.samples.append((time.monotonic(), cpu_seconds(self._pid), sum(map(cpu_seconds, workers)),
                                     sum(map(resident_mb, [self._pid, *workers]))))

    def between(self, begin: float, end: float) -> tuple[float, float]:
        """Cores that the front and that the workers used."""
        inside = [sample for sample in self.samples if begin <= sample[0] <= end]
        if len(inside) < 2:
            return 0.0, 0.0
        wall = inside[-1][0] - inside[0][0]
        return (inside[-1][1] - inside[0][1]) / wall, (inside[-1][2] - inside[0][2]) / wall

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@dataclasses.dataclass(frozen=True)
class Given:
    """A service that somebody else runs."""
    address: str
    key: str


class Server:
    """A process that listens; `address` is where its live sessions are."""

    def __init__(self, command: list, name: str) -> None:
        self.name = name
        self.log = (places.WORK / "load" / f"{name}.log").open("w+")
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=self.log)
        self.watch = Watch(self.process.pid)
        self.address, self.key, self.metrics = "", "", ""

    def lines(self) -> list:
        with open(self.log.name) as log:
            return log.read().splitlines()

    def wait_for(self, found, seconds: float = 120):
        """What `found` gives for the first line of the log for which it gives anything."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            for line in self.lines():
                if (result := found(line)) is not None:
                    return result
            time.sleep(0.1)
        raise SystemExit(f"bench: {self.name} does not start:\n" + "\n".join(self.lines()[-20:]))

    def stop(self) -> None:
        self.watch.stop()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.log.close()


@contextlib.contextmanager
def plyo(*options: object):
    """`plyo serve` with sandboxed workers, as anyone would start it."""
    folder = places.WORK / "load" / "server"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    key = secrets.token_hex(16)
    hashed = subprocess.run([places.plyo(), "serve", "--hash-key"], input=key + "\n", capture_output=True, text=True, check=True).stdout
    (folder / "keys").write_text(hashed)
    server = Server([places.plyo(), "serve", "--port", 0, "--metrics-port", 0, "--data", folder / "data", "--keys", folder / "keys", *options],
                    "plyo-serve")

    def listening(line: str) -> dict | None:
        said = json.loads(line) if line.startswith("{") else {}
        return said if said.get("event") == "listening" else None
    try:
        said = server.wait_for(listening)
        server.address = f"ws://127.0.0.1:{said['port']}/v1/live"
        server.metrics = f"http://127.0.0.1:{said['metrics_port']}/metrics"
        server.key = key
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def peer(python: str):
    """peer_server.py."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server([python, HERE / "peer_server.py", port, peers.bundle("lite")], "peer-server")
    try:
        server.wait_for(lambda line: True if "Application startup complete" in line else None)
        server.address = f"ws://127.0.0.1:{port}/v1/live"
        yield server
    finally:
        server.stop()
