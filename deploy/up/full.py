#!/usr/bin/python3
"""All of Plyo on one machine, as plain processes: what deploy/compose/compose.yaml has, but Grafana.

  deploy/up/full.py [--port 8080] [--folder build/up/full] [--allow-private-addresses]     (./dev up full)

The eighteen ports are the ones from PORT on, of 127.0.0.1 alone. Ctrl-C stops it; what it measured stays in the folder.
supervisord keeps the processes: one that ends is started again, after 1, 2, 3 … s while it fails.
"""

import argparse
import collections
import contextlib
import fcntl
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path

from servers import BUCKET, ROOT, Alertmanager, Blackbox, HaProxy, Nats, Postgres, Process, Prometheus, S3, answers, free_port, missing
from supervisor.xmlrpc import Faults, SupervisorTransport

ROLES = {"api1": "api", "live1": "live", "live2": "live", "worker1": "worker", "worker2": "worker"}
# Started in this order and stopped in the other one.
GROUPS = {"stores": ["postgres", "nats", "s3"], "watch": ["prometheus", "alertmanager", "blackbox"], "front": ["haproxy"], "instances": list(ROLES)}
COMPONENTS = [name for names in GROUPS.values() for name in names]
LONGEST_START_S = 90
TRIES = 3


def binary() -> str:
    return os.environ.get("PLYO_SERVE_BINARY", str(ROOT / "build/plyo"))


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=3) as answer:
        return answer.read().decode()


def say(text: str) -> None:
    print(f"up: {text}", flush=True)


class Instance(Process):
    """`plyo serve` of one role."""

    def __init__(self, folder: Path, name: str, port: int, metrics_port: int, keys: dict[str, str]) -> None:
        self.metrics_port = metrics_port
        command = [binary(), "serve", "--config", folder / "plyo.toml", "--role", ROLES[name], "--port", port, "--metrics-port", metrics_port,
                   "--data", folder / "data" / name, "--workers", "1", "--jobs", "1"]
        super().__init__(list(map(str, command)), port, folder / f"{name}.log", keys)

    def healthy(self) -> bool:
        """Ready, and with its stores."""
        if not answers(f"http://127.0.0.1:{self.port}/readyz"):
            return False
        told = self.figures()
        return told.get("plyo_store_up") == told.get("plyo_news_connected") == 1

    def figures(self) -> dict[str, float]:
        """Those without labels."""
        with contextlib.suppress(OSError):
            text = read(f"http://127.0.0.1:{self.metrics_port}/metrics")
            return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}
        return {}


class Full:
    """The topology: its files, its processes by name, and supervisord."""

    def __init__(self, folder: Path, first_port: int = 0, settings: tuple[str, ...] = (), every_s: int = 0, stop_signal: str = "") -> None:
        """Ports from `first_port` on, or any; further lines of plyo.toml; a hurry of Prometheus; how processes are stopped, where not politely."""
        if why := missing():
            raise SystemExit(f"up: {why}")
        if len(str(folder / "supervisor.sock.12345")) > 100:
            raise SystemExit(f"up: the path of {folder} is too long for sockets; give another --folder")
        self.folder, self.first_port = folder, first_port
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"up: it runs already in {folder}") from None
        self.port = self.ports()
        self.secrets = self.made_secrets()
        self.components = self.described(every_s)
        self.written(settings)
        self.configuration(stop_signal)
        self.supervisord: subprocess.Popen | None = None
        self.told = say
        self.ended: collections.Counter[str] = collections.Counter()  # how often by itself

    # ---- What is on the disk.

    def ports(self) -> Callable[[str], int]:
        names = ["haproxy", "haproxy_metrics", *[name for name in COMPONENTS if name != "haproxy"], *[f"{name}_metrics" for name in ROLES]]
        if not self.first_port:
            return lambda _: free_port()
        ports = {name: self.first_port + number for number, name in enumerate(names)}
        for name, port in ports.items():
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    last = self.first_port + len(names) - 1
                    raise SystemExit(f"up: port {port}, for {name}, is taken; --port moves all of {self.first_port} to {last}") from None
        return ports.__getitem__

    def secret(self, name: str, make: Callable[[], bytes]) -> str:
        """The path of a secret; made once, for who starts this alone."""
        path = self.folder / "secrets" / name
        if not path.exists():
            content = make()
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            path.write_bytes(content)
        return str(path)

    def made_secrets(self) -> dict[str, str]:
        """Paths by name."""
        def word() -> bytes:
            return secrets.token_hex(16).encode()

        def hashed() -> bytes:
            key = Path(self.secret("bootstrap.key", word)).read_bytes()
            return subprocess.run([binary(), "serve", "--hash-key"], input=key + b"\n", capture_output=True, check=True).stdout

        return {"master.key": self.secret("master.key", lambda: secrets.token_bytes(32)), "keys": self.secret("keys", hashed),
                "postgres": self.secret("postgres.password", word), "s3": self.secret("s3.key", word)}

    def described(self, every_s: int) -> dict[str, Process]:
        folder, port = self.folder, self.port
        self.s3_keys = {"AWS_ACCESS_KEY_ID": "plyo", "AWS_SECRET_ACCESS_KEY": Path(self.secrets["s3"]).read_text(encoding="utf-8")}
        self.postgres = Postgres(folder, port("postgres"), Path(self.secrets["postgres"]).read_text(encoding="utf-8"))
        self.nats, self.s3 = Nats(folder, port("nats")), S3(folder, port("s3"), self.s3_keys)
        self.instances = {name: Instance(folder, name, port(name), port(f"{name}_metrics"), self.s3_keys) for name in ROLES}
        self.alertmanager, self.blackbox = Alertmanager(folder, port("alertmanager")), Blackbox(folder, port("blackbox"))
        targets: dict[str, list[str]] = {}
        for name, instance in self.instances.items():
            targets.setdefault(ROLES[name], []).append(f"127.0.0.1:{instance.metrics_port}")
        # api1 is API_1 in deploy/haproxy.
        servers = {f"{name[:-1]}_{name[-1]}".upper(): f"127.0.0.1:{self.instances[name].port}" for name, role in ROLES.items() if role != "worker"}
        self.haproxy = HaProxy(folder, servers, port("haproxy"), port("haproxy_metrics"))
        self.url = f"http://127.0.0.1:{self.haproxy.port}"
        self.prometheus = Prometheus(folder, targets, f"127.0.0.1:{self.alertmanager.port}", f"127.0.0.1:{self.haproxy.metrics_port}",
                                     port("prometheus"), every_s, self.url, self.blackbox.address)
        return {"postgres": self.postgres, "nats": self.nats, "s3": self.s3, "prometheus": self.prometheus, "alertmanager": self.alertmanager,
                "blackbox": self.blackbox, "haproxy": self.haproxy, **self.instances}

    def places(self) -> list[str]:
        """Where records and files are, as options."""
        database = self.folder / "secrets/database"
        database.touch(mode=0o600)
        database.write_text(self.postgres.url + "\n", encoding="utf-8")
        return ["--database-file", str(database), "--blobs", f"s3://{BUCKET}", "--s3-endpoint", self.s3.url, "--nats", self.nats.url,
                "--master-key-file", self.secrets["master.key"]]

    def written(self, settings: tuple[str, ...]) -> None:
        places = self.places()
        lines = [f'{name.removeprefix("--")} = "{value}"' for name, value in zip(places[0::2], places[1::2], strict=True)]
        lines += ['listen = "127.0.0.1"', "behind-proxy = true", f'keys = "{self.secrets["keys"]}"', *settings]
        (self.folder / "plyo.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (self.folder / "data").mkdir(exist_ok=True)

    def configuration(self, stop_signal: str) -> None:
        def quoted(env: dict[str, str]) -> str:
            return ",".join(f'{name}="{value}"' for name, value in env.items()).replace("%", "%%")

        lines = ["[supervisord]", "nodaemon=true", "silent=true", "minfds=4096", f"logfile={self.folder}/supervisord.log",
                 f"pidfile={self.folder}/supervisord.pid", *(["user=root"] if os.geteuid() == 0 else []),
                 "[unix_http_server]", f"file={self.folder}/supervisor.sock", "chmod=0700",
                 "[supervisorctl]", f"serverurl=unix://{self.folder}/supervisor.sock",
                 "[rpcinterface:supervisor]", "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface"]
        for priority, (group, names) in enumerate(GROUPS.items()):
            lines += [f"[group:{group}]", f"programs={','.join(names)}", f"priority={priority}"]
            for name in names:
                process = self.components[name]
                lines += [f"[program:{name}]", f"command={shlex.join(process.command).replace('%', '%%')}", "directory=/", "autostart=false",
                          "autorestart=true", "startsecs=3", "startretries=100", f"stopsignal={stop_signal or process.stop_signal}",
                          "stopwaitsecs=20", "killasgroup=true", "redirect_stderr=true", f"stdout_logfile={process.log}",
                          "stdout_logfile_maxbytes=10MB"]
                if process.env:
                    lines.append(f"environment={quoted(process.env)}")
        path = self.folder / "supervisord.conf"
        path.touch(mode=0o600)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    # ---- What runs.

    def group(self, name: str) -> str:
        return next(f"{group}:{name}" for group, names in GROUPS.items() if name in names)

    def ask(self, what: str, *arguments: object) -> object:
        transport = SupervisorTransport(None, None, f"unix://{self.folder}/supervisor.sock")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, what)(*arguments)

    def start(self) -> None:
        """All, each group once what it stands on is there."""
        # Where this one is killed, supervisord still ends the others.
        command = ["setpriv", "--pdeathsig", "TERM", "/usr/bin/python3", "/usr/bin/supervisord", "-c", str(self.folder / "supervisord.conf")]
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        (self.folder / "supervisord.log").write_text("", encoding="utf-8")
        # Not into a pipe, which would end it together with who reads.
        self.supervisord = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env, start_new_session=True)
        threading.Thread(target=self.follow, daemon=True).start()
        self.wait(self.answering, "supervisord")
        for group, names in GROUPS.items():
            if group == "instances":
                self.make_key()
            self.ask("startProcessGroup", group, False)
            if group == "front":
                continue  # whole once those behind it are
            for name in names:
                self.wait(self.components[name].healthy, name)
        self.wait(lambda: not self.unwell(), "haproxy")

    def answering(self) -> bool:
        with contextlib.suppress(OSError, xmlrpc.client.Error):
            return bool(self.ask("getState"))
        return False

    def wait(self, done: Callable[[], bool], name: str) -> None:
        end = time.monotonic() + LONGEST_START_S
        while not done():
            if self.supervisord.poll() is not None or self.ended[name] >= TRIES or time.monotonic() > end:
                log = self.components[name].log if name in self.components else self.folder / "supervisord.log"
                tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:] if log.exists() else []
                raise SystemExit("\n".join([f"up: {name} does not come up; the end of {log}:", *tail]))
            time.sleep(0.1)

    def follow(self) -> None:
        """What supervisord has to tell of processes that end by themselves, and when they are back."""
        # The tail ends with supervisord.
        tail = subprocess.Popen(["tail", "-n", "+1", "-s", "0.2", f"--pid={self.supervisord.pid}", "-F", self.folder / "supervisord.log"],
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)
        for line in tail.stdout:
            if found := re.search(r"(?:WARN|INFO) (exited|gave up|success): (\w+) (.*)", line):
                what, name, more = found.groups()
                if what != "success":
                    self.ended[name] += 1
                    self.told(f"{name} has ended {more}")
                elif self.ended[name]:
                    self.told(f"{name} runs again")

    def admin(self, *arguments: str) -> str:
        command = [binary(), "admin", *arguments, "--config", str(self.folder / "plyo.toml"), "--data", str(self.folder / "data/admin")]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **self.s3_keys}, check=True).stdout.strip()

    def make_key(self) -> None:
        """Of the default project, with every scope."""
        for mode, flags in (("live", []), ("test", ["--test"])):
            self.secret(f"api_{mode}.key", lambda mode=mode, flags=flags: self.admin("create-key", "--name", f"up-{mode}", *flags).encode())

    def key(self, mode: str = "live") -> str:
        return (self.folder / f"secrets/api_{mode}.key").read_text(encoding="utf-8")

    def unwell(self) -> list[str]:
        """Who does not answer, or misses something."""
        found = [name for name, process in self.components.items() if not process.healthy()]
        with contextlib.suppress(OSError, AssertionError):
            if "prometheus" not in found and self.prometheus.values('sum(up{job=~"plyo|haproxy|front_door"})') != [len(ROLES) + 2]:
                found.append("prometheus")
        return found

    def stop_one(self, name: str) -> None:
        with contextlib.suppress(xmlrpc.client.Fault):
            self.ask("stopProcess", self.group(name))

    def start_one(self, name: str) -> None:
        try:
            self.ask("startProcess", self.group(name), False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise

    def stop(self) -> None:
        """In order: instances measure their sessions to the end before what they store them in goes."""
        if self.supervisord and self.supervisord.poll() is None:
            self.supervisord.send_signal(signal.SIGTERM)
            self.supervisord.wait(120)

    def table(self) -> str:
        def row(name: str, what: str, at: str) -> str:
            return f"  {name:<13}{what:<34}{at}"

        what = {"haproxy": ("in front of all", self.url), "prometheus": ("figures", f"http://127.0.0.1:{self.prometheus.port}"),
                "alertmanager": ("alerts", self.alertmanager.url), "blackbox": ("whether users get in", f"http://{self.blackbox.address}"),
                "postgres": ("records", f"127.0.0.1:{self.postgres.port}"), "nats": ("news between instances", f"127.0.0.1:{self.nats.port}"),
                "s3": ("files", self.s3.url)}
        what |= {name: (f"plyo serve --role {ROLES[name]}", f"127.0.0.1:{instance.port}, /metrics at {instance.metrics_port}")
                 for name, instance in self.instances.items()}
        rows = [row(name, *what[name]) for name in ("haproxy", *ROLES, "postgres", "nats", "s3", "prometheus", "alertmanager", "blackbox")]
        return "\n".join([
            "", f"Plyo is up: {self.url}", "", *rows, "",
            f"A key:       KEY=$(cat {self.folder}/secrets/api_live.key)          (test mode: api_test.key)",
            f"Page:        {self.url} asks for that key",
            f"REST:        curl -H \"Authorization: Bearer $KEY\" {self.url}/v1/analyses          reference: {self.url}/docs",
            f"Live:        ws://127.0.0.1:{self.haproxy.port}/v1/live with that key",
            f"HAProxy:     http://127.0.0.1:{self.haproxy.metrics_port}, /metrics there, and {self.haproxy.socket}",
            f"Figures:     http://127.0.0.1:{self.prometheus.port}/graph?g0.expr=plyo_live_sessions&g0.tab=0",
            f"Alerts:      {self.alertmanager.url}",
            f"Logs:        {self.folder}/*.log          one process: supervisorctl -c {self.folder}/supervisord.conf status",
            "Ctrl-C stops all of it.", ""])


@contextlib.contextmanager
def running(**options: object) -> Iterator[Full]:
    """One on free ports, in a folder that goes with it."""
    folder = Path(tempfile.mkdtemp(prefix="plyo_full_", dir="/tmp"))
    folder.chmod(0o755)
    full = Full(folder, **options)
    try:
        full.start()
        yield full
    finally:
        full.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev up full", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8080, help="of the page; the others follow it")
    parser.add_argument("--folder", type=Path, default=ROOT / "build/up/full", help="for all that is written")
    parser.add_argument("--allow-private-addresses", action="store_true", help="webhooks may go to this machine")
    wanted = parser.parse_args()
    settings = ("allow-private-addresses = true",) if wanted.allow_private_addresses else ()
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    full = Full(wanted.folder.absolute(), wanted.port, settings)
    try:
        say("starting")
        full.start()
        print(full.table(), flush=True)
        full.supervisord.wait()
        raise SystemExit("up: supervisord has ended")
    except KeyboardInterrupt:
        say("stopping")
    finally:
        full.stop()
    say("stopped")


if __name__ == "__main__":
    main()
