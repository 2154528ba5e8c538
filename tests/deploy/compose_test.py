"""deploy/compose, which is read here and not run: the components of `./dev up full` in the same roles, each closed in."""

import os
import re
import subprocess
import tomllib

import pytest
import yaml
from deploy_support import ROOT
from full import COMPONENTS, ROLES
from serve_support import serving


def compose(name: str, folder, **env: str) -> dict:
    """As a program for such files reads it; its own problems are an AssertionError."""
    done = subprocess.run(["docker-compose", "-f", folder / name, "config"], capture_output=True, text=True, timeout=240, check=False,
                          env={"PATH": os.environ["PATH"], "PLYO_VERSION": "1.0.0", "PLYO_HOST": "coach.example", **env})
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load(done.stdout)
    for service in made["services"].values():  # which it would say only when it starts them
        assert set(service.get("networks", {})) <= set(made.get("networks", {}))
        assert {each if isinstance(each, str) else each["source"] for each in service.get("secrets", [])} <= set(made.get("secrets", {}))
    return made


@pytest.fixture
def files(tmp_path):
    """deploy/, with secrets."""
    subprocess.run(["cp", "-a", ROOT / "deploy", tmp_path / "deploy"], check=True)
    subprocess.run([tmp_path / "deploy/compose/make-secrets"], check=True, capture_output=True,
                   env={**os.environ, "PLYO": os.environ["PLYO_SERVE_BINARY"]})
    return tmp_path / "deploy/compose"


def test_compose_has_the_same_components_and_roles(files):
    services = compose("compose.yaml", files)["services"]
    assert set(services) == {*COMPONENTS, "grafana"}
    roles = {name: service["command"][2] for name, service in services.items() if service["image"] == "plyo:1.0.0"}
    assert roles == ROLES
    targets = yaml.safe_load((files / "targets/plyo.yml").read_text(encoding="utf-8"))
    assert {target.split(":")[0]: entry["labels"]["role"] for entry in targets for target in entry["targets"]} == ROLES
    doors = yaml.safe_load((files / "doors/haproxy.yml").read_text(encoding="utf-8"))
    assert [target for entry in doors for target in entry["targets"]] == [f"https://{services['api1']['environment']['PLYO_ALLOW_HOST']}"]
    named = re.findall(r"_file: (\S+)", (files.parent / "alertmanager/alertmanager.yml").read_text(encoding="utf-8"))
    assert {secret["target"] for secret in services["alertmanager"]["secrets"]} == set(named)
    behind = {value.split(":")[0] for name, value in services["haproxy"]["environment"].items() if re.fullmatch(r"(API|LIVE)_\d", name)}
    assert behind == {name for name, role in ROLES.items() if role != "worker"}


@pytest.mark.parametrize("name", ["compose.yaml", "compose.dev.yaml"])
def test_containers_are_closed_in(files, name):
    made = compose(name, files)
    for service in made["services"].values():
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["security_opt"] == ["no-new-privileges:true"]
        assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
        image, _, version = service["image"].rpartition(":")
        assert image and re.search(r"\d+\.\d+\.\d+|\d+\.\d+", version) and "latest" not in version
        for volume in service.get("volumes", []):
            source = str(volume if isinstance(volume, str) else volume["source"]).split(":")[0]
            assert not source.startswith("/") or os.path.exists(source), source
        assert not re.search("password|secret", " ".join(f"{key}={value}" for key, value in service.get("environment", {}).items()
                                                         if not str(value).startswith("/run/secrets/") and key != "ROOT_SECRET_KEY"),
                             re.IGNORECASE)
    for secret in made.get("secrets", {}).values():
        assert os.path.exists(secret["file"])


def test_the_database_has_connections_for_every_instance_twice(files):
    services = compose("compose.yaml", files)["services"]
    instances = [service for service in services.values() if service["image"] == "plyo:1.0.0"]
    [most] = [int(word.removeprefix("max_connections=")) for word in services["postgres"]["command"] if word.startswith("max_connections=")]
    assert most >= 2 * 32 * len(instances)


def test_the_page_says_how_large_a_machine_it_takes(files):
    limits = {name: service["deploy"]["resources"]["limits"] for name, service in compose("compose.yaml", files)["services"].items()}
    mebibytes = {name: float(limit["memory"][:-1]) * {"M": 1, "G": 1024}[limit["memory"][-1]] for name, limit in limits.items()}
    whole, processors = sum(mebibytes.values()) / 1024, sum(float(limit["cpus"]) for limit in limits.values())
    page = (ROOT / "docs/operate/full.md").read_text(encoding="utf-8")
    assert (f"add up to {whole:.1f} GiB of memory, of which {(mebibytes['worker1'] + mebibytes['worker2']) / 1024:.0f} are the two workers', and to {processors:.0f} processors" in page
            and f"Without `worker2` it is {whole - mebibytes['worker2'] / 1024:.1f} GiB" in page), (whole, processors)


@pytest.mark.parametrize(("name", "service"), [("compose.yaml", "worker1"), ("compose.dev.yaml", "plyo")])
def test_jobs_leave_the_rest_of_their_container_a_gibibyte(files, name, service):
    made = compose(name, files)["services"][service]
    shared = tomllib.loads((files / "plyo.toml").read_text(encoding="utf-8")) if name == "compose.yaml" else {}
    told = dict(zip(made["command"], made["command"][1:]))
    jobs, each = int(told.get("--jobs", shared.get("jobs", 1))), int(told.get("--job-memory", shared.get("job-memory", 4)))
    assert 1 + jobs * each <= int(made["deploy"]["resources"]["limits"]["memory"].removesuffix("G"))


def test_the_program_takes_the_settings_of_compose(files, tmp_path):
    text = (files / "plyo.toml").read_text(encoding="utf-8").replace("/run/secrets", str(files / "secrets"))
    (tmp_path / "plyo.toml").write_text(text, encoding="utf-8")
    done = subprocess.run([os.environ["PLYO_SERVE_BINARY"], "serve", "--config", tmp_path / "plyo.toml", "--role", "live", "--print-config"],
                          capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0 and 'blobs="s3://plyo-files"' in done.stdout.replace(" ", ""), done.stdout + done.stderr


def test_who_watches_finds_the_others_and_is_found_by_nobody_else(files):
    services = compose("compose.yaml", files)["services"]

    def listed(folder: str) -> list[dict]:
        return [entry for path in sorted((files / folder).glob("*.yml")) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]

    def meet(one: str, other: str) -> bool:
        return bool(set(services[one]["networks"]) & set(services[other]["networks"]))

    # By names, which hold where a container is started anew; its network as such would not.
    assert not [name for name, service in services.items() if "network_mode" in service]
    source = (files / "datasources/prometheus.yml").read_text(encoding="utf-8")
    asked = [("grafana", yaml.safe_load(source)["datasources"][0]["url"].removeprefix("http://"))]
    asked += [("prometheus", target) for folder in ("alertmanagers", "balancers", "targets") for entry in listed(folder) for target in entry["targets"]]
    asked += [("prometheus", entry["labels"]["__exporter__"]) for entry in listed("doors")]
    for one, address in asked:
        assert meet(one, address.split(":")[0]), address
    assert meet("blackbox", "haproxy")
    assert {name for name in services if meet("blackbox", name)} == {"prometheus", "alertmanager", "blackbox", "grafana", "haproxy"}
    assert source == (files.parent / "grafana/provisioning/datasources/prometheus.yml").read_text(encoding="utf-8").replace("127.0.0.1", "prometheus")


def test_prometheus_is_answered_by_the_names_of_its_targets(files, tmp_path):
    services = compose("compose.yaml", files)["services"]
    targets = [target for entry in yaml.safe_load((files / "targets/plyo.yml").read_text(encoding="utf-8")) for target in entry["targets"]]
    settings = tomllib.loads((files / "plyo.toml").read_text(encoding="utf-8"))
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    for target in targets:
        name, port = target.split(":")
        assert int(port) == settings["metrics-port"]
        # In a name space of its own, as a container: without `hostname` it is called by its id.
        called = ["unshare", "--uts", *as_root, "sh", "-c", 'hostname "$0" && exec "$@"', services[name].get("hostname", "0123456789ab")]
        with serving(tmp_path / name, "--listen", settings["listen"], "--metrics-listen", settings["metrics-listen"], "--behind-proxy",
                     "--role", services[name]["command"][2], "--workers", "1", before=called) as server:
            assert server.request("/metrics", port=server.metrics_port, Host=target)[0].status == 200, target


def test_the_first_key_is_not_made_elsewhere_than_where_the_service_looks(files, tmp_path):
    (files / "secrets/database").write_text("postgres://plyo@127.0.0.1:1/plyo", encoding="utf-8")  # where nobody answers
    text = (files / "plyo.toml").read_text(encoding="utf-8").replace("/run/secrets", str(files / "secrets")).replace("/var/lib/plyo", f"{tmp_path}/data")
    (tmp_path / "plyo.toml").write_text(text, encoding="utf-8")
    settings = compose("compose.yaml", files)["services"]["api1"]["environment"]
    assert settings["PLYO_CONFIG"] == "/etc/plyo/plyo.toml"
    env = {**os.environ, **settings, "PLYO_CONFIG": str(tmp_path / "plyo.toml"), "AWS_SHARED_CREDENTIALS_FILE": str(files / "secrets/s3.keys")}
    done = subprocess.run([os.environ["PLYO_SERVE_BINARY"], "admin", "create-key", "--name", "laptop"], capture_output=True, text=True, check=False, timeout=240, env=env)
    assert done.returncode == 2 and done.stdout == "" and not (tmp_path / "data/plyo.db").exists(), done


@pytest.mark.parametrize("wrong", [("  haproxy:\n", "  haproxy:\n    imagine: 1\n"), ("networks: [inside]", "networks: [nowhere]"),
                                   ("secrets: [postgres.password]", "secrets: [postgres.pasword]"), ("  nats:\n", "  queue:\n"),
                                   ("role, api", "role, live")])
def test_what_is_wrong_in_compose_is_noticed(files, wrong):
    text = (files / "compose.yaml").read_text(encoding="utf-8")
    assert wrong[0] in text
    (files / "compose.yaml").write_text(text.replace(*wrong), encoding="utf-8")
    with pytest.raises(AssertionError):
        test_compose_has_the_same_components_and_roles(files)
