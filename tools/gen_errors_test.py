#!/usr/bin/python3
"""The drift check of tools/gen_errors.py must see a changed list and a changed output, and refuse a bad list."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "libs/base/include/plyo/base/error_code.h"


class GenErrors(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.tree = Path(self.folder.name)
        for file in ("contract/errors.yaml", "tools/gen_errors.py", HEADER, "docs/reference/errors.md"):
            (self.tree / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, self.tree / file)

    def generate(self, *arguments: str) -> int:
        command = ["/usr/bin/python3", self.tree / "tools/gen_errors.py", *arguments]
        return subprocess.run(command, capture_output=True, check=False).returncode

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.tree / file).read_text(encoding="utf-8")
        self.assertIn(old, text)
        (self.tree / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def test_tree_is_current(self) -> None:
        self.assertEqual(self.generate("--check"), 0)

    def test_edited_output_is_drift(self) -> None:
        self.change(HEADER, "kUsage,", "kMisuse,")
        self.assertEqual(self.generate("--check"), 1)

    def test_changed_list_is_drift_until_generated(self) -> None:
        self.change("contract/errors.yaml", "There is no file of that name.", "No such file.")
        self.assertEqual(self.generate("--check"), 1)
        self.assertEqual(self.generate(), 0)
        self.assertEqual(self.generate("--check"), 0)
        self.assertIn("No such file.", (self.tree / HEADER).read_text(encoding="utf-8"))

    def test_bad_lists_are_refused(self) -> None:
        for old, new in (("id: disk_full", "id: usage"), ("id: disk_full", "id: DiskFull"), ("exit: 2", "exit: 7"), ("http: 507", "http: ok")):
            with self.subTest(new=new):
                self.setUp()
                self.change("contract/errors.yaml", old, new)
                self.assertEqual(self.generate(), 1)


if __name__ == "__main__":
    sys.exit(unittest.main())
