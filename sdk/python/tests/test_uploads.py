"""Uploads in parts, against a server that keeps them."""

from __future__ import annotations

import hashlib
import io
import json

import httpx
import pytest
from adapter import TIME, answer, problem, sequence

import plyo
from plyo import errors

STEP = 1048576
CONTENT = bytes(range(256)) * 8192 + b"the end"  # two parts and seven bytes


class Server:
    def __init__(self, *failures) -> None:
        self.failures = dict(failures)  # of a request, counted from 1
        self.parts = {}
        self.state = {}
        self.count = 0
        self.checked = True  # False: the check of all parts broke off
        self.checking = 0  # so many requests after the last part find the check going on

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        failure = self.failures.pop(self.count, None)
        if isinstance(failure, Exception):
            raise failure
        if failure is not None:
            return httpx.Response(failure)
        if request.method == "POST":
            wanted = json.loads(request.content)
            self.state = {"id": "upl_1", "created_at": TIME, "expires_at": TIME, "bytes": wanted["bytes"], "sha256": wanted["sha256"], "part_bytes": wanted.get("part_bytes", 8 * STEP)}
        elif request.method == "PUT":
            self.checked = True
            self.parts[int(request.url.path.rsplit("/", 1)[1])] = request.content
        whole = b"".join(self.parts[number] for number in sorted(self.parts))
        going_on = len(whole) == self.state["bytes"] and self.checking > 0
        self.checking -= going_on
        complete = self.checked and not going_on and len(whole) == self.state["bytes"] and hashlib.sha256(whole).hexdigest() == self.state["sha256"]
        return answer({**self.state, "status": "complete" if complete else "open", "parts": sorted(self.parts)}, 201 if request.method == "POST" else 200)


def test_a_file_in_parts(connect, tmp_path):
    path = tmp_path / "jump.mp4"
    path.write_bytes(CONTENT)
    server, seen = Server(), []
    api = connect(server)
    done = api.call("uploads.upload_file", path, part_bytes=STEP, on_progress=seen.append)
    assert done.status == "complete" and done.parts == [1, 2, 3] and done.bytes == len(CONTENT)
    assert [len(server.parts[number]) for number in (1, 2, 3)] == [STEP, STEP, 7]
    assert done.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert all(one.upload_id == "upl_1" and one.total == len(CONTENT) for one in seen)
    assert [one.sent for one in seen] == sorted(one.sent for one in seen) and seen[0].sent == 0 and seen[-1].sent == len(CONTENT)
    puts = [request for request in api.requests if request.method == "PUT"]
    assert [request.headers["content-length"] for request in puts] == [str(STEP), str(STEP), "7"]


@pytest.mark.parametrize("failure", [503, httpx.ReadError("reset"), httpx.WriteTimeout("slow")])
def test_a_part_that_fails_is_sent_again(connect, failure):
    server = Server((3, failure))
    api = connect(server)
    assert api.call("uploads.upload_file", CONTENT, part_bytes=STEP).status == "complete"
    assert b"".join(server.parts[number] for number in (1, 2, 3)) == CONTENT
    numbers = [request.url.path[-1] for request in api.requests if request.method == "PUT"]
    assert numbers == ["1", "2", "2", "3"] and len(api.sleeps) == 1


def test_an_upload_that_broke_off_goes_on(connect):
    broken = httpx.ConnectError("unplugged")
    server = Server((3, broken), (4, broken), (5, broken))
    api = connect(server)
    with pytest.raises(plyo.UploadError, match="part 2 of upload upl_1") as raised:
        api.call("uploads.upload_file", io.BytesIO(CONTENT), part_bytes=STEP)
    assert isinstance(raised.value.__cause__, plyo.ApiConnectionError) and list(server.parts) == [1]
    seen = []
    done = api.call("uploads.upload_file", io.BytesIO(CONTENT), upload_id=raised.value.upload_id, on_progress=seen.append)
    assert done.status == "complete" and seen[0].sent == STEP
    numbers = [request.url.path[-1] for request in api.requests if request.method == "PUT"]
    assert numbers == ["1", "2", "2", "2", "2", "3"]
    before = len(numbers)
    assert api.call("uploads.upload_file", CONTENT, upload_id="upl_1").status == "complete"
    assert len([request for request in api.requests if request.method == "PUT"]) == before, "nothing is left to be sent"


def test_a_check_that_broke_off_is_begun_again(connect):
    server = Server()
    api = connect(server)
    api.call("uploads.upload_file", CONTENT, part_bytes=STEP)
    server.checked = False
    before = len(api.requests)
    seen = []
    assert api.call("uploads.upload_file", CONTENT, upload_id="upl_1", on_progress=seen.append).status == "complete"
    assert [(request.method, request.url.path[-1]) for request in api.requests[before:]] == [("GET", "1"), ("PUT", "3"), ("GET", "1")]
    assert seen[0].sent == 2 * STEP and seen[-1].sent == len(CONTENT)


def test_a_check_that_takes_its_time_is_waited_for(connect):
    server = Server()
    server.checking = 6
    api = connect(server)
    assert api.call("uploads.upload_file", CONTENT, part_bytes=STEP).status == "complete"
    assert [request.method for request in api.requests] == ["POST", *["PUT"] * 3, *["GET"] * 6]
    assert api.sleeps == [0.25, 0.5, 1, 2, 4]


def test_a_check_that_does_not_end_or_finds_another_file(connect):
    server = Server()
    server.checking = 10_000
    api = connect(server)
    with pytest.raises(plyo.UploadError, match="not complete") as raised:
        api.call("uploads.upload_file", CONTENT, part_bytes=STEP)
    assert raised.value.upload_id == "upl_1" and 600 <= sum(api.sleeps) <= 605
    other = Server()
    other.checking = 10_000
    dropped = iter([False, False, True])

    def finds(request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and next(dropped):
            other.parts = {}
        return other(request)

    api = connect(finds)
    with pytest.raises(plyo.UploadError, match="not complete"):
        api.call("uploads.upload_file", CONTENT, part_bytes=STEP)
    assert len(api.sleeps) == 2


def test_another_file_is_not_sent_into_an_upload(connect):
    server = Server()
    api = connect(server)
    api.call("uploads.upload_file", CONTENT, part_bytes=STEP)
    for other in (CONTENT[:-1], CONTENT[:-1] + b"!"):
        with pytest.raises(ValueError, match="another file"):
            api.call("uploads.upload_file", other, upload_id="upl_1")


def test_the_part_of_an_open_file_that_is_ahead(connect):
    server = Server()
    file = io.BytesIO(b"skipped" + b"content")
    file.seek(7)
    assert connect(server).call("uploads.upload_file", file).status == "complete"
    assert server.parts == {1: b"content"} and not file.closed


def test_files_that_cannot_be_uploaded(connect, tmp_path):
    api = connect(Server())
    with pytest.raises(ValueError, match="empty"):
        api.call("uploads.upload_file", b"")
    with pytest.raises(FileNotFoundError):
        api.call("uploads.upload_file", tmp_path / "nothing")
    assert api.requests == []


def test_a_server_that_refuses(connect):
    api = connect(lambda request: problem("quota_exceeded", 429))
    api.client.retries = plyo.RetryPolicy(max_retries=0)
    with pytest.raises(errors.QuotaExceededError):
        api.call("uploads.upload_file", b"x")
    server = Server()
    api = connect(sequence(server, problem("invalid_argument", 400)))
    with pytest.raises(plyo.UploadError) as raised:
        api.call("uploads.upload_file", b"x")
    assert isinstance(raised.value.__cause__, errors.InvalidArgumentError)
