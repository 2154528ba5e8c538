"""The controller of deploy/pipeline/canary: every way that a canary can go, with HAProxy of deploy/ and a Prometheus that says what the case
needs. With everything real: rehearsal_test.py."""

import contextlib
import importlib.machinery
import importlib.util
import json
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import rehearsal
import yaml
from conftest import DEPLOY
from servers import wait_until

CANARY = DEPLOY / "pipeline/canary"
PLAN = yaml.safe_load(CANARY.with_suffix(".yml").read_text(encoding="utf-8"))
HURRY = {"--interval-seconds": 0.05, "--step-seconds": 0.2, "--patience-seconds": 1}
GOOD = {"requests": 400, "errors": 0.002, "seconds": 0.03}
PROMOTED, ROLLED_BACK, USAGE, MOVED, STUCK = range(5)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = self.server.answer(self.path)
        with contextlib.suppress(OSError):  # who was killed does not wait for an answer
            if status:
                self.send_response(status)
                self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Web:
    """Answers what `answer` makes of a path, status 0 by what is no HTTP; can go away and come back at the same port."""

    def __init__(self, answer) -> None:
        self.answer, self.port, self.server = answer, 0, None
        self.start()

    def start(self) -> None:
        if not self.server:
            self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Answer)
            self.server.answer = self.answer
            self.port = self.server.server_port
            threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


class Scene:
    """HAProxy before two stable instances and a canary, and what Prometheus says of it: `figures` by the share that the canary has."""

    def __init__(self, folder) -> None:
        self.figures: dict[int, dict] = {}
        self.instances = {name: Web(lambda path: (200, b"")) for name in ("API_1", "API_2", "API_CANARY_1")}
        self.prometheus = Web(self.tell)
        places = {name: f"127.0.0.1:{web.port}" for name, web in self.instances.items()}
        self.haproxy = rehearsal.Haproxy(folder, {**places, **{name.replace("API", "LIVE"): place for name, place in places.items()}})
        self.start()
        self.first = self.weights()

    def start(self) -> None:
        """Everything that is not there, and weights as they were at first."""
        for web in (*self.instances.values(), self.prometheus):
            web.start()
        if not self.haproxy.process:
            self.haproxy.start()
        wait_until(self.haproxy.healthy, 20)
        if self.weights()["api/canary1"]:
            self.haproxy.command_line("; ".join(f"set server {place} weight {weight}" for place, weight in self.first.items()))
        self.figures = {0: {"requests": 0, "errors": 0, "seconds": None}, 10: GOOD, 50: GOOD, 100: GOOD}

    def close(self) -> None:
        self.haproxy.kill()
        for web in (*self.instances.values(), self.prometheus):
            web.stop()

    def tell(self, path: str) -> tuple[int, bytes]:
        query = urllib.parse.parse_qs(urllib.parse.urlparse(path).query)["query"][0]
        assert 'release="canary"' in query
        name = next(name for name, text in PLAN["queries"].items() if text.split("{")[0] in query)
        value = self.figures[{0: 0, 11: 10, 100: 50}[self.weights()["api/canary1"]] if self.weights()["api/stable1"] else 100][name]
        if isinstance(value, tuple):
            return value
        result = [] if value is None else [{"metric": {}, "value": [time.time(), str(value)]}]
        return 200, json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()

    def weights(self) -> dict[str, int]:
        return {place: int(row["srv_uweight"]) for place, row in self.haproxy.servers().items()}

    def given(self, canary: int, stable: int = 50) -> dict[str, int]:
        return {place: canary if "canary" in place else stable for place in self.first}

    def begin(self, command: str = "run", **more: float) -> subprocess.Popen:
        options = {**HURRY, **{f"--{name}-seconds": value for name, value in more.items()}, "--haproxy": self.haproxy.socket,
                   "--prometheus": f"http://127.0.0.1:{self.prometheus.port}"}
        return subprocess.Popen([CANARY, command, *(str(part) for option in options.items() for part in option)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, command: str = "run", **more: float) -> tuple[int, str]:
        process = self.begin(command, **more)
        said = process.communicate(timeout=240)[0]
        return process.returncode, said

    def begin_and_reach(self, text: str, **more: float) -> subprocess.Popen:
        process = self.begin(**more)
        self.hear(process, text)
        return process

    @staticmethod
    def hear(process: subprocess.Popen, text: str) -> None:
        said = []
        while text not in (line := process.stdout.readline()):
            said.append(line)
            assert line, f"it ended before it said {text}: {''.join(said)}"


@pytest.fixture(scope="module")
def whole_scene(tmp_path_factory):
    scene = Scene(tmp_path_factory.mktemp("scene"))
    yield scene
    scene.close()


@pytest.fixture
def scene(whole_scene):
    whole_scene.start()
    return whole_scene


def shares(said: str) -> list[int]:
    return [int(share) for share in re.findall(r"(\d+) % of the traffic goes to the canary", said)]


def test_a_good_one_is_promoted_step_by_step(scene):
    status, said = scene.run()
    assert status == PROMOTED and shares(said) == [10, 50, 100], said
    assert scene.weights() == scene.given(canary=100, stable=0)


def test_a_bad_one_is_rolled_back_also_where_nobody_reads_what_is_said(scene):
    scene.figures[50] = {**GOOD, "errors": 0.08}
    process = scene.begin_and_reach("10 % of the traffic")
    process.stdout.close()
    assert process.wait(60) == ROLLED_BACK
    assert scene.weights() == scene.first


def test_a_step_gives_the_share_that_it_says(scene):
    scene.figures[50] = {**GOOD, "errors": 0.02}
    process = scene.begin_and_reach("10 % of the traffic")
    assert scene.weights() == scene.given(canary=11)
    scene.hear(process, "50 % of the traffic")
    assert scene.weights() == scene.given(canary=100)
    assert process.wait(30) == ROLLED_BACK


@pytest.mark.parametrize("share", [10, 50, 100])
@pytest.mark.parametrize(("figure", "why"), [({"errors": 0.08}, "errors over 0.05"), ({"seconds": 0.3}, "seconds over 0.25"),
                                             ({"errors": 0.5, "seconds": None}, "errors over 0.05")])
def test_a_bad_one_is_rolled_back_from_every_step(scene, share, figure, why):
    scene.figures[share] = {**GOOD, **figure}
    status, said = scene.run()
    assert status == ROLLED_BACK and shares(said)[-1] == share and why in said, said
    assert scene.weights() == scene.first


@pytest.mark.parametrize(("figure", "why"), [
    ({"requests": 99, "errors": 0.5}, "fewer than 100 requests"),
    ({"requests": None}, "fewer than 100 requests"),
    ({"errors": 0.02}, "errors over 0.01"),
    ({"seconds": 0.22}, "seconds over 0.2"),
    ({"errors": None}, "no figure of errors"),
    ({"seconds": "NaN"}, "no figure of seconds"),
    ({"errors": (503, b"")}, "Prometheus does not answer"),
    ({"requests": (200, b"<html>")}, "Prometheus does not answer"),
    ({"requests": (200, b'{"status": "success"}')}, "Prometheus does not answer"),
    ({"requests": (200, b'{"status": "success", "data": null}')}, "Prometheus does not answer"),
    ({"seconds": (0, b"not HTTP\r\n")}, "Prometheus does not answer"),
])
def test_what_is_not_known_to_be_good_is_not_promoted_and_in_the_end_rolled_back(scene, figure, why):
    scene.figures[10] = {**GOOD, **figure}
    status, said = scene.run(patience=0.3)
    assert status == ROLLED_BACK and shares(said) == [10] and why in said and "neither good nor bad for too long" in said, said
    assert scene.weights() == scene.first


def test_without_prometheus_nothing_goes_on(scene):
    process = scene.begin_and_reach("50 % of the traffic", step=0.5)
    scene.prometheus.stop()
    scene.hear(process, "undecided: Prometheus does not answer")
    assert scene.weights() == scene.given(canary=100)
    assert process.wait(30) == ROLLED_BACK and scene.weights() == scene.first
    status, said = scene.run(patience=0.2)
    assert status == ROLLED_BACK and shares(said) == [] and "nothing was moved: Prometheus does not answer" in said


def test_a_gap_is_waited_for(scene):
    process = scene.begin_and_reach("10 % of the traffic", step=0.5, patience=20)
    scene.prometheus.stop()
    scene.hear(process, "undecided: Prometheus does not answer")
    scene.prometheus.start()
    assert process.wait(30) == PROMOTED


def test_what_a_former_canary_did_is_not_held_against_this_one(scene):
    scene.figures[0] = {"requests": 300, "errors": 0.5, "seconds": 0.9}
    process = scene.begin_and_reach("waiting: Prometheus still tells of a canary that was before", patience=20)
    assert scene.weights() == scene.first
    scene.figures[0] = {"requests": 0, "errors": None, "seconds": None}
    assert process.wait(30) == PROMOTED


@pytest.mark.parametrize("share", [10, 50, 100])
def test_one_that_was_killed_goes_on_with_the_step_that_it_finds(scene, share):
    process = scene.begin_and_reach(f"{share} % of the traffic", step=0.5)
    process.kill()
    process.wait()
    status, said = scene.run()
    assert status == PROMOTED and f"going on at {share} %" in said and shares(said) == [step for step in PLAN["steps"] if step >= share], said


def test_one_that_was_killed_still_rolls_a_bad_one_back(scene):
    process = scene.begin_and_reach("50 % of the traffic", step=0.5)
    process.kill()
    process.wait()
    scene.figures[50] = {**GOOD, "errors": 0.2}
    status, said = scene.run()
    assert status == ROLLED_BACK and scene.weights() == scene.first, said


def test_killed_at_any_moment_it_leaves_one_of_the_steps(scene):
    allowed = [scene.first, scene.given(canary=11), scene.given(canary=100), scene.given(canary=100, stable=0)]
    for moment in range(12):
        scene.start()
        process = scene.begin(step=0)
        time.sleep(0.15 + 0.03 * moment)
        process.kill()
        process.wait()
        assert scene.weights() in allowed


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_one_that_is_told_to_end_rolls_back_before(scene, told):
    process = scene.begin_and_reach("10 % of the traffic", step=60)
    process.send_signal(told)
    assert process.wait(30) == ROLLED_BACK and scene.weights() == scene.first


def test_one_that_fails_itself_rolls_back_before_or_says_that_it_did_not(scene, tmp_path):
    def run(plan: dict) -> tuple[int, str]:
        (tmp_path / "plan.yml").write_text(yaml.safe_dump(plan), encoding="utf-8")
        done = subprocess.run([CANARY, "run", "--plan", tmp_path / "plan.yml", "--haproxy", scene.haproxy.socket,
                               "--prometheus", f"http://127.0.0.1:{scene.prometheus.port}"], capture_output=True, text=True, timeout=240, check=False)
        return done.returncode, done.stdout

    status, said = run({**PLAN, "interval_seconds": "soon"})
    assert status == ROLLED_BACK and shares(said) == [10] and "this program failed: TypeError" in said and scene.weights() == scene.first, said
    scene.haproxy.command_line("; ".join(f"set server {place} weight {weight}" for place, weight in scene.given(canary=11).items()))
    assert run({})[0] == STUCK and scene.weights() == scene.given(canary=11)


def test_who_looks_and_looks_away_moves_nothing(scene):
    process = scene.begin_and_reach("10 % of the traffic", step=60)
    process.kill()
    process.wait()
    scene.prometheus.server.answer = lambda path: time.sleep(2) or scene.tell(path)
    looking = scene.begin("status")
    scene.hear(looking, "the canary has 10 %")
    looking.send_signal(signal.SIGINT)
    assert looking.wait(30) != ROLLED_BACK and scene.weights() == scene.given(canary=11)
    scene.prometheus.stop()


def test_a_division_that_is_no_step_is_rolled_back(scene):
    scene.haproxy.command_line("set server api/canary1 weight 11")
    status, said = scene.run()
    assert status == ROLLED_BACK and "no step" in said and scene.weights() == scene.first


def test_who_moves_the_traffic_by_hand_has_it(scene):
    process = scene.begin_and_reach("10 % of the traffic", step=60)
    scene.haproxy.command_line("set server api/canary1 weight 3")
    assert process.wait(30) == MOVED and scene.weights()["api/canary1"] == 3


def test_a_haproxy_that_was_started_anew_gives_the_canary_nothing_and_it_stays_so(scene):
    process = scene.begin_and_reach("10 % of the traffic", step=60)
    scene.haproxy.kill()
    scene.hear(process, "undecided: HAProxy does not answer")
    scene.haproxy.start()
    assert process.wait(30) == MOVED and scene.weights() == scene.first


def test_without_haproxy_it_says_so(scene):
    scene.haproxy.kill()
    status, said = scene.run()
    assert status == STUCK and "HAProxy does not answer" in said


def test_a_canary_that_does_not_answer_gets_nothing(scene):
    scene.instances["API_CANARY_1"].stop()
    wait_until(lambda: all(row["srv_op_state"] == "0" for place, row in scene.haproxy.servers().items() if "canary" in place), 20)
    status, said = scene.run(patience=0.2)
    assert status == ROLLED_BACK and shares(said) == [] and "nothing was moved: no answer from api/canary1, live/canary1" in said


def test_a_canary_that_dies_is_rolled_back(scene):
    process = scene.begin_and_reach("10 % of the traffic", step=60)
    scene.instances["API_CANARY_1"].stop()
    assert process.wait(30) == ROLLED_BACK and scene.weights() == scene.first


def test_nobody_is_sent_back_to_where_nothing_answers(scene):
    scene.figures[100] = {**GOOD, "errors": 0.2}
    process = scene.begin_and_reach("100 % of the traffic", patience=20)
    for name in ("API_1", "API_2"):
        scene.instances[name].stop()
    wait_until(lambda: sum(row["srv_op_state"] != "2" for row in scene.haproxy.servers().values()) == 4, 20)
    if process.poll() is None and scene.weights()["api/stable1"] == 0:
        scene.hear(process, "cannot roll back: no stable server answers in api and live")
        assert scene.weights() == scene.given(canary=100, stable=0)
        scene.instances["API_1"].start()
    assert process.wait(30) == ROLLED_BACK and scene.weights() == scene.first


def test_by_hand(scene):
    assert scene.run()[0] == PROMOTED
    status, said = scene.run("status")
    assert status == 0 and "the canary has 100 %" in said and "good: 400 requests, 0.2% errors, p95 30 ms" in said
    assert scene.run("rollback")[0] == 0 and scene.weights() == scene.first
    assert subprocess.run([CANARY, "promote"], capture_output=True, check=False).returncode == USAGE


def controller():
    loader = importlib.machinery.SourceFileLoader("canary", str(CANARY))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("canary", loader))
    sys.modules["canary"] = module  # where its data classes look for their types
    loader.exec_module(module)
    return module


def test_the_rules_look_back_as_far_as_the_plan_says():
    text = (DEPLOY / "prometheus/rules/plyo_releases.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"(?:\[|offset |:\w+_|:)(\d+m)\b", text)) == {PLAN["window"]}
    assert set(re.findall(r"plyo:release_\w+:\w+", " ".join(PLAN["queries"].values()))) <= set(re.findall(r"record: (\S+)", text))


@pytest.mark.parametrize("stable", [1, 2, 4, 6])
@pytest.mark.parametrize("canaries", [1, 2])
def test_weights_are_shares_and_such_as_haproxy_takes(stable, canaries):
    canary = controller()
    servers = [canary.Server("api", f"stable{number}", True, 50, 50) for number in range(stable)] + \
        [canary.Server("api", f"canary{number}", True, 0, 0) for number in range(canaries)]
    for share in (10, 25, 50, 75, 100):
        weights = canary.Haproxy.weights(servers, share)
        assert all(0 <= weight <= 256 for weight in weights.values())
        to_canary = sum(weight for place, weight in weights.items() if "canary" in place)
        assert 100 * to_canary / sum(weights.values()) == pytest.approx(share, abs=2)
    assert canary.Haproxy.weights(servers, 0) == {server.place: server.first_weight for server in servers}
