"""What the simulation is fed with: measured (bench/results), cited (deploy/cost.json), and set in the chart (deploy/helm/plyo)."""
import dataclasses
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import gen_cost  # noqa: E402

CHART = ROOT / "deploy/helm/plyo"
RELEASE = "plyo"
# What is rendered here is the autoscaling alone; rules and dashboards are put into the chart by deploy/helm/package.
WITHOUT = "monitoring.rules.enabled=false,monitoring.dashboards.enabled=false"


def number(cell: str) -> float:
    return float(re.search(r"[-+]?\d[\d.]*", cell)[0])


@dataclasses.dataclass(frozen=True)
class Row:
    """A line of a table of load.md."""
    sessions: int
    p50_ms: float
    p95_ms: float
    caught_up_ms: float
    cores: float  # of the front and the workers


@functools.cache
def measured() -> gen_cost.Figures:
    return gen_cost.Figures(json.loads(gen_cost.DATA.read_text(encoding="utf-8")))


def rows(table: str) -> list:
    """The lines of load.md's table of that name in which nobody was refused."""
    lines = gen_cost.block(gen_cost.LOAD.read_text(encoding="utf-8"), table)
    return [Row(int(line[1]), number(line[3]), number(line[4]), number(line[6]), sum(map(number, line[12].split("+"))))
            for line in lines if line[2] == "0"]


@dataclasses.dataclass(frozen=True)
class Costs:
    """CPU ms of one picture, by load.md; `detector` each time that it looks for new people, by runtime.md."""
    decode: float
    pose: float
    analysis: float
    front: float
    detector: float


def costs() -> Costs:
    stages = measured().stages
    decode, pose, analysis, front = (float(stages[at]) for at in (1, 2, 3, 7))
    runtime = gen_cost.block(gen_cost.RUNTIME.read_text(encoding="utf-8"), "runtime-stages")
    detector = next(float(row[5]) for row in runtime if row[0] == "640x360, lite")
    return Costs(decode, pose, analysis, front, detector)


@dataclasses.dataclass(frozen=True)
class Admission:
    """By which a worker admits, as libs/pipeline has it."""
    share: float  # of the time that an athlete moves
    full: float  # of a core
    spread: float  # standard deviations


@functools.cache
def admission() -> Admission:
    text = "".join((ROOT / "libs/pipeline" / name).read_text(encoding="utf-8") for name in ("include/plyo/pipeline/live_admission.h", "src/live_admission.cc"))
    return Admission(*(float(re.search(rf"constexpr double {name} = ([\d.]+);", text)[1]) for name in ("kCoachingShare", "kFullLoad", "kSpread")))


@dataclasses.dataclass(frozen=True)
class Behaviour:
    """How fast the HorizontalPodAutoscaler may go."""
    up: tuple  # of (Percent or Pods, value, s)
    down: tuple
    up_window_s: float
    down_window_s: float


@dataclasses.dataclass(frozen=True)
class Chart:
    """What the chart sets for live instances."""
    cores: int
    least: int
    most: int
    poll_s: float
    scrape_s: float
    queries: dict  # by trigger
    thresholds: dict
    cpu_percent: float
    live_room: int
    behaviour: Behaviour


def helm() -> str:
    deps = pathlib.Path(os.environ.get("PLYO_DEPS", ROOT / "build/deps"))
    return str(deps / "helm/helm")


def rendered(kind: str, profile: str, *settings: str) -> dict:
    text = subprocess.run([helm(), "template", RELEASE, CHART, "--namespace", RELEASE, "--kube-version", "1.30",
                           "--values", CHART / f"profiles/{profile}.yaml", "--set", ",".join([WITHOUT, *settings]), "--show-only", "templates/autoscaling.yaml"],
                          capture_output=True, text=True, check=True).stdout
    return next(thing for thing in yaml.safe_load_all(text)
                if thing and thing["kind"] == kind and thing["metadata"]["name"] == f"{RELEASE}-live")


def behaviour(said: dict) -> Behaviour:
    def policies(way: str) -> tuple:
        return tuple((one["type"], one["value"], one["periodSeconds"]) for one in said[way]["policies"])
    return Behaviour(policies("scaleUp"), policies("scaleDown"), said["scaleUp"]["stabilizationWindowSeconds"],
                     said["scaleDown"]["stabilizationWindowSeconds"])


@functools.cache
def chart(profile: str = "production") -> Chart:
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    live = {**values["roles"]["live"], **yaml.safe_load((CHART / f"profiles/{profile}.yaml").read_text(encoding="utf-8"))["roles"]["live"]}
    spec = rendered("ScaledObject", profile)["spec"]
    triggers = {trigger["name"]: trigger["metadata"] for trigger in spec["triggers"]}
    return Chart(live["cpu"], spec["minReplicaCount"], spec["maxReplicaCount"], spec["pollingInterval"],
                 float(values["monitoring"]["serviceMonitor"]["interval"].removesuffix("s")),
                 {name: one["query"] for name, one in triggers.items()}, {name: float(one["threshold"]) for name, one in triggers.items()},
                 values["autoscaling"]["cpuPercent"], values["autoscaling"]["liveRoomSessions"],
                 behaviour(spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]))


def hour(cores: float) -> float:
    """What an instance of so many vCPU costs an hour, with the memory that cost.md reckons with."""
    return measured().hour_of(cores, 2 * cores)
