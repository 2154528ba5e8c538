"""What Prometheus, Alertmanager and Grafana are given, as the tests read it."""

import json
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/service"), str(ROOT / "deploy/up")]  # servers, their callers and a receiver of webhooks
PROMETHEUS = ROOT / "deploy/prometheus"
RULES = sorted(PROMETHEUS.glob("rules/*.yml"))
TESTS = sorted(PROMETHEUS.glob("tests/*.yml"))
DASHBOARDS = sorted(ROOT.glob("deploy/grafana/dashboards/*.json"))
RUNBOOKS = ROOT / "docs/operate/runbooks"
ASKED = [*sorted(RUNBOOKS.glob("*.md")), ROOT / "docs/operate/incident.md"]  # pages with queries


def read(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(kind: str) -> list[dict]:
    """Of the kind `alert` or `record`."""
    return [rule for path in RULES for group in read(path)["groups"] for rule in group["rules"] if kind in rule]


def panels(path: Path) -> list[dict]:
    return [panel for panel in json.loads(path.read_text(encoding="utf-8"))["panels"] if panel["type"] != "row"]


def runbook_queries(path: Path) -> list[str]:
    """Each line of the blocks of PromQL."""
    blocks = re.findall(r"^```promql\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line and not line.startswith("#")]


def blocks(path: Path) -> list[str]:
    """What a page has people type, block by block."""
    return re.findall(r"^```\w*\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def metrics_of(query: str) -> set[str]:
    """The figures of Plyo and of the blackbox exporter that it names; what rules record has colons."""
    without_strings = re.sub(r'"[^"]*"', "", query)
    return set(re.findall(r"(?<![\w:])(?:plyo|process|probe)_\w+(?![\w:])", without_strings))
