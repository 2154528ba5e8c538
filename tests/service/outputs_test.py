"""Where results go: pipes and terminals, places that cannot be written, full disks, interruptions."""

import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from conftest import SAMPLE, binary, disk, ffmpeg, plyo, reps


def test_a_pipe_gets_json_and_nothing_else(small):
    run = plyo("analyze", "cmj", small, "--model", "lite")
    assert run.status == 0 and run.err == ""
    assert len(reps(run.document)) == 1


def test_json_to_standard_output_beside_files(small, tmp_path):
    run = plyo("analyze", "cmj", small, "--model", "lite", "--json", "-", "--csv", tmp_path / "m.csv")
    assert run.document["schema"] == "plyo.analysis/1" and (tmp_path / "m.csv").exists()


def test_quiet_says_nothing(small, tmp_path):
    run = plyo("analyze", "cmj", small, "--model", "lite", "--quiet", "--json", tmp_path / "r.json")
    assert (run.status, run.out, run.err) == (0, "", "") and (tmp_path / "r.json").exists()


def on_a_terminal(*arguments, cwd=None):
    """Status and what a person sees on a terminal of 100 columns."""
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", "COLUMNS": "100"}
    process = subprocess.Popen([binary(), *map(str, arguments)], stdout=child, stderr=child, stdin=child, env=environment, cwd=cwd)
    os.close(child)
    seen = b""
    with contextlib.suppress(OSError):  # raised when the other end is closed
        while piece := os.read(parent, 65536):
            seen += piece
    os.close(parent)
    return process.wait(), seen.decode("utf-8")


def test_a_terminal_gets_a_table_and_progress(small):
    status, seen = on_a_terminal("analyze", "cmj", small, "--model", "lite", "--height", "1.8")
    assert status == 0
    assert "Jump height, cm" in seen and "±" in seen and '"schema"' not in seen
    assert "\r\x1b[K" in seen and "frames" in seen, "progress overwrites itself"
    assert seen.rstrip().endswith("95 % interval."), "nothing of the progress stays"


def test_results_replace_older_ones(still, tmp_path):
    path = tmp_path / "r.json"
    path.write_text("old", encoding="utf-8")
    assert plyo("analyze", "cmj", still, "--model", "lite", "--json", path).status == 3
    assert path.read_text(encoding="utf-8").startswith("{")
    assert [p.name for p in tmp_path.iterdir()] == ["r.json"]


# Places that cannot be written: said before any work, so that these need no video at all.


@pytest.mark.parametrize("flag", ["--json", "--csv", "--report", "--overlay", "--export-landmarks"])
def test_a_folder_that_does_not_exist(tmp_path, flag):
    run = plyo("analyze", "cmj", SAMPLE, flag, tmp_path / "no/out")
    assert run.status == 2 and "make the folder first" in run.err and run.out == ""


def test_a_file_in_place_of_the_folder(tmp_path):
    (tmp_path / "out").touch()
    run = plyo("analyze", "cmj", SAMPLE, "-o", tmp_path / "out")
    assert run.status == 2 and "the folder cannot be made" in run.err


def test_a_folder_that_takes_no_files():
    run = plyo("analyze", "cmj", SAMPLE, "-o", "/proc/self")
    assert run.status == 2 and "cannot be written" in run.err


def test_a_full_device(small):
    run = plyo("analyze", "cmj", small, "--model", "lite", "--json", "/dev/full")
    assert run.status == 2 and "No space left" in run.err


def test_a_disk_that_may_only_be_read(tmp_path):
    with disk(tmp_path / "disk", "ro") as folder:
        if folder:
            run = plyo("analyze", "cmj", SAMPLE, "-o", folder)
            assert run.status == 2 and "choose a folder that you may write to" in run.err


def test_a_disk_that_is_full_from_the_start(tmp_path):
    with disk(tmp_path / "disk", "size=64k") as folder:
        if folder:
            run = plyo("analyze", "cmj", SAMPLE, "-o", folder)
            assert run.status == 2 and "No space left" in run.err
            assert list(folder.iterdir()) == []


def test_a_disk_that_fills_up_keeps_what_is_complete_and_nothing_else(tmp_path, clips):
    """Room enough to begin, not enough for the annotated video of a long clip."""
    listing = clips / "six.txt"
    listing.write_text(f"file '{SAMPLE}'\n" * 6, encoding="utf-8")
    path = clips / "six.mp4"
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-c", "copy", path)
    with disk(tmp_path / "disk", "size=5m") as folder:
        if folder:
            run = plyo("analyze", "cmj", path, "--model", "lite", "--blur-faces", "-o", folder)
            assert run.status == 2 and "No space left" in run.err
            left = {p.name for p in folder.iterdir()}
            assert "six.json" in left and "six_overlay.mp4" not in left
            assert not any("part" in name or name.startswith(".") for name in left)
            options = json.loads((folder / "six.json").read_text(encoding="utf-8"))["provenance"]["options"]
            assert "blur_faces" not in options, "an older video with faces could still be there"


def interrupt(arguments, cwd, ready, number=signal.SIGINT):
    """Sends the signal once `ready` and returns the status as a shell sees it."""
    process = subprocess.Popen([binary(), *map(str, arguments)], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not ready() and process.poll() is None and time.monotonic() < deadline:
        select.select([], [], [], 0.005)
    assert process.poll() is None, "it was done before it could be interrupted"
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    print(out, err)
    return process.returncode, out, err


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # it has just been removed or given its name
        return 0


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    listing = path.with_suffix(".txt")
    listing.write_text(f"file '{SAMPLE}'\n" * 20, encoding="utf-8")
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-c", "copy", path)
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_while_it_analyses(tmp_path, long_clip, number):
    out = tmp_path / "out"
    status, _, err = interrupt(["analyze", "cmj", long_clip, "-o", out], tmp_path, out.exists, number)
    assert status == -number, "it ends by the signal, which a shell shows as 128 + its number"
    assert b"interrupted" in err and list(out.iterdir()) == []


def test_interrupted_while_it_draws(tmp_path, long_clip):
    """The annotated video is half written: it goes, and so does the rest, which had waited for it."""
    out = tmp_path / "out"
    out.mkdir()

    def half_written():
        return any(size_of(path) > 100_000 for path in out.iterdir())

    status, _, _ = interrupt(["analyze", "cmj", long_clip, "--model", "lite", "--overlay", out / "o.mp4", "--json", out / "r.json"],
                             tmp_path, half_written)
    assert status == -signal.SIGINT and list(out.iterdir()) == []


def test_an_interrupted_batch_keeps_what_was_finished(tmp_path, still, long_clip):
    out = tmp_path / "out"
    status, _, _ = interrupt(["analyze", "cmj", still, long_clip, "--model", "lite", "-o", out], tmp_path,
                             (out / "still.json").exists)
    assert status == -signal.SIGINT
    assert {p.name for p in out.iterdir()} == {"still.json", "still.csv", "still.html", "still_overlay.mp4"}


def test_a_reader_that_leaves_is_an_error_and_no_crash(small):
    process = subprocess.Popen([binary(), "analyze", "cmj", str(small), "--model", "lite"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait() == 2 and b"standard output" in err
