"""Rules, alerts, their runbooks and Alertmanager's routes, by promtool and amtool."""

import contextlib
import json
import re
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from deploy_support import PROMETHEUS, ROOT, RULES, RUNBOOKS, TESTS, read, rules
from engines import free_port, wait_for_port
from platform_support import Receiver
from servers import Prometheus, wait_until

ALERTMANAGER = ROOT / "deploy/alertmanager/alertmanager.yml"
ALERTS = {rule["alert"]: rule for rule in rules("alert")}
# That which the backup of the guide sends itself: name, severity, page.
SENT = re.findall(r"amtool alert add (Plyo\w+) severity=(\w+) .*\n.*--annotation=runbook_url=(\S+)", (ROOT / "docs/operate/guide.md").read_text(encoding="utf-8"))
JOBS = {"haproxy": "haproxy", "https://coach.example": "front_door"}  # of instances that are not Plyo's


def tool(*command: object, status: int = 0) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_promtool_takes_configuration_and_rules():
    tool("promtool", "check", "config", PROMETHEUS / "prometheus.yml")
    tool("promtool", "check", "rules", "--lint=all", "--lint-fatal", *RULES)


def test_rules_do_what_their_tests_say():
    tool("promtool", "test", "rules", *TESTS)


def test_every_alert_is_tested_firing_and_silent():
    fires, silent = set(), set()
    for path in TESTS:
        for case in (case for test in read(path)["tests"] for case in test["alert_rule_test"]):
            (fires if case["exp_alerts"] else silent).add((case["alertname"], path.stem))
    assert {name for name, _ in fires} == set(ALERTS)
    assert {name for name, file in silent if file == "healthy"} == set(ALERTS)
    assert "healthy" not in {file for _, file in fires}
    # And beside what fires: below the limit, or before its time.
    assert {name for name, file in silent if file != "healthy"} == set(ALERTS) - {"PlyoAvailabilityBurnsSlowly"}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_it_is_and_what_to_do(name):
    alert = ALERTS[name]
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    assert alert["labels"]["severity"] in ("page", "ticket")
    # That something is down has no figure.
    assert name in ("PlyoInstanceDown", "PlyoRoleGone", "PlyoProxyDown", "PlyoFrontDoorDown", "PlyoFrontDoorUnwatched") or "$value" in alert["annotations"]["description"]
    complete(name, alert["annotations"]["runbook_url"])


def complete(name: str, runbook: str) -> None:
    page = ROOT / runbook
    assert page == RUNBOOKS / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["What it means", "What users notice", "How to look", "What to do", "How to know it is over"]
    assert "```promql" in text


def test_an_alert_of_the_backup_says_what_to_do():
    [(name, _, runbook)] = SENT
    complete(name, runbook)


def test_every_runbook_is_of_an_alert_and_in_the_index():
    index = (RUNBOOKS / "index.md").read_text(encoding="utf-8")
    pages = {path.stem for path in RUNBOOKS.glob("*.md")} - {"index"}
    severities = {name: alert["labels"]["severity"] for name, alert in ALERTS.items()} | {name: severity for name, severity, _ in SENT}
    assert pages == set(severities) == set(re.findall(r"\]\((\w+)\.md\)", index))
    for name, severity in severities.items():
        assert re.search(rf"\[{name}\]\({name}\.md\) \| {severity} \|", index), name


def test_log_lines_that_runbooks_look_for_are_written():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "libs/service").rglob("*.cc"))
    for path in RUNBOOKS.glob("*.md"):
        for event in re.findall(r'"event":"(\w+)"', path.read_text(encoding="utf-8")):
            assert re.search(rf'Log\([^;]*"{event}"', sources), (path.name, event)


def test_amtool_takes_the_configuration():
    tool("amtool", "check-config", ALERTMANAGER)
    secrets = re.findall(r"(password|key|secret|token|url)(_file)?:", ALERTMANAGER.read_text(encoding="utf-8").split("receivers:")[0])
    assert all(file for _, file in secrets), "secrets are files"
    paths = re.findall(r"_file: (\S+)", ALERTMANAGER.read_text(encoding="utf-8"))
    assert paths and all(path.startswith("/") for path in paths), "found from anywhere"


@pytest.mark.parametrize(("severity", "namespace", "receiver"), [
    ("page", None, "page"), ("page", "plyo-production", "page"), ("page", "plyo-staging", "ticket"), ("ticket", None, "ticket"), ("unheard-of", None, "ticket")])
def test_pages_wake_somebody_and_the_rest_does_not(severity, namespace, receiver):
    tool("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", f"--verify.receivers={receiver}", "alertname=Any", "job=plyo", f"severity={severity}",
         *([f"namespace={namespace}"] if namespace else []))


def test_that_nobody_is_reached_in_one_way_is_told_in_every_way():
    tool("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", "--verify.receivers=every_way", "alertname=PlyoNotificationsFailing", "job=alertmanager",
         "severity=ticket", "integration=email")
    receivers = {receiver.pop("name"): set(receiver) for receiver in read(ALERTMANAGER)["receivers"]}
    assert receivers.pop("every_way") == set.union(*receivers.values())


@contextlib.contextmanager
def alertmanager(folder, config: Path = ALERTMANAGER):
    """Its address. By the configuration of deploy/ it tells nobody: a first message waits longer than a test takes."""
    port = free_port()
    log = (folder / "log").open("w", encoding="utf-8")
    process = subprocess.Popen(["prometheus-alertmanager", f"--config.file={config}", f"--storage.path={folder}", "--cluster.listen-address=",
                                f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}/api/v2"
    finally:
        process.kill()
        process.wait(30)
        log.close()


def tell(address: str, *alerts: dict) -> None:
    rules = [ALERTS[alert["alertname"]] for alert in alerts]
    body = [{"labels": {"job": JOBS.get(alert.get("instance"), "plyo"), "severity": rule["labels"]["severity"], **alert},
             "annotations": {name: text.replace("{{ $labels.instance }}", alert.get("instance", "")) for name, text in rule["annotations"].items()}}
            for alert, rule in zip(alerts, rules, strict=True)]
    request = urllib.request.Request(f"{address}/alerts", json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()


def settled(address: str, view: str, seen: Callable[[list], object], expected: object) -> object:
    """What `seen` makes of a view once it is as expected, or what it still was after 30 s: Alertmanager's groups and what keeps what
    back each learn of an alert in their own time, after it is listed."""
    end = time.monotonic() + 30
    while True:
        with urllib.request.urlopen(f"{address}/{view}", timeout=10) as answer:
            now = seen(json.load(answer))
        if now == expected or time.monotonic() > end:
            return now
        time.sleep(0.1)


def test_what_follows_from_something_worse_is_kept_back(tmp_path):
    # Of each thing that keeps others back, one that it does and one that it must not.
    door = "https://coach.example"
    kept_back = {("PlyoCpuHigh", "a"), ("PlyoFrontDoorDown", door), ("PlyoRestErrors", None), ("PlyoJobsWait", None), ("PlyoLiveRefused", None),
                 ("PlyoEndToEndSlow", "c")}
    told = {("PlyoInstanceDown", "a"), ("PlyoCpuHigh", "b"), ("PlyoStoreDown", "b"), ("PlyoDiskLow", "b"), ("PlyoDiskLow", "c"), ("PlyoLiveFull", None),
            ("PlyoLiveSlow", "c"), ("PlyoEndToEndSlow", "b"), ("PlyoProxyDown", "haproxy"), ("PlyoCertificateExpires", door)}
    states = {**dict.fromkeys(kept_back, "suppressed"), **dict.fromkeys(told, "active")}

    def state(alerts):
        return {(alert["labels"]["alertname"], alert["labels"].get("instance")): alert["status"]["state"] for alert in alerts}

    def disks(groups):
        return [(group["receiver"]["name"], sorted(alert["labels"].get("instance", "") for alert in group["alerts"])) for group in groups
                if group["labels"]["alertname"] == "PlyoDiskLow"]

    with alertmanager(tmp_path) as address:
        tell(address, *({"alertname": name, **({"instance": instance} if instance else {})} for name, instance in states))
        assert settled(address, "alerts", state, states) == states
        together = [("ticket", ["b", "c"])]
        assert settled(address, "alerts/groups", disks, together) == together, "disks that are full at once are one message"


def test_what_is_worse_in_one_namespace_keeps_nothing_back_in_another(tmp_path):
    door = "https://coach.example"
    pairs = [("PlyoInstanceDown", "a", "PlyoCpuHigh", "a"), ("PlyoProxyDown", "haproxy", "PlyoFrontDoorDown", door), ("PlyoStoreDown", "a", "PlyoRestErrors", None),
             ("PlyoAvailabilityBurnsFast", None, "PlyoAvailabilityBurnsSlowly", None), ("PlyoLiveFull", None, "PlyoLiveRefused", None),
             ("PlyoLiveSlow", "a", "PlyoEndToEndSlow", "a")]
    assert len(pairs) == len(yaml.safe_load(ALERTMANAGER.read_text(encoding="utf-8"))["inhibit_rules"])
    follows = {name for _, _, name, _ in pairs}

    def alert(name, instance, namespace):
        return {"alertname": name, "namespace": namespace, **({"instance": instance} if instance else {})}

    def states(alerts):
        return {(one["labels"]["alertname"], one["labels"]["namespace"]): one["status"]["state"] for one in alerts if one["labels"]["alertname"] in follows}

    expected = {(name, namespace): state for name in follows for namespace, state in (("plyo-staging", "suppressed"), ("plyo-production", "active"))}
    with alertmanager(tmp_path) as address:
        tell(address, *(alert(worse, instance, "plyo-staging") for worse, instance, _, _ in pairs),
             *(alert(name, instance, namespace) for _, _, name, instance in pairs for namespace in ("plyo-staging", "plyo-production")))
        assert settled(address, "alerts", states, expected) == expected


def paging(folder: Path, receiver: Receiver) -> Path:
    """A configuration by which PagerDuty is here, and is told at once; mail goes nowhere."""
    config = yaml.safe_load(ALERTMANAGER.read_text(encoding="utf-8").replace("/etc/alertmanager", str(folder)))
    config["global"] |= {"pagerduty_url": receiver.url, "smtp_smarthost": "127.0.0.1:1"}
    for route in (config["route"], *config["route"]["routes"]):
        route["group_wait"] = "1s"
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "secrets").mkdir()
    (folder / "secrets/pagerduty.key").write_text("key", encoding="utf-8")
    return folder / "alertmanager.yml"


def test_a_message_that_is_not_taken_is_an_alert(tmp_path):
    """Through all of it: PagerDuty refuses a page, Alertmanager counts it, Prometheus asks for that, and its alert is taken."""
    receiver = Receiver()
    receiver.answers = [400]
    try:
        with alertmanager(tmp_path, paging(tmp_path, receiver)) as address:
            prometheus = Prometheus(tmp_path, {}, alertmanager=address.removeprefix("http://").removesuffix("/api/v2"), every_s=1)
            try:
                prometheus.start()
                wait_until(prometheus.healthy, 30)  # it listens before it answers
                wait_until(lambda: prometheus.values('alertmanager_notifications_failed_total{job="alertmanager", integration="pagerduty"}') == [0], 30)
                tell(address, {"alertname": "PlyoStoreDown", "instance": "a"})
                receiver.wait(2)
            finally:
                prometheus.kill()
    finally:
        receiver.close()
    refused, taken = (json.loads(body)["payload"] for _, body in receiver.got[:2])
    assert refused["summary"].startswith("PlyoStoreDown")
    assert taken["summary"] == "PlyoNotificationsFailing: Alertmanager reaches nobody by pagerduty" and taken["severity"] == "warning"


@pytest.mark.parametrize(("instances", "where", "said"), [(["a"], {}, ""), (["a", "b", "c"], {"namespace": "sport"}, " in sport")])
def test_who_is_on_call_reads_what_it_is(tmp_path, instances, where, said):
    receiver = Receiver()
    try:
        with alertmanager(tmp_path, paging(tmp_path, receiver)) as address:
            tell(address, *({"alertname": "PlyoStoreDown", "instance": instance, **where} for instance in instances))
            receiver.wait(1)
    finally:
        receiver.close()
    told = json.loads(receiver.got[0][1])
    more = f" (the first of {len(instances)})" if instances[1:] else ""
    assert told["payload"]["summary"] == f"PlyoStoreDown{said}: Plyo cannot read its records on a{more}"
    details = told["payload"]["custom_details"]
    assert details["runbook"].endswith("runbooks/PlyoStoreDown.md") and all(f"{instance} could not read" in details["what"] for instance in instances)
