"""What only shows over real sockets: lengths of bodies, bodies that break off, and servers that are not there."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from adapter import analysis

import plyo

CONTENT = bytes(range(256)) * 5000


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.server.seen.append((self.path, dict(self.headers)))
        if "content-length" in self.headers:
            body = self.rfile.read(int(self.headers["content-length"]))
        else:
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        self.server.bodies.append(body)
        self.reply(202, json.dumps(analysis("queued")).encode())

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers)))
        if self.path.endswith("/events"):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for name in ("running", "completed"):
                text = f"event: {'progress' if name == 'running' else name}\ndata: {json.dumps(analysis(name))}\n\n".encode()
                self.wfile.write(f"{len(text):x}\r\n".encode() + text + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
            return
        begin = int(self.headers.get("range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(CONTENT) - begin))
        self.end_headers()
        if begin:
            self.wfile.write(CONTENT[begin:])
        else:  # the network breaks
            self.wfile.write(CONTENT[:300_000])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server():
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.seen, made.bodies = [], []
    made.handle_error = lambda *_: None  # a client that leaves is none
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def api(server, connect):
    return connect(base_url=f"http://127.0.0.1:{server.server_port}", timeout=10)


def test_a_file_is_sent_with_its_length(api, server, tmp_path):
    path = tmp_path / "jump.mp4"
    path.write_bytes(CONTENT)
    assert api.call("analyses.create", sport="cmj", file=path).status == "queued"
    (_, headers), (body,) = server.seen[0], server.bodies
    assert int(headers["Content-Length"]) == len(body) and CONTENT in body and "Transfer-Encoding" not in headers


def test_a_post_without_a_body(api, server):
    api.call("analyses.cancel", "ana_1")
    assert server.bodies == [b""] and server.seen[0][1]["Content-Length"] == "0"


def test_a_download_that_breaks_goes_on(api, server, tmp_path):
    saved = api.call("analyses.file", "ana_1", "overlay.mp4", to=tmp_path)
    assert hashlib.sha256(saved.read_bytes()).digest() == hashlib.sha256(CONTENT).digest()
    ranges = [headers.get("range") or headers.get("Range") for _, headers in server.seen]
    assert ranges[0] is None and len(ranges) == 2 and 0 < int(ranges[1][6:-1]) <= 300_000


def test_events_of_an_analysis(api):
    assert [one.event for one in api.items(api.client.analyses.stream("ana_1"))] == ["progress", "completed"]


def test_a_stream_that_is_left_is_closed(api, server):
    if api.is_async:

        async def first():
            events = api.client.analyses.stream("ana_1")
            async for one in events:
                await events.aclose()
                return one

        assert api.run(first()).event == "progress"
    else:
        for one in api.client.analyses.stream("ana_1"):
            assert one.event == "progress"
            break


def test_a_server_that_is_not_there(connect):
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        api = connect(base_url=f"http://127.0.0.1:{reserved.getsockname()[1]}", max_retries=0)
        with pytest.raises(plyo.ApiConnectionError) as raised:
            api.call("usage.get")
    assert not raised.value.sent


def test_a_server_that_says_nothing(connect):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        api = connect(base_url=f"http://127.0.0.1:{deaf.getsockname()[1]}", max_retries=0, timeout=0.1)
        with pytest.raises(plyo.ApiTimeoutError) as raised:
            api.call("usage.get")
    assert raised.value.sent
