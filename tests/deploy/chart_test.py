"""The chart of deploy/helm: each profile against the schemas and against what it promises; and that what is wrong is noticed."""

import contextlib
import copy
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from chart import cluster, complaints, helm, of_kind, render, schema_errors
from conftest import DEPLOY, ROOT
from deploy_support import blocks

PROFILES = ("minimal", "standard", "production")
PLYO = os.environ.get("PLYO_SERVE_BINARY", str(ROOT / "build/plyo"))
CANARY = ("canary.enabled=true",)
PLAN = yaml.safe_load((DEPLOY / "pipeline/canary.yml").read_text(encoding="utf-8"))
PAGE = ROOT / "docs/operate/kubernetes.md"
RULES = {"groups": [{"name": "planted", "rules": [{"alert": "Planted", "expr": "up == 0", "annotations": {"summary": "{{ $labels.instance }} is down"}}]}]}
DASHBOARD = {"title": "Planted", "panels": [{"legendFormat": "{{role}}"}]}


@pytest.fixture(scope="session")
def deploy(tmp_path_factory):
    """A copy of deploy/ with a rule file and a dashboard of this test's beside those that are there."""
    copied = tmp_path_factory.mktemp("tree") / "deploy"
    shutil.copytree(DEPLOY, copied)
    for path, text in (("prometheus/rules/planted_rules.yml", yaml.safe_dump(RULES)), ("grafana/dashboards/planted.json", json.dumps(DASHBOARD))):
        (copied / path).parent.mkdir(parents=True, exist_ok=True)
        (copied / path).write_text(text, encoding="utf-8")
    return copied


@pytest.fixture(scope="session")
def chart(deploy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packaged")
    for _ in range(2):  # the second time replaces what the first one made
        subprocess.run([deploy / "helm/package", folder], check=True)
    return folder / "plyo"


@pytest.fixture(scope="session")
def rendered(chart):
    made = {profile: render(chart, profile) for profile in PROFILES}
    made["canary"] = render(chart, "production", *CANARY)
    return lambda profile: copy.deepcopy(made[profile])


def find(objects: list[dict], kind: str, name: str) -> dict:
    return next(thing for thing in of_kind(objects, kind) if thing["metadata"]["name"] == name)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_is_clean(chart, rendered, profile):
    helm("lint", "--strict", chart, "--values", DEPLOY / f"helm/plyo/profiles/{profile}.yaml")
    assert schema_errors(rendered(profile)) == []
    assert complaints(rendered(profile)) == []


def test_the_chart_without_what_package_adds_renders_all_but_rules_and_dashboards():
    assert schema_errors(render(DEPLOY / "helm/plyo", "standard")) == []
    for what in ("rules", "dashboards"):
        assert "deploy/helm/package" in helm("template", "plyo", DEPLOY / "helm/plyo", "--set", f"monitoring.{what}.enabled=true", fails=True)


def test_what_each_profile_consists_of(rendered):
    def kinds(profile: str) -> dict[str, int]:
        names = [thing["kind"] for thing in rendered(profile)]
        return {name: names.count(name) for name in names}

    minimal, standard, production = map(kinds, PROFILES)
    assert minimal["Deployment"] == minimal["PersistentVolumeClaim"] == minimal["Ingress"] == 1
    assert "PodDisruptionBudget" not in minimal and "HorizontalPodAutoscaler" not in minimal
    assert standard["Deployment"] == standard["PodDisruptionBudget"] == standard["HorizontalPodAutoscaler"] == 3
    assert production["ScaledObject"] == 2 and production["HorizontalPodAutoscaler"] == 1 and production["ServiceMonitor"] == 1
    scaled = {thing["spec"]["scaleTargetRef"]["name"] for thing in rendered("production") if thing["kind"] in ("ScaledObject", "HorizontalPodAutoscaler")}
    assert scaled == {thing["metadata"]["name"] for thing in of_kind(rendered("production"), "Deployment")}


def test_live_sessions_go_to_live_pods_alone(rendered):
    objects = rendered("standard")
    paths = {(path["path"], path["pathType"]): path["backend"]["service"]["name"] for ingress in of_kind(objects, "Ingress")
             for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]}
    assert paths == {("/v1/live", "Exact"): "plyo-live", ("/", "Prefix"): "plyo-api"}
    assert find(objects, "Service", "plyo-live")["spec"]["selector"]["app.kubernetes.io/component"] == "live"
    roles = {thing["metadata"]["name"]: thing["spec"]["template"]["spec"]["containers"][0]["args"][-1] for thing in of_kind(objects, "Deployment")}
    assert roles == {"plyo-api": "api", "plyo-live": "live", "plyo-worker": "worker"}


def test_the_network_lets_in_the_ingress_controller_and_prometheus_and_nobody_else(rendered):
    objects = rendered("production")
    entrances = [(tuple(port["port"] for port in rule["ports"]), json.dumps(rule["from"])) for policy in of_kind(objects, "NetworkPolicy")
                 for rule in policy["spec"].get("ingress", [])]
    assert [ports for ports, _ in entrances] == [(9464,), (8080,)]
    assert "monitoring" in entrances[0][1] and "haproxy-controller" in entrances[1][1]
    exits = [port["port"] for policy in of_kind(objects, "NetworkPolicy") for rule in policy["spec"].get("egress", []) for port in rule["ports"]]
    assert sorted(set(exits)) == [53, 443, 4222, 5432]


@pytest.mark.parametrize(("settings", "port"), [
    ([], 443),
    (["blobs.endpoint=https://s3.example"], 443),
    (["blobs.endpoint=http://minio.store.svc"], 80),
    (["blobs.endpoint=http://minio.store.svc:9000/"], 9000),
    (["blobs.endpoint=http://minio.store.svc:80", "networkPolicy.blobs.port=9000"], 9000),  # the Service leads to another one
])
def test_the_network_lets_out_to_the_bucket(chart, settings, port):
    objects = render(chart, "production", "networkPolicy.internet.enabled=false", *settings)
    assert schema_errors(of_kind(objects, "NetworkPolicy")) == []
    exits = [port["port"] for policy in of_kind(objects, "NetworkPolicy") for rule in policy["spec"].get("egress", []) for port in rule["ports"]]
    assert sorted(set(exits)) == sorted([53, 4222, 5432, port])


def test_without_keys_of_s3_pods_reach_who_lends_them(chart):
    objects = render(chart, "production", "blobs.secret.name=")
    assert schema_errors(objects) == [] and complaints(objects) == []
    assert not [item for thing in of_kind(objects, "Deployment") for container in thing["spec"]["template"]["spec"]["containers"]
                for item in container["env"] if item["name"].startswith("AWS_")]
    [policy] = [thing["spec"] for thing in of_kind(objects, "NetworkPolicy") if "Ingress" in thing["spec"]["policyTypes"] and "egress" in thing["spec"]]
    assert any(rule["ports"] == [{"port": 80, "protocol": "TCP"}] and "169.254.170.23/32" in json.dumps(rule["to"]) for rule in policy["egress"])


def test_rules_and_dashboards_are_those_of_deploy(deploy, rendered):
    objects = rendered("production")
    files = sorted((deploy / "prometheus/rules").glob("*.yml"))
    rules = [thing["spec"] for thing in of_kind(objects, "PrometheusRule")]
    assert len(files) == len(rules) and all(yaml.safe_load(file.read_text(encoding="utf-8")) in rules for file in files)
    boards = [json.loads(text) for thing in of_kind(objects, "ConfigMap") for key, text in thing["data"].items() if key.endswith(".json")]
    files = sorted((deploy / "grafana/dashboards").glob("*.json"))
    assert len(files) == len(boards) and all(json.loads(file.read_text(encoding="utf-8")) in boards for file in files)


def test_keda_asks_for_figures_that_the_program_has(rendered, tmp_path):
    queries = [trigger["metadata"]["query"] for thing in of_kind(rendered("production"), "ScaledObject") for trigger in thing["spec"]["triggers"]]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "libs/service").rglob("*.cc"))
    names = set(re.findall(r"plyo_\w+", " ".join(queries)))
    assert names == {"plyo_live_load_ratio", "plyo_live_room_sessions", "plyo_jobs", "plyo_job_queue_age_seconds"}
    assert all(f'"{name}"' in sources for name in names)
    assert all('namespace="sport",service="plyo-metrics"' in query for query in queries)
    if promtool := shutil.which("promtool"):
        groups = [{"name": f"q{number}", "rules": [{"record": f"q{number}", "expr": query}]} for number, query in enumerate(queries)]
        (tmp_path / "queries.yml").write_text(yaml.safe_dump({"groups": groups}), encoding="utf-8")
        checked = subprocess.run([promtool, "check", "rules", tmp_path / "queries.yml"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr


def test_no_figures_are_not_no_load(rendered):
    for thing in of_kind(rendered("production"), "ScaledObject"):
        assert thing["spec"]["fallback"]["behavior"] == "currentReplicasIfHigher"
        assert all(trigger["metadata"]["ignoreNullValues"] == "false" for trigger in thing["spec"]["triggers"])


def test_a_timetable_has_pods_there_before_the_lesson(chart, tmp_path):
    lesson = {"start": "45 7 * * 1-5", "end": "0 15 * * 1-5", "timezone": "Europe/Berlin", "replicas": 8}
    (tmp_path / "lessons.yaml").write_text(yaml.safe_dump({"autoscaling": {"timetable": [lesson]}}), encoding="utf-8")
    objects = render(chart, "production", values=tmp_path / "lessons.yaml")
    assert schema_errors(of_kind(objects, "ScaledObject")) == []
    cron, = (trigger for trigger in find(objects, "ScaledObject", "plyo-live")["spec"]["triggers"] if trigger["type"] == "cron")
    assert cron["metadata"] == {"timezone": "Europe/Berlin", "start": lesson["start"], "end": lesson["end"], "desiredReplicas": "8"}


def test_a_canary_is_judged_as_everywhere(chart, rendered, tmp_path):
    objects = rendered("canary")
    assert schema_errors(objects) == [] and complaints(objects) == []
    rollouts = {thing["metadata"]["name"]: thing["spec"]["strategy"]["canary"]["steps"] for thing in of_kind(objects, "Rollout")}
    assert set(rollouts) == {"plyo-api", "plyo-live"}
    assert all([step["setWeight"] for step in steps if "setWeight" in step] == PLAN["steps"] for steps in rollouts.values())
    template = find(objects, "AnalysisTemplate", "plyo-canary")
    asked = {step["analysis"]["templates"][0]["templateName"] for steps in rollouts.values() for step in steps if "analysis" in step}
    assert asked == {template["metadata"]["name"]}
    for metric in template["spec"]["metrics"]:
        limit = PLAN[metric["name"]]
        assert metric["successCondition"] == f"len(result) > 0 && result[0] <= {limit['good']}"
        assert metric["failureCondition"] == f"len(result) > 0 && result[0] > {limit['worst']}"
        assert metric["failureLimit"] == 0 and metric["inconclusiveLimit"] < metric["count"] == PLAN["step_seconds"] / PLAN["interval_seconds"]
        assert metric["initialDelay"] == PLAN["window"]
    queries = [metric["provider"]["prometheus"]["query"] for metric in template["spec"]["metrics"]]
    assert all("$" not in query and 'release="sport/{{args.release}}"' in query for query in queries)
    recorded = {rule["record"] for thing in of_kind(objects, "PrometheusRule") for group in thing["spec"]["groups"] for rule in group["rules"] if "record" in rule}
    assert {name for query in queries for name in re.findall(r"plyo:release_\w+:\w+", query)} <= recorded
    groups = [{"name": f"q{number}", "rules": [{"record": f"q{number}", "expr": query}]} for number, query in enumerate(queries)]
    (tmp_path / "queries.yml").write_text(yaml.safe_dump({"groups": groups}), encoding="utf-8")
    subprocess.run(["promtool", "check", "rules", tmp_path / "queries.yml"], check=True, capture_output=True)
    # Pods are counted where they are.
    scaled = {(thing["spec"]["scaleTargetRef"]["kind"], thing["spec"]["scaleTargetRef"]["name"]) for thing in objects
              if thing["kind"] in ("ScaledObject", "HorizontalPodAutoscaler")}
    assert scaled == {("Rollout", "plyo-api"), ("Rollout", "plyo-live"), ("Deployment", "plyo-worker")}
    relabelings = find(objects, "ServiceMonitor", "plyo")["spec"]["endpoints"][0]["relabelings"]
    assert [one["targetLabel"] for one in relabelings] == ["role", "release"]


@pytest.mark.parametrize(("profile", "canary", "rollout", "pods", "fits"), [
    ("production", "false", True, 0, False),    # by hand without the flag
    ("production", "false", True, 3, True),     # the Deployments were brought up before
    ("production", "false", False, 0, True),    # somebody has stopped it
    ("production", "true", True, 0, True),
    ("minimal", "false", True, 0, True),
])
def test_pods_of_rollouts_do_not_go_before_others_are_there(chart, rendered, profile, canary, rollout, pods, fits):
    names = ["plyo-api", "plyo-live"]
    there = [{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": {"replicas": pods}} for name in names]
    there += [{"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": name}} for name in names if rollout]
    with cluster(rendered("canary") + rendered("minimal"), *there) as asked:
        said = helm("template", "plyo", chart, "--namespace", "sport", "--values", DEPLOY / f"helm/plyo/profiles/{profile}.yaml",
                    "--set", f"canary.enabled={canary}", *asked, fails=not fits)
    assert fits or "all pods of plyo-api belong to its Rollout" in said


def test_without_argo_rollouts_nobody_asks_for_them(chart, rendered):
    with cluster(rendered("production")) as asked:
        assert "kind: Deployment" in helm("template", "plyo", chart, "--namespace", "sport", "--values", DEPLOY / "helm/plyo/profiles/production.yaml", *asked)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_program_takes_its_settings(rendered, tmp_path, profile):
    config = find(rendered(profile), "ConfigMap", "plyo")["data"]["plyo.toml"]
    (tmp_path / "plyo.toml").write_text(config, encoding="utf-8")
    for deployment in of_kind(rendered(profile), "Deployment"):
        arguments = [tmp_path / "plyo.toml" if part == "/etc/plyo/plyo.toml" else part for part in deployment["spec"]["template"]["spec"]["containers"][0]["args"]]
        printed = subprocess.run([PLYO, *arguments, "--print-config"], capture_output=True, text=True, check=True, env={"HOME": str(tmp_path)}).stdout
        assert f'role="{arguments[-1]}"' in printed and 'allow-host="plyo.example.com"' in printed and "drain-timeout=10" in printed
    environment = {one["name"] for deployment in of_kind(rendered(profile), "Deployment") for one in deployment["spec"]["template"]["spec"]["containers"][0]["env"]}
    text = subprocess.run([PLYO, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(f"Env:{name})" in text for name in environment if name.startswith("PLYO_"))


@pytest.mark.parametrize("profile", PROFILES)
def test_it_is_said_where_deletion_does_not_reach_backups(rendered, profile):
    names = {one["name"] for thing in of_kind(rendered(profile), "Deployment") for one in thing["spec"]["template"]["spec"]["containers"][0]["env"]}
    said = re.findall(r"^`(\w+)` (?:keeps the keys of athletes beside|has all in its volume).*who was deleted can be read from", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert ("PLYO_KEYS_DATABASE" in names) != (profile in said)


def test_the_volume_of_minimal_is_backed_up_and_restored_as_the_page_says(rendered, tmp_path):
    made, back = (block for block in blocks(PAGE) if "kind: Job" in block or "initContainers" in block)
    backup, restore = (yaml.safe_load(text.replace("sha256:…", f"sha256:{'0' * 64}")) for text in (made, back))
    job = copy.deepcopy(backup)
    job["spec"]["template"]["spec"].update(restore)
    assert schema_errors([backup, job]) == []
    [claim] = of_kind(rendered("minimal"), "PersistentVolumeClaim")
    [pod] = of_kind(rendered("minimal"), "Deployment")
    assert claim["metadata"]["name"] == backup["spec"]["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"]
    [near] = backup["spec"]["template"]["spec"]["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert near["labelSelector"]["matchLabels"].items() <= pod["spec"]["template"]["metadata"]["labels"].items()
    places = {"/var/lib/plyo": tmp_path / "data", "/backups": tmp_path / "backups", "/keys": tmp_path / "keys"}
    for place in places.values():
        place.mkdir()

    def here(text: str) -> str:
        for mounted, place in places.items():
            text = re.sub(rf"(?<![\w/]){mounted}\b", str(place), text)
        return text

    def run(container: dict) -> None:
        assert {mount["mountPath"] for mount in container["volumeMounts"]} <= set(places)
        command = container["command"] if "command" in container else [PLYO, *container["args"]]
        subprocess.run(list(map(here, command)), check=True, capture_output=True, text=True)

    key = subprocess.run([PLYO, "admin", "create-key", "--name", "first", "--data", places["/var/lib/plyo"]], check=True, capture_output=True, text=True).stdout
    (places["/var/lib/plyo"] / "files").mkdir(exist_ok=True)
    for container in backup["spec"]["template"]["spec"]["containers"]:
        run(container)
    subprocess.run([PLYO, "admin", "create-key", "--name", "later", "--data", places["/var/lib/plyo"]], check=True, capture_output=True)
    for container in (*restore["initContainers"], *restore["containers"]):
        run(container)
    found = subprocess.run([PLYO, "admin", "keys", "--data", places["/var/lib/plyo"]], check=True, capture_output=True, text=True).stdout
    assert key and '"first"' in found and '"later"' not in found


def get(port: int, path: str, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"Host": host})
    return connection.getresponse().status


def test_the_program_starts_by_the_settings_of_a_pod_and_its_probes_pass(rendered, tmp_path):
    """All that differs is where files lie and the ports; the role `api`, since live workers need a model."""
    (tmp_path / "plyo.toml").write_text(find(rendered("minimal"), "ConfigMap", "plyo")["data"]["plyo.toml"], encoding="utf-8")
    key = subprocess.run([PLYO, "serve", "--hash-key"], input="k" * 40, capture_output=True, text=True, check=True).stdout
    (tmp_path / "keys").write_text(key, encoding="utf-8")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([PLYO, "serve", "--config", tmp_path / "plyo.toml", "--role", "api", "--data", tmp_path / "data", "--keys", tmp_path / "keys",
                                   "--port", "0", "--metrics-port", "-1"], stdout=subprocess.PIPE, stderr=log, text=True, env={"HOME": str(tmp_path)})
    try:
        port = int(re.search(r":(\d+)", server.stdout.readline()[len("Open http://"):])[1])
        # The kubelet calls a pod by its address; people by the name of the Ingress.
        assert get(port, "/healthz", "10.1.2.3:8080") == get(port, "/readyz", "10.1.2.3:8080") == 200
        assert get(port, "/version", "plyo.example.com") == 200
        assert get(port, "/version", "elsewhere.example") == 403
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


class Pod(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(self.server.server_port).encode())

    def log_message(self, *_):
        pass


def test_who_says_the_same_room_comes_to_the_same_pod(rendered, tmp_path):
    """HAProxy with what the annotations of the Ingress make of a backend."""
    said = find(rendered("standard"), "Ingress", "plyo-live")["metadata"]["annotations"]
    pods = [ThreadingHTTPServer(("127.0.0.1", 0), Pod) for _ in range(3)]
    for pod in pods:
        threading.Thread(target=pod.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    servers = "\n".join(f"  server p{number} 127.0.0.1:{pod.server_port}" for number, pod in enumerate(pods))
    (tmp_path / "haproxy.cfg").write_text(f"""defaults
  mode http
  timeout connect 5s
  timeout client 5s
frontend f
  bind 127.0.0.1:{port}
  default_backend live
backend live
  balance {said["haproxy.org/load-balance"]}
  {said["haproxy.org/backend-config-snippet"]}
  timeout server {said["haproxy.org/timeout-server"]}
{servers}
""", encoding="utf-8")
    proxy = subprocess.Popen(["haproxy", "-q", "-f", tmp_path / "haproxy.cfg"], env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"})

    def pod_of(query: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", f"/v1/live{query}")
        return connection.getresponse().read().decode()

    try:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                pod_of("")
                break
            time.sleep(0.1)
        rooms = {room: {pod_of(f"?room=gym-{room}") for _ in range(3)} for room in range(30)}
        assert all(len(met) == 1 for met in rooms.values())
        assert len(set.union(*rooms.values())) == 3, "one pod has all rooms"
        assert len({pod_of("") for _ in range(6)}) == 3, "without a room they take turns"
    finally:
        proxy.terminate()
        proxy.wait(10)
        for pod in pods:
            pod.shutdown()


# ---- What is wrong is noticed.

@pytest.mark.parametrize(("settings", "said"), [
    (["roles.live.cpu=two"], "cpu"),
    (["roles.live.replicas=0"], "replicas"),
    (["nonsense=1"], "nonsense"),
    (["autoscaling.kind=cron"], "autoscaling"),
    (["settings.port=80"], "invalid propertyName 'port'"),
    (["image.digest=latest"], "digest"),
    (["hosts={}"], "hosts"),
    (["blobs.bucket="], "blobs.bucket"),
    (["autoscaling.kind=keda", "monitoring.serviceMonitor.enabled=false"], "serviceMonitor"),
    (["jobMemoryGiB=8"], "memoryLimit"),
    (["roles.worker.memoryLimit=4Gi"], "2 jobs of jobMemoryGiB 2 beside a memory of 1Gi do not fit below a memoryLimit of 4Gi"),
    (["roles.worker.memory=2049Mi"], "do not fit below a memoryLimit"),
    (["mode=all", "autoscaling.kind=none", "roles.all.memoryLimit=4Gi"], "do not fit below a memoryLimit"),
    (["autoscaling.timetable[0].start=8:00"], "start"),
    (["mode=all"], "autoscaling.kind is none"),
    (["canary.enabled=true"], "canary.enabled judges several pods by Prometheus"),
    (["canary.enabled=twice"], "canary"),
])
def test_settings_that_cannot_be_are_refused(chart, settings, said):
    error = helm("template", "plyo", chart, "--values", DEPLOY / "helm/plyo/profiles/standard.yaml",
                 *(part for setting in settings for part in ("--set", setting)), fails=True)
    assert said in error


def test_lint_refuses_a_setting_of_the_wrong_type(chart):
    helm("lint", "--strict", chart, "--set-string", "drainSeconds=soon", fails=True)


def pod_spec(objects: list[dict], name: str = "plyo-live") -> dict:
    return find(objects, "Deployment", name)["spec"]["template"]["spec"]


@pytest.mark.parametrize(("plant", "said"), [
    (lambda objects: find(objects, "Deployment", "plyo-live").update(apiVersion="apps/v9"), "apps/v9"),
    (lambda objects: find(objects, "Deployment", "plyo-live")["spec"].update(minReadySeconds="soon"), "minReadySeconds"),
    (lambda objects: pod_spec(objects).update(enableServiceLink=False), "enableServiceLink"),
    (lambda objects: find(objects, "PodDisruptionBudget", "plyo-live")["spec"].update(maxUnavailable=[1]), "maxUnavailable"),
    (lambda objects: find(objects, "Ingress", "plyo-live")["spec"].update(rules={}), "rules"),
    (lambda objects: find(objects, "HorizontalPodAutoscaler", "plyo-api")["spec"].pop("maxReplicas"), "maxReplicas"),
    (lambda objects: find(objects, "ScaledObject", "plyo-live")["spec"].pop("scaleTargetRef"), "scaleTargetRef"),
    (lambda objects: find(objects, "ScaledObject", "plyo-live")["spec"]["triggers"][0]["metadata"].update(threshold=0.6), "threshold"),
    (lambda objects: find(objects, "ScaledObject", "plyo-worker").update(apiVersion="keda.sh/v9"), "no schema"),
    (lambda objects: find(objects, "Rollout", "plyo-live")["spec"]["strategy"]["canary"]["steps"][0].update(setWeight="ten"), "setWeight"),
    (lambda objects: find(objects, "Rollout", "plyo-live")["spec"]["workloadRef"].update(name=7), "name"),
    (lambda objects: find(objects, "Rollout", "plyo-api").update(apiVersion="argoproj.io/v9"), "no schema"),
    (lambda objects: find(objects, "AnalysisTemplate", "plyo-canary")["spec"]["metrics"][0].pop("provider"), "provider"),
    (lambda objects: find(objects, "ServiceMonitor", "plyo")["spec"].update(endpoints="metrics"), "endpoints"),
    (lambda objects: find(objects, "PrometheusRule", "plyo-planted-rules")["spec"]["groups"][0].pop("name"), "name"),
])
def test_an_object_that_the_cluster_would_refuse_is_noticed(rendered, plant, said):
    objects = rendered("canary")
    plant(objects)
    errors = schema_errors(objects)
    assert errors and all(said in error for error in errors)


@pytest.mark.parametrize(("plant", "said"), [
    (lambda objects: pod_spec(objects)["securityContext"].update(runAsNonRoot=False), "it may run as root"),
    (lambda objects: pod_spec(objects)["securityContext"].update(runAsUser=0), "it may run as root"),
    (lambda objects: pod_spec(objects)["securityContext"].pop("seccompProfile"), "it has no seccomp profile"),
    (lambda objects: pod_spec(objects).update(enableServiceLinks=True), "Services become settings"),
    (lambda objects: pod_spec(objects).pop("automountServiceAccountToken"), "its token is mounted"),
    (lambda objects: pod_spec(objects).update(terminationGracePeriodSeconds=25), "it is killed before its sessions are measured"),
    (lambda objects: pod_spec(objects).pop("topologySpreadConstraints"), "it is not spread"),
    (lambda objects: pod_spec(objects)["containers"][0]["securityContext"].update(readOnlyRootFilesystem=False), "its root file system can be written"),
    (lambda objects: pod_spec(objects)["containers"][0]["securityContext"].update(capabilities={"drop": ["ALL"], "add": ["SYS_ADMIN"]}), "it has capabilities"),
    (lambda objects: pod_spec(objects)["containers"][0]["securityContext"].pop("allowPrivilegeEscalation"), "it may gain privileges"),
    (lambda objects: pod_spec(objects)["containers"][0]["resources"]["limits"].pop("memory"), "it has no limits"),
    (lambda objects: pod_spec(objects)["containers"][0].pop("readinessProbe"), "readiness is not /readyz"),
    (lambda objects: pod_spec(objects)["containers"][0]["livenessProbe"]["httpGet"].update(path="/readyz"), "liveness is not /healthz"),
    (lambda objects: pod_spec(objects)["containers"][0].pop("lifecycle"), "it is told to end while it still gets sessions"),
    (lambda objects: pod_spec(objects)["containers"][0]["env"].append({"name": "AWS_SECRET_ACCESS_KEY", "value": "x"}), "a secret is written out"),
    (lambda objects: find(objects, "Deployment", "plyo-live")["spec"]["strategy"]["rollingUpdate"].update(maxUnavailable=1),
     "an upgrade ends pods before others are ready"),
    (lambda objects: objects.remove(find(objects, "PodDisruptionBudget", "plyo-live")), "it has no PodDisruptionBudget"),
    (lambda objects: find(objects, "Rollout", "plyo-live")["spec"]["workloadRef"].update(name="plyo-life"), "it takes over no Deployment"),
    (lambda objects: find(objects, "Deployment", "plyo-live")["spec"].update(replicas=3), "it takes over no Deployment"),
    (lambda objects: find(objects, "Rollout", "plyo-api")["spec"]["strategy"]["canary"]["steps"].pop(1), "a step is not judged"),
    (lambda objects: find(objects, "Rollout", "plyo-api")["spec"]["strategy"]["canary"].update(maxUnavailable=1), "an upgrade ends pods before others are ready"),
    (lambda objects: find(objects, "NetworkPolicy", "plyo")["spec"].update(policyTypes=["Ingress"]), "no NetworkPolicy refuses what is not allowed"),
    (lambda objects: find(objects, "ConfigMap", "plyo")["data"].update({"plyo.toml": find(objects, "ConfigMap", "plyo")["data"]["plyo.toml"] +
                                                                        'database = "postgres://plyo:open-sesame@db/plyo"\n'}), "plyo.toml holds a secret"),
    (lambda objects: find(objects, "Ingress", "plyo-live")["spec"].pop("tls"), "it has no TLS"),
])
def test_a_promise_that_is_broken_is_noticed(rendered, plant, said):
    objects = rendered("canary")
    plant(objects)
    found = complaints(objects)
    assert found and all(complaint.endswith(f": {said}") for complaint in found)
