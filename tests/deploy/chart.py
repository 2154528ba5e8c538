"""Renders the chart, and says what is wrong with what it made."""

import contextlib
import functools
import json
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import kubernetes_validate
import yaml
from conftest import DEPLOY, DEPS
from kubernetes_validate import utils

HELM = DEPS / "helm/helm"
OLDEST, NEWEST = "1.30", "1.37"
BUILT_IN = re.compile(r"v1$|apps/|batch/|policy/|autoscaling/|[a-z.]+\.k8s\.io/")

# The schemas are read anew for each object otherwise, which takes a minute for a chart.
utils.schema_contents = functools.cache(utils.schema_contents)


def helm(*arguments: str, fails: bool = False) -> str:
    ran = subprocess.run([HELM, *map(str, arguments)], capture_output=True, text=True)
    assert (ran.returncode != 0) == fails, ran.stdout + ran.stderr
    return ran.stderr if fails else ran.stdout


def render(chart: Path, profile: str, *settings: str, values: Path | None = None) -> list[dict]:
    text = helm("template", "plyo", chart, "--namespace", "sport", "--kube-version", OLDEST, "--values", DEPLOY / f"helm/plyo/profiles/{profile}.yaml",
                *(["--values", values] if values else []), *(part for setting in settings for part in ("--set", setting)))
    return [document for document in yaml.safe_load_all(text) if document]


class Cluster(BaseHTTPRequestHandler):
    """As much of a cluster as `lookup` asks for: which kinds there are, and the objects that are there."""

    def do_GET(self):
        path = self.path.split("?")[0]
        kinds, objects = self.server.kinds, self.server.objects
        groups = {version.split("/")[0]: [{"groupVersion": version, "version": version.split("/")[1]}] for version in kinds if "/" in version}
        answer = {
            "/version": {"major": "1", "minor": OLDEST.split(".")[1], "gitVersion": f"v{OLDEST}.0"},
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "groups": [{"name": name, "versions": versions, "preferredVersion": versions[0]} for name, versions in groups.items()]},
            **{f"/{'apis' if '/' in version else 'api'}/{version}": {"kind": "APIResourceList", "groupVersion": version, "resources": [
                {"name": f"{kind.lower()}s", "singularName": kind.lower(), "namespaced": True, "kind": kind, "verbs": ["get"]} for kind in names]}
               for version, names in kinds.items()},
            **{f"/apis/{one['apiVersion']}/namespaces/sport/{one['kind'].lower()}s/{one['metadata']['name']}": one for one in objects},
        }.get(path)
        body = json.dumps(answer or {"kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def cluster(known: list[dict], *objects: dict):
    """A cluster that knows the kinds of `known` and holds `objects`; gives what tells helm to upgrade in it, without a change."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
    server.objects, server.kinds = objects, {"v1": set()}
    for thing in known:
        server.kinds.setdefault(thing["apiVersion"], set()).add(thing["kind"])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield ["--is-upgrade", "--dry-run=server", "--disable-openapi-validation", "--kube-apiserver", f"http://127.0.0.1:{server.server_port}"]
    finally:
        server.shutdown()
        server.server_close()


def schema_errors(objects: list[dict]) -> list[str]:
    """What the schemas of Kubernetes, KEDA, Argo Rollouts and the Prometheus operator say; a kind that none of them knows is an error as well."""
    errors = []
    custom = [thing for thing in objects if not BUILT_IN.match(thing["apiVersion"])]
    for thing in objects:
        if thing in custom:
            continue
        for version in (OLDEST, NEWEST):
            try:
                kubernetes_validate.validate(thing, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                errors.append(f"{name_of(thing)}: {'.'.join(map(str, error.path))}: {error.message}")
            except kubernetes_validate.SchemaNotFoundError as error:
                errors.append(f"{name_of(thing)}: {error.message}")
    script = Path(__file__).with_name("custom_resources.mjs")
    checked = subprocess.run([DEPS / "playwright/node", script, DEPS / "kubernetes_models"], input=json.dumps(custom), capture_output=True, text=True,
                             check=True)
    for thing, said in zip(custom, json.loads(checked.stdout), strict=True):
        errors += [f"{name_of(thing)}: there is no schema of {thing['apiVersion']}"] if said is None else [f"{name_of(thing)}: {error}" for error in said]
    return errors


def name_of(thing: dict) -> str:
    return f"{thing['kind']}/{thing['metadata'].get('name')}"


def of_kind(objects: list[dict], kind: str) -> list[dict]:
    return [thing for thing in objects if thing["kind"] == kind]


def selects(selector: dict, labels: dict) -> bool:
    return all(labels.get(key) == value for key, value in selector.items())


def seconds_of_drain(objects: list[dict]) -> int:
    return next(int(found[1]) for config in of_kind(objects, "ConfigMap") if "plyo.toml" in config["data"]
                for found in [re.search(r"^drain-timeout = (\d+)$", config["data"]["plyo.toml"], re.MULTILINE)])


def complaints(objects: list[dict]) -> list[str]:
    """What every profile has to keep, whatever is set: by object, in words."""
    found = []
    for thing in objects:
        complain = functools.partial(lambda name, text: found.append(f"{name}: {text}"), name_of(thing))
        if thing["kind"] == "ConfigMap":
            for key, text in thing["data"].items():
                if re.search(r"://[^/\s\"]*:[^/\s\"]*@|sha256:[0-9a-f]{64}|secret[-_]?(access)?[-_]?key|password", text, re.IGNORECASE):
                    complain(f"{key} holds a secret")
        if thing["kind"] == "Secret":
            complain("secrets are made elsewhere")
        if thing["kind"] == "ServiceAccount" and thing.get("automountServiceAccountToken") is not False:
            complain("its token is mounted")
        if thing["kind"] == "Ingress" and not thing["spec"].get("tls"):
            complain("it has no TLS")
        if thing["kind"] == "Rollout":
            steps = [next(iter(step)) for step in thing["spec"]["strategy"]["canary"]["steps"]]
            target = thing["spec"].get("workloadRef", {}).get("name")
            if not any(one["metadata"]["name"] == target and "replicas" not in one["spec"] for one in of_kind(objects, "Deployment")):
                complain("it takes over no Deployment")
            if steps != ["setWeight", "analysis"] * (len(steps) // 2):
                complain("a step is not judged")
            if thing["spec"]["strategy"]["canary"].get("maxUnavailable") != 0:
                complain("an upgrade ends pods before others are ready")
        if thing["kind"] != "Deployment":
            continue
        pod, labels = thing["spec"]["template"]["spec"], thing["spec"]["template"]["metadata"]["labels"]
        keeps_files = any("persistentVolumeClaim" in volume for volume in pod["volumes"])
        for text, fine in {
            "its token is mounted": pod.get("automountServiceAccountToken") is False,
            "Services become settings": pod.get("enableServiceLinks") is False,
            "it may run as root": pod.get("securityContext", {}).get("runAsNonRoot") is True and pod["securityContext"].get("runAsUser", 0) > 0,
            "it has no seccomp profile": pod.get("securityContext", {}).get("seccompProfile") == {"type": "RuntimeDefault"},
            "an upgrade ends pods before others are ready": keeps_files or thing["spec"]["strategy"].get("rollingUpdate", {}).get("maxUnavailable") == 0,
            "pods of a role share a volume": not keeps_files or (thing["spec"].get("replicas") == 1 and thing["spec"]["strategy"]["type"] == "Recreate"),
            "it is not spread": keeps_files or {one["topologyKey"] for one in pod.get("topologySpreadConstraints", [])} ==
                                {"topology.kubernetes.io/zone", "kubernetes.io/hostname"},
            "it has no PodDisruptionBudget": keeps_files or any(selects(one["spec"]["selector"]["matchLabels"], labels)
                                                                for one in of_kind(objects, "PodDisruptionBudget")),
            "no NetworkPolicy refuses what is not allowed": any(
                set(one["spec"]["policyTypes"]) == {"Ingress", "Egress"} and not one["spec"]["podSelector"].get("matchExpressions") and
                selects(one["spec"]["podSelector"]["matchLabels"], labels) for one in of_kind(objects, "NetworkPolicy")),
        }.items():
            if not fine:
                complain(text)
        for container in [*pod["containers"], *pod.get("initContainers", [])]:
            closed, resources = container.get("securityContext", {}), container.get("resources", {})
            sleep = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
            for text, fine in {
                "its root file system can be written": closed.get("readOnlyRootFilesystem") is True,
                "it may gain privileges": closed.get("allowPrivilegeEscalation") is False,
                "it has capabilities": closed.get("capabilities") == {"drop": ["ALL"]},
                "it has no limits": {"cpu", "memory"} <= resources.get("limits", {}).keys(),
                "it requests nothing": {"cpu", "memory"} <= resources.get("requests", {}).keys(),
                "readiness is not /readyz": container.get("readinessProbe", {}).get("httpGet", {}).get("path") == "/readyz",
                "liveness is not /healthz": container.get("livenessProbe", {}).get("httpGet", {}).get("path") == "/healthz",
                "it has no startup probe": "startupProbe" in container,
                "it is told to end while it still gets sessions": sleep > 0,
                "it is killed before its sessions are measured": pod["terminationGracePeriodSeconds"] >= sleep + seconds_of_drain(objects) + 10,
                "a secret is written out": all("value" not in one for one in container["env"] if re.search("DATABASE|NATS|AWS_", one["name"])),
            }.items():
                if not fine:
                    complain(text)
    return found
