"""A running `plyo serve` with keys of the platform, and small helpers for its REST interface."""
from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import sqlite3
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from serve_support import Server, binary, serving

if TYPE_CHECKING:
    from engines import Engines

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CLIP = SOURCE / "samples/cmj_01_base60.mp4"


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


def files_in(folder: pathlib.Path) -> list[pathlib.Path]:
    """All below it, also while some are deleted."""
    return [path for place, _, names in os.walk(folder) for name in names if (path := pathlib.Path(place, name)).is_file()]


class Installation:
    """One service, on a data folder or on engines: its instances, keys and tenants, and what it has stored."""

    def __init__(self, folder: pathlib.Path, *arguments: object, engines: Engines | None = None) -> None:
        self.folder, self.engines = folder, engines
        self.places = engines.arguments() if engines else []
        self.arguments = [*self.places, *arguments]
        self.env = engines.env if engines else {}
        self.stack = contextlib.ExitStack()
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    @property
    def data(self) -> pathlib.Path:
        return self.folder / "data"

    def admin(self, *arguments: object, status: int = 0) -> str:
        """What it prints, or complains of where it is to end with another status."""
        done = subprocess.run([binary(), "admin", *map(str, [*arguments, *self.places])], capture_output=True, text=True,
                              env={**os.environ, "PLYO_DATA": str(self.data), **self.env}, check=False)
        assert done.returncode == status, done
        assert done.stdout != "\n", "who has nothing to say prints nothing"
        return (done.stderr if status else done.stdout).strip()

    def organization(self, plan: str = "enterprise") -> str:
        return self.admin("create-organization", "--name", "Others", "--plan", plan)

    def project(self, organization: str = "") -> str:
        """A new one, of an organisation of its own where none is named."""
        return self.admin("create-project", "--organization", organization or self.organization(), "--name", "Theirs")

    def new_keys(self, project: str = "prj_default") -> dict[str, str]:
        return {mode: self.admin("create-key", "--project", project, "--name", mode, *flags) for mode, flags in (("live", []), ("test", ["--test"]))}

    @functools.cached_property
    def keys(self) -> dict[str, str]:
        """Of the default project, with every scope."""
        return self.new_keys()

    def serve(self, name: str = "", *arguments: object, **options) -> Server:
        """One more instance. On engines each name has a folder of its own; else they share the one that holds everything."""
        folder = self.folder / name if self.engines else self.folder
        folder.mkdir(exist_ok=True)
        server = Server(folder, *self.arguments, *arguments, env=self.env, **options)
        self.stack.callback(server.kill)
        return server

    def api(self, server: Server, mode: str = "test") -> Api:
        return Api(server, self.keys[mode])

    def apis(self, server: Server, project: str) -> tuple[Api, Api]:
        """Callers of a project with every scope, live and test."""
        keys = self.new_keys(project)
        return Api(server, keys["live"]), Api(server, keys["test"])

    def blobs(self) -> list[pathlib.Path]:
        """The files of what was analysed."""
        return [path for path in files_in(self.engines.bucket if self.engines else self.data / "files") if ".sgwtmp" not in path.parts]

    def files(self) -> list[pathlib.Path]:
        """Whatever lies on the disk, of the engines too."""
        return files_in(self.folder) + (files_in(self.engines.folder) if self.engines else [])

    def tables(self) -> dict[str, str]:
        """Every table of records and keys as text."""
        if self.engines:
            return self.engines.postgres.tables()
        tables = {}
        for name in ("plyo.db", "keys.db"):
            with contextlib.closing(sqlite3.connect(self.data / name)) as store:
                for (table,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    tables[table] = "\n".join(map(str, store.execute(f"SELECT * FROM {table}").fetchall()))
        return tables


@contextlib.contextmanager
def platform(folder: pathlib.Path, *arguments: object, **options):
    """A server on a data folder, and callers of its default project with every scope, live and test."""
    with Installation(folder, *arguments) as made:
        live, test = made.keys["live"], made.keys["test"]
        with serving(folder, *arguments, **options) as server:
            yield server, Api(server, live), Api(server, test)


def signed(headers: dict, body: bytes, secret: str) -> bool:
    """Whether a webhook is from who knows the endpoint's secret."""
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), text, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode() in headers["webhook-signature"].split()


class Receiver:
    """Takes webhooks; `answers` says the status of the next ones, 200 else. `open` lets them be answered."""

    def __init__(self) -> None:
        self.got: list[tuple[dict, bytes]] = []
        self.answers: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self._came = threading.Condition()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._came:
                    status = receiver.answers.pop(0) if receiver.answers else 200
                    receiver.got.append((dict(self.headers.items()), body))
                    receiver._came.notify_all()
                receiver.open.wait()
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
