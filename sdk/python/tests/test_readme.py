"""The examples of the README: that they compile, and, where a server is given, that they run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1]
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", (PACKAGE / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_there_are_examples_and_they_compile():
    assert len(EXAMPLES) == 7
    for number, example in enumerate(EXAMPLES):
        compile(example, f"README.md, example {number}", "exec")


@pytest.mark.server
@pytest.mark.skipif(not all(os.environ.get(name) for name in ("PLYO_BASE_URL", "PLYO_TEST_API_KEY")), reason="needs a server: PLYO_BASE_URL, PLYO_TEST_API_KEY")
@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example(example, tmp_path):
    paths = os.pathsep.join(filter(None, [str(PACKAGE / "src"), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PLYO_API_KEY": os.environ["PLYO_TEST_API_KEY"], "PYTHONPATH": paths}
    done = subprocess.run([sys.executable, "-W", "error", "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
