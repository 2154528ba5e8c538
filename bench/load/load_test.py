"""Tests of what bench/load counts: a picture without an answer, one that was caught up, an onset that was missed."""
import pathlib
import sys
import types
import unittest

BENCH = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCH))
from load import fleet, media  # noqa: E402
from load.session import Session  # noqa: E402

FRAME_S = 1 / media.FPS
IDLE = types.SimpleNamespace(watch=types.SimpleNamespace(between=lambda begin, end: (0.0, 0.0)))
TEN_SECONDS = [(b"", True)] * 300


def run_of(session: Session, jumps: list) -> fleet.Run:
    return fleet.Run(media.Media("h264", TEN_SECONDS, jumps), [session], 0, 100, 1.0, IDLE)


def answer(sequence: int, total_ms: float) -> tuple:
    """Received 1 ms after it was done."""
    return (sequence, sequence * FRAME_S + (total_ms + 1) / 1e3, 0, 0, 0, 0, total_ms)


class Figures(unittest.TestCase):
    def test_an_unanswered_picture_waits_for_the_next_answer(self):
        session = Session(0, 0, 100, sent=300)
        session.answers = [answer(number, 10) for number in range(300) if number != 200]
        figures = fleet.figures(run_of(session, []), 0, 100, everything=True)
        counted = 300 - fleet.SETTLE_S * media.FPS
        self.assertEqual((figures.due, figures.answered, figures.caught_up), (counted, counted - 1, 1))
        self.assertAlmostEqual(max(figures.end_to_end), 11 + 1e3 * FRAME_S, places=3)
        self.assertEqual(len(figures.with_caught_up), counted)

    def test_what_was_never_answered_has_waited_until_the_end(self):
        session = Session(0, 0, 100, sent=300)
        session.answers = [answer(number, 10) for number in range(240)]
        figures = fleet.figures(run_of(session, []), 0, 100, everything=True)
        self.assertEqual(figures.due - figures.answered, 60)
        self.assertEqual((len(figures.with_caught_up), len(figures.end_to_end)), (figures.due, figures.due))
        self.assertAlmostEqual(max(figures.with_caught_up), 60 * 1e3 * FRAME_S)
        self.assertGreater(fleet.quantile(figures.end_to_end, 0.95), 1000)

    def test_only_pictures_around_a_jump_count_in_a_coaching_session(self):
        session = Session(0, 0, 100, sent=600)
        session.answers = [answer(number, 10) for number in range(600)]
        figures = fleet.figures(run_of(session, [media.Jump(6, 7, 8)]), 0, 100, everything=False)
        self.assertEqual(figures.due, 2 * round((1 + fleet.BEFORE_ONSET_S + fleet.AFTER_LANDING_S) * media.FPS))

    def test_a_session_that_begins_in_the_middle_of_the_cycle_has_its_jumps_earlier(self):
        session = Session(0, 0, 100, unit=120, sent=180)
        self.assertEqual(fleet.windows(run_of(session, [media.Jump(6, 7, 8)]), session, False), [(54, 105)])


class Onsets(unittest.TestCase):
    def told(self, *times: float) -> list:
        session = Session(0, 0, 100, sent=600)
        session.reps = [(0, "confirmed", number, {"movement_onset": t}, {}) for number, t in enumerate(times)]
        return fleet.onsets(run_of(session, [media.Jump(6, 7, 8)]))[1]

    def test_an_onset_is_told_missed_or_late(self):
        on_time, missed = self.told(6.01)
        self.assertAlmostEqual(on_time, 0.01)
        self.assertIsNone(missed)
        self.assertAlmostEqual(self.told(6.15, 16)[0], 0.15)


class Starts(unittest.TestCase):
    def test_those_that_play_together_are_at_the_same_place_of_the_cycle_within_a_second(self):
        places = [(start.begin - start.unit * FRAME_S) % 20 for start in fleet.starts(20, 0, 15, 60, together=True)]
        self.assertLess(max(places) - min(places), 1)

    def test_the_others_are_anywhere(self):
        places = [(start.begin - start.unit * FRAME_S) % 20 for start in fleet.starts(20, 0, 15, 60)]
        self.assertGreater(max(places) - min(places), 10)


if __name__ == "__main__":
    unittest.main()
