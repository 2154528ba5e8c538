"""The package: its types, and that it builds, installs and imports by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import plyo

PACKAGE = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow

USE = """
from typing import List
from typing_extensions import assert_type
import plyo
from plyo import models

client = plyo.Plyo()
assert_type(client.athletes.create(name="Ada"), models.Athlete)
assert_type(client.athletes.list(), plyo.Page[models.Athlete])
assert_type([one for one in client.athletes.list()], List[models.Athlete])
assert_type(client.analyses.result("ana_1").athletes[0].reps[0].metrics[0], models.Metric)
assert_type(client.analyses.file("ana_1", "a.csv"), bytes)
client.analyses.create(sport="cmj", fixture="nonsense")  # E: arg-type
client.athletes.create(nickname="Ada")  # E: call-arg
client.analyses.list(status="done")  # E: arg-type


async def main() -> None:
    client = plyo.AsyncPlyo()
    assert_type(await client.athletes.create(name="Ada"), models.Athlete)
    assert_type((await client.athletes.list()).data, List[models.Athlete])
    assert_type([one async for one in client.athletes.list()], List[models.Athlete])
    assert_type(await client.webhook_endpoints.rotate_secret("whk_1"), models.WebhookEndpointCreated)
"""


def run(*command: object, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, env=environment, **options)  # type: ignore[call-overload,no-any-return]


def test_the_package_is_typed(tmp_path):
    done = run(sys.executable, "-m", "mypy", "--cache-dir", tmp_path, cwd=PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_users_see_the_types(tmp_path):
    (tmp_path / "use.py").write_text(USE, encoding="utf-8")
    environment = {**os.environ, "MYPYPATH": str(PACKAGE / "src")}
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "use.py"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    found = {(int(line.split(":")[1]), line.rsplit("[", 1)[1].rstrip("]")) for line in done.stdout.splitlines() if ": error:" in line}
    wanted = {(number, line.rsplit("# E: ", 1)[1]) for number, line in enumerate(USE.splitlines(), 1) if "# E: " in line}
    assert found == wanted, done.stdout


def test_it_builds_installs_and_imports(tmp_path):
    done = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "dist", PACKAGE)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    (source,) = (tmp_path / "dist").glob("*.tar.gz")
    assert wheel.name == f"plyo-{plyo.__version__}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert "plyo/py.typed" in names and "plyo/live.py" in names and any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if not name.startswith(("plyo/", "plyo-"))]
    with tarfile.open(source) as archive:
        assert {f"plyo-{plyo.__version__}/{name}" for name in ("README.md", "LICENSE", "tests/test_retries.py", "src/plyo/models.py")} <= set(archive.getnames())
    # A clean environment. What the package depends on is not fetched but taken from where the tests run.
    environment = tmp_path / "venv"
    assert run(sys.executable, "-m", "venv", "--without-pip", environment).returncode == 0
    python = environment / "bin/python"
    done = run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    assert done.returncode == 0, done.stdout + done.stderr
    ((site),) = environment.glob("lib/python*/site-packages")
    (site / "tests.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    program = "import plyo, plyo.live; print(plyo.__file__, plyo.__version__, plyo.Plyo('plyo_test_x'))"
    done = run(python, "-W", "error", "-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(site / "plyo/__init__.py"), plyo.__version__, "<Plyo", "http://127.0.0.1:8080>"]
