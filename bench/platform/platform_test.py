"""Tests that the made-up store is made as the service makes it, and that the benchmark runs with small numbers on the binary of PLYO_BINARY."""
import pathlib
import re
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent)]
import clients  # noqa: E402
import million  # noqa: E402
import stores  # noqa: E402


class Ids(unittest.TestCase):
    def test_they_sort_by_time_and_read_like_those_of_the_service(self):
        times = [1_795_966_371_883_000 + step for step in (0, 1000, 10**6, 10**9, 10**13)]
        made = [million.new_id("ana", at) for at in times]
        self.assertEqual(made, sorted(made))
        self.assertTrue(all(re.fullmatch("ana_[0-9a-hjkmnp-tv-z]{26}", one) for one in made))
        # One that the service made at that time.
        self.assertEqual(million.new_id("ana", 1_795_966_371_936_000)[:14], "ana_01m8kz0230jzqpzev9gwdgnbxe"[:14])


class Figures(unittest.TestCase):
    def test_a_quantile_is_what_that_share_did_not_exceed(self):
        answers = clients.Answers(ms=list(range(100, 0, -1)))
        self.assertEqual([answers.p(share) for share in (0.5, 0.95, 1)], [50, 95, 100])
        self.assertEqual(clients.Answers(ms=[7]).p(0.95), 7)


class Smoke(unittest.TestCase):
    def test_every_part_runs(self):
        if why := stores.missing():
            self.skipTest(why)
        done = subprocess.run([HERE / "run", "--quick"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        for name in ("create", "throughput", "claims", "list"):
            self.assertIn(f"<!-- bench:platform-{name} -->", done.stdout)


if __name__ == "__main__":
    unittest.main()
