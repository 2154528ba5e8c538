"""How late a skeleton is: one live worker as a queue, fed from the measured CPU of a picture (figures.costs).

A worker has one core. Of each of its sessions a picture comes every 1/30 s, in a phase of its own. Whoever was served longest
ago is next; a picture that has waited for 30 ms while a newer one is there is not shown but looked at later, two of these in
each turn (docs/decisions/scheduler.md). A skeleton goes as soon as it is found; the analysis, and the search for new people
twice a second, follow before the session's own next picture; where a jump is measured, once when it has landed and once when it
is closed, the analysis takes 15 ms at once (10 to 20 by docs/decisions/scheduler.md). Who stands is looked at three times a second, the other pictures
are only decoded, and the last ones before a movement are looked at when it begins. Not in the model: the network, other
programs, and that a core is faster or slower than when the CPU of a picture was measured.
"""
import collections
import dataclasses
import functools
import heapq
import random

from scaling import figures

FPS = 30
PATIENCE_S = 0.030
BEHIND_S = 1 / 8  # between two skeletons of a session that is behind
CATCH_UP = 2  # looks in a turn
SEARCH_EVERY = 15  # pictures
STILL_EVERY = 10
KEPT_S = 1.3  # of the pictures before a movement, on average, that are looked at when it begins
JUMP_S = 2.15  # of movement, for each jump
MEASURED_S = 0.015  # of a jump: twice
BEFORE_S, AFTER_S = 0.2, 0.5  # of a movement, that count beside it


@dataclasses.dataclass(frozen=True)
class Profile:
    """What athletes do: of `cycle_s` they move for `moving_s`; the server looks at every picture for `looked_s` of it."""
    name: str
    cycle_s: float
    moving_s: float
    looked_s: float

    @property
    def always(self) -> bool:
        return self.moving_s >= self.cycle_s


# What it takes for movement, with what is caught up, is a larger share than the truth (kCoachingShare of live_admission.h).
COACHING = Profile("coaching", 20.0, figures.measured().moving * 20.0, figures.admission().share * 20.0 - KEPT_S)
CONTINUOUS = Profile("continuous", 20.0, 20.0, 20.0)


class Session:
    def __init__(self, phase: float, place: float, looked: int) -> None:
        self.phase, self.place = phase, place
        self.waiting: collections.deque = collections.deque()
        self.behind = 0  # pictures to be looked at later
        self.owed = 0.0  # s of work that follows a skeleton
        self.served = -1.0
        self.shown = -1.0
        self.looked = looked
        self.moved = False


def simulate(profile: Profile, sessions: int, costs: figures.Costs, seconds: float = 120, seed: int = 1) -> tuple[list, float]:
    """Delays in ms of the pictures that count and are answered, and the share of its core that the worker used."""
    chance = random.Random(seed)
    look = (costs.pose - costs.detector / SEARCH_EVERY) / 1e3
    decode, search = costs.decode / 1e3, costs.detector / 1e3
    measure_every = round(JUMP_S * FPS / 2)  # pictures of a movement
    jump = min(MEASURED_S, costs.analysis / 1e3 * measure_every)
    analysis = costs.analysis / 1e3 - jump / measure_every
    all_ = [Session(chance.uniform(0, 1 / FPS), chance.uniform(0, profile.cycle_s), chance.randrange(1000)) for _ in range(sessions)]
    due = [(one.phase, number, 0) for number, one in enumerate(all_)]
    heapq.heapify(due)
    now = used = 0.0
    delays: list = []

    def moves(session: Session, at: float) -> bool:
        """As the server sees it."""
        return profile.always or (at + session.place) % profile.cycle_s < profile.looked_s

    def counts(session: Session, at: float) -> bool:
        return profile.always or (at + session.place + BEFORE_S) % profile.cycle_s < profile.moving_s + BEFORE_S + AFTER_S

    def spend(time: float) -> None:
        nonlocal now, used
        now += time
        used += time

    def come(until: float) -> None:
        while due and due[0][0] <= until:
            at, number, count = heapq.heappop(due)
            session = all_[number]
            session.waiting.append((at, count))
            following = session.phase + (count + 1) / FPS
            if following < seconds:
                heapq.heappush(due, (following, number, count + 1))

    def take(session: Session) -> None:
        """One turn."""
        session.served = now
        spend(session.owed)
        session.owed = 0.0
        moving = moves(session, now)
        if moving and not session.moved and not profile.always:
            session.behind += round(KEPT_S * FPS * (1 - 1 / STILL_EVERY))
        session.moved = moving
        while session.waiting:
            at, count = session.waiting[0]
            if not moving and count % STILL_EVERY:
                session.waiting.popleft()
                spend(decode)
                return
            late = now - at > PATIENCE_S and len(session.waiting) > 1
            if moving and (late or (session.behind and now - session.shown < BEHIND_S)):
                session.waiting.popleft()
                spend(decode)
                session.behind += 1
                continue
            break
        if session.waiting:
            at, count = session.waiting.popleft()
            spend(decode + look)
            session.shown = now
            if at > 2 and counts(session, at):
                delays.append((now - at) * 1e3 + costs.front)
            session.looked += 1
            session.owed += analysis + (search if session.looked % SEARCH_EVERY == 0 else 0.0)
            session.owed += jump if moving and session.looked % measure_every == 0 else 0.0
        for _ in range(min(CATCH_UP, session.behind)):
            session.behind -= 1
            spend(look + analysis)

    while True:
        come(now)
        ready = [session for session in all_ if session.waiting]
        if ready:
            take(min(ready, key=lambda session: session.served))
            continue
        rest = next((session for session in all_ if session.owed or session.behind), None)
        if rest:
            spend(rest.owed)
            rest.owed = 0.0
            if rest.behind:
                rest.behind -= 1
                spend(look + analysis)
            continue
        if not due:
            return delays, used / seconds
        now = max(now, due[0][0])


def quantile(values: list, share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


@functools.cache
def quantiles(profile: Profile, sessions: int, count: int = 200) -> tuple:
    """The delays of a worker with so many sessions, as so many quantiles in ms."""
    delays = sorted(delay for seed in range(12) for delay in simulate(profile, sessions, figures.costs(), 22, seed)[0])
    return tuple(delays[int((k + 0.5) / count * len(delays))] for k in range(count))


def of_machine(profile: Profile, sessions: int, cores: int) -> list:
    """The delays of so many sessions on so many workers."""
    each, more = divmod(sessions, cores)
    return [delay for k in range(cores) for delay in quantiles(profile, each + (k < more))]
