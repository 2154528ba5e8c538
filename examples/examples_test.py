"""The examples, each as its README starts it, against the real server."""

import csv
import datetime as dt
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/service"), str(ROOT / "tests/contract")]

from platform_support import platform  # noqa: E402
from run import NODE, PYTHON_PACKAGES, typescript_package  # noqa: E402

EXAMPLES = ROOT / "examples"
PLAYWRIGHT = pathlib.Path(NODE).parent
UPLOT = os.environ.get("PLYO_UPLOT", str(ROOT / "build/deps/uplot"))
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with platform(tmp_path_factory.mktemp("examples"), "--allow-private-addresses", keys=False) as parts:
        yield parts


@pytest.fixture
def start(service):
    """Starts an example; gives the address that it prints."""
    server, _, _ = service
    running = []

    def begin(command: list, key: str, cwd: pathlib.Path, **env: str) -> str:
        paths = os.pathsep.join([str(ROOT / "sdk/python/src"), PYTHON_PACKAGES])
        environment = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "PLYO_BASE_URL": f"http://{server.host}", "PLYO_API_KEY": key, **env}
        process = subprocess.Popen(list(map(str, command)), cwd=cwd, env=environment, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process.stdout.readline().split()[-1]

    yield begin
    for process in running:
        process.terminate()
        process.communicate(timeout=30)
        assert process.returncode in (0, -15)


def until(found, seconds: float = 60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.1)
    raise AssertionError("it did not come to be")


def browser(script: str, *arguments: object) -> str:
    done = subprocess.run([NODE, EXAMPLES / script, PLAYWRIGHT, *map(str, arguments)], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_jumps_are_merged_with_the_heart_rate(service, start, tmp_path):
    _, _, api = service
    url = start([sys.executable, EXAMPLES / "wearable_sync/receive.py", "--port", 0, "--register", "http://127.0.0.1:0/", "--days", tmp_path], api.key, tmp_path)
    made = api.wait(api.fixture(metadata={"recorded_at": "2026-11-29T10:01:00Z"}))
    table = tmp_path / "2026-11-29.csv"
    until((tmp_path / "2026-11-29.json").exists)
    row, = csv.DictReader(table.open(encoding="utf-8"))
    assert row["analysis_id"] == made["id"] and row["time"] == "2026-11-29T10:01:01.960+00:00"
    assert float(row["jump_height_m"]) == pytest.approx(0.3486, abs=1e-3) and float(row["u_m"]) > 0
    # Of heart_rate.csv: 75, 75, 74 before, 74 and 92 around the take-off, and what follows.
    readings = {line["time"]: float(line["bpm"]) for line in csv.DictReader((EXAMPLES / "wearable_sync/heart_rate.csv").open(encoding="utf-8"))}
    before = [readings[f"2026-11-29T10:{clock}Z"] for clock in ("00:50", "00:55", "01:00")]
    after = [value for name, value in readings.items() if "10:01:01Z" < name[11:] <= "10:01:31Z"]
    low, high = readings["2026-11-29T10:01:00Z"], readings["2026-11-29T10:01:05Z"]
    assert float(row["bpm_before"]) == pytest.approx(sum(before) / 3, abs=0.05)
    assert float(row["bpm_at_takeoff"]) == pytest.approx(low + (high - low) * 1.96034 / 5, abs=0.05)
    assert float(row["bpm_peak_after"]) == max(after)

    # The same event again changes nothing; one of another time goes into the file of its day, without a heart rate.
    event = api.get("/events?type=analysis.completed")["data"][0]
    was = table.read_bytes()
    api.post(f"/events/{event['id']}/replay", expect=202)
    endpoint = api.get("/webhook_endpoints")["data"][0]["id"]
    until(lambda: [one["status"] for one in api.get(f"/webhook_endpoints/{endpoint}/deliveries")["data"]] == ["delivered"] * 2)
    api.fixture(metadata={"recorded_at": "2026-11-30T10:00:00Z"})
    until((tmp_path / "2026-11-30.json").exists)
    row, = csv.DictReader((tmp_path / "2026-11-30.csv").open(encoding="utf-8"))
    assert row["jump_height_m"] and row["bpm_at_takeoff"] == row["bpm_before"] == row["bpm_peak_after"] == ""
    assert table.read_bytes() == was and len(json.loads((tmp_path / "2026-11-29.json").read_text(encoding="utf-8"))) == 1

    # One whose time is none is of the day on which it came.
    made = api.wait(api.fixture(metadata={"recorded_at": "half past ten"}))
    assert until(lambda: [day for day in tmp_path.glob("*.json") if made["id"] in day.read_text(encoding="utf-8")]) == [
        tmp_path / f"{made['created_at'][:10]}.json"]

    forged = urllib.request.Request(url, data=json.dumps(event).encode(), headers={
        "webhook-id": event["id"], "webhook-timestamp": str(int(time.time())), "webhook-signature": "v1,AAAA"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged)
    assert refused.value.code == 400


@pytest.mark.parametrize("text", ["2026-11-29T10:01:00.5Z", "2026-11-29T12:01:00.500+02:00", " 2026-11-29T10:01:00.5000000001", "2026-11-29T10:01:00.500000Z"])
def test_times_of_a_recording(text):
    sys.path.insert(0, str(EXAMPLES / "wearable_sync"))
    from merge import parse_time

    assert parse_time(text) == dt.datetime(2026, 11, 29, 10, 1, 0, 500_000, dt.timezone.utc)


def test_the_coaching_app_shows_figures_and_the_report(service, start, tmp_path):
    _, live, test = service
    app = tmp_path / "app"
    shutil.copytree(EXAMPLES / "coaching_app", app, ignore=shutil.ignore_patterns("node_modules"))
    typescript_package(tmp_path)
    url = start([NODE, "server.mjs"], test.key, app, PORT="0")
    print(browser("coaching_app/page_test.mjs", url, "fixture", tmp_path))
    url = start([NODE, "server.mjs"], live.key, app, PORT="0")
    print(browser("coaching_app/page_test.mjs", url, ROOT / "samples/cmj_01_base60.mp4", tmp_path))


def test_the_coaching_app_asks_again_for_the_labels_that_it_did_not_get(service, start, tmp_path):
    plyo, _, test = service
    refused = []

    class Front(http.server.BaseHTTPRequestHandler):
        """Before the real server; does not give the catalogue at first."""

        def do_GET(self):
            if self.path == "/v1/catalogue" and not refused:
                refused.append(self.path)
                return self.answer(501, b"")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Type", "Idempotency-Key") if name in self.headers}
            with urllib.request.urlopen(urllib.request.Request(f"http://{plyo.host}{self.path}", body, headers, method=self.command)) as answer:
                self.answer(answer.status, answer.read())

        do_POST = do_GET

        def answer(self, status: int, body: bytes):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    app = tmp_path / "app"
    shutil.copytree(EXAMPLES / "coaching_app", app, ignore=shutil.ignore_patterns("node_modules"))
    typescript_package(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Front) as front:
        threading.Thread(target=front.serve_forever, daemon=True).start()
        url = start([NODE, "server.mjs"], test.key, app, PORT="0", PLYO_BASE_URL=f"http://127.0.0.1:{front.server_port}")
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        origin = {"Origin": url.rstrip("/")}
        made = visitor.open(urllib.request.Request(f"{url}analyses?height_m=1.8&fixture=jump", b"", origin))
        address = f"{url}analyses/{json.load(made)['id']}"
        statuses = []

        def figures():
            try:
                with visitor.open(address) as answer:
                    statuses.append(answer.status)
                    return [figure["label"] for one in json.load(answer)["reps"] for figure in one["figures"]]
            except urllib.error.HTTPError as error:
                statuses.append(error.code)
                return None

        assert "Jump height" in until(figures, 30)
        assert statuses.count(502) == len(refused) == 1
        front.shutdown()


def analyse(api, athlete: str, case: str) -> str:
    table = (ROOT / f"libs/sports/{case}/poses.csv").read_text(encoding="utf-8")
    return api.post("/analyses", {"sport": case.split("/")[0], "source": {"type": "landmarks", "csv": table}, "athlete_id": athlete,
                                  "outputs": ["metrics"]}, 202)["id"]


def test_the_dashboard_shows_a_team(service, start, tmp_path):
    """Of landmarks that were found before: analyses of different jumps, and of a run, which tells left and right apart."""
    _, api, _ = service
    cases = {HOSTILE: ["cmj/cases/side_60"], "Ada Lovelace": [f"cmj/cases/{name}" for name in ("side_60", "side_heavy_60", "arm_swing_30", "side_60")],
             "Grace Hopper": ["cmj/cases/side_heavy_60", "cmj/cases/side_60", "running/cases/treadmill_mid_60"], "Katherine Johnson": []}
    athletes = {}
    for name, takes in cases.items():
        athletes[name] = api.post("/athletes", {"name": name, "height_m": 1.8})["id"]
        for take in takes:
            assert api.wait(analyse(api, athletes[name], take))["status"] == "completed"
    command = [sys.executable, EXAMPLES / "team_dashboard/server.py", "--port", 0, "--uplot", UPLOT, "--register", "http://127.0.0.1:0/webhooks"]
    url = start(command, api.key, tmp_path)
    # The page is told of what happens while it is open: this is done where it asks for it.
    with subprocess.Popen([NODE, EXAMPLES / "team_dashboard/page_test.mjs", PLAYWRIGHT, url, HOSTILE, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as page:
        assert page.stdout.readline().strip() == "measure", page.stdout.read()
        analyse(api, athletes["Katherine Johnson"], "cmj/cases/side_60")
        assert page.stdout.readline().strip() == "delete"
        api.call("DELETE", f"/athletes/{athletes['Grace Hopper']}", expect=204)
        rest = page.stdout.read()
        assert page.wait(120) == 0, rest
    stranger = urllib.request.Request(url + "api/athletes", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(stranger)
    assert refused.value.code == 421
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url + "webhooks", data=b"{}")
    assert refused.value.code == 400
