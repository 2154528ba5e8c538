"""`plyo serve --record` with the real workers, and `plyo analyze` of what it kept: the same jump."""

import asyncio
import csv
import json
import os
import struct
import subprocess
from pathlib import Path

import pytest
from platform_support import Api, Installation
from serve_support import H264, KEY, LANDMARKS, ROOT, Server, connected, media, serving, session

SAMPLE = ROOT / "samples/cmj_01_base60.mp4"
WIDTH, HEIGHT, FPS = 640, 360, 30
DELIMITER = b"\0\0\0\1\x09"


def hello(codec: str, fps: float = FPS) -> dict:
    return {"type": "hello", "sport": "cmj", "athlete": {"height_m": 1.8},
            "media": {"codec": codec, "width": WIDTH, "height": HEIGHT, "fps": fps}}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replay")
    with serving(folder, "--record", folder / "recordings", "--workers", "1") as running:
        yield running


def analyze(*arguments: object) -> dict:
    done = subprocess.run([os.environ["PLYO_BINARY"], "analyze", "cmj", *map(str, arguments)], capture_output=True,
                          text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def recording(server: Server, session_id: str) -> Path:
    return server.folder / "recordings" / f"{session_id}.1.plyolive"


async def played(server: Server, greeting: dict, messages: list[bytes], pace_s: float) -> tuple[str, dict]:
    """The session's id and its result."""
    async with session(server, greeting) as client:
        for message in messages:
            await client.say(message)
            await asyncio.sleep(pace_s)
        await client.say({"type": "end"})
        result = (await client.until("result"))["result"]
        assert await client.closed() == 1000
        return client.welcome["session"], result


def test_a_recorded_stream_gives_the_jump_again(server: Server):
    encoded = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", SAMPLE, "-vf", f"fps={FPS},scale={WIDTH}:{HEIGHT}", "-c:v", "libx264",
         "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "baseline", "-g", "30", "-aud", "1", "-f", "h264", "-"],
        capture_output=True, check=True).stdout
    units = [DELIMITER + unit for unit in encoded.split(DELIMITER)[1:]]
    messages = [media(i, unit, H264, i * 33_333, WIDTH, HEIGHT, flags=int(i % 30 == 0)) for i, unit in enumerate(units)]
    identity, live = asyncio.run(played(server, hello("h264"), messages, 1 / FPS))
    replayed = analyze(recording(server, identity))
    assert replayed["provenance"]["model"]["name"] == live["provenance"]["model"]["name"] == "blazepose_lite"
    assert replayed["source"]["width"] == WIDTH
    for document in (live, replayed):
        assert [len(athlete["reps"]) for athlete in document["athletes"]] == [1]
    before, after = ({m["id"]: m for m in document["athletes"][0]["reps"][0]["metrics"]} for document in (live, replayed))
    for name in ("jump_height", "flight_time"):
        assert abs(before[name]["value"] - after[name]["value"]) < before[name]["u"] / 3, name
    response, report = server.request(f"/v1/sessions/{identity}/files/report.html", Authorization=f"Bearer {KEY}")
    assert response.status == 200 and "attachment" in response.headers["Content-Disposition"]
    assert b"Jump height" in report and b"</html>" in report
    # What the session was told is kept, and a flag goes before it.
    assert replayed["athletes"][0]["height_m"] == 1.8
    assert analyze(recording(server, identity), "--height", "1.7")["athletes"][0]["height_m"] == 1.7


def landmark_messages(folder: Path, shift_s: float = 0) -> list[bytes]:
    """What a browser would send of the sample: the columns of the exported table are the payload's."""
    table = folder / "landmarks.csv"
    analyze(SAMPLE, "--model", "lite", "--export-landmarks", table, "--json", "-")
    messages = []
    with table.open(encoding="utf-8") as lines:
        for sequence, row in enumerate(list(csv.reader(lines))[1:]):
            *values, _ = row  # the last is the name of the model
            values = [float(value) for value in values]
            payload = struct.pack("<I232f", 1, *values[5:])
            messages.append(media(sequence, payload, LANDMARKS, round((values[0] + shift_s) * 1e6), 1280, 720))
    return messages


def landmarks_hello() -> dict:
    greeting = hello("landmarks", 60)
    greeting["media"] |= {"width": 1280, "height": 720, "pose_model": "blazepose_lite"}
    return greeting


def test_times_go_on_after_a_resume(server: Server, tmp_path):
    async def run() -> tuple[str, list[dict]]:
        async with session(server, landmarks_hello()) as client:
            for message in landmark_messages(tmp_path, 100):
                await client.say(message)
            await client.until("rep")
            client.socket.transport.abort()
        greeting = landmarks_hello() | {"resume": {"session": client.welcome["session"], "token": client.welcome["resume_token"]}}
        second, result = await played(server, greeting, landmark_messages(tmp_path, 130), 0.002)
        assert second == client.welcome["session"]
        return second, result["athletes"][0]["reps"]
    identity, (first, second) = asyncio.run(run())
    assert [first["index"], second["index"]] == [1, 2]
    before, after = ({event["id"]: event["t_s"] for event in rep["events"]} for rep in (first, second))
    assert before["takeoff"] < 10, "counted from the session's first picture"
    assert abs(after["takeoff"] - before["takeoff"] - 30) < 0.001, "and so is what comes after a lost connection"
    replayed = analyze(server.folder / "recordings" / f"{identity}.2.plyolive")["athletes"][0]["reps"][0]
    assert {event["id"]: event["t_s"] for event in replayed["events"]} == after, "a recording of it tells the same times"


def test_recorded_landmarks_give_the_same_figures(server: Server, tmp_path):
    identity, live = asyncio.run(played(server, landmarks_hello(), landmark_messages(tmp_path), 0.002))
    replayed = analyze(recording(server, identity))
    assert live["source"]["frames"] == replayed["source"]["frames"], "each was looked at"
    assert len(live["athletes"]) == 1 and live["athletes"] == replayed["athletes"]
    # Its height is given, so that the figures are the sample's.
    height = {m["id"]: m["value"] for m in replayed["athletes"][0]["reps"][0]["metrics"]}["jump_height"]
    assert abs(height - 0.35) < 0.03


def test_a_ticket_brings_the_height_of_its_athlete(server: Server, tmp_path):
    api = Api(server, Installation(server.folder).admin("create-key", "--name", "app"))
    athlete = api.post("/athletes", {"height_m": 1.8})["id"]
    ticket = api.post("/session_tickets", {"athlete_id": athlete})
    greeting = landmarks_hello()
    del greeting["athlete"]

    async def jump() -> dict:
        async with connected(server, key=None, protocols=ticket["protocols"]) as client:
            await client.say(greeting)
            await client.until("welcome")
            for message in landmark_messages(tmp_path):
                await client.say(message)
            await client.say({"type": "end"})
            return (await client.until("result"))["result"]
    assert asyncio.run(jump())["athletes"][0]["height_m"] == 1.8


def test_a_damaged_recording_is_refused_with_its_name(tmp_path):
    broken = tmp_path / "broken.plyolive"
    for content in (b"", b"{}\n", b'{"schema": "plyo.recording/1"}\n'):
        broken.write_bytes(content)
        done = subprocess.run([os.environ["PLYO_BINARY"], "analyze", "cmj", broken], capture_output=True, text=True,
                              check=False, timeout=60)
        assert done.returncode == 2 and "broken.plyolive" in done.stderr
