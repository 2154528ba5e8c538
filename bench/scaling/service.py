"""The service as the simulation sees it, second by second: athletes come, instances admit or refuse them as live_admission does, a
policy asks for more or fewer instances, and these take their time to start.

A refused athlete tries again in turn at the next instance as long as he was told (2 to 5 s), and after a minute of that begins
with the pose in the browser instead. An instance that goes ends its sessions, which resume elsewhere like everybody else.
"""
import collections
import dataclasses
import heapq
import math
import random

from scaling import arrivals, delay, figures, policies

START_S = 60  # from being asked for to being ready; assumed
PATIENCE_S = 60
SETTLES_S = 10  # until a session counts for as long as it was seen to move
RETRY_S = (2, 5)


@dataclasses.dataclass(frozen=True)
class Load:
    """Cores that one session takes in a worker's reckoning."""
    mean: float
    variance: float


def expected(costs: figures.Costs, share: float) -> Load:
    """ExpectedLoad of libs/pipeline/src/live_admission.cc."""
    look = (costs.pose + costs.analysis) / 1e3
    moving, still = delay.FPS * look, 3 * look
    return Load(delay.FPS * costs.decode / 1e3 + share * moving + (1 - share) * still, share * (1 - share) * (moving - still) ** 2)


class Worker:
    def __init__(self, rule: figures.Admission, new: Load, settled: Load) -> None:
        self.rule, self.new, self.settled = rule, new, settled
        self.fresh = self.old = 0

    @property
    def sessions(self) -> int:
        return self.fresh + self.old

    def load(self, more: int = 0) -> float:
        fresh = self.fresh + more
        mean = fresh * self.new.mean + self.old * self.settled.mean
        return mean + self.rule.spread * math.sqrt(fresh * self.new.variance + self.old * self.settled.variance)

    def admits(self, more: int = 1) -> bool:
        return self.sessions + more == 1 or self.load(more) <= self.rule.full

    def room(self) -> int:
        more = 0
        while self.admits(more + 1):
            more += 1
        return more


class Instance:
    def __init__(self, cores: int, ready_s: float, rule: figures.Admission, new: Load, settled: Load) -> None:
        self.ready_s = ready_s
        self.workers = [Worker(rule, new, settled) for _ in range(cores)]
        self.held: dict = {}  # athlete -> worker
        self.gone = False

    def take(self, athlete: int) -> bool:
        worker = min(self.workers, key=Worker.load)
        if not worker.admits():
            return False
        worker.fresh += 1
        self.held[athlete] = worker
        return True

    def load(self) -> float:
        return sum(min(worker.load() / worker.rule.full, 1.0) for worker in self.workers) / len(self.workers)

    def room(self) -> int:
        return sum(worker.room() for worker in self.workers)


@dataclasses.dataclass
class Outcome:
    policy: str
    came: int
    finished: int = 0
    live: int = 0  # at the end
    waiting: int = 0  # at the end
    browser: int = 0  # went on with the pose in the browser
    refused: set = dataclasses.field(default_factory=set)
    refusals: int = 0
    moved: int = 0
    waits: list = dataclasses.field(default_factory=list)  # s until he was admitted, or went on in the browser
    instance_s: float = 0
    session_s: float = 0
    most: int = 0  # instances at a time
    worker_s: collections.Counter = dataclasses.field(default_factory=collections.Counter)  # by sessions of the worker, times these
    history: list = dataclasses.field(default_factory=list)  # (s, sessions, waiting, ready instances)

    def p95_ms(self, profile: delay.Profile) -> float:
        """Of all skeletons of all workers."""
        weighted = sorted((value, seconds) for sessions, seconds in self.worker_s.items() for value in delay.quantiles(profile, sessions))
        left = 0.95 * sum(weight for _, weight in weighted)
        for value, weight in weighted:
            left -= weight
            if left <= 0:
                return value
        return float("nan")

    def dollars(self, cores: int) -> float:
        return self.instance_s / 3600 * figures.hour(cores)


def capacity(profile: delay.Profile, cores: int) -> int:
    """Sessions that an instance admits."""
    rule, costs = figures.admission(), figures.costs()
    new = expected(costs, rule.share)
    instance = Instance(cores, 0, rule, new, new if not profile.always else expected(costs, 1.0))
    count = 0
    while instance.take(count):
        for worker in instance.workers:
            worker.old, worker.fresh = worker.sessions, 0
        count += 1
    return count


def run(curve: arrivals.Curve, policy, chart: figures.Chart, start_s: float = START_S, begin: int | None = None, seed: int = 1) -> Outcome:
    rule, costs = figures.admission(), figures.costs()
    new = expected(costs, rule.share)
    settled = expected(costs, 1.0) if curve.profile.always else new
    busy = figures.measured().held["load-continuous-lite" if curve.profile.always else "load-coaching-lite"]
    cores_each = busy[1] / busy[0]
    chance = random.Random(seed)
    limits = policies.Limits(chart.behaviour, chart.least, chart.most)
    out = Outcome(policy.name, len(curve.athletes))

    def another(ready_s: float) -> Instance:
        return Instance(chart.cores, ready_s, rule, new, settled)
    asked = policy.count if isinstance(policy, policies.Fixed) else (begin or chart.least)
    instances = [another(0) for _ in range(asked)]
    coming = collections.deque(enumerate(curve.athletes))
    trying: list = []  # heap of (s, athlete, since when he waits, how long he stays)
    events: list = []  # heap of (s, what, athlete, instance)
    leaves: dict = {}  # athlete -> when
    cpu: collections.deque = collections.deque(maxlen=60)
    refused: collections.deque = collections.deque(maxlen=60)
    seen = policies.Seen(0, asked, 0)
    turn = 0

    for now in range(int(curve.seconds)):
        while coming and coming[0][1].comes_s <= now:
            athlete, one = coming.popleft()
            heapq.heappush(trying, (now, athlete, now, one.stays_s))
        while events and events[0][0] <= now:
            _, what, athlete, instance = heapq.heappop(events)
            worker = instance.held.get(athlete)
            if instance.gone or worker is None:
                continue
            if what == 0:
                worker.fresh, worker.old = worker.fresh - 1, worker.old + 1
            elif leaves[athlete] <= now:
                worker.old -= 1
                del instance.held[athlete]
                out.finished += 1
        ready = [instance for instance in instances if instance.ready_s <= now]
        refusals = 0
        while trying and trying[0][0] <= now:
            _, athlete, since, stays = heapq.heappop(trying)
            turn += 1
            instance = ready[turn % len(ready)] if ready else None
            if instance and instance.take(athlete):
                out.waits.append(now - since)
                leaves[athlete] = now + max(stays, SETTLES_S + 1)
                heapq.heappush(events, (now + SETTLES_S, 0, athlete, instance))
                heapq.heappush(events, (leaves[athlete], 1, athlete, instance))
                continue
            refusals += 1
            out.refused.add(athlete)
            if now - since >= PATIENCE_S:
                out.browser += 1
                out.waits.append(now - since)
            else:
                heapq.heappush(trying, (now + chance.randint(*RETRY_S), athlete, since, stays))
        out.refusals += refusals
        refused.append(refusals)
        sessions = sum(len(instance.held) for instance in ready)
        cpu.append(min(sessions * cores_each / (chart.cores * len(ready)), 1.0) if ready else 0.0)
        out.instance_s += len(instances)
        out.session_s += sessions
        out.most = max(out.most, len(instances))
        for instance in ready:
            for worker in instance.workers:
                if worker.sessions:
                    out.worker_s[worker.sessions] += worker.sessions
        if now % 10 == 0:
            out.history.append((now, sessions, len(trying), len(ready)))
        if now % chart.scrape_s == 0:
            seen = policies.Seen(now, asked, len(ready), sum(instance.load() for instance in ready), sum(instance.room() for instance in ready),
                                 sum(cpu) / len(cpu), sessions, sum(refused) / len(refused))
        if now % chart.poll_s == chart.poll_s // 2 and not isinstance(policy, policies.Fixed):
            asked = limits.apply(now, asked, policy.wants(dataclasses.replace(seen, at_s=now, asked=asked)))
            while len(instances) < asked:
                instances.append(another(now + start_s))
            while len(instances) > asked:
                gone = max(instances, key=lambda instance: instance.ready_s)  # the youngest goes first
                instances.remove(gone)
                gone.gone = True
                out.moved += len(gone.held)
                for athlete in gone.held:
                    heapq.heappush(trying, (now + 1, athlete, now + 1, leaves[athlete] - now))
    out.live = sum(len(instance.held) for instance in instances)
    out.waiting = len(trying) + len(coming)
    return out
