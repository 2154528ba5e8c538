"""What the black-box tests share: the binary, and clips made on the spot from the sample by Debian's ffmpeg."""

import contextlib
import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples/cmj_01_base60.mp4"
TRUTH = json.loads((ROOT / "samples/cmj_01_base60.json").read_text(encoding="utf-8"))
READERS = Path(os.environ.get("PLYO_TEST_PYTHON", ROOT / "build/deps/python"))
"""Packages of deps/test_python.txt: readers of Plyo's files that are not Plyo's."""
SHARED = Path(os.environ.get("PLYO_SHARED", ROOT.parent / "shared"))


def binary() -> str:
    return os.environ.get("PLYO_BINARY", str(ROOT / "build/plyo"))


class Run:
    """A finished run of the binary: status, out, err, and the document on standard output."""

    def __init__(self, process: subprocess.CompletedProcess) -> None:
        self.status = process.returncode
        self.out = process.stdout.decode("utf-8", "replace")
        self.err = process.stderr.decode("utf-8", "replace")

    @property
    def document(self) -> dict:
        return json.loads(self.out)


def plyo(*arguments: object, cwd: Path | None = None, env: dict | None = None) -> Run:
    command = [binary(), *map(str, arguments)]
    print("$", shlex.join(command))
    environment = {**os.environ, "LC_ALL": "C.UTF-8", **(env or {})}
    run = Run(subprocess.run(command, capture_output=True, cwd=cwd, env=environment, timeout=300, check=False))
    print(run.out[-2000:], run.err[-2000:], f"status {run.status}", sep="\n")
    return run


def ffmpeg(*arguments: object) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True, timeout=300)


@contextlib.contextmanager
def disk(folder: Path, options: str):
    """A file system in memory with those options, or None where this user may not mount one, which it says."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        print(f"no right to mount a disk ({options}): this part was left out, /dev/full and /proc stand for it")
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def small(clips: Path) -> Path:
    """The sample at 640x360, where a run takes little."""
    path = clips / "small.mp4"
    ffmpeg("-i", SAMPLE, "-vf", "scale=640:360", "-c:v", "libx264", "-crf", "16", "-preset", "veryfast", path)
    return path


@pytest.fixture(scope="session")
def still(clips: Path) -> Path:
    """The first second of the sample: somebody stands, nobody jumps."""
    path = clips / "still.mp4"
    ffmpeg("-i", SAMPLE, "-t", "1", "-vf", "scale=640:360", "-c:v", "libx264", "-preset", "veryfast", path)
    return path


def reps(document: dict) -> list[dict]:
    return [rep for athlete in document["athletes"] for rep in athlete["reps"]]


def event(rep: dict, name: str) -> float:
    return next(e["t_s"] for e in rep["events"] if e["id"] == name)


def metric(rep: dict, name: str) -> dict:
    return next(m for m in rep["metrics"] if m["id"] == name)


def true_event(name: str) -> float:
    return next(e["t_s"] for e in TRUTH["athletes"][0]["events"] if e["name"] == name)
