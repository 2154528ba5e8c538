"""Tests of bench/scaling: the queue against what is known of queues and what was measured, the service against its own rules."""
import dataclasses
import math
import pathlib
import sys
import unittest

BENCH = pathlib.Path(__file__).resolve().parents[1]
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCH))
from scaling import arrivals, delay, figures, policies, service  # noqa: E402

PLAIN = figures.Costs(decode=0, pose=5, analysis=0, front=0, detector=0)
ALWAYS = delay.CONTINUOUS


def chart() -> figures.Chart:
    """As that of `production` is written; what the chart really says is compared with it where there is a helm."""
    return figures.Chart(4, 3, 30, 15, 15.0, {}, {"load": 0.6, "room": 1.0}, 65, 8,
                         figures.Behaviour((("Percent", 100, 30), ("Pods", 2, 30)), (("Pods", 1, 300),), 0, 900))


class Queue(unittest.TestCase):
    def test_one_session_never_waits(self):
        delays, used = delay.simulate(ALWAYS, 1, PLAIN, 60)
        self.assertAlmostEqual(max(delays), 5)
        self.assertAlmostEqual(used, 30 * 0.005, places=2)

    def test_the_mean_lies_below_that_of_m_d_1_and_nears_it_with_many_sessions(self):
        """Pictures that come at even intervals wait for less than those that come at random, by the formula of Pollaczek and Khinchine; many
        sessions in random phases look like random ones."""
        waits = []
        for sessions, ms in ((4, 5.0), (40, 0.5)):
            costs = dataclasses.replace(PLAIN, pose=ms)
            load = sessions * 30 * ms / 1e3
            random_wait = load * ms / (2 * (1 - load))
            all_ = [value for seed in range(20) for value in delay.simulate(ALWAYS, sessions, costs, 12, seed)[0]]
            waits.append((sum(all_) / len(all_) - ms) / random_wait)
        self.assertLess(waits[0], waits[1])
        self.assertLess(waits[1], 1.05)
        self.assertGreater(waits[1], 0.5)

    def test_two_in_step_wait_for_each_other(self):
        """D/D/1: of two pictures that come at once one waits for exactly the other."""
        together = type("Chance", (), {"uniform": lambda self, low, high: low, "randrange": lambda self, most: 0})()
        original = delay.random.Random
        delay.random.Random = lambda seed: together
        try:
            delays, _ = delay.simulate(ALWAYS, 2, PLAIN, 20)
        finally:
            delay.random.Random = original
        self.assertEqual({round(value, 6) for value in delays}, {5.0, 10.0})

    def test_a_worker_with_too_much_to_do_is_busy_all_the_time_and_shows_fewer(self):
        delays, used = delay.simulate(ALWAYS, 10, PLAIN, 30)
        self.assertGreater(used, 0.99)
        self.assertLess(len(delays), 10 * 30 * 28)
        self.assertLess(delay.quantile(delays, 0.95), 60)

    def test_who_stands_takes_less(self):
        moving, coaching = (delay.simulate(profile, 6, figures.costs(), 60)[1] for profile in (delay.CONTINUOUS, delay.COACHING))
        self.assertLess(coaching, 0.65 * moving)

    def test_it_is_where_it_was_measured_where_a_worker_is_nearly_full(self):
        cores = figures.measured().cores
        held = figures.rows("load-continuous-lite")
        full = [line for line in held if line.cores > 0.8 * cores] or held[-1:]
        for line in full:
            delays = delay.of_machine(delay.CONTINUOUS, line.sessions, cores)
            self.assertLess(abs(math.log(delay.quantile(delays, 0.95) / line.p95_ms)), math.log(1.6), line)


class Policies(unittest.TestCase):
    def test_within_its_tolerance_the_autoscaler_leaves_things_alone(self):
        self.assertEqual([policies.autoscaler(value, 0.6, 4) for value in (2.2, 2.6, 2.7, 2.1)], [4, 4, 5, 4])

    def test_no_room_means_one_more_however_many_there_are(self):
        policy = policies.Occupancy(chart())
        for count in range(1, 200):
            seen = policies.Seen(0, count, count, load=0.3 * count, room=chart().live_room - 1)
            self.assertGreater(policy.wants(seen), count)
            self.assertLessEqual(policy.wants(dataclasses.replace(seen, room=chart().live_room)), count)

    def test_limits_up(self):
        limits = policies.Limits(chart().behaviour, 3, 30)
        self.assertEqual([limits.apply(at, asked, 30) for at, asked in ((0, 3), (15, 6), (31, 6))], [6, 6, 12])

    def test_limits_down(self):
        limits = policies.Limits(chart().behaviour, 3, 30)
        self.assertEqual(limits.apply(0, 10, 10), 10)
        self.assertEqual(limits.apply(600, 10, 3), 10, "a quarter of an hour has to agree")
        self.assertEqual([limits.apply(at, asked, 3) for at, asked in ((901, 10), (916, 9), (1202, 9))], [9, 9, 8])
        self.assertEqual(limits.apply(9000, 3, 0), 3)

    def test_steps_wait_for_their_effect(self):
        policy = policies.Steps()
        self.assertEqual([policy.wants(policies.Seen(at, asked, 4, load=3.8)) for at, asked in ((0, 4), (15, 8), (60, 8))], [8, 8, 12])


class Service(unittest.TestCase):
    def all_policies(self, curve: arrivals.Curve) -> list:
        each = service.capacity(curve.profile, 4)
        return [policies.Fixed("fixed", 2), policies.Cpu(chart()), policies.Steps(), policies.Occupancy(chart()), policies.Trend(chart(), each, 60),
                policies.Scheduled(chart(), curve.timetable, each)]

    def test_nobody_is_lost(self):
        for curve in (arrivals.burst(), arrivals.evening()):
            for policy in self.all_policies(curve):
                out = service.run(curve, policy, chart())
                self.assertEqual(out.came, out.finished + out.live + out.waiting + out.browser, policy.name)
                self.assertEqual(out.waiting, 0, "all have come and nobody waits for ever")

    def test_no_instance_holds_more_than_it_admits(self):
        curve = arrivals.burst()
        most = service.capacity(curve.profile, 4)
        for policy in self.all_policies(curve):
            for _, sessions, _, ready in service.run(curve, policy, chart()).history:
                self.assertLessEqual(sessions, most * ready)

    def test_a_worker_admits_as_live_admission_does(self):
        """Room and Admits of libs/pipeline/src/live_admission.cc, by hand: ten on a core for 0.64, 4.05 and 0.64 ms."""
        costs = figures.Costs(0.64, 4.05, 0.64, 0.26, 5.92)
        load = service.expected(costs, 0.35)
        self.assertAlmostEqual(load.mean, 0.0776, places=4)
        self.assertAlmostEqual(load.variance, 0.00365, places=5)
        self.assertEqual(service.Worker(figures.Admission(0.35, 0.95, 0.84), load, load).room(), 10)

    def test_the_same_seed_gives_the_same(self):
        first, again = (service.run(arrivals.burst(3), policies.Occupancy(chart()), chart()) for _ in range(2))
        self.assertEqual(dataclasses.asdict(first), dataclasses.asdict(again))
        self.assertNotEqual(arrivals.school_day(1).athletes, arrivals.school_day(2).athletes)

    def test_more_instances_refuse_fewer(self):
        curve = arrivals.burst()
        enough = math.ceil(max(curve.together()) / service.capacity(curve.profile, 4)) + 1
        refused = [len(service.run(curve, policies.Fixed("fixed", count), chart()).refused) for count in (1, enough // 2, enough)]
        self.assertEqual(refused, sorted(refused, reverse=True))
        self.assertEqual(refused[-1], 0)

    def test_a_timetable_that_is_kept_leaves_nobody_outside(self):
        curve = arrivals.school_day()
        each = service.capacity(curve.profile, 4)
        self.assertEqual(len(service.run(curve, policies.Scheduled(chart(), curve.timetable, each), chart()).refused), 0)
        self.assertGreater(len(service.run(curve, policies.Occupancy(chart()), chart()).refused), 0)

    def test_moved_sessions_come_back(self):
        """One goes down with everybody, and all are held by the other in the end."""
        athletes = [arrivals.Athlete(k, 5000) for k in range(10)]
        curve = arrivals.made("few", "", delay.COACHING, athletes, 2000)
        quick = dataclasses.replace(chart(), least=1, behaviour=dataclasses.replace(chart().behaviour, down_window_s=60, down=(("Pods", 1, 60),)))
        out = service.run(curve, policies.Occupancy(quick), quick, begin=2)
        self.assertGreater(out.moved, 0)
        self.assertEqual((out.live, out.browser), (10, 0))


@unittest.skipUnless(pathlib.Path(figures.helm()).exists(), "helm is not here")
class OfTheChart(unittest.TestCase):
    def test_it_is_what_these_tests_reckon_with(self):
        real = figures.chart()
        self.assertEqual(dataclasses.replace(real, queries={}), chart())

    def test_the_queries_are_those_that_the_policy_answers(self):
        """Occupancy.values says what they give; who changes the one has to change the other."""
        series = 'namespace="plyo",service="plyo-metrics",role="live"'
        room = f"plyo_live_room_sessions{{{series}}}"
        self.assertEqual(figures.chart().queries, {
            "load": f"sum(plyo_live_load_ratio{{{series}}})",
            "room": f"(count({room}) + ceil(count({room}) / 9)) * (sum({room}) < bool {chart().live_room})"})


if __name__ == "__main__":
    unittest.main()
