"""The open-loop client: plays recorded media into live sessions and waits for nothing.

  client.py < PLAN > RESULTS    (run by fleet.py; PLAN is JSON, RESULTS a pickle)

Each picture is sent when it is due, whatever was answered: a server that falls behind does not slow its clients, and what it
leaves unanswered is counted. A delay counts from when the picture was due, not from when it went out, so that nothing hides.
SIGTERM ends all sessions before their time, properly; those that have not begun never do.
"""
import asyncio
import dataclasses
import heapq
import json
import pathlib
import pickle
import re
import resource
import signal
import struct
import sys
import time

import picows
import uvloop

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from load import media  # noqa: E402
from load.session import STAGES, Session  # noqa: E402

HEADER = struct.Struct("<BBBBIQHHI")
# What is wanted of a `pose` message without taking its landmarks apart; another order of its fields is read as any JSON.
POSE = re.compile(rb'\{"type":"pose","sequence":(\d+),.*"timing":(\{[^{}]*\})\}', re.DOTALL)
LEAST_AHEAD_S = 0.0005
GOING_DOWN = 1001
RESUME_S = 20  # as long a client tries to go on elsewhere


class Listener(picows.WSListener):
    def __init__(self, session: Session, hello: dict) -> None:
        super().__init__()
        self.session, self.hello = session, hello
        self.transport = None
        self.welcome: dict = {}
        self.admitted: asyncio.Future = asyncio.get_running_loop().create_future()
        self.over: asyncio.Future = asyncio.get_running_loop().create_future()
        self.gone: asyncio.Future = asyncio.get_running_loop().create_future()

    def on_ws_connected(self, transport) -> None:
        self.transport = transport
        transport.send(picows.WSMsgType.TEXT, json.dumps(self.hello).encode())

    def on_ws_frame(self, transport, frame) -> None:
        now = time.monotonic()
        if frame.msg_type == picows.WSMsgType.CLOSE:
            self.session.closed = int(frame.get_close_code())
            return transport.disconnect()
        if frame.msg_type != picows.WSMsgType.TEXT:
            return None
        text = frame.get_payload_as_bytes()
        if pose := POSE.fullmatch(text):
            self.answer(now, int(pose[1]), json.loads(pose[2]))
        else:
            self.take(now, json.loads(text))
        return None

    def answer(self, now: float, sequence: int, timing: dict) -> None:
        self.session.answers.append((sequence, now, *(timing[stage] for stage in STAGES)))

    def take(self, now: float, message: dict) -> None:
        session, kind = self.session, message["type"]
        if kind == "pose":
            self.answer(now, message["sequence"], message["timing"])
        elif kind == "event":
            session.events.append((now, message["event"]["id"], message["event"]["t_s"]))
        elif kind == "rep":
            rep = message["rep"]
            session.reps.append((now, rep["status"], rep["index"], {event["id"]: event["t_s"] for event in rep.get("events", [])},
                                 {metric["id"]: metric.get("value") for metric in rep.get("metrics", [])}))
        elif kind == "timing":
            session.timings.append(message)
        elif kind == "error":
            if message.get("code") == "no_capacity":
                session.refused = message.get("retry_after_s", 0)
            elif message.get("code") != "shutting_down":  # the close code says it as well
                session.errors.append((now, f"{message.get('code')}: {message.get('message')}"))
        elif kind in ("welcome", "result"):
            if kind == "welcome":
                self.welcome = message
            wanted = self.admitted if kind == "welcome" else self.over
            if not wanted.done():
                wanted.set_result(True)

    def on_ws_disconnected(self, transport) -> None:
        for future in (self.admitted, self.over, self.gone):
            if not future.done():
                future.set_result(False)


async def connect(session: Session, plan: dict, resume: dict | None = None) -> Listener | None:
    begin = {"resume": resume} if resume else {**plan["hello"], "client": "bench/load"}
    hello = {"type": "hello", **begin, "media": {"codec": plan["codec"], "width": media.WIDTH, "height": media.HEIGHT, "fps": media.FPS}}
    try:
        _, listener = await picows.ws_connect(lambda: Listener(session, hello), plan["url"], max_frame_size=64 << 20,
                                              extra_headers={"Authorization": f"Bearer {plan['key']}", "Sec-WebSocket-Protocol": "plyo.live.1"},
                                              websocket_handshake_timeout=20)
        if listener and await asyncio.wait_for(listener.admitted, 20):
            return listener
        if session.refused is None:
            session.errors.append((time.monotonic(), f"closed with {session.closed} before it was welcomed"))
    except (OSError, asyncio.TimeoutError, picows.WSError) as error:
        session.errors.append((time.monotonic(), f"no connection: {error!r}"))
    return None


class Player:
    """Sends the pictures of all sessions of this process, each when it is due."""

    def __init__(self, plan: dict) -> None:
        self.plan = plan
        self.media = media.load(pathlib.Path(plan["media"]))
        self.kind = media.KINDS[plan["codec"]]
        self.sessions = [Session(**session) for session in plan["sessions"]]
        self.due: list = []  # heap of (when, session, its listener)
        self.told_to_end: asyncio.Future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.told_to_end.set_result, None)

    def send(self, session: Session, listener: Listener, due: float) -> bool:
        if listener.over.done():
            return False
        units = self.media.units
        payload, key = units[(session.unit + session.sent) % len(units)]
        header = HEADER.pack(1, self.kind, key, 0, session.sent, round(due * 1e6), media.WIDTH, media.HEIGHT, len(payload))
        listener.transport.send(picows.WSMsgType.BINARY, header + payload)
        session.sent += 1
        session.latest_send = max(session.latest_send, time.monotonic() - due)
        return True

    async def play(self) -> None:
        while True:
            now = time.monotonic()
            while self.due and self.due[0][0] <= now:
                due, number, session, listener = heapq.heappop(self.due)
                if due < session.end and not self.told_to_end.done() and self.send(session, listener, due):
                    heapq.heappush(self.due, (session.first_due + session.sent / media.FPS, number, session, listener))
            await asyncio.sleep(max(self.due[0][0] - time.monotonic(), LEAST_AHEAD_S) if self.due else 0.01)

    async def live(self, session: Session) -> None:
        await asyncio.wait([self.told_to_end], timeout=max(session.start - time.monotonic(), 0))
        if self.told_to_end.done():
            return
        listener = await connect(session, self.plan)
        if not listener:
            return
        session.first_due = time.monotonic() + 0.05
        while True:
            heapq.heappush(self.due, (session.first_due + session.sent / media.FPS, session.number, session, listener))
            await asyncio.wait([listener.over, self.told_to_end], timeout=session.end - time.monotonic() + 0.5, return_when=asyncio.FIRST_COMPLETED)
            if not listener.over.done():
                break
            await asyncio.wait([listener.gone], timeout=10)  # a result may come before the close code
            closed = session.closed
            listener = await self.elsewhere(session, listener) if closed == GOING_DOWN else None
            if not listener:
                session.errors.append((time.monotonic(), f"closed with {closed} in the middle"))
                return
        session.end = 0  # what this process is late with is not sent any more
        listener.transport.send(picows.WSMsgType.TEXT, b'{"type":"end"}')
        try:
            if not await asyncio.wait_for(listener.over, 20):
                session.errors.append((time.monotonic(), f"closed with {session.closed} and without a result"))
        except asyncio.TimeoutError:
            session.errors.append((time.monotonic(), "no result"))
        listener.transport.disconnect()

    async def elsewhere(self, session: Session, listener: Listener) -> Listener | None:
        """Goes on where another instance takes the session. What was due meanwhile is not sent, and counts as unanswered."""
        reps = [index for _, status, index, *_ in session.reps if status == "confirmed"]
        resume = {"session": listener.welcome["session"], "token": listener.welcome["resume_token"], "last_rep": max(reps, default=0)}
        until = time.monotonic() + RESUME_S
        told = len(session.errors)
        while time.monotonic() < until:
            if other := await connect(session, self.plan, resume):
                del session.errors[told:]  # of attempts before this one
                session.resumed += 1
                session.refused = None
                units = self.media.units
                session.sent = max(session.sent, int((time.monotonic() - session.first_due) * media.FPS) + 1)
                while not units[(session.unit + session.sent) % len(units)][1]:
                    session.sent += 1
                return other
            await asyncio.sleep(0.2)
        return None

    async def run(self) -> None:
        player = asyncio.create_task(self.play())
        await asyncio.gather(*(self.live(session) for session in self.sessions))
        player.cancel()


def main() -> None:
    plan = json.load(sys.stdin)

    async def run() -> list:
        player = Player(plan)
        await player.run()
        return player.sessions
    sessions = uvloop.run(run())
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pickle.dump({"cpu_s": usage.ru_utime + usage.ru_stime, "sessions": [dataclasses.astuple(session) for session in sessions]}, sys.stdout.buffer)


if __name__ == "__main__":
    main()
