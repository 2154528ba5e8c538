"""The whole topology of `./dev up full` with people in front of it: what they see while a component is away, and what is lost."""
from __future__ import annotations

import asyncio
import collections
import contextlib
import csv
import dataclasses
import http.client
import json
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import deploy_support  # noqa: F401  where the others are
import websockets
from full import Full, binary
from platform_support import CLIP, Api, Receiver, form, signed
from serve_support import LANDMARKS, Client, Server, media
from servers import wait_until

FPS = 30
SESSIONS = 4
DOWN_S = 8


class Front:
    """HAProxy's address, for what else calls a server."""

    request = Server.request

    def __init__(self, full: Full, room: str = "") -> None:
        self.port = full.haproxy.port
        self.url = f"ws://127.0.0.1:{self.port}/v1/live" + (f"?room={room}" if room else "")


def landmark_table(folder: Path) -> Path:
    """What the program itself exports of the sample."""
    table = folder / "landmarks.csv"
    subprocess.run([binary(), "analyze", "cmj", CLIP, "--height", "1.8", "--model", "lite", "--export-landmarks", table,
                    "--json", folder / "landmarks.json", "--quiet"], check=True, timeout=300)
    return table


def landmark_payloads(table: Path) -> list[bytes]:
    """One cycle of a jump and a moment of standing, at 30 pictures a second."""
    with table.open(encoding="utf-8") as lines:
        rows = [[float(value) for value in row[5:-1]] for row in list(csv.reader(lines))[1::2]]
    jump = [struct.pack("<I232f", 1, *row) for row in rows]
    return jump + jump[FPS - 2::-1] + jump[1:FPS]  # its first second, back and forth


HELLO = {"type": "hello", "sport": "cmj", "athlete": {"height_m": 1.8},
         "media": {"codec": "landmarks", "width": 1280, "height": 720, "fps": FPS, "pose_model": "blazepose_lite"}}


def message(sequence: int, payload: bytes) -> bytes:
    return media(sequence, payload, LANDMARKS, round(sequence * 1e6 / FPS), 1280, 720)


class Athlete:
    """Jumps in front of one camera. Where the connection is lost the session is resumed, as the SDK does; what was filmed meanwhile is gone."""

    def __init__(self, url: str, key: str, cycle: list[bytes]) -> None:
        self.url, self.key, self.cycle = url, key, cycle
        self.session, self.token = "", ""
        self.confirmed: set[int] = set()
        self.result: set[int] | None = None
        self.seen: collections.Counter[str] = collections.Counter()
        self.connected = False
        self.ending = False

    def hello(self) -> dict:
        if not self.session:
            return HELLO
        resume = {"session": self.session, "token": self.token, "last_rep": max(self.confirmed, default=0)}
        return {"type": "hello", "media": HELLO["media"], "resume": resume}

    async def live(self) -> None:
        begun = time.monotonic()
        while self.result is None:
            try:
                async with websockets.connect(self.url, subprotocols=["plyo.live.1"], extra_headers={"Authorization": f"Bearer {self.key}"},
                                              max_size=None, open_timeout=5, close_timeout=2) as socket:
                    await self.play(socket, begun)
                    self.seen[f"closed {socket.close_code}" if self.result is None else "ended"] += 1
            except websockets.InvalidStatusCode as refused:
                self.seen[f"refused {refused.status_code}"] += 1
            except (OSError, websockets.WebSocketException, asyncio.TimeoutError) as failed:
                self.seen[f"refused {type(failed).__name__}"] += 1
            self.connected = False
            await asyncio.sleep(0.3)

    async def play(self, socket: object, begun: float) -> None:
        client = Client(socket)
        with contextlib.suppress(websockets.ConnectionClosed):
            await client.say(self.hello())
            welcome = await client.until("welcome")
            if self.session:
                self.seen["resumed" if welcome.get("resumed") else "begun anew"] += 1
            self.session, self.token, self.connected = welcome["session"], welcome["resume_token"], True
            sending = asyncio.create_task(self.send(client, begun))
            try:
                while self.result is None:
                    got = json.loads(await socket.recv())
                    if got["type"] == "rep" and got["rep"]["status"] == "confirmed":
                        self.confirmed.add(got["rep"]["index"])
                    elif got["type"] == "result":
                        self.result = {rep["index"] for person in got["result"]["athletes"] for rep in person["reps"]}
            finally:
                sending.cancel()
                with contextlib.suppress(asyncio.CancelledError, websockets.ConnectionClosed):
                    await sending

    async def send(self, client: Client, begun: float) -> None:
        while not self.ending:
            sequence = int((time.monotonic() - begun) * FPS)
            await client.say(message(sequence, self.cycle[sequence % len(self.cycle)]))
            await asyncio.sleep(max(0.0, begun + (sequence + 1) / FPS - time.monotonic()))
        await client.say({"type": "end"})


@dataclasses.dataclass
class Seen:
    """What clients were told from one moment on."""
    asked: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    uploads: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    sessions: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    slowest_upload_s: float = 0
    reps: int = 0


class People:
    """A few requests a second, an upload of landmarks every second, and sessions that jump, each from a thread of its own."""

    def __init__(self, full: Full, folder: Path, sessions: int = SESSIONS) -> None:
        self.full, self.receiver = full, Receiver()
        self.front = Front(full)
        table = landmark_table(folder)
        self.body, self.kind = form({"sport": "cmj", "athlete": {"height_m": 1.8}, "outputs": ["metrics"]}, table.read_bytes())
        self.athletes = [Athlete(self.front.url, full.key(), landmark_payloads(table)) for _ in range(sessions)]
        endpoint = {"url": self.receiver.url, "event_types": ["analysis.completed", "analysis.failed"]}
        self.secret = self.api().post("/webhook_endpoints", endpoint)["secret"]
        self.accepted: list[str] = []
        self.seen = Seen()
        self.waiting: dict[str, float] = {}  # since when for an answer
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=run) for run in (self.ask, self.upload, self.jump)]

    def __enter__(self) -> People:
        for thread in self.threads:
            thread.start()
        wait_until(lambda: all(athlete.confirmed for athlete in self.athletes) and len(self.accepted) > 2, 90)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for athlete in self.athletes:
            athlete.ending = True
        for thread in self.threads:
            thread.join(60)
        self.receiver.close()

    def api(self) -> Api:
        return Api(self.front, self.full.key())

    def call(self, counter: str, *arguments: object, **options: object) -> object:
        """The answer, or None; how it went is counted."""
        api, told = self.api(), getattr(self.seen, counter)
        try:
            answer = api.call(*arguments, **options)
        except AssertionError:
            told[str(api.status)] += 1
        except (OSError, http.client.HTTPException) as failed:
            told[type(failed).__name__] += 1
        else:
            told["answered"] += 1
            return answer
        return None

    def ask(self) -> None:
        while not self.stopping.wait(0.2):
            self.waiting["asked"] = time.monotonic()
            self.call("asked", "GET", "/analyses?limit=1")

    def upload(self) -> None:
        number = 0
        while not self.stopping.wait(1):
            number, begun = number + 1, time.monotonic()
            self.waiting["uploads"] = begun
            while not self.stopping.is_set():
                made = self.call("uploads", "POST", "/analyses", raw=self.body, Content_Type=self.kind, Idempotency_Key=f"upload-{number}",
                                 expect=202)
                if made:
                    self.accepted.append(made["id"])
                    break
                time.sleep(0.3)
            self.seen.slowest_upload_s = max(self.seen.slowest_upload_s, time.monotonic() - begun)

    def jump(self) -> None:
        async def all_of_them() -> None:
            await asyncio.gather(*(athlete.live() for athlete in self.athletes))
        asyncio.run(all_of_them())

    @contextlib.contextmanager
    def watched(self) -> Iterator[Seen]:
        """What they see meanwhile."""
        before = [athlete.seen.copy() for athlete in self.athletes]
        reps = sum(len(athlete.confirmed) for athlete in self.athletes)
        self.seen = seen = Seen()
        yield seen
        for athlete, earlier in zip(self.athletes, before, strict=True):
            seen.sessions.update(athlete.seen - earlier)
        seen.reps = sum(len(athlete.confirmed) for athlete in self.athletes) - reps

    def content(self, since: float) -> bool:
        """Everybody is served again, and nobody waits who came before."""
        return min(self.waiting.values()) > since and all(athlete.connected for athlete in self.athletes) and not self.full.unwell()

    def lost(self, seconds: float = 120) -> list[str]:
        """Of what was promised: accepted analyses complete, their webhooks come and are signed, confirmed repetitions are stored."""
        api, found = self.api(), []
        promised = list(self.accepted)
        end = time.monotonic() + seconds
        states: dict[str, str] = {}
        told: set[str] = set()
        while (len(told) < len(promised) or set(states.values()) != {"completed"}) and time.monotonic() < end:
            states |= {name: api.get(f"/analyses/{name}", expect=(200, 404))["status"] for name in promised if states.get(name) != "completed"}
            got = list(self.receiver.got)
            told = {json.loads(body)["data"]["id"] for _, body in got} & set(promised)
            time.sleep(0.3)
        if wrong := [f"{name} {state}" for name, state in states.items() if state != "completed"]:
            found.append(f"{len(wrong)} analyses: {wrong[:3]}")
        if missed := set(promised) - told:
            found.append(f"{len(missed)} webhooks")
        if forged := sum(not signed(headers, body, self.secret) for headers, body in self.receiver.got):
            found.append(f"{forged} webhooks are not signed")
        for athlete in self.athletes:
            confirmed = set(athlete.confirmed)  # before it is asked what is stored: meanwhile he jumps on
            stored = athlete.result or {said["rep"]["index"] for said in api.get(f"/sessions/{athlete.session}")["reps"]}
            if gone := confirmed - stored:
                found.append(f"repetitions {sorted(gone)} of {athlete.session}")
        return found


def stop_and_start(people: People, name: str, down_s: float = DOWN_S) -> tuple[Seen, float, list[str]]:
    """A component, or several (a+b), as if the machine had lost its power: what was seen, s from the start until all is well, and what was lost."""
    full, names = people.full, name.split("+")
    with people.watched() as seen:
        for each in names:
            full.stop_one(each)
        time.sleep(down_s)
        for each in names:
            full.start_one(each)
        started = time.monotonic()
        back_s = wait_until(lambda: people.content(started), 120)
        time.sleep(2)
    return seen, back_s, people.lost()
