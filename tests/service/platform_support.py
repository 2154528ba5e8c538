"""A running `plyo serve` with keys of the platform, and small helpers for its REST interface."""
import contextlib
import http.server
import json
import pathlib
import subprocess
import threading
import time

from serve_support import Server, binary, serving

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CLIP = SOURCE / "samples/cmj_01_base60.mp4"


def admin(data: pathlib.Path, *arguments: object) -> str:
    done = subprocess.run([binary(), "admin", *map(str, arguments), "--data", str(data)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Api:
    """Calls of one key."""

    def __init__(self, server: Server, key: str | None) -> None:
        self.server, self.key = server, key

    def call(self, method: str, path: str, body: object = None, expect: int | tuple = 200, raw: bytes | None = None, **headers: str):
        """The JSON of the answer, its text where it is none, and its headers as `self.headers`."""
        if self.key:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        if body is not None:
            raw = json.dumps(body).encode()
            headers.setdefault("Content_Type", "application/json")
        response, content = self.server.request("/v1" + path, method, body=raw, **headers)
        self.status, self.headers = response.status, response.headers
        expected = expect if isinstance(expect, tuple) else (expect,)
        assert response.status in expected, (method, path, response.status, content[:600])
        if "json" in response.headers.get("Content-Type", ""):
            return json.loads(content)
        return content

    def get(self, path: str, **options):
        return self.call("GET", path, **options)

    def post(self, path: str, body: object = None, expect: int | tuple = 201, **options):
        return self.call("POST", path, {} if body is None and "raw" not in options else body, expect, **options)

    def code(self, method: str, path: str, body: object = None, **options) -> tuple[int, str]:
        problem = self.call(method, path, body, expect=tuple(range(400, 600)), **options)
        assert problem["request_id"] and problem["remedy"] and problem["status"] == self.status
        return self.status, problem["code"]

    def wait(self, analysis: str, seconds: float = 120) -> dict:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.get(f"/analyses/{analysis}")
            if found["status"] not in ("queued", "running"):
                return found
            time.sleep(0.2)
        raise AssertionError(f"{analysis} is still {found['status']}")

    def fixture(self, name: str = "jump", **more) -> str:
        return self.post("/analyses", {"sport": "cmj", "source": {"type": "fixture", "name": name}, **more}, 202)["id"]


def form(analysis: dict, video: bytes) -> tuple[bytes, str]:
    """A body of multipart/form-data and its Content-Type."""
    boundary = "plyo-test-boundary"
    body = (f'--{boundary}\r\nContent-Disposition: form-data; name="analysis"\r\nContent-Type: application/json\r\n\r\n'
            f"{json.dumps(analysis)}\r\n"
            f'--{boundary}\r\nContent-Disposition: form-data; name="video"; filename="clip.mp4"\r\n'
            f"Content-Type: application/octet-stream\r\n\r\n").encode() + video + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


@contextlib.contextmanager
def platform(folder: pathlib.Path, *arguments: object, **options):
    """A server and its keys: `live` and `test` with every scope."""
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    keys = {name: admin(data, "create-key", "--name", name, *(["--test"] if name == "test" else [])) for name in ("live", "test")}
    with serving(folder, *arguments, **options) as server:
        yield server, Api(server, keys["live"]), Api(server, keys["test"])


class Receiver:
    """Takes webhooks; `answers` says the status of the next ones, 200 else."""

    def __init__(self) -> None:
        self.got: list[tuple[dict, bytes]] = []
        self.answers: list[int] = []
        self._came = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._came:
                    status = receiver.answers.pop(0) if receiver.answers else 200
                    receiver.got.append((dict(self.headers.items()), body))
                    receiver._came.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/hook"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def wait(self, count: int, seconds: float = 60) -> list[tuple[dict, bytes]]:
        with self._came:
            assert self._came.wait_for(lambda: len(self.got) >= count, seconds), f"{len(self.got)} of {count} came"
            return list(self.got)

    def close(self) -> None:
        self.http.shutdown()
