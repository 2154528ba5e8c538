"""A Prometheus with the rules of deploy/ that scrapes real servers with something to do: every figure that is named anywhere is told, and every panel
of the dashboards has something to show."""

import asyncio
import json
import re
import subprocess

import pytest
import yaml
from deploy_support import ASKED, DASHBOARDS, PROMETHEUS, RULES, TESTS, metrics_of, panels, read, rules, runbook_queries
from platform_support import CLIP, Api, Installation, Receiver
from serve_support import H264, Server, connected, media
from servers import Blackbox, Prometheus

SCRAPE_S = 1


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "90", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True, timeout=240)
    return "--tls-cert", folder / "cert.pem", "--tls-key", folder / "key.pem"


WIDTH, HEIGHT, FPS = 640, 360, 30
DELIMITER = b"\0\0\0\1\x09"


def pictures() -> list[bytes]:
    """What the camera of a browser would send of the sample."""
    encoded = subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-i", CLIP, "-vf", f"fps={FPS},scale={WIDTH}:{HEIGHT}", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency",
         "-profile:v", "baseline", "-g", "30", "-aud", "1", "-f", "h264", "-"], capture_output=True, check=True, timeout=240).stdout
    units = [DELIMITER + unit for unit in encoded.split(DELIMITER)[1:]]
    return [media(i, unit, H264, round(i * 1e6 / FPS), WIDTH, HEIGHT, flags=int(i % 30 == 0)) for i, unit in enumerate(units)]


class Load:
    """One of each thing that is counted."""

    def __init__(self, server: Server, api: Api, messages: list[bytes]) -> None:
        self.server, self.api, self.messages = server, api, messages
        self.receiver = Receiver()
        api.post("/webhook_endpoints", {"url": self.receiver.url, "event_types": ["analysis.completed"]})

    def give(self) -> None:
        self.receiver.answers = [500]
        for name in ("jump", "failure"):
            self.api.wait(self.api.fixture(name))
        self.api.code("GET", "/analyses/nothing")
        Api(self.server, "wrong").code("GET", "/analyses")
        self.server.request("/")
        asyncio.run(self.jump())

    async def jump(self) -> None:
        with pytest.raises(Exception, match="401"):
            async with connected(self.server, "wrong"):
                pass
        key = self.api.key
        async with connected(self.server, key) as client, connected(self.server, key, max_queue=None) as watcher:  # it reads no more than its welcome
            await client.say({"type": "hello", "sport": "cmj", "athlete": {"height_m": 1.8},
                              "media": {"codec": "h264", "width": WIDTH, "height": HEIGHT, "fps": FPS}})
            session = (await client.until("welcome"))["session"]
            await watcher.say({"type": "hello", "watch": session})
            await watcher.until("welcome")
            for message in self.messages:
                await client.say(message)
                await asyncio.sleep(1 / FPS)
            await client.say({"type": "seen", "sequence": (await client.until("pose"))["sequence"], "end_to_end_ms": 80})
            await client.say({"type": "end"})
            await client.until("result")
            assert await client.closed() == 1000


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """Prometheus, and the text of the figures of all servers."""
    folder = tmp_path_factory.mktemp("watched")
    with Installation(folder / "a", "--allow-private-addresses", "--workers", "1") as installed, Installation(folder / "b", "--workers", "1", *certificate(folder)) as other:
        server = installed.serve()
        servers = [server, other.serve()]
        load = Load(server, installed.api(server), pictures())
        blackbox, door = Blackbox(folder, authority=folder / "cert.pem"), f"https://localhost:{servers[1].port}"
        prometheus = Prometheus(folder, {"all": [f"127.0.0.1:{each.metrics_port}" for each in servers]}, every_s=SCRAPE_S, door=door, blackbox=blackbox.address)
        # One of them is in a namespace, as on Kubernetes.
        listed = folder / "prometheus/targets/plyo.yml"
        [entry] = read(listed)
        listed.write_text(yaml.safe_dump([{"targets": [target], "labels": {**entry["labels"], **more}}
                                          for target, more in zip(entry["targets"], ({"namespace": "sport"}, {}), strict=True)]), encoding="utf-8")
        try:
            blackbox.start()
            prometheus.start()
            # A counter is born with its first event; what it counts shows from the second on.
            for _ in range(2):
                load.give()
                prometheus.pass_scrapes(3)
            load.receiver.wait(2)
            yield prometheus, "".join([blackbox.found(door), *(each.request("/metrics", port=each.metrics_port)[1].decode() for each in servers)])
        finally:
            prometheus.kill()
            blackbox.kill()
            load.receiver.close()


def labels_by_metric(text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def places() -> list[tuple[str, str]]:
    """Whatever asks for figures, and the query."""
    found = [(rule.get("alert") or rule["record"], rule["expr"]) for rule in rules("alert") + rules("record")]
    found += [(path.name, target["expr"]) for path in DASHBOARDS for panel in panels(path) for target in panel["targets"]]
    return found + [(path.name, query) for path in ASKED for query in runbook_queries(path)]


def test_every_figure_that_is_asked_for_is_told(watched):
    told = labels_by_metric(watched[1])
    for place, query in places():
        assert metrics_of(query) <= set(told), place


def test_planted_figures_look_like_real_ones(watched):
    """An alert that is tested on a label which no figure has would never fire."""
    told = labels_by_metric(watched[1])
    for path in TESTS:
        for series in (series["series"] for test in read(path)["tests"] for series in test["input_series"]):
            name, labels = re.fullmatch(r"(\w+)\{(.*)\}", series).groups()
            if name.startswith(("plyo_", "process_", "probe_")):
                assert set(re.findall(r'(\w+)="', labels)) - {"job", "instance", "namespace", "release"} == told[name], series


def filled_in(query: str) -> str:
    for variable, value in (("$__rate_interval", "1m"), ("$__range", "5m"), ("$namespace", ".*"), ("$instance", ".*"), ("$sport", ".*")):
        query = query.replace(variable, value)
    assert "$" not in query, query
    return query


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_every_panel_shows_something(watched, dashboard):
    empty = {f"{panel['title']}: {target['legendFormat']}" for panel in panels(dashboard) for target in panel["targets"] if not watched[0].values(filled_in(target["expr"]))}
    assert empty == set()


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_what_can_be_chosen_and_marked_is_there(watched, dashboard):
    made = json.loads(dashboard.read_text(encoding="utf-8"))
    for variable in made["templating"]["list"]:
        if variable["type"] == "query":
            series, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["definition"]).groups()
            assert {each.get(label) for each in watched[0].get("series", **{"match[]": filled_in(series)})} - {None}, variable["name"]
    for marks in made["annotations"]["list"]:
        watched[0].values(filled_in(marks["expr"]))


def test_queries_of_the_runbooks_can_be_asked(watched):
    for path in ASKED:
        for query in runbook_queries(path):
            watched[0].get("query", query=query)


def test_rules_are_evaluated_and_nothing_is_wrong(watched):
    found = [rule for group in watched[0].get("rules")["groups"] for rule in group["rules"]]
    assert len(found) == len(rules("alert")) + len(rules("record")) and RULES
    assert {rule["name"]: rule.get("lastError") for rule in found if rule["health"] != "ok"} == {}
    assert [rule["name"] for rule in found if rule.get("state") == "firing"] == []
