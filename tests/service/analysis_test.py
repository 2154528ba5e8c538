"""What a right clip gives: the document against the truth of the sample, and every way to the same figures."""

import csv
import json

import pytest
from conftest import SAMPLE, TRUTH, event, ffmpeg, metric, plyo, reps, true_event


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("analysis")


@pytest.fixture(scope="module")
def document(folder):
    """The sample with the default model and every output."""
    run = plyo("analyze", "cmj", SAMPLE, "--height", "1.80", "--mass", "78", "--sex", "M", "-o", folder / "out",
               "--export-landmarks", folder / "landmarks.csv")
    assert run.status == 0
    assert "Jump height" in run.out and "Wrote" in run.out and run.err == ""
    return json.loads((folder / "out/cmj_01_base60.json").read_text(encoding="utf-8"))


def test_the_sample_is_measured(document):
    assert document["schema"] == "plyo.analysis/1" and document["sport"] == "cmj"
    (rep,) = reps(document)
    truth = TRUTH["athletes"][0]["metrics"]
    for name, true_value, tolerance in [
        ("jump_height", truth["jump_height_m"], 0.02),
        ("flight_time", truth["flight_time_s"], 0.012),
        ("com_rise", truth["com_rise_above_standing_m"], 0.02),
        ("countermovement_depth", truth["countermovement_depth_m"], 0.03),
    ]:
        found = metric(rep, name)
        assert abs(found["value"] - true_value) < tolerance, name
        assert abs(found["value"] - true_value) < 3 * found["u"], name
        assert rep["metrics"] and found["begin_s"] < found["end_s"]
    assert abs(event(rep, "takeoff") - true_event("take_off")) < 0.017
    assert abs(event(rep, "landing") - true_event("landing")) < 0.017


def test_the_document_says_where_it_comes_from(document):
    source, provenance = document["source"], document["provenance"]
    assert source["name"] == "cmj_01_base60.mp4" and (source["width"], source["height"]) == (1280, 720)
    assert source["frames"] == TRUTH["frames"] and abs(source["capture_fps"] - 60) < 0.01
    assert len(source["sha256"]) == 64 and len(provenance["model"]["sha256"]) == 64
    assert provenance["options"] == {"model": "full", "height_m": "1.8", "mass_kg": "78", "sex": "M"}
    assert provenance["created_at"].endswith("Z")


def test_every_metric_has_a_value_or_a_reason(document):
    catalogue = {m["id"]: m["unit"] for m in plyo("catalogue", "cmj", "--json").document["sports"][0]["metrics"]}
    (rep,) = reps(document)
    assert [m["id"] for m in rep["metrics"]] == list(catalogue)
    for m in rep["metrics"]:
        assert m["unit"] == catalogue[m["id"]]
        assert (m["value"] is None) == ("reason" in m)


def test_power_needs_the_mass(document):
    (rep,) = reps(document)
    assert metric(rep, "peak_power")["value"] > 1000


def test_the_table_of_metrics_agrees_with_the_document(document, folder):
    rows = list(csv.DictReader((folder / "out/cmj_01_base60.csv").open(encoding="utf-8", newline="")))
    (rep,) = reps(document)
    assert [row["metric"] for row in rows] == [m["id"] for m in rep["metrics"]]
    for row, m in zip(rows, rep["metrics"]):
        assert (float(row["value"]) if row["value"] else None) == m["value"]
        assert row["reason"] == m.get("reason", "") and row["file"] == "cmj_01_base60.mp4"


def test_report_and_annotated_video_are_there(document, folder):
    page = (folder / "out/cmj_01_base60.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") or page.startswith("<!doctype html>")
    assert "data:image/jpeg" in page
    video = (folder / "out/cmj_01_base60_overlay.mp4").read_bytes()
    assert video[4:8] == b"ftyp" and 0 <= video.find(b"moov") < video.find(b"mdat"), "the index comes first"
    assert {p.name for p in (folder / "out").iterdir()} == {
        f"cmj_01_base60{end}" for end in (".json", ".csv", ".html", "_overlay.mp4")}


def test_landmarks_give_the_same_movement_without_the_video(document, folder):
    """Pixels sharpen the contacts; everything else is the same, and exactly so from run to run."""
    run = plyo("analyze", "cmj", "--from-landmarks", folder / "landmarks.csv", "--height", "1.80", "--mass", "78", "--sex", "M")
    assert run.status == 0
    (with_video,), (without,) = reps(document), reps(run.document)
    for name in ("lowest_point", "apex"):
        assert abs(event(with_video, name) - event(without, name)) < 0.004
    for name in ("takeoff", "landing"):
        assert abs(event(with_video, name) - event(without, name)) < 0.02
    assert abs(metric(with_video, "com_rise")["value"] - metric(without, "com_rise")["value"]) < 0.005
    assert run.document["source"]["name"] == "landmarks.csv"
    again = plyo("analyze", "cmj", "--from-landmarks", folder / "landmarks.csv", "--height", "1.80", "--mass", "78", "--sex", "M")
    assert reps(again.document) == reps(run.document)
    # The table says which model found them, so that what is known of its errors is undone; without it nothing is.
    assert run.document["provenance"]["model"]["name"] == document["provenance"]["model"]["name"] != ""
    nameless = folder / "nameless.csv"
    nameless.write_text("".join(f"{line.rpartition(',')[0]}\n" for line in (folder / "landmarks.csv").read_text(encoding="utf-8").splitlines()),
                        encoding="utf-8")
    run = plyo("analyze", "cmj", "--from-landmarks", nameless, "--height", "1.80", "--mass", "78", "--sex", "M")
    assert run.document["provenance"]["model"]["name"] == ""
    assert event(reps(run.document)[0], "landing") > event(without, "landing")


def test_documents_are_equal_from_run_to_run_and_for_any_number_of_threads(small):
    fixed = {"SOURCE_DATE_EPOCH": "1780000000"}
    runs = [plyo("analyze", "cmj", small, "--model", "lite", "--height", "1.8", "--threads", n, env=fixed) for n in (1, 2, 2)]
    assert runs[1].out == runs[2].out
    one, two = (reps(run.document)[0] for run in runs[:2])
    for a, b in zip(one["events"], two["events"]):
        assert a["id"] == b["id"] and abs(a["t_s"] - b["t_s"]) <= 1e-4


def test_three_times_in_a_row_are_three_equal_jumps(clips):
    listing = clips / "three.txt"
    listing.write_text(f"file '{SAMPLE}'\n" * 3, encoding="utf-8")
    path = clips / "three.mp4"
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-c", "copy", path)
    run = plyo("analyze", "cmj", path, "--height", "1.8")
    assert run.status == 0
    found = reps(run.document)
    assert [rep["index"] for rep in found] == [1, 2, 3]
    for name in ("jump_height", "flight_time", "com_rise", "countermovement_depth"):
        figures = [metric(rep, name) for rep in found]
        for a in figures:
            for b in figures:
                assert abs(a["value"] - b["value"]) <= 1.96 * (a["u"] ** 2 + b["u"] ** 2) ** 0.5, name
    height = next(s for s in run.document["athletes"][0]["summary"] if s["id"] == "jump_height")
    assert height["n"] == 3 and height["best"] == max(metric(rep, "jump_height")["value"] for rep in found)


def test_a_jump_without_a_hold_is_no_squat_jump(small):
    run = plyo("analyze", "squat_jump", small, "--height", "1.8")
    assert run.status == 3
    assert run.document["athletes"] == []


def test_jumps_in_a_row_have_contacts_between_them(clips):
    listing = clips / "row.txt"
    listing.write_text(f"file '{SAMPLE}'\n" * 3, encoding="utf-8")
    path = clips / "row.mp4"
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-c", "copy", path)
    run = plyo("analyze", "repeated_jumps", path, "--height", "1.8")
    assert run.status == 0
    found = reps(run.document)
    assert len(found) == 3
    flight = true_event("landing") - true_event("take_off")
    length = len(TRUTH["frame_times_s"]) / TRUTH["fps"]
    assert all(abs(metric(rep, "flight_time")["value"] - flight) < 0.010 for rep in found)
    assert all(abs(metric(rep, "contact_time")["value"] - (length - flight)) < 0.010 for rep in found[1:])
    assert all(metric(rep, "rsi")["value"] is None for rep in found)
    count = next(s for s in run.document["athletes"][0]["summary"] if s["id"] == "jump_count")
    assert count["mean"] == 3


def test_slow_motion(clips, small):
    """Stored at a quarter of its speed: right with the camera's rate, suspected without it."""
    path = clips / "slow.mp4"
    ffmpeg("-i", small, "-vf", "setpts=4*PTS", "-r", "15", "-c:v", "libx264", "-preset", "veryfast", path)
    right = plyo("analyze", "cmj", path, "--model", "lite", "--height", "1.8", "--capture-fps", "60")
    assert abs(metric(reps(right.document)[0], "flight_time")["value"] - TRUTH["athletes"][0]["metrics"]["flight_time_s"]) < 0.03
    wrong = plyo("analyze", "cmj", path, "--model", "lite", "--height", "1.8")
    flags = [flag for rep in reps(wrong.document) for flag in rep["flags"]] + wrong.document["quality"]["flags"]
    assert "suspected_slow_motion" in flags


def test_somebody_who_only_stands_is_nothing_found(still):
    run = plyo("analyze", "cmj", still, "--model", "lite", "--height", "1.8")
    assert run.status == 3 and run.document["athletes"] == []


def test_an_athlete_who_is_not_there_is_nothing_found(small):
    run = plyo("analyze", "cmj", small, "--model", "lite", "--athlete", "9")
    assert run.status == 3 and run.document["athletes"] == [] and "track number 9" in run.err
    assert len(reps(plyo("analyze", "cmj", small, "--model", "lite", "--athlete", "1").document)) == 1
