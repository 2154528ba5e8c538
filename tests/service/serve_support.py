"""What the tests of `plyo serve` share: a server of their own, and a client that is not ours (python3-websockets)."""

import asyncio
import contextlib
import http.client
import json
import os
import re
import signal
import struct
import subprocess
import threading
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789abcdef0123456789abcdef"
JPEG, H264, LANDMARKS = 2, 1, 3
HELLO = {"type": "hello", "sport": "cmj", "media": {"codec": "jpeg", "width": 640, "height": 480, "fps": 30}}


def binary() -> str:
    return os.environ.get("PLYO_SERVE_BINARY", str(ROOT / "build/debug/bin/plyo_fake_serve"))


def run(*arguments: object, text: str = "", env: dict | None = None) -> subprocess.CompletedProcess:
    """`plyo serve` where it is to end by itself."""
    return subprocess.run([binary(), "serve", *map(str, arguments)], input=text, capture_output=True, text=True,
                          env={**os.environ, **(env or {})}, timeout=60, check=False)


class Server:
    """A running server with a data folder, a page and a key of its own; `before` is what starts it."""

    def __init__(self, folder: Path, *arguments: object, keys: bool = True, env: dict | None = None, before: list[str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        web = folder / "web"
        (web / "assets").mkdir(parents=True, exist_ok=True)
        (web / "index.html").write_text("<!doctype html><title>Plyo</title>", encoding="utf-8")
        (web / "assets/app.js").write_text("console.log(1)", encoding="utf-8")
        (web / "pose.wasm").write_bytes(b"\0asm")
        if not (folder / "keys").exists():
            (folder / "keys").write_text(run("--hash-key", text=KEY + "\n").stdout, encoding="utf-8")
        command = [*(before or []), binary(), "serve", "--port", "0", "--metrics-port", "0", "--data", self.data, "--web", web]
        if keys:
            command += ["--keys", folder / "keys"]
        self.process = subprocess.Popen(list(map(str, [*command, *arguments])), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
        self.log: list[dict] = []
        self._heard = threading.Condition()
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        listening = self.wait_for("listening")
        self.port, self.metrics_port = listening["port"], listening["metrics_port"]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"ws://{self.host}/v1/live"

    def _read_log(self) -> None:
        for line in self.process.stderr:
            with self._heard:
                try:
                    self.log.append(json.loads(line))
                except ValueError:
                    self.log.append({"event": "no JSON", "text": line})
                self._heard.notify_all()
        with self._heard:
            self.log.append({"event": "end of log"})
            self._heard.notify_all()

    def wait_for(self, event: str, count: int = 1, **fields: object) -> dict:
        """The count-th line of the log of this event with these fields; the log is written behind the answers."""
        wanted = {"event": event, **fields}

        def found() -> list[dict]:
            return [line for line in self.log if wanted.items() <= line.items()]

        with self._heard:
            self._heard.wait_for(lambda: len(found()) >= count or self.log[-1:] == [{"event": "end of log"}], 60)
        assert len(found()) >= count, f"no {wanted} in {self.log}"
        return found()[count - 1]

    def address(self) -> str:
        """The next address that is printed."""
        for line in self.process.stdout:
            if line.startswith("Open "):
                return line.split()[1]
        raise AssertionError("no address was printed")

    def request(self, path: str, method: str = "GET", port: int | None = None, body: bytes | None = None,
                **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=names)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response, content

    def get_json(self, path: str) -> dict:
        response, content = self.request(path, Authorization=f"Bearer {KEY}")
        assert response.status == 200, content
        return json.loads(content)

    def metric(self, name: str) -> float:
        _, content = self.request("/metrics", port=self.metrics_port)
        values = re.findall(rf"^{re.escape(name)} (\S+)$", content.decode(), re.MULTILINE)
        return float(values[0]) if values else 0.0

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self._reader.join(60)
        return status

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(60)


@contextlib.contextmanager
def serving(folder: Path, *arguments: object, **options):
    server = Server(folder, *arguments, **options)
    try:
        yield server
        assert server.process.poll() is None, "the server has died"
        status = server.stop()
        assert status == 0, server.log[-50:]  # a sanitizer's report is in it
    finally:
        server.kill()


def media(sequence: int, payload: bytes | str = b"picture", kind: int = JPEG, capture_us: int | None = None,
          width: int = 640, height: int = 480, version: int = 1, flags: int = 0) -> bytes:
    if isinstance(payload, str):
        payload = payload.encode()
    at = sequence * 33_333 if capture_us is None else capture_us
    return struct.pack("<BBBBIQHHI", version, kind, flags, 0, sequence, at, width, height, len(payload)) + payload


class Client:
    """One WebSocket; what comes is kept by type."""

    def __init__(self, socket) -> None:
        self.socket = socket
        self.got: list[dict] = []

    async def say(self, message) -> None:
        await self.socket.send(json.dumps(message) if isinstance(message, dict) else message)

    async def until(self, wanted: str, **fields) -> dict:
        """The next message of that type with these fields."""
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
            self.got.append(message)
            if message["type"] == wanted and all(message.get(k) == v for k, v in fields.items()):
                return message

    async def until_confirmed(self, index: int) -> dict:
        while True:
            message = await self.until("rep")
            if message["rep"]["status"] == "confirmed" and message["rep"]["index"] == index:
                return message

    async def closed(self) -> int:
        """Reads on to the end, and says its code."""
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                self.got.append(json.loads(await asyncio.wait_for(self.socket.recv(), 60)))
        return self.socket.close_code

    def confirmed(self) -> list[int]:
        return [m["rep"]["index"] for m in self.got if m["type"] == "rep" and m["rep"]["status"] == "confirmed"]


@contextlib.asynccontextmanager
async def connected(server: Server, key: str | None = KEY, origin: str | None = None, protocols=("plyo.live.1",), **options):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with websockets.connect(server.url, subprotocols=list(protocols), origin=origin, max_size=None,
                                  extra_headers=headers, open_timeout=60, close_timeout=20, **options) as socket:
        yield Client(socket)


@contextlib.asynccontextmanager
async def session(server: Server, hello: dict | None = None):
    """A connection that was welcomed."""
    async with connected(server) as client:
        await client.say(hello or HELLO)
        client.welcome = await client.until("welcome")
        yield client


def resume_hello(welcome: dict, last_rep: int = 0, token: str | None = None) -> dict:
    resume = {"session": welcome["session"], "token": token or welcome["resume_token"], "last_rep": last_rep}
    return {"type": "hello", "media": HELLO["media"], "resume": resume}
