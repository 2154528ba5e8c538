"""`plyo serve` with the real workers: `plyo analyze` of what it kept gives the same jump, and a worker that dies loses none."""

import asyncio
import contextlib
import csv
import itertools
import json
import os
import signal
import struct
import subprocess
from pathlib import Path

import pytest
import websockets
from conftest import SHARED
from platform_support import Api, Installation
from serve_support import H264, KEY, LANDMARKS, ROOT, Client, Server, connected, media, serving, session

SAMPLE = ROOT / "samples/cmj_01_base60.mp4"
WIDTH, HEIGHT, FPS = 640, 360, 30
DELIMITER = b"\0\0\0\1\x09"
RUN = SHARED / "data/rendered/run_08_tread_2.8_155spm30.mp4"
PAYLOAD_COLUMNS = slice(5, 5 + 1 + 33 * 4 + 33 * 3)  # of a table of landmarks: presence, in the picture, in metres


def hello(codec: str, fps: float = FPS, sport: str = "cmj", height_m: float = 1.8) -> dict:
    return {"type": "hello", "sport": sport, "athlete": {"height_m": height_m},
            "media": {"codec": codec, "width": WIDTH, "height": HEIGHT, "fps": fps}}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replay")
    with serving(folder, "--record", folder / "recordings", "--workers", "1") as running:
        yield running


def analyze(*arguments: object, sport: str = "cmj") -> dict:
    done = subprocess.run([os.environ["PLYO_BINARY"], "analyze", sport, *map(str, arguments)], capture_output=True,
                          text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def recording(server: Server, session_id: str) -> Path:
    return server.folder / "recordings" / f"{session_id}.1.plyolive"


async def played(server: Server, greeting: dict, messages: list[bytes], pace_s: float | None = None) -> tuple[str, dict]:
    """The session's id and its result. Without a pace each picture waits for the skeletons of the one before."""
    async with session(server, greeting) as client:
        for sequence, message in enumerate(messages):
            await client.say(message)
            if pace_s is None:
                await client.until("pose", sequence=sequence)
            else:
                await asyncio.sleep(pace_s)
        await client.say({"type": "end"})
        result = (await client.until("result"))["result"]
        assert await client.closed() == 1000
        return client.welcome["session"], result


def picture(width: int, height: int) -> bytes:
    """A key picture of H.264."""
    return subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", f"color=gray:s={width}x{height}", "-frames:v", "1", "-c:v", "libx264",
                           "-preset", "ultrafast", "-tune", "zerolatency", "-aud", "1", "-f", "h264", "-"], capture_output=True, check=True).stdout


@pytest.mark.parametrize(("size", "close", "code"), [((320, 180), 4415, "unsupported_codec"), ((7680, 4320), 4422, "frame_too_large")])
def test_a_stream_that_changes_its_size_is_refused_by_its_worker(server: Server, size, close: int, code: str):
    """The header goes on saying what `hello` named: only who decodes it sees the size."""
    async def run():
        async with session(server, hello("h264")) as client:
            await client.say(media(0, picture(WIDTH, HEIGHT), H264, 0, WIDTH, HEIGHT, flags=1))
            assert (await client.until("pose"))["sequence"] == 0
            await client.say(media(1, picture(*size), H264, 33_333, WIDTH, HEIGHT, flags=1))
            assert await client.closed() == close, client.got
            assert [m["code"] for m in client.got if m["type"] == "error"] == [code]

    asyncio.run(run())


def filmed(clip: Path) -> list[bytes]:
    """A clip as a page would send it."""
    encoded = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", clip, "-vf", f"fps={FPS},scale={WIDTH}:{HEIGHT}", "-c:v", "libx264",
         "-preset", "veryfast", "-tune", "zerolatency", "-profile:v", "baseline", "-g", "30", "-aud", "1", "-f", "h264", "-"],
        capture_output=True, check=True).stdout
    units = [DELIMITER + unit for unit in encoded.split(DELIMITER)[1:]]
    return [media(i, unit, H264, i * 33_333, WIDTH, HEIGHT, flags=int(i % 30 == 0)) for i, unit in enumerate(units)]


def test_a_recorded_stream_gives_the_jump_again(server: Server):
    identity, live = asyncio.run(played(server, hello("h264"), filmed(SAMPLE), 1 / FPS))
    replayed = analyze(recording(server, identity))
    assert live["provenance"]["options"]["pose"] == "server"
    assert replayed["provenance"]["model"]["name"] == live["provenance"]["model"]["name"] == "blazepose_lite"
    assert replayed["source"]["width"] == WIDTH
    for document in (live, replayed):
        assert [len(athlete["reps"]) for athlete in document["athletes"]] == [1]
    # Still pictures were left out, and no figure suffers.
    before, after = (document["athletes"][0]["reps"][0] for document in (live, replayed))
    for one, other in zip(before["events"], after["events"], strict=True):
        assert one["id"] == other["id"]
        assert abs(one["t_s"] - other["t_s"]) < one["u_s"] / 3, one["id"]
    for one, other in zip(before["metrics"], after["metrics"], strict=True):
        assert one["id"] == other["id"]
        assert (one["value"] is None) == (other["value"] is None), one["id"]
        if one["value"] is not None and one["u"]:
            assert abs(one["value"] - other["value"]) < one["u"] / 3, one["id"]
    response, report = server.request(f"/v1/sessions/{identity}/files/report.html", Authorization=f"Bearer {KEY}")
    assert response.status == 200 and "attachment" in response.headers["Content-Disposition"]
    assert b"Jump height" in report and b"</html>" in report
    # What the session was told is kept, and a flag goes before it.
    assert replayed["athletes"][0]["height_m"] == 1.8
    assert analyze(recording(server, identity), "--height", "1.7")["athletes"][0]["height_m"] == 1.7


@pytest.mark.skipif(not RUN.exists(), reason="needs the clips of ../shared")
def test_a_recorded_run_of_which_no_picture_is_left_out_gives_the_same_figures(server: Server):
    """Somebody runs: he never stands still, and every picture is looked at."""
    pictures = filmed(RUN)
    identity, live = asyncio.run(played(server, hello("h264", sport="running", height_m=1.95), pictures))
    replayed = analyze(recording(server, identity), sport="running")
    assert live["source"]["frames"] == replayed["source"]["frames"] == len(pictures)
    assert len(live["athletes"]) == 1 and len(live["athletes"][0]["steps"]) > 5
    assert live["athletes"] == replayed["athletes"]


def landmark_messages(table: Path, shift_s: float = 0, first: int = 0) -> list[bytes]:
    """What a browser would send: the columns of an exported table are the payload's."""
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))[1:]
    return [media(first + i, struct.pack("<I232f", 1, *map(float, row[PAYLOAD_COLUMNS])), LANDMARKS, round((float(row[0]) + shift_s) * 1e6), 1280, 720)
            for i, row in enumerate(rows)]


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> Path:
    """The landmarks of the sample."""
    table = tmp_path_factory.mktemp("seen") / "landmarks.csv"
    analyze(SAMPLE, "--model", "lite", "--export-landmarks", table, "--json", "-")
    return table


def landmarks_hello(**options) -> dict:
    greeting = hello("landmarks", **{"fps": 60, **options})
    greeting["media"] |= {"width": 1280, "height": 720, "pose_model": "blazepose_lite"}
    return greeting


def test_times_go_on_after_a_resume(server: Server, seen: Path):
    async def run() -> tuple[str, list[dict]]:
        async with session(server, landmarks_hello()) as client:
            for message in landmark_messages(seen, 100):
                await client.say(message)
            await client.until("rep")
            client.socket.transport.abort()
        greeting = landmarks_hello() | {"resume": {"session": client.welcome["session"], "token": client.welcome["resume_token"]}}
        second, result = await played(server, greeting, landmark_messages(seen, 130), 0.002)
        assert second == client.welcome["session"]
        return second, result["athletes"][0]["reps"]
    identity, (first, second) = asyncio.run(run())
    assert [first["index"], second["index"]] == [1, 2]
    before, after = ({event["id"]: event["t_s"] for event in rep["events"]} for rep in (first, second))
    assert before["takeoff"] < 10, "counted from the session's first picture"
    assert abs(after["takeoff"] - before["takeoff"] - 30) < 0.001, "and so is what comes after a lost connection"
    replayed = analyze(server.folder / "recordings" / f"{identity}.2.plyolive")["athletes"][0]["reps"][0]
    assert {event["id"]: event["t_s"] for event in replayed["events"]} == after, "a recording of it tells the same times"


def test_recorded_landmarks_give_the_same_figures(server: Server, seen: Path):
    identity, live = asyncio.run(played(server, landmarks_hello(), landmark_messages(seen), 0.002))
    replayed = analyze(recording(server, identity))
    assert live["source"]["frames"] == replayed["source"]["frames"], "each was looked at"
    assert len(live["athletes"]) == 1 and live["athletes"] == replayed["athletes"]
    # Its height is given, so that the figures are the sample's.
    height = {m["id"]: m["value"] for m in replayed["athletes"][0]["reps"][0]["metrics"]}["jump_height"]
    assert abs(height - 0.35) < 0.03


@pytest.mark.parametrize(("sport", "case", "height_m", "mark"), [
    ("drop_jump", "box40_side_30", 1.88, "landmarks_only"),
    # A run's contacts are the landmarks' wherever the pose was found; at a camera's rate that is marked.
    ("running", "treadmill_30", 1.95, "low_frame_rate")])
def test_contact_times_of_a_browsers_landmarks_are_marked(server: Server, sport: str, case: str, height_m: float, mark: str):
    messages = landmark_messages(ROOT / f"libs/sports/{sport}/cases/{case}/poses.csv")
    _, live = asyncio.run(played(server, landmarks_hello(fps=30, sport=sport, height_m=height_m), messages, 0.002))
    (athlete,) = live["athletes"]
    found = [metric for rep in athlete["reps"] + athlete["steps"] for metric in rep["metrics"] if metric["value"] is not None]
    contacts = [metric for metric in found if metric["id"] in ("contact_time", "flight_time")]
    assert {metric["id"] for metric in contacts} == {"contact_time", "flight_time"}
    assert [metric for metric in contacts if mark not in metric["flags"]] == []
    assert [metric for metric in found if "ankle" in metric["id"] and not metric["flags"]] == []


def test_a_ticket_brings_the_height_of_its_athlete(server: Server, seen: Path):
    api = Api(server, Installation(server.folder).admin("create-key", "--name", "app"))
    athlete = api.post("/athletes", {"height_m": 1.8})["id"]
    ticket = api.post("/session_tickets", {"athlete_id": athlete})
    greeting = landmarks_hello()
    del greeting["athlete"]

    async def jump() -> dict:
        async with connected(server, key=None, protocols=ticket["protocols"]) as client:
            await client.say(greeting)
            await client.until("welcome")
            for message in landmark_messages(seen):
                await client.say(message)
            await client.say({"type": "end"})
            return (await client.until("result"))["result"]
    assert asyncio.run(jump())["athletes"][0]["height_m"] == 1.8


def workers_of(server: Server) -> list[int]:
    tasks = Path(f"/proc/{server.process.pid}/task").iterdir()
    children = [int(pid) for task in tasks for pid in (task / "children").read_text(encoding="ascii").split()]
    return [pid for pid in children if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]


def test_who_loses_his_worker_under_load_resumes_with_his_repetitions(tmp_path, seen: Path):
    athletes, lap_s = 6, 4

    async def until(holds) -> None:
        async def waiting() -> None:
            while not holds():
                await asyncio.sleep(0.05)
        await asyncio.wait_for(waiting(), 120)

    async def jump_on(client: Client, begin_s: float) -> None:
        """Jump after jump, for as long as the connection is there."""
        sequence = 0
        with contextlib.suppress(websockets.ConnectionClosed):
            for lap in itertools.count():
                for message in landmark_messages(seen, begin_s + lap * lap_s, sequence):
                    await client.say(message)
                    await asyncio.sleep(1 / 60)
                    sequence += 1

    async def jumping(stack: contextlib.AsyncExitStack, greeting: dict, begin_s: float) -> Client:
        client = await stack.enter_async_context(session(server, greeting))
        client.jumps = asyncio.create_task(jump_on(client, begin_s))
        client.reads = asyncio.create_task(client.closed())
        return client

    async def resumed(stack: contextlib.AsyncExitStack, welcome: dict) -> Client:
        """As a client does: while there is no room, it tries again."""
        greeting = landmarks_hello() | {"resume": {"session": welcome["session"], "token": welcome["resume_token"]}}
        for _ in range(200):
            try:
                return await jumping(stack, greeting, 1000)
            except websockets.ConnectionClosed:
                await asyncio.sleep(0.2)
        raise AssertionError("the session was not taken again")

    def confirmed(client: Client) -> dict:
        found = [message["rep"] for message in client.got if message["type"] == "rep"]
        return {rep["index"]: rep for rep in found if rep["status"] == "confirmed"}

    async def goes_on(stack: contextlib.AsyncExitStack, client: Client) -> None:
        before = confirmed(client)
        if client.reads.done():
            assert client.reads.result() == 1011
            client = await resumed(stack, client.welcome)
            assert client.welcome["resumed"]
        await until(lambda: max(confirmed(client), default=0) > max(before))
        assert before.items() <= confirmed(client).items(), "what was confirmed comes again as it was"
        client.jumps.cancel()
        await client.say({"type": "end"})
        assert await client.reads == 1000
        (athlete,) = client.got[-1]["result"]["athletes"]
        assert athlete["reps"] == [rep for _, rep in sorted(confirmed(client).items())]

    async def run() -> None:
        async with contextlib.AsyncExitStack() as stack:
            clients = [await jumping(stack, landmarks_hello(), 0) for _ in range(athletes)]
            await until(lambda: all(map(confirmed, clients)))
            os.kill(workers_of(server)[0], signal.SIGKILL)
            ended = await asyncio.to_thread(server.wait_for, "worker_ended")
            assert 0 < ended["sessions"] < athletes, "both workers had some"
            await until(lambda: sum(client.reads.done() for client in clients) == ended["sessions"])
            await asyncio.gather(*(goes_on(stack, client) for client in clients))
            assert [line["event"] for line in server.log].count("worker_ended") == 1

    with serving(tmp_path, "--workers", "2") as server:
        asyncio.run(run())


def test_a_damaged_recording_is_refused_with_its_name(tmp_path):
    broken = tmp_path / "broken.plyolive"
    for content in (b"", b"{}\n", b'{"schema": "plyo.recording/1"}\n'):
        broken.write_bytes(content)
        done = subprocess.run([os.environ["PLYO_BINARY"], "analyze", "cmj", broken], capture_output=True, text=True,
                              check=False, timeout=60)
        assert done.returncode == 2 and "broken.plyolive" in done.stderr
