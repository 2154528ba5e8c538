"""Sources, waiting, following and files of analyses."""

from __future__ import annotations

import email.parser
import email.policy
import io
import json

import httpx
import pytest
from adapter import FAILED, analysis, answer, problem, sent, sequence

import plyo
from plyo import _flows as flows
from plyo import errors, models
from plyo._flows import SseParser


def parts_of(request: httpx.Request, body: bytes):
    """Parts of a multipart body, as a parser that is not ours reads them."""
    text = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n" + body
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(text)
    return [(part.get_param("name", header="content-disposition"), part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) for part in message.iter_parts()]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ({"fixture": "jump"}, {"type": "fixture", "name": "jump"}),
        ({"upload_id": "upl_1"}, {"type": "upload", "upload_id": "upl_1"}),
        ({"url": "https://a.example/v.mp4"}, {"type": "url", "url": "https://a.example/v.mp4"}),
        ({"landmarks_csv": "t_s,…\n"}, {"type": "landmarks", "csv": "t_s,…\n"}),
    ],
)
def test_sources_in_json(connect, source, wanted):
    api = connect(lambda request: answer(analysis("queued"), 202))
    made = api.call("analyses.create", sport="cmj", athlete={"height_m": 1.8}, outputs=["metrics"], blur_faces=False, **source)
    assert sent(api.bodies[0]) == {"sport": "cmj", "athlete": {"height_m": 1.8}, "outputs": ["metrics"], "blur_faces": False, "source": wanted}
    assert made.status == "queued" and made.source.type == "fixture"


def test_what_is_known_of_the_athlete_may_be_an_object(connect):
    api = connect(lambda request: answer(analysis(), 202))
    api.call("analyses.create", sport="cmj", fixture="jump", athlete=models.AnalysisAthlete(height_m=1.8, sex="female"))
    assert sent(api.bodies[0])["athlete"] == {"height_m": 1.8, "sex": "female"}


@pytest.mark.parametrize("sources", [{}, {"fixture": "jump", "upload_id": "upl_1"}, {"file": b"x", "url": "https://a.example"}])
def test_exactly_one_source(connect, sources):
    api = connect(lambda request: answer(analysis(), 202))
    with pytest.raises(TypeError, match="exactly one source"):
        api.call("analyses.create", sport="cmj", **sources)
    assert api.requests == []


def test_a_file_goes_in_the_same_request_in_pieces(connect, tmp_path):
    content = bytes(range(256)) * 4000  # about a megabyte, several pieces
    path = tmp_path / 'a "jump".mp4'
    path.write_bytes(content)
    seen = []
    api = connect(lambda request: answer(analysis("queued"), 202))
    api.call("analyses.create", sport="cmj", file=path, metadata={"a": "ä"}, on_upload=lambda done, total: seen.append((done, total)))
    (request,) = api.requests
    assert int(request.headers["content-length"]) == len(api.bodies[0]) and "transfer-encoding" not in request.headers
    (first, second) = parts_of(request, api.bodies[0])
    assert first[0] == "analysis" and first[2] == "application/json"
    assert json.loads(first[3]) == {"sport": "cmj", "metadata": {"a": "ä"}}
    assert second == ("video", "a _jump_.mp4", "application/octet-stream", content)
    assert seen[-1] == (len(content), len(content)) and len(seen) > 2 and seen == sorted(seen)


@pytest.mark.parametrize("kind", ["bytes", "opened", "str"])
def test_what_a_file_may_be(connect, tmp_path, kind):
    path = tmp_path / "clip.mov"
    path.write_bytes(b"pictures")
    api = connect(sequence(httpx.ReadTimeout("slow"), answer(analysis(), 202)))
    if kind == "opened":
        with path.open("rb") as file:
            api.call("analyses.create", sport="cmj", file=file)
            assert not file.closed
    else:
        api.call("analyses.create", sport="cmj", file=b"pictures" if kind == "bytes" else str(path))
    assert len(api.bodies) == 2 and api.bodies[0] == api.bodies[1], "a retry sends the same bytes"
    name, file_name, _, content = parts_of(api.requests[1], api.bodies[1])[1]
    assert (name, content) == ("video", b"pictures")
    assert file_name == ("video" if kind == "bytes" else "clip.mov")


def test_the_same_key_gives_the_same_bytes(connect):
    api = connect(lambda request: answer(analysis(), 202))
    for _ in range(2):
        api.call("analyses.create", sport="cmj", file=b"pictures", idempotency_key="mine")
    assert api.bodies[0] == api.bodies[1]
    assert api.requests[0].headers["content-type"] == api.requests[1].headers["content-type"]


class Stream(io.RawIOBase):
    """Can be read once."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._inner.readinto(buffer)


def test_a_stream_is_sent_once_and_never_by_half(connect):
    api = connect(lambda request: answer(analysis(), 202))
    api.call("analyses.create", sport="cmj", file=io.BufferedReader(Stream(b"pictures")))
    assert api.requests[0].headers["transfer-encoding"] == "chunked"
    assert parts_of(api.requests[0], api.bodies[0])[1][3] == b"pictures"
    api = connect(sequence(httpx.Response(503), answer(analysis(), 202)))
    with pytest.raises(plyo.ServerError):
        api.call("analyses.create", sport="cmj", file=io.BufferedReader(Stream(b"pictures")))
    assert len(api.requests) == 1


def test_files_that_are_none(connect, tmp_path):
    api = connect(lambda request: answer(analysis(), 202))
    with pytest.raises(FileNotFoundError):
        api.call("analyses.create", sport="cmj", file=tmp_path / "nothing.mp4")
    with pytest.raises(TypeError):
        api.call("analyses.create", sport="cmj", file=7)
    with pytest.raises(TypeError, match="rb"):
        api.call("analyses.create", sport="cmj", file=io.StringIO("text"))


# ---- waiting


def test_waiting_asks_as_often_as_the_server_wants(connect):
    api = connect(
        sequence(
            answer(analysis("queued"), 202),
            answer(analysis("queued"), retry_after="3"),
            answer(analysis("running"), retry_after="0"),
            answer(analysis("running")),
            answer(analysis("completed")),
        )
    )
    seen = []
    done = api.call("analyses.create_and_wait", sport="cmj", fixture="jump", on_progress=lambda one: seen.append(one.status))
    assert done.status == "completed" and seen == ["queued", "running", "running", "completed"]
    assert api.sleeps[:2] == [3, 0.1] and 0.5 <= api.sleeps[2] <= 5
    assert [request.method for request in api.requests] == ["POST", "GET", "GET", "GET", "GET"]


def test_an_analysis_that_fails_says_why(connect):
    api = connect(lambda request: answer(FAILED, 202))
    with pytest.raises(plyo.AnalysisFailedError) as raised:
        api.call("analyses.create_and_wait", sport="cmj", fixture="failure")
    error = raised.value
    assert (error.code, error.detail, error.remedy) == ("not_a_video", "It is a poem.", "Use MP4.")
    assert error.analysis.status == "failed" and "not_a_video: It is a poem." in str(error)


def test_an_analysis_that_is_cancelled(connect):
    api = connect(lambda request: answer(analysis("cancelled")))
    with pytest.raises(plyo.AnalysisCancelledError):
        api.call("analyses.wait", "ana_1")


def test_waiting_ends_at_its_time(connect):
    api = connect(lambda request: answer(analysis("running"), retry_after="30"))
    with pytest.raises(plyo.WaitTimeoutError) as raised:
        api.call("analyses.wait", "ana_1", timeout=0)
    assert raised.value.analysis.status == "running" and api.sleeps == []
    api = connect(lambda request: answer(analysis("completed")))
    assert api.call("analyses.wait", "ana_1", timeout=0).status == "completed"


def test_an_outage_in_the_middle_is_waited_through(connect):
    """Away from the first second to the sixth, then without room for one more."""

    def handle(request: httpx.Request) -> httpx.Response:
        now = sum(api.sleeps)
        if request.method == "POST" or now < 1:
            return answer(analysis("running"), 202 if request.method == "POST" else 200)
        if now < 6:
            raise httpx.ConnectError("refused")
        return problem("no_capacity", 503) if now < 7 else answer(analysis("completed"))

    for wait in ({}, {"timeout": 600}):
        api = connect(handle)
        assert api.call("analyses.create_and_wait", sport="cmj", fixture="jump", **wait).status == "completed"
        assert sum(api.sleeps) >= 7 and [request.method for request in api.requests].count("POST") == 1
    api = connect(handle)
    assert api.call("analyses.wait", "ana_1").status == "completed"


def test_waiting_that_is_given_up_says_for_which_analysis(connect, monkeypatch):
    made, away = answer(analysis("queued"), 202), httpx.ConnectError("refused")
    api = connect(sequence(made, away))
    with pytest.raises(plyo.WaitTimeoutError) as raised:
        api.call("analyses.create_and_wait", sport="cmj", fixture="jump", timeout=0)
    assert raised.value.analysis.status == "queued" and isinstance(raised.value.__cause__, plyo.ApiConnectionError)
    api = connect(sequence(made, problem("forbidden", 403)))
    with pytest.raises(errors.ForbiddenError) as refused:
        api.call("analyses.create_and_wait", sport="cmj", fixture="jump")
    assert refused.value.analysis.id == analysis()["id"]
    monkeypatch.setattr(flows, "LONGEST_OUTAGE_S", -1)
    for answers, known in (((made, answer(analysis("running")), away), "running"), ((made, away), "queued")):
        api = connect(sequence(*answers))
        with pytest.raises(plyo.ApiConnectionError) as broken:
            api.call("analyses.create_and_wait", sport="cmj", fixture="jump")
        assert broken.value.analysis.status == known
    api = connect(sequence(away))
    with pytest.raises(plyo.ApiConnectionError) as unknown:
        api.call("analyses.wait", "ana_1", timeout=0)
    assert unknown.value.analysis is None


def test_a_state_of_a_later_version_is_waited_through(connect):
    api = connect(sequence(answer(analysis("paused")), answer(analysis())))
    assert api.call("analyses.wait", "ana_1").status == "completed"


# ---- following


def event(name: str, document) -> bytes:
    return f"event: {name}\ndata: {json.dumps(document)}\n\n".encode()


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that breaks off."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks

    def __iter__(self):
        yield from self.chunks
        raise httpx.ReadError("reset")

    async def __aiter__(self):
        for chunk in self.chunks:
            yield chunk
        raise httpx.ReadError("reset")


def test_following_an_analysis(connect):
    body = b": hello\n\n" + event("progress", analysis("running")) + event("completed", analysis()) + event("never", {})
    api = connect(lambda request: httpx.Response(200, content=body, headers={"content-type": "text/event-stream"}))
    events = api.items(api.client.analyses.stream("ana_1"))
    assert [(one.event, one.analysis.status) for one in events] == [("progress", "running"), ("completed", "completed")]
    assert api.requests[0].headers["accept"] == "text/event-stream"


def test_a_stream_that_breaks_is_opened_anew(connect):
    api = connect(
        sequence(
            httpx.Response(200, stream=Broken(event("progress", analysis("running")))),
            httpx.Response(503),
            httpx.Response(200, content=event("failed", FAILED)),
        )
    )
    events = api.items(api.client.analyses.stream("ana_1"))
    assert [one.event for one in events] == ["progress", "failed"] and events[1].analysis.error.code == "not_a_video"
    assert len(api.requests) == 3 and len(api.sleeps) == 2


def test_a_stream_that_gives_nothing_ends_with_an_error(connect):
    api = connect(lambda request: httpx.Response(200, content=b""))
    with pytest.raises(plyo.ApiConnectionError):
        api.items(api.client.analyses.stream("ana_1"))
    assert len(api.requests) == 3
    api = connect(lambda request: problem("not_found", 404))
    with pytest.raises(errors.NotFoundError):
        api.items(api.client.analyses.stream("ana_1"))
    api = connect(lambda request: httpx.Response(200, content=b"data: [1]\n\n"))
    with pytest.raises(plyo.InvalidAnswerError):
        api.items(api.client.analyses.stream("ana_1"))


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_events_are_read_however_they_are_cut(step, newline):
    text = "event: a\ndata: 1\ndata:2\nid: x\n\n: note\nretry: 5\n\ndata: äö\n\nevent: lost\n\n".replace("\n", newline).encode() + b"\n"
    parser = SseParser()
    got = [item for begin in range(0, len(text), step) for item in parser.feed(text[begin : begin + step])]
    assert got == [("a", "1\n2"), ("message", "äö")]


# ---- files


def test_a_file_as_bytes(connect):
    api = connect(lambda request: httpx.Response(200, content=b"t_s\n1\n"))
    assert api.call("analyses.file", "ana_1", "metrics.csv") == b"t_s\n1\n"
    assert api.requests[0].url.path == "/v1/analyses/ana_1/files/metrics.csv"
    assert api.call("sessions.file", "ses_1", "metrics.csv") == b"t_s\n1\n"
    assert api.requests[1].url.path == "/v1/sessions/ses_1/files/metrics.csv"


def test_a_file_is_written_whole_or_not_at_all(connect, tmp_path):
    content = b"x" * 1_000_000
    api = connect(lambda request: httpx.Response(200, content=content))
    path = api.call("analyses.file", "ana_1", "overlay.mp4", to=tmp_path / "a.mp4")
    assert path == tmp_path / "a.mp4" and path.read_bytes() == content
    assert api.call("analyses.file", "ana_1", "overlay.mp4", to=str(tmp_path)) == tmp_path / "overlay.mp4"
    assert api.call("sessions.file", "ses_1", "report.html", to=tmp_path).read_bytes() == content
    (tmp_path / "report.html").unlink()
    api = connect(lambda request: httpx.Response(200, stream=Broken()))
    with pytest.raises(plyo.ApiConnectionError):
        api.call("analyses.file", "ana_1", "overlay.mp4", to=tmp_path / "b.mp4")
    api = connect(lambda request: problem("not_found", 404))
    with pytest.raises(errors.NotFoundError):
        api.call("analyses.file", "ana_1", "overlay.mp4", to=tmp_path / "a.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "overlay.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == content


def test_a_download_goes_on_where_it_broke(connect, tmp_path):
    content = bytes(range(200))

    def rest(request: httpx.Request) -> httpx.Response:
        begin = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
        return httpx.Response(206, content=content[begin:], headers={"content-range": f"bytes {begin}-199/200"})

    api = connect(sequence(httpx.Response(200, stream=Broken(content[:50])), rest))
    assert api.call("analyses.file", "ana_1", "source.bin", to=tmp_path / "s").read_bytes() == content
    assert api.requests[1].headers["range"] == "bytes=50-" and "range" not in api.requests[0].headers
    api = connect(sequence(httpx.Response(200, stream=Broken(b"other")), httpx.Response(200, content=content)))
    assert api.call("analyses.file", "ana_1", "source.bin") == content, "a server that begins anew is heard from the beginning"


def test_the_result_is_typed(connect):
    metric = {"id": "jump_height", "value": 0.36, "unit": "m", "u": 0.01, "begin_s": 1.9, "end_s": 2.5, "flags": []}
    rep = {"index": 1, "status": "confirmed", "scale": {"method": "stature", "m_per_px": 0.0035, "u_m_per_px": 4e-5}, "phases": [], "flags": [], "metrics": [metric],
           "events": [{"id": "takeoff", "t_s": 1.9, "u_s": 0.006, "frame": 117.3}]}  # fmt: skip
    document = {
        "schema": "plyo.analysis/1", "sport": "cmj",
        "source": {"name": "a.mp4", "sha256": "", "width": 640, "height": 360, "rotation_deg": 0, "frames": 90, "duration_s": 3.0, "capture_fps": 30, "variable_frame_rate": False},
        "athletes": [{"track_id": 1, "height_m": 1.8, "mass_kg": None, "reps": [rep], "steps": [], "summary": []}],
        "quality": {"detected_fraction": 1, "dropped_frames": 0, "bystanders": 0, "side_swaps": 0, "flags": []},
        "provenance": {"plyo_version": "1", "model": {"name": "blazepose_full", "sha256": ""}, "options": {}, "created_at": "2026-11-29T12:00:00Z"},
    }  # fmt: skip
    api = connect(lambda request: answer(document, etag='"1"'))
    result = api.call("analyses.result", "ana_1")
    assert result.athletes[0].reps[0].metrics[0].value == 0.36 and result.athletes[0].reps[0].events[0].id == "takeoff"
    assert result.etag == '"1"' and result.to_dict() == document
