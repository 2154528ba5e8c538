"""Several videos: one summary, a bad file that stops nothing, statuses in their order, manifests."""

import csv
import json
import shutil
import subprocess
import time

import pytest
from conftest import binary, event, metric, plyo, reps


@pytest.fixture
def folder(tmp_path, small, still):
    """A jump, somebody who stands, and a file that is no video."""
    shutil.copy(small, tmp_path / "jump.mp4")
    shutil.copy(still, tmp_path / "stand.mp4")
    (tmp_path / "bad.mp4").write_text("no video", encoding="utf-8")
    return tmp_path


def summary(path):
    return list(csv.DictReader(path.open(encoding="utf-8", newline="")))


def test_a_bad_file_stops_nothing(folder):
    run = plyo("analyze", "cmj", "bad.mp4", "jump.mp4", "stand.mp4", "--model", "lite", "--height", "1.8", "--same-athlete",
               "-o", "out", cwd=folder)
    assert run.status == 2, "failed comes before nothing found before done"
    assert "bad.mp4" in run.err and "3 clips: 1 with a result, 1 with nothing found, 1 failed" in run.out
    rows = summary(folder / "out/summary.csv")
    assert [(r["file"], r["status"]) for r in rows] == [
        ("bad.mp4", "failed"), ("jump.mp4", "done"), ("stand.mp4", "nothing_found")]
    document = json.loads((folder / "out/jump.json").read_text(encoding="utf-8"))
    height = metric(reps(document)[0], "jump_height")["value"]
    assert float(rows[1]["jump_height_best_m"]) == height and rows[1]["reps"] == "1"
    assert rows[0]["error"] == "not_a_video" and rows[0]["message"]
    assert {p.name for p in (folder / "out").iterdir()} == {"summary.csv"} | {
        f"{name}{end}" for name in ("jump", "stand") for end in (".json", ".csv", ".html", "_overlay.mp4")}


def test_a_batch_begun_again_repeats_nothing_finished(folder):
    shutil.copy(folder / "jump.mp4", folder / "other.mp4")
    command = ["analyze", "cmj", ".", "--model", "lite", "--height", "1.8", "--same-athlete", "-o", "out"]
    first = plyo(*command, cwd=folder)
    assert first.status == 2 and "4 clips: 2 with a result" in first.out and "earlier run" not in first.out
    table = (folder / "out/summary.csv").read_bytes()
    (folder / "out/other.html").unlink()  # as when it was killed over this clip
    made = {p.name: p.stat().st_mtime_ns for p in (folder / "out").glob("*.json")}
    second = plyo(*command, cwd=folder)
    assert second.status == 2 and "2 had been finished by an earlier run" in second.out
    assert (folder / "out/summary.csv").read_bytes() == table and (folder / "out/other.html").exists()
    anew = {p.name for p in (folder / "out").glob("*.json") if p.stat().st_mtime_ns != made[p.name]}
    assert anew == {"other.json"}

    for change in (["--again"], ["--mass", "70"]):
        assert "earlier run" not in plyo(*command, *change, cwd=folder).out
    shutil.copy(folder / "stand.mp4", folder / "jump.mp4")
    changed = plyo(*command, "--mass", "70", cwd=folder)
    assert "2 had been finished" in changed.out, "another video under the old name is analysed"
    assert summary(folder / "out/summary.csv")[1]["status"] == "nothing_found"


def test_an_empty_folder_stops_nothing(folder):
    (folder / "none").mkdir()
    run = plyo("analyze", "cmj", "none", "stand.mp4", "--model", "lite", "--csv", "all.csv", cwd=folder)
    assert run.status == 2 and "none: there is no video in this folder" in run.err
    assert [r["status"] for r in summary(folder / "all.csv")] == ["failed", "nothing_found"]


def test_what_was_edited_is_kept_unless_asked_again(folder):
    (folder / "bad.mp4").unlink()
    (folder / "stand.mp4").unlink()
    command = ["analyze", "cmj", ".", "--model", "lite", "--height", "1.8", "--same-athlete", "-o", "out"]
    assert plyo(*command, cwd=folder).status == 0
    document = folder / "out/jump.json"
    assert plyo("edit", document, "--exclude", 1, "--reason", "stumbled", "--json", document).status == 0
    edited = document.read_bytes()
    again = plyo(*command, cwd=folder)
    assert again.status == 0 and "1 had been finished by an earlier run" in again.out, "a folder of one clip is a batch"
    assert document.read_bytes() == edited and summary(folder / "out/summary.csv")[0]["status"] == "done"
    assert summary(folder / "out/summary.csv")[0]["reps"] == "0"

    # Table and report follow the document, once.
    assert "written anew from it: jump.csv, jump.html, the report without" in again.err
    for name in ("jump.csv", "jump.html"):
        assert "stumbled" in (folder / "out" / name).read_text(encoding="utf-8")
    assert "jump_overlay.mp4 shows what was before the edit" in again.err
    landing = event(reps(json.loads(edited))[0], "landing")
    assert plyo("edit", document, f"landing={landing + 0.01}", "--json", document).status == 0
    assert "written anew from it: jump.csv, jump.html, the report" in plyo(*command, cwd=folder).err
    assert plyo("edit", document, f"landing={landing + 0.02}", "--json", document, "--csv", folder / "out/jump.csv",
                "--report", folder / "out/jump.html").status == 0
    edited = document.read_bytes()
    files = [(folder / "out" / name).read_bytes() for name in ("jump.csv", "jump.html")]
    assert b"manual" in files[0]
    (folder / "out/jump.html").unlink()
    again = plyo(*command, cwd=folder)
    assert "written anew from it: jump.html, the report" in again.err and document.read_bytes() == edited
    assert files == [(folder / "out" / name).read_bytes() for name in ("jump.csv", "jump.html")]
    assert plyo(*command, cwd=folder).err == ""

    # Another option asks for another result, in the place of one that nothing can make again.
    for words in ([*command, "--mass", "70"], ["analyze", "cmj", "jump.mp4", "--model", "lite", "-o", "out"]):
        refused = plyo(*words, cwd=folder)
        assert refused.status == 2 and document.read_bytes() == edited
        assert "jump.json: was edited by hand (track 1 rep 1 excluded: stumbled; " in refused.err and "--again" in refused.err
    assert plyo(*command, "--mass", "70", "--again", cwd=folder).status == 0
    assert "excluded" not in reps(json.loads(document.read_text(encoding="utf-8")))[0]


def test_pictures_with_faces_are_not_taken_for_pictures_without(folder):
    (folder / "bad.mp4").unlink()
    command = ["analyze", "cmj", ".", "--model", "lite", "-o", "out"]
    shown = {}
    for again, flags in enumerate((["--blur-faces"], [], ["--blur-faces"])):
        run = plyo(*command, *flags, cwd=folder)
        assert "earlier run" not in run.out
        assert "2 had been finished by an earlier run" in plyo(*command, *flags, cwd=folder).out
        shown[again] = [(folder / f"out/jump{end}").read_bytes() for end in (".html", "_overlay.mp4")]
        options = json.loads((folder / "out/jump.json").read_text(encoding="utf-8"))["provenance"]["options"]
        assert options.get("blur_faces") == ("yes" if flags else None)
    for blurred, plain in zip(shown[0], shown[1], strict=True):
        assert blurred != plain
    assert shown[0][1] == shown[2][1], "the same pictures again"


def test_a_killed_batch_goes_on(folder):
    for name in "abcd":
        shutil.copy(folder / "jump.mp4", folder / f"{name}.mp4")
    command = ["analyze", "cmj", *(f"{name}.mp4" for name in "abcd"), "--model", "lite", "--threads", "1", "-o", "out"]
    process = subprocess.Popen([binary(), *command], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (folder / "out/b.json").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    finished = {name: (folder / f"out/{name}.json").stat().st_mtime_ns for name in "ab"}
    again = plyo(*command, cwd=folder)
    assert again.status == 0 and "had been finished by an earlier run" in again.out
    assert {name: (folder / f"out/{name}.json").stat().st_mtime_ns for name in "ab"} == finished
    assert len(summary(folder / "out/summary.csv")) == 4


def test_nothing_found_comes_before_done(folder):
    run = plyo("analyze", "cmj", "stand.mp4", "jump.mp4", "--model", "lite", cwd=folder)
    assert run.status == 3


def test_whoever_is_not_there_is_missed_in_a_clip_of_that_name(folder):
    run = plyo("analyze", "cmj", "jump.mp4", "stand.mp4", "--athlete", 9, "--model", "lite", "--csv", "all.csv", cwd=folder)
    assert run.status == 3 and "plyo: stand.mp4: nobody of track number 9 performs the movement" in run.err


def test_documents_come_one_a_line_in_the_order_given(folder):
    run = plyo("analyze", "cmj", "jump.mp4", "bad.mp4", "stand.mp4", "--model", "lite", cwd=folder)
    assert run.status == 2
    documents = [json.loads(line) for line in run.out.splitlines()]
    assert [d["source"]["name"] for d in documents] == ["jump.mp4", "stand.mp4"]


def test_a_batch_gives_what_single_runs_give(folder):
    shutil.copy(folder / "jump.mp4", folder / "again.mp4")
    run = plyo("analyze", "cmj", "jump.mp4", "again.mp4", "--model", "lite", cwd=folder)
    alone = plyo("analyze", "cmj", "jump.mp4", "--model", "lite", "--threads", "1", cwd=folder)
    together = [json.loads(line) for line in run.out.splitlines()]
    assert reps(together[0]) == reps(together[1]) == reps(alone.document)


def test_a_manifest_says_what_differs(folder):
    (folder / "m.csv").write_text(
        "file,athlete,height_m,mass_kg,sex,date\r\njump.mp4,\"Ann, the first\",1.80,78,M,2026-05-31\r\nstand.mp4,Bo,,,,\r\n",
        encoding="utf-8")
    run = plyo("analyze", "cmj", "--manifest", folder / "m.csv", "--model", "lite", "--csv", "all.csv", cwd=folder)
    assert run.status == 3
    rows = summary(folder / "all.csv")
    assert [(r["athlete"], r["date"], r["status"]) for r in rows] == [
        ("Ann, the first", "2026-05-31", "done"), ("Bo", "", "nothing_found")]
    run = plyo("analyze", "cmj", "jump.mp4", "--manifest", "m.csv", "--model", "lite", cwd=folder)
    assert run.status == 0
    assert run.document["athletes"][0]["height_m"] == 1.8
    assert run.document["provenance"]["options"]["athlete"] == "Ann, the first"


def test_two_files_of_one_name_do_not_overwrite_each_other(folder):
    (folder / "x").mkdir()
    shutil.copy(folder / "stand.mp4", folder / "x/stand.mp4")
    run = plyo("analyze", "cmj", "stand.mp4", "x/stand.mp4", "--model", "lite", "-o", "out", cwd=folder)
    assert run.status == 3
    assert {"stand.json", "stand_2.json"} <= {p.name for p in (folder / "out").iterdir()}
    assert [r["name"] for r in summary(folder / "out/summary.csv")] == ["stand", "stand_2"]
