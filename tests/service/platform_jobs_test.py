"""Uploads that are analysed by the real binary: video, landmarks, and what is neither."""
import json
import os
import pathlib
import signal
import subprocess
import time

import pytest
from platform_support import CLIP, Api, Installation, Receiver, form, platform
from serve_support import binary


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with platform(tmp_path_factory.mktemp("jobs"), "--workers", "1", "--job-time", "120") as parts:
        yield parts


@pytest.fixture
def api(service):
    return service[1]


def upload(api: Api, video: bytes, expect: int = 202, **analysis) -> dict:
    body, kind = form({"sport": "cmj", **analysis}, video)
    return api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=expect)


def offline(tmp_path: pathlib.Path, *arguments: object) -> dict:
    out = tmp_path / "offline.json"
    subprocess.run([binary(), "analyze", "cmj", *map(str, arguments), "--json", str(out)], check=True, capture_output=True)
    return json.loads(out.read_text())


def test_a_video_gives_what_the_command_line_gives(api, tmp_path):
    athlete = api.post("/athletes", {"name": "<script>alert(1)</script>", "height_m": 1.8})["id"]
    made = upload(api, CLIP.read_bytes(), athlete_id=athlete, model="lite", outputs=["report", "overlay", "metrics", "landmarks", "motion"])
    done = api.wait(made["id"])
    assert done["status"] == "completed", done
    assert [f["name"] for f in done["files"]] == ["result.json", "metrics.csv", "report.html", "overlay.mp4", "landmarks.csv", "motion.csv"]
    served = api.get(f"/analyses/{made['id']}/result")
    expected = offline(tmp_path, CLIP, "--height", "1.8", "--model", "lite")
    assert served["athletes"] == expected["athletes"]
    report = api.get(f"/analyses/{made['id']}/files/report.html").decode()
    assert "<script>alert(1)" not in report and "&lt;script&gt;alert(1)" in report or "\\u003cscript" in report
    overlay = api.get(f"/analyses/{made['id']}/files/overlay.mp4")
    assert overlay[4:8] == b"ftyp"
    assert api.get(f"/analyses/{made['id']}/files/source.bin") == CLIP.read_bytes()
    trend = api.get(f"/athletes/{athlete}/trends?sport=cmj&metric=jump_height")
    assert trend["points"][0]["mean"] == pytest.approx(next(
        m["mean"] for m in expected["athletes"][0]["summary"] if m["id"] == "jump_height"))


def test_landmarks_come_as_a_table(api, tmp_path):
    table = tmp_path / "landmarks.csv"
    offline(tmp_path, CLIP, "--height", "1.8", "--model", "lite", "--export-landmarks", table)
    made = api.post("/analyses", {"sport": "cmj", "athlete": {"height_m": 1.8}, "source": {"type": "landmarks", "csv": table.read_text()}}, 202)
    done = api.wait(made["id"])
    assert done["status"] == "completed" and done["source"]["type"] == "landmarks", done
    assert api.get(f"/analyses/{made['id']}/result")["athletes"][0]["reps"]


@pytest.mark.parametrize("content, code", [
    (b"no video at all", "not_a_video"), (CLIP.read_bytes()[:3000], "not_a_video"), (b"\0" * 5000, "not_a_video"),
    (b"t_s,frame,nothing\n1,2,3\n", "invalid_landmarks")], ids=["text", "cut", "zeros", "table"])
def test_what_is_no_video_is_named(api, content, code):
    done = api.wait(upload(api, content)["id"])
    assert done["status"] == "failed" and done["error"]["code"] == code, done
    assert done["error"]["detail"].startswith("input:"), "no path of ours"


def test_a_job_that_takes_too_long_is_ended(tmp_path):
    with platform(tmp_path, "--workers", "1", "--job-time", "1") as (_, api, _test):
        done = api.wait(upload(api, CLIP.read_bytes(), model="heavy")["id"])
        assert done["error"]["code"] == "resource_limit"


def test_one_that_is_cancelled_stops(api, service):
    made = upload(api, CLIP.read_bytes(), model="heavy")
    end = time.monotonic() + 60
    while api.get(f"/analyses/{made['id']}")["status"] != "running":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert api.post(f"/analyses/{made['id']}/cancel", expect=200)["status"] == "cancelled"
    assert upload(api, CLIP.read_bytes(), model="lite")["status"] == "queued"
    while _children(service[0].process.pid, "heavy"):
        assert time.monotonic() < end
        time.sleep(0.1)


def _children(pid: int, _name: str = "") -> list[int]:
    """Processes of jobs below a server."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except (OSError, IndexError):
                continue
            if parent == pid and b"job" in words:
                found.append(int(entry.name))
    return found


def test_a_process_that_dies_is_tried_again(service, api):
    server = service[0]
    for other in _children(server.process.pid):
        os.kill(other, signal.SIGKILL)
    made = upload(api, CLIP.read_bytes(), model="full")
    end = time.monotonic() + 100
    while not (jobs := _children(server.process.pid)) or api.get(f"/analyses/{made['id']}")["status"] != "running":
        assert time.monotonic() < end
        time.sleep(0.05)
    os.kill(jobs[0], signal.SIGKILL)
    assert api.wait(made["id"])["status"] == "completed"


def test_a_server_that_is_killed_loses_nothing(tmp_path):
    receiver = Receiver()
    with Installation(tmp_path, "--workers", "1", "--allow-private-addresses") as service:
        server = service.serve()
        api = service.api(server, "live")
        api.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed"]})
        made = [upload(api, CLIP.read_bytes(), model="lite", outputs=["metrics"])["id"] for _ in range(3)]
        server.kill()
        again = service.serve()
        api = service.api(again, "live")
        assert [api.wait(name)["status"] for name in made] == ["completed"] * 3
        told = [json.loads(body)["data"]["id"] for _, body in receiver.wait(3)]
        assert sorted(set(told)) == sorted(made)
        events = [e["data"]["id"] for e in api.get("/events?type=analysis.completed")["data"]]
        assert sorted(events) == sorted(made), "each is completed once"
        assert len(list((service.data / "work").iterdir())) == 1, "what passed through is gone"
        assert again.stop() == 0
    receiver.close()
