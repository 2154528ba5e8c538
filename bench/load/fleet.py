"""Runs many sessions of client.py against a server, and says what became of them."""
import concurrent.futures
import dataclasses
import json
import pathlib
import pickle
import random
import subprocess
import time

from load import media, servers
from load.session import STAGES, Session

HERE = pathlib.Path(__file__).resolve().parent
LATE_ONSET_S = 0.1
BEFORE_ONSET_S, AFTER_LANDING_S = 0.2, 0.5
SETTLE_S = 4  # of a session, before it counts


@dataclasses.dataclass
class Run:
    """Sessions of one profile on one server; times are seconds of the machine's steady clock."""
    played: media.Media
    sessions: list
    begin: float
    until: float
    client_cpu_s: float
    server: servers.Server


@dataclasses.dataclass(frozen=True)
class Start:
    begin: float
    end: float
    unit: int  # the picture to begin with: a key picture


def starts(count: int, begin: float, seconds: float, end: float, together: bool = False, seed: int = 1) -> list:
    """A Start of each session: spread over `seconds`; in a random phase of the cycle, or all within one second."""
    chance = random.Random(seed)
    keys = 20 * media.FPS // media.KEY_EVERY
    step = media.KEY_EVERY / media.FPS
    result = []
    for number in range(count):
        when = begin + seconds * number / count
        if together:  # on the grid of the key pictures, so that all are at the same place of the cycle
            place = int((when - begin) / step)
            result.append(Start(begin + place * step + chance.uniform(0, 0.9), end, place % keys * media.KEY_EVERY))
        else:
            result.append(Start(when + chance.uniform(0, seconds / count), end, chance.randrange(keys) * media.KEY_EVERY))
    return result


def run(server: servers.Server, python: str, codec: str, profile: str, plan: list, processes: int = 2) -> Run:
    """Plays all sessions of `plan`."""
    path = media.make(codec, profile)
    played = media.load(path)
    hello = media.PROFILES[profile].hello()
    begin = time.monotonic()
    sessions = [{"number": number, "start": start.begin, "end": start.end,
                 "unit": start.unit % len(played.units) // media.KEY_EVERY * media.KEY_EVERY} for number, start in enumerate(plan)]

    def one(some: list) -> dict:
        # A file, not a pipe: with PYTHONUNBUFFERED the stream is raw, and pickle does not look at how much a write has taken.
        file = path.with_name(f"results.{server.process.pid}.{some[0]['number']}.pickle")
        work = {"url": server.address, "key": server.key, "codec": codec, "hello": hello, "media": str(path), "sessions": some}
        with file.open("wb") as results:
            done = subprocess.run([python, HERE / "client.py"], input=json.dumps(work).encode(), stdout=results, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise SystemExit(f"bench: a client failed:\n{done.stderr.decode()[-2000:]}")
        brought = pickle.loads(file.read_bytes())
        file.unlink()
        return brought
    with concurrent.futures.ThreadPoolExecutor(processes) as pool:
        results = list(pool.map(one, [part for part in (sessions[i::processes] for i in range(processes)) if part]))
    back = sorted((Session(*session) for result in results for session in result["sessions"]), key=lambda session: session.number)
    return Run(played, back, begin, max(start.end for start in plan), sum(result["cpu_s"] for result in results), server)


def quantile(values: list, share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("nan")


@dataclasses.dataclass
class Figures:
    """Of the pictures that were due between two instants."""
    sessions: int  # that played
    refused: int
    errors: list
    due: int = 0  # pictures that count
    answered: int = 0
    caught_up: int = 0  # of those that count: answered by a later picture's answer
    dropped: int = 0  # by the server's own account, of all pictures
    skipped: int = 0
    received: int = 0
    inferred: int = 0
    stages: dict = dataclasses.field(default_factory=dict)  # ms of every answered picture that counts, by stage
    # ms of every picture that counts. One without an answer of its own has the delay of the next answer; where none came either, it
    # has waited until its session's end at the least, or a session that is starved to the end would look quick.
    with_caught_up: list = dataclasses.field(default_factory=list)
    end_to_end: list = dataclasses.field(default_factory=list)  # from due to received
    client_late_ms: float = 0
    front_cores: float = 0
    worker_cores: float = 0
    client_cores: float = 0

    def lost_share(self) -> float:
        """Of the pictures that were not analysed for want of time; a server that keeps no account owes an answer to each."""
        return self.dropped / self.received if self.received else 1 - self.answered / max(self.due, 1)

    def p(self, share: float, stage: str = "total") -> float:
        return quantile(self.stages[stage], share)


def windows(run_: Run, session: Session, everything: bool) -> list:
    """Sequences [first, last) that count: all, or those around the jumps."""
    if everything:
        return [(0, session.sent)]
    length = len(run_.played.units)
    result = []
    for lap in range(session.sent // length + 2):
        for jump in run_.played.jumps:
            shift = lap * length - session.unit
            first = round((jump.onset - BEFORE_ONSET_S) * media.FPS) + shift
            last = round((jump.landing + AFTER_LANDING_S) * media.FPS) + shift
            if first >= 0 and last <= session.sent:
                result.append((first, last))
    return result


def figures(run_: Run, begin: float, end: float, everything: bool) -> Figures:
    live = [session for session in run_.sessions if session.sent and session.first_due < end]
    result = Figures(sessions=len(live), refused=sum(session.refused is not None and session.start < end for session in run_.sessions),
                     errors=[text for session in run_.sessions for when, text in session.errors if when < end])
    result.stages = {stage: [] for stage in STAGES}
    for session in live:
        answers = {answer[0]: answer for answer in session.answers}
        upcoming = None
        following: list = [None] * session.sent  # the first answer to this picture or a later one
        for sequence in range(session.sent - 1, -1, -1):
            upcoming = answers.get(sequence, upcoming)
            following[sequence] = upcoming
        for first, last in windows(run_, session, everything):
            for sequence in range(first, min(last, session.sent)):
                due = session.first_due + sequence / media.FPS
                if not begin <= due < end or due < session.first_due + SETTLE_S:
                    continue
                result.due += 1
                answer = following[sequence]
                if answer is None:
                    waited_ms = (session.sent - sequence) * 1e3 / media.FPS
                    result.with_caught_up.append(waited_ms)
                    result.end_to_end.append(waited_ms)
                    continue
                result.with_caught_up.append(answer[-1])
                result.end_to_end.append((answer[1] - due) * 1e3)
                if answer[0] != sequence:
                    result.caught_up += 1
                    continue
                result.answered += 1
                for stage, value in zip(STAGES, answer[2:]):
                    result.stages[stage].append(value)
        result.client_late_ms = max(result.client_late_ms, session.latest_send * 1e3)
        for message in session.timings:
            for name in ("received", "inferred", "skipped", "dropped"):
                setattr(result, name, getattr(result, name) + message[name])
    result.front_cores, result.worker_cores = run_.server.watch.between(begin, end)
    result.client_cores = run_.client_cpu_s / (run_.until - run_.begin)
    return result


def onsets(run_: Run) -> tuple[int, list]:
    """Jumps whose whole story was played, and by how much (s) each of their onsets was told late; None where it was missed."""
    late = []
    length = run_.played.seconds
    for session in run_.sessions:
        played = session.sent / media.FPS
        told = [t for _, status, _, events, _ in session.reps if status == "confirmed" for name, t in events.items() if name == "movement_onset"]
        for lap in range(int(played // length) + 2):
            for jump in run_.played.jumps:
                shift = lap * length - session.unit / media.FPS
                if jump.onset + shift < 2 or jump.end + shift + 2 > played:
                    continue
                near = [t - (jump.onset + shift) for t in told if abs(t - (jump.onset + shift)) < 0.7]
                late.append(min(near, key=abs) if near else None)
    return len(late), late


def steps(run_: Run, cadence: float) -> float:
    """Confirmed steps of those that were run, but for the first second of a session, which is not seen whole."""
    told, run = 0, 0.0
    for session in run_.sessions:
        told += sum(status == "confirmed" for _, status, *_ in session.reps)
        run += max(session.sent / media.FPS - 1, 0) * cadence / 60
    return told / max(run, 1)
