#!/usr/bin/python3
"""Plants mistakes in a copy of the tree and expects tools/check_layers to find each of them, and nothing without one."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class CheckLayers(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.tree = Path(self.folder.name)
        for part in ("libs", "apps", "tools"):
            if (ROOT / part).exists():
                shutil.copytree(ROOT / part, self.tree / part, ignore=shutil.ignore_patterns("cases", "*.csv", "__pycache__"))

    def complaints(self) -> str:
        run = subprocess.run([ROOT / "tools/check_layers", self.tree], capture_output=True, text=True, check=False)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        self.assertEqual(run.returncode == 1, bool(run.stderr))
        return run.stderr

    def expect_found(self, *words: str) -> None:
        before = CheckLayers.clean
        found = [line for line in self.complaints().splitlines() if line not in before]
        self.assertTrue(any(all(word in line for word in words) for line in found), f"{words} not in {found}")

    def plant(self, file: str, text: str) -> None:
        path = self.tree / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")

    # What the tree as it is makes it say; ./dev test runs check_layers on that itself.
    clean: list[str] = []

    @classmethod
    def setUpClass(cls) -> None:
        run = subprocess.run([ROOT / "tools/check_layers", ROOT], capture_output=True, text=True, check=False)
        cls.clean = run.stderr.splitlines()

    def test_the_copy_is_as_clean_as_the_tree(self) -> None:
        self.assertEqual(self.complaints().splitlines(), self.clean)

    def test_upward_include(self) -> None:
        self.plant("libs/kinematics/src/planted.cc", '#include "plyo/video/frame.h"\n')
        self.expect_found("planted.cc", "kinematics may not depend on video")

    def test_upward_include_in_a_header(self) -> None:
        self.plant("libs/base/include/plyo/base/planted.h", '#include "plyo/kinematics/sport.h"\n')
        self.expect_found("planted.h", "base may not depend on kinematics")

    def test_upward_dependency_in_cmake(self) -> None:
        self.plant("libs/base/CMakeLists.txt", "plyo_library(x DEPS plyo::kinematics)\n")
        self.expect_found("libs/base/CMakeLists.txt", "base may not depend on kinematics")

    def test_one_sport_in_another(self) -> None:
        for sport in ("planted_a", "planted_b"):
            self.plant(f"libs/sports/{sport}/CMakeLists.txt", f"plyo_library(sports_{sport})\n")
            self.plant(f"libs/sports/{sport}/include/plyo/sports/{sport}/x.h", "#pragma once\n")
        self.plant("libs/sports/planted_a/a.cc", '#include "plyo/sports/planted_b/x.h"\n')
        self.expect_found("a.cc", "sports/planted_a may not depend on sports/planted_b")

    def test_a_way_around_the_include_roots(self) -> None:
        self.plant("libs/base/src/planted.cc", '#include "../../video/include/plyo/video/frame.h"\n')
        self.expect_found("planted.cc", "by a way out of its folder")

    def test_outside_library_in_the_core(self) -> None:
        self.plant("libs/kinematics/src/planted.cc", "#include <opencv2/core.hpp>\n")
        self.expect_found("planted.cc", "kinematics may not depend on opencv")

    def test_googletest_outside_of_tests(self) -> None:
        self.plant("libs/base/src/planted.cc", "#include <gtest/gtest.h>\n")
        self.expect_found("planted.cc", "base may not depend on gtest")

    def test_unused_allowance(self) -> None:
        self.plant("tools/layers.txt", "\nmay planted: base\n")
        self.expect_found("nothing uses 'may planted: base'")

    def test_undeclared_library(self) -> None:
        self.plant("libs/planted/CMakeLists.txt", "plyo_library(planted)\n")
        self.expect_found("planted: no line")


if __name__ == "__main__":
    sys.exit(unittest.main())
