#!/usr/bin/python3
"""A canary with everything real: HAProxy and Prometheus as deploy/ has them, `plyo serve` as the stable release and as the next one, requests and
live sessions all the while, and deploy/pipeline/canary, which judges.

  PLYO_SERVE_BINARY=build/plyo tests/deploy/rehearsal.py [CASE...]     (tests/soak/canary, `./dev soak canary`)

A bad build is a real server behind a fault that all of its answers pass, those to Prometheus as well.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import http.client
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/service"), str(ROOT / "deploy/up"), str(ROOT / "bench")]
from platform_support import Installation  # noqa: E402
from serve_support import Server, binary  # noqa: E402
from servers import HaProxy, Process, Prometheus, free_port, wait_until  # noqa: E402

CANARY = ROOT / "deploy/pipeline/canary"


class Haproxy(HaProxy):
    """With what the runtime API says of those who share the traffic."""

    def servers(self) -> dict[str, dict[str, str]]:
        lines = self.command_line("show servers state").splitlines()
        rows = [dict(zip(lines[1][2:].split(), line.split())) for line in lines[2:] if line]
        return {f"{row['be_name']}/{row['srv_name']}": row for row in rows if row["srv_name"].startswith(("stable", "canary"))}


class Watched(Prometheus):
    """Asking every second, with rules that look back `window_s`, and with instances by release."""

    def __init__(self, folder: Path, instances: dict[str, int], balancer: int, window_s: int) -> None:
        super().__init__(folder, {}, proxy=f"127.0.0.1:{balancer}", every_s=1)
        place = folder / "prometheus"
        rules = place / "rules/plyo_releases.yml"
        rules.write_text(rules.read_text(encoding="utf-8").replace("[2m]", f"[{window_s}s]").replace("offset 2m", f"offset {window_s}s"), encoding="utf-8")
        targets = [{"targets": [f"127.0.0.1:{port}"], "labels": {"role": "all", "release": name}} for name, port in instances.items()]
        (place / "targets/plyo.yml").write_text(yaml.safe_dump(targets), encoding="utf-8")


FAULTS = {
    "good": "",
    "errors": "http-request return status 500 if !{ path /readyz } !{ path /metrics } { lua.number,mod(25) lt 2 }",
    "slow": "http-request lua.slow",
}
LUA = """
core.register_action("slow", {"http-req"}, function() core.msleep(300) end)
local number = 0
core.register_fetches("number", function() number = number + 1; return number end)
"""


class Build(Process):
    """A server as one build would be: what comes out of it, to users and to Prometheus, has the fault."""

    def __init__(self, folder: Path, server: Server, fault: str, port: int, metrics_port: int) -> None:
        (folder / "faults.lua").write_text(LUA, encoding="utf-8")
        (folder / "build.cfg").write_text(f"""global
  lua-load {folder}/faults.lua
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
listen service
  bind 127.0.0.1:{port}
  {FAULTS[fault]}
  server plyo 127.0.0.1:{server.port}
listen metrics
  bind 127.0.0.1:{metrics_port}
  {FAULTS[fault]}
  server plyo 127.0.0.1:{server.metrics_port}
""", encoding="utf-8")
        super().__init__([shutil.which("haproxy") or "/usr/sbin/haproxy", "-db", "-f", str(folder / "build.cfg")], port, folder / "build.log")


class Requests:
    """Reads of the interface, so many a second by eight callers, each when it is due."""

    CALLERS = 8

    def __init__(self, port: int, key: str, rate: float) -> None:
        self.port, self.key, self.rate = port, key, rate
        self.sent = self.failed = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._callers = [threading.Thread(target=self._call, args=(number,)) for number in range(self.CALLERS)]
        for caller in self._callers:
            caller.start()

    def _call(self, number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        due = time.monotonic() + number / self.rate
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due = max(due + self.CALLERS / self.rate, time.monotonic() - 1)
            try:
                connection.request("GET", "/v1/analyses", headers={"Authorization": f"Bearer {self.key}"})
                answer = connection.getresponse()
                answer.read()
                good = answer.status == 200
            except (OSError, http.client.HTTPException):
                good = False
                connection.close()
            with self._lock:
                self.sent += 1
                self.failed += not good
        connection.close()

    def stop(self) -> tuple[int, int]:
        """How many there were, and how many failed."""
        self._over.set()
        for caller in self._callers:
            caller.join(60)
        return self.sent, self.failed


@dataclasses.dataclass
class Outcome:
    """Of one canary."""
    status: int
    said: str
    seconds: float
    requests: int
    failed: int
    opened: int  # live sessions that came while it ran
    not_opened: int
    refused: int  # for want of room, which is the machine's
    sessions: int  # that ran on all the while
    pictures: int  # of these
    answered: int
    broken: list  # what went wrong in sessions that had begun
    workers_ended: int  # of the servers, which take theirs for hung where the machine leaves these no time

    @property
    def failed_share(self) -> float:
        return (self.failed + self.not_opened) / (self.requests + self.opened + self.not_opened)

    def __str__(self) -> str:
        return (f"exit {self.status} after {self.seconds:.0f} s; {self.failed} of {self.requests} requests and {self.not_opened} of {self.opened + self.not_opened} sessions "
                f"that came failed: {100 * self.failed_share:.2f} % ({self.refused} were refused); {self.sessions} sessions ran on: {self.answered} of {self.pictures} "
                f"pictures answered, {len(self.broken)} broken, {self.workers_ended} workers ended")


class LiveLoad:
    """Landmark sessions by the clients of bench/load: some that go on all the while, and beside them short ones, one after the other."""

    SHORT, SHORT_S, LONGEST_S = 8, 6.0, 1800.0

    def __init__(self, folder: Path, port: int, key: str, count: int) -> None:
        from load import media  # with PLYO_BINARY it makes what is played, once

        now = time.monotonic() + 1
        self.count = count
        plan = [{"number": number, "start": now + number / count, "end": now + self.LONGEST_S, "unit": 60 * (number % 10)} for number in range(count)]
        for slot in range(self.SHORT):
            starts = [now + 4 + slot * self.SHORT_S / self.SHORT + lap * self.SHORT_S for lap in range(int(self.LONGEST_S / self.SHORT_S))]
            plan += [{"number": len(plan) + lap, "start": start, "end": start + self.SHORT_S - 0.5, "unit": 0} for lap, start in enumerate(starts)]
        work = {"url": f"ws://127.0.0.1:{port}/v1/live", "key": key, "codec": "landmarks", "hello": media.PROFILES["coaching"].hello(),
                "media": str(media.make("landmarks", "coaching")), "sessions": plan}
        self.back = (folder / "sessions").open("w+b")
        self.process = subprocess.Popen([sys.executable, ROOT / "bench/load/client.py"], stdin=subprocess.PIPE, stdout=self.back)
        self.process.stdin.write(json.dumps(work).encode())
        self.process.stdin.close()

    def stop(self) -> dict:
        from load.session import Session

        self.process.terminate()
        assert self.process.wait(60) == 0
        self.back.seek(0)
        sessions = [Session(*session) for session in pickle.load(self.back)["sessions"]]
        self.back.close()
        ran, came = ([session for session in some if session.sent] for some in (sessions[:self.count], sessions[self.count:]))
        return {"opened": len(came), "not_opened": sum(bool(session.errors) and not session.sent for session in sessions),
                "refused": sum(session.refused is not None for session in sessions), "sessions": len(ran),
                "pictures": sum(session.sent for session in ran), "answered": sum(len({answer[0] for answer in session.answers}) for session in ran),
                "broken": [f"{session.number}: {text}" for session in [*ran, *came] for _, text in session.errors]}


class Stage:
    """The stable release, the next one, and what stands before both."""

    def __init__(self, folder: Path, window_s: int, rate: float, sessions: int) -> None:
        self.folder, self.rate, self.sessions = folder, rate, sessions
        self.stack = contextlib.ExitStack()
        installed = self.stack.enter_context(Installation(folder / "plyo", "--workers", "2", "--behind-proxy", "--max-connections-per-address", "2000"))
        self.key = installed.keys["live"]
        self.stable, self.next = installed.serve(), installed.serve()
        self.port, self.metrics_port = free_port(), free_port()
        # The stable one stands there twice: among weights that are whole numbers 10 % are then 9.9.
        instances = {**dict.fromkeys(("API_1", "API_2", "LIVE_1", "LIVE_2"), self.stable.host), "API_CANARY_1": f"127.0.0.1:{self.port}", "LIVE_CANARY_1": f"127.0.0.1:{self.port}"}
        self.haproxy = self.started(Haproxy(folder, instances))
        self.prometheus = self.started(Watched(folder, {"stable": self.stable.metrics_port, "canary": self.metrics_port}, self.haproxy.metrics_port, window_s))

    def started(self, process: Process):
        process.start()
        self.stack.callback(process.kill)
        return process

    def close(self) -> None:
        self.stack.close()

    def controller(self, *arguments: object) -> subprocess.Popen:
        return subprocess.Popen(list(map(str, [CANARY, "run", "--haproxy", self.haproxy.socket, "--prometheus", f"http://127.0.0.1:{self.prometheus.port}", *arguments])),
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def workers_ended(self) -> int:
        return sum(int(server.metric("plyo_live_workers_ended_total")) for server in (self.stable, self.next))

    def play(self, fault: str, *arguments: object, kill_at: str = "") -> Outcome:
        """The whole of a canary; where its line begins with `kill_at` the controller is killed and begun anew."""
        build = Build(self.folder, self.next, fault, self.port, self.metrics_port)
        build.start()
        wait_until(self.haproxy.healthy, 60)
        live = LiveLoad(self.folder, self.haproxy.port, self.key, self.sessions)
        requests = Requests(self.haproxy.port, self.key, self.rate)
        said, ended = [], self.workers_ended()
        try:
            # On a busy machine some are refused.
            with contextlib.suppress(AssertionError):
                wait_until(lambda: self.stable.metric("plyo_live_sessions") >= self.sessions, 20)
            began = time.monotonic()
            process = self.controller(*arguments)
            while (line := process.stdout.readline()) or process.poll() is None:
                said.append(line)
                print(line, end="", flush=True)
                if kill_at and kill_at in line:
                    process.kill()
                    process.wait(30)
                    kill_at, process = "", self.controller(*arguments)
            status, seconds = process.wait(30), time.monotonic() - began
        finally:
            sent, failed = requests.stop()
            sessions = live.stop()
            build.kill()
        return Outcome(status, "".join(said), seconds, sent, failed, **sessions, workers_ended=self.workers_ended() - ended)


CASES = {"errors": 1, "slow": 1, "good": 0}  # the exit status of the controller


def wrong(case: str, outcome: Outcome, haproxy: Haproxy) -> list[str]:
    """What is not as it should be."""
    canary = {place.split("/")[0]: int(row["srv_uweight"]) for place, row in haproxy.servers().items() if "canary" in place}
    return [text for text, is_so in {
        "it ended otherwise": outcome.status != CASES[case],
        "the traffic is elsewhere": (max(canary.values()) > 0) != (case == "good"),
        "1 % of the requests failed": outcome.failed_share >= 0.01,
        "a session broke": bool(outcome.broken) and not outcome.workers_ended,
        "no session ran on": outcome.sessions == 0,
        "nobody came to the canary": "% of the traffic goes" not in outcome.said,
    }.items() if is_so]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"{', '.join(CASES)} (all)")
    parser.add_argument("--window", type=int, default=30, metavar="S", help="that is judged, and the shortest step")
    parser.add_argument("--rate", type=float, default=100, metavar="N", help="requests a second")
    parser.add_argument("--sessions", type=int, default=50, metavar="N")
    given = parser.parse_args()
    if unknown := set(given.cases) - set(CASES):
        parser.error(f"no such case: {', '.join(unknown)}")
    os.environ.setdefault("PLYO_BINARY", binary())
    failed = False
    with tempfile.TemporaryDirectory(prefix="plyo_canary_") as folder, contextlib.closing(Stage(Path(folder), given.window, given.rate, given.sessions)) as stage:
        for case in given.cases or CASES:
            print(f"== {case}", flush=True)
            outcome = stage.play(case, "--interval-seconds", 2, "--step-seconds", given.window, "--patience-seconds", 5 * given.window)
            faults = wrong(case, outcome, stage.haproxy) + ["fewer sessions"] * (outcome.sessions < given.sessions) + \
                ["1 % of the pictures were not answered"] * (outcome.answered < 0.99 * outcome.pictures) + ["a session broke"] * bool(outcome.broken)
            print(f"{case}: {outcome}", *outcome.broken[:5], "failed: " + "; ".join(faults) if faults else "good", sep="\n", flush=True)
            failed |= bool(faults)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
