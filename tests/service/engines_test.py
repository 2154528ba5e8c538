"""The same service on a data folder and on PostgreSQL, S3 and NATS; several instances on one store, and servers that die."""

import asyncio
import base64
import collections
import hashlib
import hmac
import json
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import websockets
from engines import PASSWORD, S3_KEYS, Process, engines, free_port, installed  # noqa: F401
from platform_support import Receiver, form
from serve_support import KEY, connected, media, run, session


def events_of(api, kind: str) -> list[dict]:
    found, cursor = [], ""
    while True:
        page = api.get(f"/events?type={kind}&limit=100{cursor}")
        found += page["data"]
        if not page["next_cursor"]:
            return found
        cursor = f"&cursor={page['next_cursor']}"


@pytest.fixture(params=["folder", "engines"])
def installation(request, tmp_path):
    with installed(request, tmp_path) as made:
        yield made


@pytest.fixture(params=["engines"])
def on_engines(request, tmp_path):
    with installed(request, tmp_path) as made:
        yield made


def test_records_and_files_are_kept_and_come_in_pages(installation):
    api = installation.api(installation.serve())
    athlete = api.post("/athletes", {"external_id": "club-7", "name": "Ädä 跳", "height_m": 1.72})
    assert api.get("/athletes?external_id=club-7")["data"] == [athlete]
    assert api.code("POST", "/athletes", {"external_id": "club-7"}) == (409, "conflict")
    made = [api.fixture(athlete_id=athlete["id"]) for _ in range(7)]
    for analysis in made:
        assert api.wait(analysis)["status"] == "completed"
    seen, cursor = [], ""
    while True:
        page = api.get(f"/analyses?limit=3&athlete_id={athlete['id']}{cursor}")
        seen += [analysis["id"] for analysis in page["data"]]
        if not page["next_cursor"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made[::-1]
    analysis = api.get(f"/analyses/{made[0]}")
    assert analysis["files"]
    for file in analysis["files"]:
        _, content = api.server.request(f"/v1/analyses/{made[0]}/files/{file['name']}", Authorization=f"Bearer {api.key}")
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    part = api.call("GET", f"/analyses/{made[0]}/files/metrics.csv", Range="bytes=0-9", expect=206)
    assert len(part) == 10
    assert api.get(f"/analyses/{made[0]}/result")["schema"] == "plyo.analysis/1"
    assert api.get(f"/athletes/{athlete['id']}/trends?sport=cmj&metric=jump_height")["points"]
    assert len(api.get(f"/athletes/{athlete['id']}/export")["analyses"]) == 7
    assert "all can be opened" in installation.admin("check")
    failed = api.wait(api.fixture("failure"))
    assert failed["status"] == "failed" and failed["error"]["code"] == "not_a_video"


def test_equal_requests_at_the_same_time_make_one_analysis(installation):
    api = installation.api(installation.serve())
    body = {"sport": "cmj", "source": {"type": "fixture", "name": "jump"}}
    for attempt in range(5):
        barrier = threading.Barrier(8)

        def create(_: int, name: str = f"once-{attempt}", barrier: threading.Barrier = barrier) -> tuple[str, str | None]:
            own = installation.api(api.server)
            barrier.wait()
            made = own.post("/analyses", body, 202, Idempotency_Key=name)
            return made["id"], own.headers.get("Idempotency-Replayed")

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(create, range(8)))
        assert len({identity for identity, _ in answers}) == 1
        assert [replayed for _, replayed in answers].count("true") == 7
    assert len(api.get("/analyses?limit=100")["data"]) == 5


def test_one_key_is_counted_once_by_threads_that_compete(installation):
    api = installation.api(installation.serve(), "live")

    def create(index: int) -> int:
        own = installation.api(api.server, "live")
        own.call("POST", "/athletes", {"external_id": f"same-{index % 4}"}, expect=(201, 409))
        return own.status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(create, range(32)))
    assert statuses.count(201) == 4 and statuses.count(409) == 28
    assert len(api.get("/athletes?limit=100")["data"]) == 4


def test_a_webhook_is_signed_and_comes_once(installation):
    receiver = Receiver()
    api = installation.api(installation.serve())
    endpoint = api.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed"]})
    receiver.answers = [500]
    analysis = api.fixture()
    got = receiver.wait(2)
    headers, body = got[1]
    assert got[0][1] == body and json.loads(body)["data"]["id"] == analysis
    secret = base64.b64decode(endpoint["secret"].removeprefix("whsec_"))
    names = {name.lower(): value for name, value in headers.items()}
    signed = f"{names['webhook-id']}.{names['webhook-timestamp']}.".encode() + body
    signature = "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    assert signature in names["webhook-signature"].split()
    time.sleep(2)
    assert len(receiver.got) == 2
    receiver.close()


def test_each_instance_does_what_its_role_is(on_engines):
    front = on_engines.serve("front", "--role", "api")
    worker = on_engines.serve("worker", "--role", "worker", "--jobs", "2")
    api = on_engines.api(front)
    # Woken, not found at a look that comes once a second: ten jobs one after the other.
    begun = time.monotonic()
    for _ in range(10):
        assert api.wait(api.fixture())["status"] == "completed"
    assert time.monotonic() - begun < 10, "the worker is not woken"
    worker.wait_for("job", 10)
    assert not [line for line in front.log if line["event"] == "job"]
    for server in (front, worker):
        for path in ("/healthz", "/readyz"):
            assert server.request(path)[0].status == 200
    other = on_engines.api(worker)
    assert other.call("GET", "/analyses", expect=404)["code"] == "file_not_found"

    async def opens(server, key: str) -> int:
        try:
            async with connected(server, key):
                return 101
        except websockets.InvalidStatusCode as refused:
            return refused.status_code

    live = on_engines.serve("live", "--role", "live")
    for key in (KEY, on_engines.keys["live"]):
        assert asyncio.run(opens(front, key)) == 404
        assert asyncio.run(opens(worker, key)) == 404
        assert asyncio.run(opens(live, key)) == 101
    assert asyncio.run(opens(live, "wrong" * 8)) == 401
    assert on_engines.api(live).get("/analyses?limit=1")["data"]


def test_of_several_instances_one_ends_a_session_that_nobody_resumes(on_engines):
    async def begin(server) -> str:
        async with session(server) as client:
            await client.say(media(0, "rep"))
            await client.until_confirmed(1)
            server.kill()
            return client.welcome["session"]

    lost = [asyncio.run(begin(on_engines.serve(f"first{number}"))) for number in range(3)]
    on_engines.engines.postgres.query("UPDATE plyo.session SET token_expires_us = token_expires_us - 3600000000")
    others = [on_engines.serve(f"other{number}") for number in range(3)]
    for name in lost:
        stored = {}
        for _ in range(600):
            stored = others[0].get_json(f"/v1/sessions/{name}")
            if stored["ended"]:
                break
            time.sleep(0.1)
        assert stored["ended"] and stored["result"]["reps"] == 1
    expired = [line["session"] for server in others for line in server.log if line["event"] == "live_session_expired"]
    assert sorted(expired) == sorted(lost)
    assert on_engines.engines.postgres.query("SELECT count(*) FROM plyo.event WHERE type = 'session.ended'") == ["3"]


def test_news_of_an_analysis_reach_who_follows_it_elsewhere(on_engines):
    front = on_engines.serve("front", "--role", "api")
    api = on_engines.api(front)
    analysis = api.fixture()
    told = []

    def follow() -> None:
        _, content = front.request(f"/v1/analyses/{analysis}/events", Authorization=f"Bearer {api.key}", Accept="text/event-stream")
        told.extend(line for line in content.decode().splitlines() if line.startswith("event:"))

    follower = threading.Thread(target=follow)
    follower.start()
    time.sleep(1)  # nobody works, and the stream has said so
    begun = time.monotonic()
    on_engines.serve("worker", "--role", "worker").wait_for("job")
    follower.join(30)
    assert told[0] == "event: progress" and told[-1] == "event: completed"
    assert time.monotonic() - begun < 20


def test_what_dies_in_the_middle_is_made_good(on_engines):
    engines = on_engines.engines  # noqa: F811
    front = on_engines.serve("front", "--role", "api")
    for name in ("worker1", "worker2"):
        on_engines.serve(name, "--role", "worker", "--jobs", "2")
    made, stop = [], threading.Event()

    def create() -> None:
        own = on_engines.api(front)
        for index in range(50):
            while True:  # as a client does: the same request until it is answered
                answer = own.call("POST", "/analyses", {"sport": "cmj", "source": {"type": "fixture", "name": "jump"}},
                                  expect=(202, 500, 503), Idempotency_Key=f"mid-{index}")
                if own.status == 202:
                    made.append(answer["id"])
                    break
                time.sleep(0.2)
            time.sleep(0.05)
        stop.set()

    creator = threading.Thread(target=create)
    creator.start()
    while len(made) < 10:
        time.sleep(0.05)
    engines.postgres.kill()
    time.sleep(1)
    engines.postgres.start()
    while len(made) < 25:
        time.sleep(0.05)
    engines.nats.kill()
    time.sleep(2)
    engines.nats.start()
    creator.join(120)
    assert stop.is_set() and len(set(made)) == 50
    api = on_engines.api(front)
    for analysis in made:
        assert api.wait(analysis, 120)["status"] == "completed"
    completed = collections.Counter(event["data"]["id"] for event in events_of(api, "analysis.completed"))
    assert completed == dict.fromkeys(made, 1)
    assert len(api.get("/analyses?limit=100")["data"]) == 50
    assert engines.postgres.query("SELECT count(*) FROM plyo.job") == ["0"]
    # NATS is heard again.
    front.wait_for("nats_connected")
    begun = time.monotonic()
    for _ in range(5):
        assert api.wait(api.fixture())["status"] == "completed"
    assert time.monotonic() - begun < 6


def test_jobs_are_done_without_nats_and_faster_once_it_is_there(on_engines):
    port = free_port()
    folder = on_engines.engines.folder
    on_engines.arguments[on_engines.arguments.index("--nats") + 1] = f"nats://127.0.0.1:{port}"
    front = on_engines.serve("front", "--role", "api")
    on_engines.serve("worker", "--role", "worker")
    api = on_engines.api(front)
    assert front.wait_for("nats_away")
    assert api.wait(api.fixture(), 20)["status"] == "completed"
    late = Process([*on_engines.engines.nats.command[:-1], str(port)], port, folder / "late.log")
    late.command[late.command.index("-sd") + 1] = str(folder / "late")
    late.start()
    try:
        front.wait_for("nats_connected")
        time.sleep(1)
        begun = time.monotonic()
        for _ in range(5):
            assert api.wait(api.fixture())["status"] == "completed"
        assert time.monotonic() - begun < 6
    finally:
        late.kill()


def test_nothing_of_an_athlete_is_left_among_the_files(installation):
    api = installation.api(installation.serve())
    athlete = api.post("/athletes", {"name": "Ada"})["id"]
    for analysis in [api.fixture(athlete_id=athlete) for _ in range(3)]:
        assert api.wait(analysis)["status"] == "completed"
    assert len(installation.blobs()) >= 3
    # And of an upload, whose parts are larger than what S3 takes without asking first.
    live, content = installation.api(api.server, "live"), os.urandom((9 << 20) + 17)
    path = "/uploads/" + live.post("/uploads", {"bytes": len(content), "part_bytes": 5 << 20})["id"]
    before = len(installation.blobs())
    for number, begin in enumerate(range(0, len(content), 5 << 20), 1):
        live.call("PUT", f"{path}/parts/{number}", raw=content[begin:begin + (5 << 20)], Content_Type="application/octet-stream")
    assert live.get(path)["status"] == "complete" and len(installation.blobs()) == before + 2
    live.call("DELETE", path, expect=204)
    api.call("DELETE", f"/athletes/{athlete}", expect=204)
    assert api.code("GET", f"/athletes/{athlete}") == (404, "not_found")
    end = time.monotonic() + 60
    while installation.blobs() and time.monotonic() < end:
        time.sleep(0.5)
    assert not installation.blobs()


def test_the_master_key_is_renewed(installation, tmp_path):
    server = installation.serve()
    api = installation.api(server)
    athlete = api.post("/athletes", {"external_id": "club-7", "name": "Ada"})
    assert api.wait(api.fixture(athlete_id=athlete["id"]))["status"] == "completed"
    if installation.engines:
        master = installation.engines.folder / "master.key"
        assert "goes with" in installation.admin("renew-master-key", status=1)
        said = installation.admin("renew-master-key", "--new-master-key-file", tmp_path / "new.key")
    else:
        master = installation.data / "master.key"
        before = master.read_bytes()
        said = installation.admin("renew-master-key")
        assert master.read_bytes() != before and not (installation.data / "master.key.new").exists()
    assert "are wrapped by the new master key" in said
    assert master.stat().st_mode & 0o077 == 0
    assert api.get(f"/athletes/{athlete['id']}") == athlete, "what it has read before"
    assert api.code("POST", "/athletes", {"name": "Bea"})[1] == "store_failed", "her key could never be unwrapped"
    server.kill()
    if installation.engines:
        assert "not the one of this store" in installation.admin("check", status=2)
        (tmp_path / "new.key").replace(master)
    api = installation.api(installation.serve("again"))
    assert api.get("/athletes?external_id=club-7")["data"] == [athlete]
    assert api.code("POST", "/athletes", {"external_id": "club-7"}) == (409, "conflict")
    assert api.wait(api.fixture(athlete_id=api.post("/athletes", {"name": "Bea"})["id"]))["status"] == "completed"
    assert "2 athletes, 2 analyses" in installation.admin("check")


def test_files_wait_for_a_store_that_is_away(on_engines):
    server = on_engines.serve()
    api = on_engines.api(server)
    assert api.wait(api.fixture())["status"] == "completed"
    on_engines.engines.s3.kill()
    analysis = api.fixture()
    time.sleep(2)
    assert api.get(f"/analyses/{analysis}")["status"] == "running"
    on_engines.engines.s3.start()
    assert api.wait(analysis)["status"] == "completed"
    assert api.get(f"/analyses/{analysis}/result")["schema"] == "plyo.analysis/1"


def test_who_needs_no_file_does_not_wait_for_their_store(on_engines):
    server = on_engines.serve()
    api = on_engines.api(server)
    video, kind = form({"sport": "cmj"}, os.urandom(1 << 16))
    table = {"sport": "cmj", "source": {"type": "landmarks", "csv": "t_s"}}
    on_engines.engines.s3.kill()

    def upload(index: int) -> None:
        own = on_engines.api(server, "live")
        if index % 2:
            own.post("/analyses", raw=video, expect=202, Content_Type=kind)
        else:
            own.post("/analyses", table, expect=202)

    async def begin_a_session() -> None:
        async with session(server):
            pass

    with ThreadPoolExecutor(8) as pool:
        uploads = [pool.submit(upload, index) for index in range(8)]
        while int(on_engines.engines.postgres.query("SELECT count(*) FROM plyo.garbage")[0]) < 4:
            time.sleep(0.05)
        assert api.get("/catalogue")["schema"] == "plyo.catalogue/1"
        assert api.get(f"/analyses/{api.fixture()}")["status"] in ("queued", "running", "completed")
        asyncio.run(begin_a_session())
        assert not any(one.done() for one in uploads), "each waits for the store, and nobody for them"
        on_engines.engines.s3.start()
        for one in uploads:
            one.result()


def test_no_secret_is_printed_or_logged(on_engines):
    server = on_engines.serve()
    on_engines.engines.postgres.kill()
    on_engines.engines.postgres.start()
    on_engines.api(server).get("/analyses")
    assert server.stop() == 0
    log = json.dumps(server.log)
    shown = run("--print-config", "--database", "postgres://plyo:geheim@db/plyo", "--nats", "nats://plyo:geheim@queue",
                "--keys-database", "postgres:///k?password=geheim", env=on_engines.env).stdout
    assert "postgres://plyo:***@db/plyo" in shown and "nats://plyo:***@queue" in shown
    for secret in (PASSWORD, S3_KEYS["AWS_SECRET_ACCESS_KEY"], "geheim"):
        assert secret not in log and secret not in shown
    from_environment = run("--print-config", env=on_engines.env).stdout
    assert PASSWORD not in from_environment


def test_the_doctor_finds_the_stores(on_engines, tmp_path):
    done = subprocess.run([os.environ["PLYO_BINARY"], "doctor", "--json", "--data", tmp_path / "data", "--keys-database", on_engines.engines.postgres.url,
                           *on_engines.places], capture_output=True,
                          text=True, env={**os.environ, **on_engines.env}, check=False)
    found = {finding["what"]: finding for finding in json.loads(done.stdout)["findings"]}
    assert all(found[store]["state"] == "fine" for store in ("records", "keys", "files", "news")), found
    assert PASSWORD not in done.stdout


def test_what_does_not_belong_together_does_not_start(on_engines, tmp_path):
    assert "all can be opened" in on_engines.admin("check"), "there is a store, with its keys"

    def refused(*arguments: object, env: dict | None = None) -> str:
        places = dict(zip(on_engines.places[0::2], on_engines.places[1::2], strict=True))
        places.update(zip(arguments[0::2], arguments[1::2], strict=True))
        ended = run("--data", tmp_path / "other", "--port", "0", "--metrics-port", "-1", *[a for place in places.items() for a in place],
                    env={**on_engines.env, **(env or {})})
        assert ended.returncode in (1, 2) and PASSWORD not in ended.stderr, ended
        return ended.stderr

    (tmp_path / "wrong.key").write_bytes(bytes(32))
    (tmp_path / "wrong.key").chmod(0o600)
    assert "the master key is not the one of this store" in refused("--master-key-file", tmp_path / "wrong.key")
    url = on_engines.engines.postgres.url
    assert "authentication failed" in refused(env={"PLYO_DATABASE": url.replace(PASSWORD, "wrong")})
    assert "SignatureDoesNotMatch" in refused(env={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert "NoSuchBucket" in refused("--blobs", "s3://another")
    assert "postgres://" in refused(env={"PLYO_DATABASE": "mysql://db"})
    assert "nats://" in refused("--nats", "http://queue")
    file = tmp_path / "database"
    file.write_text(url + "\n", encoding="utf-8")
    assert "exclude each other" in refused("--database-file", file)
