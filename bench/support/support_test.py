"""Tests of what the benchmarks share, and that every benchmark starts."""
import csv
import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCH = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCH))
from support import landmarks, measure, tables  # noqa: E402


class Measure(unittest.TestCase):
    def test_tells_status_output_and_cpu_time(self):
        done = measure.run([sys.executable, "-c", "import sys; print(sum(range(10**6))); sys.exit(7)"])
        self.assertEqual((done.status, done.stdout), (7, "499999500000\n"))
        self.assertGreater(done.cpu_s, 0)

    def test_tells_the_peak_of_the_child_alone(self):
        small, large = (measure.run([sys.executable, "-c", f"x = bytearray({size})"]).peak_mb for size in (1, 100_000_000))
        self.assertGreater(large, 100)
        self.assertLess(small, 60)

    def test_ends_on_a_status_that_was_not_expected(self):
        with self.assertRaises(SystemExit):
            measure.must(["false"])
        self.assertEqual(measure.must(["false"], statuses=(0, 1)).status, 1)


class Tables(unittest.TestCase):
    def test_a_block_is_found_again_as_it_was(self):
        text = tables.table(["a", "b"], [["x", 1]])
        self.assertEqual(text, "| a | b |\n|---|---:|\n| x | 1 |\n")
        found = tables.BLOCK.search("before\n" + tables.block("name-1", text) + "after")
        self.assertEqual((found["name"], found["text"]), ("name-1", text))


class Quote(unittest.TestCase):
    def quote(self, root: pathlib.Path, *options: str) -> int:
        return subprocess.run([sys.executable, root / "bench/quote", *options], capture_output=True).returncode

    def test_a_page_that_differs_fails_the_check_and_is_mended(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "bench/results").mkdir(parents=True)
            (root / "docs").mkdir()
            (root / "bench/quote").write_text((BENCH / "quote").read_text())
            (root / "bench/support").symlink_to(BENCH / "support")
            (root / "bench/results/a.md").write_text("# A\n" + tables.block("figures", "new"))
            page = root / "README.md"
            page.write_text("x\n" + tables.block("figures", "old") + "y\n")
            self.assertEqual(self.quote(root, "--check"), 1)
            self.assertIn("old", page.read_text())
            self.assertEqual(self.quote(root), 0)
            self.assertEqual(page.read_text(), "x\n" + tables.block("figures", "new") + "y\n")
            self.assertEqual(self.quote(root, "--check"), 0)
            page.write_text(tables.block("unknown", "old"))
            self.assertEqual(self.quote(root, "--check"), 1)


class Landmarks(unittest.TestCase):
    def test_the_truth_of_a_clip_becomes_a_table(self):
        with tempfile.TemporaryDirectory() as folder:
            table = landmarks.of_truth(BENCH.parent / "samples/cmj_01_base60.json", pathlib.Path(folder) / "true.csv")
            with table.open(newline="") as file:
                first = next(csv.DictReader(file))
            self.assertEqual((first["frame"], first["width"], len(first)), ("0", "1280", 6 + 33 * 7))
            for side in ("left", "right"):  # the two hips are level and one before the other: seen from the right
                self.assertAlmostEqual(float(first[f"{side}_hip_wy"]), 0, delta=0.02)
            self.assertGreater(float(first["left_hip_wz"]), 0.05)
            self.assertAlmostEqual(float(first["left_hip_wz"]), -float(first["right_hip_wz"]), delta=1e-4)

    def test_a_part_is_repeated_and_goes_on_from_where_it_was(self):
        heads = ["t_s", "frame", "track", *(f"{name}_x" for name in landmarks.NAMES)]
        with tempfile.TemporaryDirectory() as folder:
            single, row = pathlib.Path(folder) / "single.csv", pathlib.Path(folder) / "row.csv"
            landmarks.write(single, heads, ([f"{i / 10}", i, 1, *[10 * i] * len(landmarks.NAMES)] for i in range(5)))
            landmarks.joined(single, row, 0.1, 0.3, times=3)
            with row.open(newline="") as file:
                rows = list(csv.DictReader(file))
            self.assertEqual([int(r["frame"]) for r in rows], list(range(9)))
            for i, r in enumerate(rows):
                self.assertAlmostEqual(float(r["t_s"]), i / 10)
                self.assertAlmostEqual(float(r["nose_x"]), 10 * i)


class Commands(unittest.TestCase):
    def test_every_benchmark_says_what_it_does(self):
        for command in sorted(BENCH.glob("*/run")):
            with self.subTest(command.parent.name):
                done = subprocess.run([command, "--help"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn("bench/results", done.stdout)


if __name__ == "__main__":
    unittest.main()
