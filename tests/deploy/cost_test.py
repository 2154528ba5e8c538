"""The tables of docs/operate/cost.md: their prices are cited, and they follow from what was measured."""

import json
import re
import shutil
import subprocess

import pytest
from conftest import ROOT

FILES = ("tools/gen_cost.py", "tools/made_part.py", "deploy/cost.json", "deploy/ecs/production.json", "bench/results/load.md", "bench/results/runtime.md", "docs/operate/cost.md")


@pytest.fixture
def tree(tmp_path):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def check(tree) -> subprocess.CompletedProcess:
    return subprocess.run(["/usr/bin/python3", "-B", tree / "tools/gen_cost.py", "--check"], capture_output=True, text=True)


def test_the_page_follows_from_its_sources(tree):
    assert check(tree).returncode == 0


@pytest.mark.parametrize(("name", "old", "new"), [
    ("deploy/cost.json", r'"value": 0\.\d+', '"value": 0.9'),
    ("deploy/ecs/production.json", r'("LiveProcessors",\s+"ParameterValue": )"4"', r'\1"8"'),
    ("bench/results/load.md", r"H\.264 of [\d.]+ Mbit/s", "H.264 of 9.9 Mbit/s"),
    ("docs/operate/cost.md", r"\*\*\d+\.\d+\*\*", "**99.99**"),
])
def test_a_change_of_any_of_them_is_noticed(tree, name, old, new):
    text = (tree / name).read_text(encoding="utf-8")
    changed = re.sub(old, new, text, count=1)
    assert changed != text
    (tree / name).write_text(changed, encoding="utf-8")
    assert "./dev gen writes it anew" in check(tree).stderr


@pytest.mark.parametrize(("plant", "said"), [
    (lambda data: data["prices"]["vcpu_hour"].update(source="hearsay"), "no source hearsay"),
    (lambda data: data["sources"][0].update(dated=""), "all needed"),
    (lambda data: data["prices"].pop("gpu_hour"), "no price cites"),
    (lambda data: data["prices"]["out_gb"].update(value=0), "positive"),
])
def test_a_price_without_a_dated_source_is_refused(tree, plant, said):
    data = json.loads((tree / "deploy/cost.json").read_text(encoding="utf-8"))
    plant(data)
    (tree / "deploy/cost.json").write_text(json.dumps(data), encoding="utf-8")
    assert said in check(tree).stderr
