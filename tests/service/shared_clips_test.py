"""Clips that are not part of the repository: rendered variations with truth, and real ones. They run where ../shared exists."""

import json

import pytest
from conftest import SHARED, event, metric, plyo, reps

RENDERED = SHARED / "data/rendered"
REAL = SHARED / "data/real"


def test_where_the_clips_are():
    """Says on the log whether the other tests of this file had anything to run on."""
    print(f"{SHARED}: {'there' if RENDERED.is_dir() else 'not there, so its clips were left out'}")


def present(paths):
    return [pytest.param(path, id=path.stem) for path in paths if path.exists()]


def analysed(path, *options):
    """The document, with the stature where the truth has one athlete alone."""
    truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    height = ["--height", truth["athletes"][0]["height_m"]] if len(truth["athletes"]) == 1 else []
    run = plyo("analyze", "cmj", path, *height, *options)
    return run, truth


def assert_rep_is_true(rep, athlete, what=("takeoff", "landing"), seconds=0.034):
    true_times = {e["name"].replace("take_off", "takeoff"): e["t_s"] for e in athlete["events"]}
    for name in what:
        assert abs(event(rep, name) - true_times[name]) < seconds, name
    height = metric(rep, "jump_height")
    assert abs(height["value"] - athlete["metrics"]["jump_height_m"]) < 0.035
    assert abs(height["value"] - athlete["metrics"]["jump_height_m"]) < 4 * height["u"]


@pytest.mark.parametrize("path", present(RENDERED / f"{name}.mp4" for name in (
    "cmj_07_portrait", "cmj_12_rotate_tag", "cmj_13_vfr", "cmj_10_walker_background", "cmj_06_view45")))
def test_one_jump_by_one_athlete(path):
    run, truth = analysed(path)
    assert run.status == 0
    (rep,) = reps(run.document)
    assert_rep_is_true(rep, truth["athletes"][0])
    assert (run.document["source"]["width"], run.document["source"]["height"]) == (truth["width"], truth["height"])
    assert run.document["source"]["variable_frame_rate"] == truth["variable_frame_rate"]


@pytest.mark.parametrize("path", present([RENDERED / "cmj_09_two_people.mp4"]))
def test_two_people_who_jump_both_count(path):
    run, truth = analysed(path)
    assert run.status == 0
    performing = [athlete for athlete in truth["athletes"] if any(e["name"] == "take_off" for e in athlete["events"])]
    assert len(run.document["athletes"]) == len(performing)


@pytest.mark.parametrize("path", present([RENDERED / "cmj_14_slowmo240as30.mp4"]))
def test_slow_motion_with_and_without_the_cameras_rate(path):
    run, truth = analysed(path, "--capture-fps", 240)
    (rep,) = reps(run.document)
    assert_rep_is_true(rep, truth["athletes"][0], seconds=0.02)
    run, _ = analysed(path)
    flags = [flag for rep in reps(run.document) for flag in rep["flags"]] + run.document["quality"]["flags"]
    assert run.status == 3 or "suspected_slow_motion" in flags


@pytest.mark.parametrize("path", present([RENDERED / "cmj_15_dark_noisy30.mp4"]))
def test_the_dark_is_right_or_flagged(path):
    run, truth = analysed(path)
    for rep in reps(run.document):
        flags = rep["flags"] + [flag for m in rep["metrics"] for flag in m["flags"]] + [f for e in rep["events"] for f in e.get("flags", [])]
        error = abs(metric(rep, "jump_height")["value"] - truth["athletes"][0]["metrics"]["jump_height_m"])
        assert error < 0.035 or flags


@pytest.mark.parametrize("path", present([RENDERED / "cmj_11_leaves_frame.mp4"]))
def test_leaving_the_picture_is_a_flagged_gap(path):
    run, _ = analysed(path)
    flags = [flag for rep in reps(run.document) for flag in rep["flags"]] + run.document["quality"]["flags"]
    assert run.status == 3 or {"gap", "leaves_picture"} & set(flags)


@pytest.mark.parametrize("path", present(REAL / f"{name}.mp4" for name in (
    "opencap_squat_60", "opencap_walk_editlist_60", "sports2d_walk_side_30", "sports2d_somersault_two_people_30")))
def test_what_is_no_jump_is_nothing_found(path):
    run = plyo("analyze", "cmj", path)
    assert run.status == 3 and run.document["athletes"] == []


# Frames read by eye: (first frame in the air, last one), and by how many frames a reading may be off.
@pytest.mark.parametrize(("path", "airborne", "frames"), [
    pytest.param(REAL / name, airborne, frames, id=name)
    for name, airborne, frames in (("cmj_side_50.mp4", (96, 127), 1), ("cmj_front_plate_30.mp4", (260, 277), 1.5))
    if (REAL / name).exists()])
def test_real_jumps_agree_with_the_eye(path, airborne, frames):
    """The eye's reading is itself within a frame of the contact, so the event lies between two frames."""
    run = plyo("analyze", "cmj", path)
    assert run.status == 0
    found = {e["id"]: e["frame"] for e in reps(run.document)[0]["events"]}
    assert airborne[0] - 1 - frames <= found["takeoff"] <= airborne[0] + frames
    assert airborne[1] - frames <= found["landing"] <= airborne[1] + 1 + frames


@pytest.mark.parametrize("path", present(RENDERED / f"{name}.mp4" for name in (
    "sj_01_base60", "sj_03_illegal_cm5cm", "sj_04_view75_30fps_bent")))
def test_a_squat_jump_is_one_and_nothing_else(path):
    athlete = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["athletes"][0]
    run = plyo("analyze", "squat_jump", path, "--height", athlete["height_m"])
    assert run.status == 0
    (rep,) = reps(run.document)
    assert_rep_is_true(rep, athlete)
    assert abs(metric(rep, "illegal_countermovement")["value"] - athlete["metrics"]["countermovement_depth_m"]) < 0.01
    assert ("illegal_countermovement" in rep["flags"]) == athlete["metrics"]["illegal_countermovement"]
    assert plyo("analyze", "cmj", path, "--height", athlete["height_m"]).status == 3


@pytest.mark.parametrize("path", present([REAL / "cmj_side_50.mp4"]))
def test_the_joints_of_a_real_jump_extend(path):
    """The field's oldest wish, on a person who was not rendered: the ankle by the toe opens, and so do knee and hip."""
    (rep,) = reps(plyo("analyze", "cmj", path).document)
    assert metric(rep, "ankle_extension_rom")["value"] >= 30
    assert metric(rep, "knee_extension_rom")["value"] >= 20
    assert metric(rep, "hip_extension_rom")["value"] >= 20
    times = [event(rep, name) for name in ("movement_onset", "peak_downward_velocity", "lowest_point", "takeoff", "landing")]
    assert times == sorted(times)
