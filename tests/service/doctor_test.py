"""`plyo doctor`: what a machine lacks, and what to do."""
import json
import subprocess

import pytest
from serve_support import binary


def doctor(*arguments: object, status: int) -> str:
    done = subprocess.run([binary(), "doctor", *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == status, done
    return done.stdout


@pytest.fixture
def page(tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web/index.html").write_text("<p>page</p>")
    return tmp_path / "web"


def findings(*arguments: object, status: int) -> dict[str, dict]:
    document = json.loads(doctor("--json", *arguments, status=status))
    assert document["schema"] == "plyo.doctor/1" and document["version"]
    return {finding["what"]: finding for finding in document["findings"]}


def test_a_machine_that_builds_plyo_lacks_nothing(tmp_path, page):
    found = findings("--data", tmp_path / "data", "--web", page, status=0)
    assert {"processor", "memory", "sandbox", "model lite", "model full", "model heavy", "page", "data folder"} <= set(found)
    assert all(finding["state"] != "missing" and (finding["state"] == "fine") == (finding["remedy"] == "") for finding in found.values())
    assert "not made yet" in found["data folder"]["found"] and not (tmp_path / "data").exists(), "to look leaves nothing behind"


def test_what_is_missing_is_named_with_its_remedy(tmp_path, page):
    (tmp_path / "file").write_text("")
    found = findings("--data", tmp_path / "file/data", "--web", tmp_path, "--database", "postgres://plyo:hidden@127.0.0.1:1/plyo",
                     "--nats", "nats://127.0.0.1:1", status=2)
    for what in ("page", "data folder", "records", "news"):
        assert found[what]["state"] == "missing" and found[what]["remedy"], found[what]
    assert "hidden" not in str(found)
    text = doctor("--data", tmp_path / "file/data", "--web", page, status=2)
    assert "data folder" in text and "--data" in text
