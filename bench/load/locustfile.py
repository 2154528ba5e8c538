"""Users of the coaching profile for Locust: one WebSocket each, stand, jump, talk, as a page would behave.

Started by bench/load/run, which says by the environment where the server is, what is played (PLYO_LOAD_MEDIA) and which
shape the load has (PLYO_LOAD_SHAPE: steady, ramp or burst, with PLYO_LOAD_USERS and PLYO_LOAD_SECONDS). A picture is sent when
it is due, by its own greenlet; the answers are read by another. Exit status 1: p95 over 200 ms or more than 1 % errors.
"""
import json
import os
import pathlib
import random
import struct
import sys
import time

import gevent
import locust
import websocket

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from load import media  # noqa: E402

HEADER = struct.Struct("<BBBBIQHHI")
PLAYED = media.load(pathlib.Path(os.environ["PLYO_LOAD_MEDIA"]))
USERS, SECONDS, SHAPE = int(os.environ["PLYO_LOAD_USERS"]), float(os.environ["PLYO_LOAD_SECONDS"]), os.environ["PLYO_LOAD_SHAPE"]
LONGEST_P95_MS, MOST_ERRORS = 200, 0.01


class Load(locust.LoadTestShape):
    """Users over time: all at once, or 1 a second; a ramp goes up by steps and a burst doubles the users for the middle third."""

    def tick(self):
        t = self.get_run_time()
        if t > SECONDS:
            return None
        if SHAPE == "ramp":
            return max(1, min(USERS, int(USERS * (t / (0.8 * SECONDS)) + 1))), 2
        if SHAPE == "burst":
            return (USERS if SECONDS / 3 < t < 2 * SECONDS / 3 else max(1, USERS // 2)), USERS
        return USERS, max(1.0, USERS / 10)


class Coaching(locust.User):
    wait_time = locust.constant(0)

    def report(self, kind: str, name: str, ms: float, error: Exception | None = None) -> None:
        self.environment.events.request.fire(request_type=kind, name=name, response_time=ms, response_length=0, exception=error, context={})

    @locust.task
    def session(self) -> None:
        begin = time.monotonic()
        try:
            socket = websocket.create_connection(os.environ["PLYO_LOAD_URL"], subprotocols=["plyo.live.1"], timeout=20,
                                                 header=[f"Authorization: Bearer {os.environ['PLYO_LOAD_KEY']}"])
            socket.send(json.dumps({"type": "hello", "sport": "cmj", "client": "bench/load", "media": {
                "codec": PLAYED.codec, "width": media.WIDTH, "height": media.HEIGHT, "fps": media.FPS}}))
            first = json.loads(socket.recv())
        except (OSError, websocket.WebSocketException, ValueError) as error:
            self.report("WS", "open", 1e3 * (time.monotonic() - begin), error)
            gevent.sleep(1)
            return
        if first["type"] != "welcome":
            self.report("WS", "open", 1e3 * (time.monotonic() - begin), RuntimeError(first.get("code", first["type"])))
            socket.close()
            gevent.sleep(first.get("retry_after_s") or 1)
            return
        self.report("WS", "open", 1e3 * (time.monotonic() - begin))
        sender = None
        try:
            start = time.monotonic()
            sender = gevent.spawn(self.send, socket, start)
            self.read(socket, start)
        except (OSError, websocket.WebSocketException) as error:
            self.report("WS", "session", 0, error)
        finally:
            if sender:
                sender.kill()
            socket.close()

    def send(self, socket, start: float) -> None:
        units = PLAYED.units
        key = random.randrange(len(units) // media.KEY_EVERY) * media.KEY_EVERY
        for sequence in range(10**9):
            due = start + sequence / media.FPS
            gevent.sleep(max(due - time.monotonic(), 0))
            payload, is_key = units[(key + sequence) % len(units)]
            socket.send_binary(HEADER.pack(1, media.KINDS[PLAYED.codec], is_key, 0, sequence, round((due - start) * 1e6), media.WIDTH,
                                           media.HEIGHT, len(payload)) + payload)

    def read(self, socket, start: float) -> None:
        while text := socket.recv():
            message = json.loads(text)
            if message["type"] == "pose":
                self.report("WS", "pose", 1e3 * (time.monotonic() - start - message["sequence"] / media.FPS))
            elif message["type"] == "error":
                self.report("WS", "session", 0, RuntimeError(message["code"]))


@locust.events.quitting.add_listener
def judge(environment, **_) -> None:
    total, poses = environment.stats.total, environment.stats.get("pose", "WS")
    p95 = poses.get_response_time_percentile(0.95) or 0
    print(json.dumps({"p50": poses.get_response_time_percentile(0.5) or 0, "p95": p95, "p99": poses.get_response_time_percentile(0.99) or 0,
                      "poses": poses.num_requests, "requests": total.num_requests, "errors": total.num_failures,
                      "first_errors": [f"{error.name}: {error.error}" for error in list(environment.stats.errors.values())[:3]]}), flush=True)
    attempts = environment.stats.get("open", "WS")
    failed = max(total.fail_ratio, attempts.fail_ratio)
    environment.process_exit_code = int(not poses.num_requests or p95 > LONGEST_P95_MS or failed > MOST_ERRORS)
