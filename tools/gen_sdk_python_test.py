#!/usr/bin/python3
"""The drift check of tools/gen_sdk_python.py must see a changed contract and a changed output, and refuse an operation that has no
place in the client."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "sdk/python/src/plyo"


class GenSdkPython(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.tree = Path(self.folder.name)
        for folder in ("contract", PACKAGE):
            shutil.copytree(ROOT / folder, self.tree / folder)
        (self.tree / "tools").mkdir()
        shutil.copy(ROOT / "tools/gen_sdk_python.py", self.tree / "tools")

    def generate(self, *arguments: str) -> int:
        command = ["/usr/bin/python3", self.tree / "tools/gen_sdk_python.py", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.tree / file).read_text(encoding="utf-8")
        self.assertIn(old, text)
        (self.tree / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def text(self, name: str) -> str:
        return (self.tree / PACKAGE / name).read_text(encoding="utf-8")

    def test_tree_is_current(self) -> None:
        self.assertEqual(self.generate("--check"), 0)

    def test_edited_output_is_drift(self) -> None:
        self.change(f"{PACKAGE}/_resources.py", "def export(", "def dump(")
        self.assertEqual(self.generate("--check"), 1)

    def test_changed_contract_is_drift_until_generated(self) -> None:
        self.change("contract/openapi.yaml", "        mass_kg: {type: number, minimum: 10", "        shoe_m: {type: number}\n        mass_kg: {type: number, minimum: 10")
        self.assertEqual(self.generate("--check"), 1)
        self.assertEqual(self.generate(), 0)
        self.assertEqual(self.generate("--check"), 0)
        self.assertIn("shoe_m: Optional[float] = None", self.text("_async_resources.py"))

    def test_every_error_has_its_class(self) -> None:
        self.change("contract/errors.yaml", "- id: quota_exceeded", "- id: purse_empty")
        self.assertEqual(self.generate(), 0)
        self.assertIn("class PurseEmptyError(ApiError):", self.text("errors.py"))

    def test_an_operation_without_a_place_is_refused(self) -> None:
        self.change("contract/openapi.yaml", "operationId: get_usage", "operationId: get_use")
        self.assertEqual(self.generate(), 1)


if __name__ == "__main__":
    sys.exit(unittest.main())
