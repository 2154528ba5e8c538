"""How many live instances there shall be. The same code decides in the simulation (service.py) and on real ones (instances)."""
import collections
import dataclasses
import math

from scaling import figures

TOLERANCE = 0.1  # of the HorizontalPodAutoscaler: within it of the target it leaves things as they are


@dataclasses.dataclass(frozen=True)
class Seen:
    """What was scraped last, and how many instances were asked for."""
    at_s: float
    asked: int
    told: int  # instances that told something
    load: float = 0  # sum of plyo_live_load_ratio
    room: int = 0  # sum of plyo_live_room_sessions
    cpu: float = 0  # of the last minute, mean share of an instance
    sessions: int = 0
    refused_each_s: float = 0


def autoscaler(value: float, target: float, asked: int) -> int:
    """Kubernetes' rule for a metric of the type AverageValue."""
    if asked and abs(value / (target * asked) - 1) <= TOLERANCE:
        return asked
    return math.ceil(value / target)


class Fixed:
    def __init__(self, name: str, count: int) -> None:
        self.name, self.count = name, count

    def wants(self, seen: Seen) -> int:
        return self.count


class Cpu:
    """The chart's `hpa`."""
    name = "CPU"

    def __init__(self, chart: figures.Chart) -> None:
        self.target = chart.cpu_percent / 100

    def wants(self, seen: Seen) -> int:
        return autoscaler(seen.cpu * seen.told, self.target, seen.asked)


class Occupancy:
    """The chart's `keda`: the share of what workers can do that is in use, and the room that is left in all."""
    name = "occupancy"

    def __init__(self, chart: figures.Chart) -> None:
        self.chart = chart

    def values(self, seen: Seen) -> dict:
        """What the chart's queries give."""
        return {"load": seen.load, "room": (seen.told + math.ceil(seen.told / 9)) * (seen.room < self.chart.live_room)}

    def of_values(self, values: dict, asked: int) -> int:
        return max(autoscaler(value, self.chart.thresholds[name], asked) for name, value in values.items())

    def wants(self, seen: Seen) -> int:
        return self.of_values(self.values(seen), seen.asked)


class Scheduled(Occupancy):
    """And before each lesson as many as it will need, by the timetable."""
    name = "occupancy and timetable"
    AHEAD_S = 300

    def __init__(self, chart: figures.Chart, timetable: tuple, each: int) -> None:
        super().__init__(chart)
        self.timetable, self.each = timetable, each

    def wants(self, seen: Seen) -> int:
        expected = sum(count for begins, ends, count in self.timetable if begins - self.AHEAD_S <= seen.at_s < ends)
        return max(super().wants(seen), math.ceil(expected / self.each) + 1 if expected else 0)


class Trend(Occupancy):
    """And where it will be when a new instance is there, if it goes on as in the last two minutes; who was refused counts."""
    name = "occupancy and trend"
    PAST_S = 120

    def __init__(self, chart: figures.Chart, each: int, start_s: float) -> None:
        super().__init__(chart)
        self.each, self.start_s = each, start_s
        self.past: collections.deque = collections.deque()

    def wants(self, seen: Seen) -> int:
        self.past.append((seen.at_s, seen.sessions))
        while seen.at_s - self.past[0][0] > self.PAST_S:
            self.past.popleft()
        begin, sessions = self.past[0]
        slope = (seen.sessions - sessions) / (seen.at_s - begin) if seen.at_s > begin else 0.0
        lead = self.start_s + self.chart.scrape_s + self.chart.poll_s
        # One who is refused asks again every few seconds.
        waiting = seen.refused_each_s * RETRY_S
        will = seen.sessions + waiting + max(slope, 0) * lead
        return max(super().wants(seen), math.ceil(will / self.each))


RETRY_S = 3.5  # mean of what refused clients were told (bench/results/load.md, "One too many")


class Steps:
    """As ECS scales by steps: the farther above the target, the more at a time."""
    name = "steps"
    ADD = ((0.6, 1), (0.75, 2), (0.9, 4))
    LOW = 0.4

    def __init__(self, cooldown_s: float = 60) -> None:
        self.cooldown_s, self.latest = cooldown_s, -1e9

    def wants(self, seen: Seen) -> int:
        mean = seen.load / seen.told if seen.told else 0.0
        more = max((add for above, add in self.ADD if mean >= above), default=0)
        if more and seen.at_s - self.latest >= self.cooldown_s:
            self.latest = seen.at_s
            return seen.asked + more
        return seen.asked - 1 if mean < self.LOW else seen.asked


class Limits:
    """What the autoscaler makes of what a policy wants: no more at a time than its behaviour allows, between the least and the most."""

    def __init__(self, behaviour: figures.Behaviour, least: int, most: int) -> None:
        self.behaviour, self.least, self.most = behaviour, least, most
        self.wanted: collections.deque = collections.deque()  # (s, count)
        self.changes: collections.deque = collections.deque()  # (s, by)

    def apply(self, at_s: float, asked: int, wants: int) -> int:
        wants = min(max(wants, self.least), self.most)
        self.wanted.append((at_s, wants))
        while at_s - self.wanted[0][0] > self.behaviour.down_window_s:
            self.wanted.popleft()
        if wants < asked:
            wants = min(asked, max(count for _, count in self.wanted))
        made = min(wants, self.most_up(at_s, asked)) if wants > asked else max(wants, self.least_down(at_s, asked))
        if made != asked:
            self.changes.append((at_s, made - asked))
        return made

    def changed(self, at_s: float, period_s: float, sign: int) -> int:
        return sum(abs(by) for when, by in self.changes if at_s - when < period_s and by * sign > 0)

    def most_up(self, at_s: float, asked: int) -> int:
        def most(kind: str, value: float, period_s: float) -> int:
            begin = asked - self.changed(at_s, period_s, 1)
            return math.ceil(begin * (1 + value / 100)) if kind == "Percent" else begin + value
        return max(most(*policy) for policy in self.behaviour.up)

    def least_down(self, at_s: float, asked: int) -> int:
        def least(kind: str, value: float, period_s: float) -> int:
            begin = asked + self.changed(at_s, period_s, -1)
            return math.floor(begin * (1 - value / 100)) if kind == "Percent" else begin - value
        return min(least(*policy) for policy in self.behaviour.down)
