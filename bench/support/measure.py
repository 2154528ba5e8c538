"""Runs a program and measures it from outside: wall time, CPU time, peak memory."""
import dataclasses
import os
import pathlib
import statistics
import subprocess
import tempfile
import time


FIRST = " The machine was busy; the programs ran before those of all other sessions (--first)."


@dataclasses.dataclass(frozen=True)
class Run:
    status: int
    wall_s: float
    cpu_s: float  # user and system, all threads, with children
    peak_mb: float  # largest resident set, MB of 10^6 bytes
    stdout: str
    stderr: str


def run(command: list, env: dict | None = None, cwd: pathlib.Path | None = None) -> Run:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                 env={**os.environ, **(env or {})}, cwd=cwd)
        _, status, usage = os.wait4(child.pid, 0)  # the usage of this child alone
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    return Run(child.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6, *texts)


def must(command: list, statuses: tuple = (0,), **options) -> Run:
    """run() that ends the benchmark when the program fails."""
    done = run(command, **options)
    if done.status not in statuses:
        raise SystemExit(f"bench: {' '.join(map(str, command))}\nended with {done.status}:\n{done.stderr.strip()[-2000:]}")
    return done


def median(values) -> float:
    return statistics.median(list(values))


def go_first(pid: int | None = None) -> None:
    """Puts this session's programs before those of all other sessions, where the kernel groups by session; needs root. With `pid`
    those of the session of that process, which was started in one of its own."""
    if pid is None:
        try:
            os.setsid()
        except PermissionError:
            pass  # this process leads its group already
    pathlib.Path(f"/proc/{pid or 'self'}/autogroup").write_text("-20")


def load() -> float:
    """Mean number of processes that wanted a core in the last minute."""
    return os.getloadavg()[0]


def processor() -> dict:
    """The first processor's lines of /proc/cpuinfo."""
    first = pathlib.Path("/proc/cpuinfo").read_text().split("\n\n", 1)[0]
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in first.splitlines())}


def kind_of_processor() -> str:
    """Maker and family: what the name of a virtual machine's processor often leaves out, and vector arithmetic depends on."""
    told = processor()
    return f"{told.get('vendor_id', 'unknown')} family {told.get('cpu family', '?')}"


def machine() -> str:
    name = processor().get("model name", "unknown processor")
    return f"{name} ({kind_of_processor()}), {len(os.sched_getaffinity(0))} cores"
