"""Input that is made to hurt the service: bombs for the process of a job, forms and headers for who reads them. What the live protocol
is sent stands in live_hostile_test.py, videos that are only bad in bad_input_test.py."""
import http.client
import os
import pathlib
import socket
import struct

import pytest
from conftest import ffmpeg
from platform_support import CLIP, form, platform
from serve_support import Server

HUGE = "color=black:size=16000x16000:rate=30"
"""As large as ffmpeg makes them: a thousand million bytes when decoded to colours."""
MOST_GROWTH = 64 << 20
"""Of the memory of the process that answers, for all bombs together."""
EVIL = "\r\nX-Evil: 1\r\n"


def huge_jpeg(folder: pathlib.Path) -> bytes:
    if not (folder / "huge.avi").exists():
        ffmpeg("-f", "lavfi", "-i", HUGE, "-frames:v", "1", "-vf", "format=gray", "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "31", folder / "huge.avi")
    return (folder / "huge.avi").read_bytes()


def small_outside(folder: pathlib.Path) -> bytes:
    """The container says 640x360."""
    return huge_jpeg(folder).replace(struct.pack("<II", 16000, 16000), struct.pack("<II", 640, 360))


def small_first(folder: pathlib.Path) -> bytes:
    """A second of small pictures, then a huge one."""
    huge_jpeg(folder)
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=640x360:rate=30", "-frames:v", "30", "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", folder / "small.avi")
    (folder / "list").write_text("file small.avi\nfile huge.avi\n", encoding="utf-8")
    ffmpeg("-f", "concat", "-i", folder / "list", "-c", "copy", folder / "grows.avi")
    return (folder / "grows.avi").read_bytes()


def hour(folder: pathlib.Path) -> bytes:
    """Two megabytes of black."""
    ffmpeg("-f", "lavfi", "-i", "color=black:size=320x240:rate=30", "-t", "20", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", folder / "b.mp4")
    ffmpeg("-stream_loop", "180", "-i", folder / "b.mp4", "-c", "copy", folder / "hour.mkv")
    return (folder / "hour.mkv").read_bytes()


def hour_apart(folder: pathlib.Path) -> bytes:
    """Two pictures."""
    ffmpeg("-f", "lavfi", "-i", "color=black:size=640x360:rate=1", "-frames:v", "2", "-vf", "setpts=N*3600/TB", "-fps_mode", "vfr", "-c:v", "libx264",
           "-pix_fmt", "yuv420p", folder / "gap.mp4")
    return (folder / "gap.mp4").read_bytes()


def endless_index(folder: pathlib.Path) -> bytes:
    """An index that claims four thousand million pictures."""
    ffmpeg("-i", CLIP, "-c", "copy", folder / "index.mp4")
    content = bytearray((folder / "index.mp4").read_bytes())
    for box in (b"stts", b"stsz", b"ctts"):
        at = content.find(box)
        if at > 0:
            content[at + 8:at + 16] = b"\0\0\0\0\xff\xff\xff\xff" if box == b"stsz" else b"\xff\xff\xff\xff" + bytes(content[at + 12:at + 16])
    return bytes(content)


BOMBS = {
    "huge_pictures": (huge_jpeg, "frame_too_large"),
    "huge_pictures_in_a_small_container": (small_outside, "no_frames"), "a_huge_picture_after_small_ones": (small_first, "completed"),
    "an_hour_of_black": (hour, "resource_limit"), "two_pictures_an_hour_apart": (hour_apart, "invalid_frame_rate"),
    "an_endless_index": (endless_index, "not_a_video"),
    "millions_of_columns": (lambda _: b"t_s,frame," + b"a," * 4_000_000 + b"\n", "invalid_landmarks"),
    "millions_of_lines": (lambda _: b"t_s,frame,\n" + b"\n" * 8_000_000, "invalid_landmarks"),
    "one_endless_number": (lambda _: b"t_s,frame," + b"9" * 8_000_000, "invalid_landmarks"),
    "a_clip_among_them": (lambda _: CLIP.read_bytes(), "completed")}


def seconds(server: Server) -> float:
    """Of a processor that it has used."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(server: Server) -> int:
    """The most that it has had, bytes."""
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with platform(tmp_path_factory.mktemp("hostile"), "--workers", "1", "--jobs", "2", "--job-time", "15", "--job-memory", "1") as parts:
        yield parts


@pytest.fixture(scope="module")
def server(service):
    return service[0]


@pytest.fixture(scope="module")
def api(service):
    return service[1]


@pytest.fixture(scope="module")
def ended(service, tmp_path_factory):
    """What became of each bomb; all were sent at once, each with an analysis of somebody else behind it."""
    server, api, test = service
    folder = tmp_path_factory.mktemp("bombs")
    test.wait(test.fixture())
    before = memory(server)
    sent, others = {}, []
    for name, (make, _) in BOMBS.items():
        body, kind = form({"sport": "cmj", "model": "lite", "outputs": ["metrics"]}, make(folder))
        sent[name] = api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=202)["id"]
        others.append(test.fixture())
        assert server.request("/healthz")[0].status == 200
    assert {test.wait(other)["status"] for other in others} == {"completed"}
    done = {name: api.wait(analysis) for name, analysis in sent.items()}
    return done, memory(server) - before


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_with_a_code_that_says_what_it_is(ended, bomb):
    analysis = ended[0][bomb]
    assert (analysis["error"]["code"] if analysis["status"] == "failed" else analysis["status"]) == BOMBS[bomb][1]
    if analysis["status"] == "failed":
        assert analysis["error"]["remedy"] and "/" not in analysis["error"]["detail"].replace("frames/s", ""), "no path of ours"


def test_who_answers_does_not_grow_by_bombs(ended):
    assert ended[1] < MOST_GROWTH


@pytest.mark.parametrize(("path", "text"), [
    pytest.param("/athletes", b'{"metadata":' + b"[" * 400_000 + b"]" * 400_000 + b"}", id="deep"),
    pytest.param("/athletes", b"{" + b",".join(b'"%x":0' % i for i in range(50_000)) + b"}", id="many_names"),
    pytest.param("/analyses", b'{"metadata":[' + b"{}," * 3_000_000 + b"{}]}", id="many_objects")])
def test_a_text_is_refused_before_it_is_much_more(tmp_path, path, text):
    """Each fits into what a body may be; read as it is it takes the stack, a minute or half a gigabyte."""
    with platform(tmp_path) as (server, api, _):
        api.code("POST", path, raw=b"{", Content_Type="application/json")
        used, had = seconds(server), memory(server)
        assert api.code("POST", path, raw=text, Content_Type="application/json") == (400, "invalid_argument")
        assert seconds(server) - used < 2 and memory(server) - had < 128 << 20


@pytest.mark.parametrize(("method", "path", "body", "headers"), [
    pytest.param("POST", "/athletes", {"name": "Ada" + EVIL, "external_id": "a" + EVIL}, {}, id="name"),
    pytest.param("GET", "/athletes?external_id=a%0d%0aX-Evil:%201%0d%0a", None, {}, id="query"),
    pytest.param("GET", "/athletes?cursor=%0d%0aX-Evil:%201%0d%0a", None, {}, id="cursor"),
    pytest.param("GET", "/athletes/%0d%0aX-Evil:%201%0d%0a", None, {}, id="id"),
    pytest.param("GET", "/analyses/{analysis}/files/metrics.csv%0d%0aX-Evil:%201%0d%0a", None, {}, id="file"),
    pytest.param("GET", "/analyses/{analysis}/files/%22;%20filename=%22evil.html", None, {}, id="quotation_mark"),
    pytest.param("POST", "/webhook_endpoints", {"url": "https://example.com/" + EVIL}, {}, id="webhook"),
    pytest.param("POST", "/webhook_endpoints", {"url": "https://example.com" + EVIL + "/"}, {}, id="webhook_host"),
    pytest.param("POST", "/api_keys", {"name": "x" + EVIL}, {}, id="key"),
    pytest.param("POST", "/athletes", {}, {"Idempotency_Key": "a\tX-Evil:1"}, id="idempotency_key"),
    pytest.param("POST", "/athletes", {}, {"Idempotency_Key": "x" * 256}, id="long_idempotency_key"),
    pytest.param("GET", "/athletes", None, {"Plyo_Version": "2026-11-29\tX-Evil: 1"}, id="version"),
    pytest.param("GET", "/athletes", None, {"traceparent": "00-evil\tX-Evil: 1"}, id="trace")])
def test_no_text_becomes_a_header(service, method, path, body, headers):
    test = service[2]
    if "{analysis}" in path:
        path = path.format(analysis=test.wait(test.fixture())["id"])
    test.call(method, path, body, expect=(200, 201, *range(400, 500)), **headers)
    assert "evil" not in str(test.headers).lower()
    if test.status == 201:
        test.get(path)
        assert "evil" not in str(test.headers).lower()


@pytest.mark.parametrize("url", ["https://example.com/" + EVIL, "https://example.com" + EVIL + "/", "https://exa\tmple.com/", "https://example.com/\0"],
                         ids=["path", "host", "tab", "nul"])
def test_an_address_with_line_ends_is_none(service, url):
    assert service[2].code("POST", "/webhook_endpoints", {"url": url})[0] in (400, 422)


POST = b"POST /v1/athletes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(("head", "rest", "status"), [
    pytest.param(b"Content-Length: 2\r\nContent-Length: 40\r\n", b"{}", 400, id="two_lengths"),
    pytest.param(b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", b"2\r\n{}\r\n0\r\n\r\n", 400, id="length_and_pieces"),
    pytest.param(b"Content-Length: -1\r\n", b"{}", 400, id="negative_length"),
    pytest.param(b"Content-Length: 99999999999999999999999\r\n", b"{}", 400, id="length_beyond_numbers"),
    pytest.param(b"Content-Length: 9000000000\r\n", b"{}", 413, id="gigabytes"),
    pytest.param(b"Transfer-Encoding: chunked\r\n", b"zz\r\n{}\r\n0\r\n\r\n", 400, id="no_size"),
    pytest.param(b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffffff\r\n{}\r\n", 400, id="size_beyond_numbers"),
    pytest.param(b"Transfer-Encoding: chunked\r\n", (b"10000\r\n" + b" " * 65536 + b"\r\n") * 20, 413, id="endless_pieces"),
    pytest.param(b"Idempotency-Key: a\rX-Evil: 1\r\nContent-Length: 2\r\n", b"{}", 400, id="carriage_return"),
    pytest.param(b"Idempotency-Key: a\0b\r\nContent-Length: 2\r\n", b"{}", 400, id="nul"),
    pytest.param(b"X-Evil : 1\r\nContent-Length: 2\r\n", b"{}", 400, id="space_before_colon"),
    pytest.param(b"X: " + b"x" * (64 << 10) + b"\r\n", b"", 431, id="long_header"),
    pytest.param(b"X: x\r\n" * 10_000, b"", 431, id="many_headers")])
def test_requests_that_two_readers_would_read_as_two_are_refused(server, api, head, rest, status):
    before = len(api.get("/athletes?limit=100")["data"])
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        try:
            raw.sendall(POST.replace(b"{key}", api.key.encode()) + head + b"\r\n" + rest)
        except ConnectionError:
            pass  # it has said enough
        answer = http.client.HTTPResponse(raw)
        answer.begin()
        assert answer.status == status and answer.headers["X-Evil"] is None
        assert answer.headers["Content-Type"] == "application/problem+json"
        answer.read()
        assert raw.recv(1) == b"", "what comes behind is not read as one more request"
    assert len(api.get("/athletes?limit=100")["data"]) == before


@pytest.mark.parametrize("name", ["../../../../evil.mp4", "/tmp/evil.mp4", "..\\..\\evil.mp4", "evil.mp4\0.csv", "a/../../evil", "e" * 5000, "evil\x1b[2J.mp4",
                                  "%2e%2e%2fevil.mp4"], ids=["up", "absolute", "backslashes", "nul", "mixed", "long", "escape", "encoded"])
def test_the_name_of_a_file_is_not_taken(server, api, name):
    body, kind = form({"sport": "cmj"}, b"no video")
    made = api.call("POST", "/analyses", raw=body.replace(b"clip.mp4", name.encode()), Content_Type=kind, expect=202)
    done = api.wait(made["id"])
    assert done["error"]["code"] == "not_a_video" and "evil" not in str(done)
    assert not [path for path in server.folder.parent.rglob("*") if "evil" in path.name]
    assert not pathlib.Path("/tmp/evil.mp4").exists() and "evil" not in str(server.log)


ANALYSIS = b'--b\r\nContent-Disposition: form-data; name="analysis"\r\n\r\n{"sport":"cmj"}\r\n'
VIDEO = b'--b\r\nContent-Disposition: form-data; name="video"\r\n\r\nx\r\n'


@pytest.mark.parametrize(("body", "code"), [
    pytest.param(ANALYSIS + VIDEO + VIDEO + b"--b--\r\n", "invalid_argument", id="two_videos"),
    pytest.param(ANALYSIS + ANALYSIS + VIDEO + b"--b--\r\n", "invalid_argument", id="two_analyses"),
    pytest.param(ANALYSIS + b'--b\r\nContent-Disposition: form-data; name="../video"\r\n\r\nx\r\n--b--\r\n', "invalid_argument", id="unknown_part"),
    pytest.param(ANALYSIS + b"--b\r\n" + b"X: " + b"x" * (1 << 20) + b"\r\n\r\nx\r\n--b--\r\n", "invalid_argument", id="long_header"),
    pytest.param(ANALYSIS + b"--b\r\n" + b"X: x\r\n" * 100_000 + b"\r\nx\r\n--b--\r\n", "invalid_argument", id="many_headers"),
    pytest.param(ANALYSIS + b"--b\r\n\r\n" * 100_000 + b"--b--\r\n", "invalid_argument", id="many_parts"),
    pytest.param(b"-" * (1 << 20), "invalid_argument", id="no_boundary"),
    pytest.param(ANALYSIS.replace(b'{"sport"', b" " * (65 << 10) + b'{"sport"') + VIDEO + b"--b--\r\n", "message_too_large", id="long_analysis"),
    pytest.param(ANALYSIS.replace(b"cmj", b"\xff\xfe") + VIDEO + b"--b--\r\n", "invalid_argument", id="no_utf8")])
def test_forms_that_are_none_are_refused(server, api, body, code):
    before = {path for path in server.data.rglob("*") if path.is_file()}
    assert api.code("POST", "/analyses", raw=body, Content_Type="multipart/form-data; boundary=b")[1] == code
    left = {path for path in server.data.rglob("*") if path.is_file()} - before
    assert not [path for path in left if "work" in path.parts], "what was received is gone"
