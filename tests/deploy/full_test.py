"""All of Plyo as it runs for users, behind its balancer: from an organisation to a webhook, a live session, dashboards and alerts;
and components that die."""

import asyncio
import contextlib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import urllib.request
from pathlib import Path

import pytest
from deploy_support import DASHBOARDS, ROOT, panels
from full import COMPONENTS, ROLES, running
from full_support import HELLO, Front, People, landmark_payloads, landmark_table, message, stop_and_start
from monitoring_test import Load, filled_in, pictures
from platform_support import CLIP, Api, Receiver, form, signed
from serve_support import connected
from servers import wait_until

# HAProxy has the certificate; the instances behind it have none.
WITHOUT_TLS = {"Certificate", "Certificate, days"}


def free_row(count: int = 18) -> int:
    """The first of so many ports that are free."""
    for first in range(20000, 30000, count):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for port in range(first, first + count):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
    raise AssertionError("no ports are free")


def test_it_starts_says_what_is_where_and_stops_in_order():
    port = free_row()
    folder = Path(tempfile.mkdtemp(prefix="plyo_up_"))  # a path that sockets can have
    command = [ROOT / "deploy/up/full.py", "--port", str(port), "--folder", folder]
    with socket.create_server(("127.0.0.1", port + 3)):
        refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert refused.returncode == 1 and f"port {port + 3}, for nats, is taken" in refused.stderr
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        said = list(itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
        assert f"Plyo is up: http://127.0.0.1:{port}\n" in said
        assert {line.split()[0] for line in said if line.startswith("  ")} == set(COMPONENTS)
        key = (folder / "secrets/api_live.key").read_text()
        call = urllib.request.Request(f"http://127.0.0.1:{port}/v1/analyses", headers={"Authorization": f"Bearer {key}"})
        assert json.load(urllib.request.urlopen(call, timeout=10))["data"] == []
        assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in [*(folder / "secrets").iterdir(), folder / "supervisord.conf"])
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert second.returncode == 1 and "it runs already" in second.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(90) == 0
        stopped = re.findall(r"stopped: (\w+)", (folder / "supervisord.log").read_text())
        assert set(stopped[:5]) == set(ROLES) and stopped[5] == "haproxy" and set(stopped[-3:]) == {"postgres", "nats", "s3"}
        assert "WARN killing" not in (folder / "supervisord.log").read_text()
    finally:
        process.kill()
        process.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def full():
    # In a hurry: an instance is noticed to be down after its minute, and the panels' 5 minutes begin with the test.
    with running(settings=("allow-private-addresses = true",), every_s=1, stop_signal="KILL") as started:
        yield started


def test_from_an_organisation_to_a_webhook(full):
    organization = full.admin("create-organization", "--name", "A club", "--plan", "enterprise")
    project = full.admin("create-project", "--organization", organization, "--name", "First team")
    api = Api(Front(full), full.admin("create-key", "--project", project, "--name", "dashboard"))
    receiver = Receiver()
    secret = api.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed"]})["secret"]
    athlete = api.post("/athletes", {"external_id": "club-7", "height_m": 1.8})["id"]
    body, kind = form({"sport": "cmj", "athlete_id": athlete, "model": "lite", "outputs": ["metrics"]}, CLIP.read_bytes())
    made = api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=202)["id"]
    assert api.wait(made, 180)["status"] == "completed"
    metrics = api.get(f"/analyses/{made}/result")["athletes"][0]["reps"][0]["metrics"]
    assert abs(next(metric["value"] for metric in metrics if metric["id"] == "jump_height") - 0.35) < 0.03
    headers, told = receiver.wait(1)[0]
    receiver.close()
    assert signed(headers, told, secret) and json.loads(told)["data"]["id"] == made
    assert api.code("GET", "/analyses/ana_" + 26 * "0") == (404, "not_found")
    # Nobody else sees it.
    assert Api(Front(full), full.key()).code("GET", f"/analyses/{made}") == (404, "not_found")


def test_a_live_session_counts_a_jump(full, tmp_path):
    async def jump() -> tuple[str, list[int]]:
        async with connected(Front(full), full.key()) as client:
            await client.say(HELLO)
            session = (await client.until("welcome"))["session"]
            for sequence, payload in enumerate(landmark_payloads(landmark_table(tmp_path))):
                await client.say(message(sequence, payload))
                await asyncio.sleep(0.002)
            await client.until_confirmed(1)
            await client.say({"type": "end"})
            result = (await client.until("result"))["result"]
            assert await client.closed() == 1000
            return session, [rep["index"] for rep in result["athletes"][0]["reps"]]
    session, reps = asyncio.run(jump())
    assert reps == [1]
    # And who asks for it, at an instance that did not have it.
    assert [said["rep"]["index"] for said in Api(Front(full), full.key()).get(f"/sessions/{session}")["reps"]] == [1]


@pytest.fixture(scope="module")
def loaded(full):
    """Each thing that is counted, twice: a counter is born with its first event, and what it counts shows from the second on."""
    load = Load(Front(full, "loaded"), Api(Front(full, "loaded"), full.key("test")), pictures())
    for _ in range(2):
        load.give()
        full.prometheus.pass_scrapes(3)
    load.receiver.wait(2)
    load.receiver.close()
    return full.prometheus


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_shows_something(loaded, dashboard):
    empty = {panel["title"] for panel in panels(dashboard) for target in panel["targets"] if not loaded.values(filled_in(target["expr"]))}
    assert empty <= WITHOUT_TLS


def test_users_are_seen_to_get_in(full):
    def seen(expected: int) -> bool:
        return full.prometheus.values(f'probe_success{{job="front_door", instance="{full.url}"}}') == [expected]

    wait_until(lambda: seen(1), 60)
    full.stop_one("haproxy")
    try:
        wait_until(lambda: seen(0), 60)
    finally:
        full.start_one("haproxy")
    wait_until(lambda: seen(1) and not full.unwell(), 60)


def test_a_component_that_dies_is_started_again_and_told_of(full):
    told = []
    full.told = told.append
    pid = full.ask("getProcessInfo", full.group("live2"))["pid"]
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: any("live2 runs again" in line for line in told), 60)
    assert "live2 has ended (terminated by SIGKILL" in told[0]
    wait_until(lambda: not full.unwell(), 60)


def test_an_instance_that_is_gone_is_an_alert(full):
    full.stop_one("worker2")
    try:
        expected = {"alertname": "PlyoInstanceDown", "instance": f"127.0.0.1:{full.instances['worker2'].metrics_port}", "role": "worker"}
        wait_until(lambda: any(expected.items() <= alert.items() for alert in full.alertmanager.alerts()), 150)
        assert full.unwell() == ["worker2", "prometheus"]
    finally:
        full.start_one("worker2")
    wait_until(lambda: not full.unwell(), 60)


def test_nothing_is_lost_while_components_are_away(full, tmp_path):
    with People(full, tmp_path, sessions=2) as people:
        for name in ("live1", "postgres", "haproxy"):
            seen, _, lost = stop_and_start(people, name, 3)
            assert lost == [], name
            assert not seen.sessions["begun anew"], name
            assert full.unwell() == []
        # Who cuts the line is noticed; and a planted loss.
        assert seen.sessions["resumed"] == 2 and seen.asked.total() > seen.asked["answered"]
        people.athletes[0].confirmed.add(1000)
        people.accepted.append(people.accepted[0].replace("ana_0", "ana_1"))
        assert len(people.lost(2)) == 3
        people.athletes[0].confirmed.discard(1000)
