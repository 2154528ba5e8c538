"""Files for other programs, opened by those: OpenSim's own reader, the c3d package, the jsonschema package. The landmarks are
those of a case, so that no pose model runs."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import READERS, ROOT, SHARED, event, metric, plyo, reps

sys.path.append(str(READERS))

CASES = ROOT / "libs/sports/cmj/cases"
LANDMARKS = CASES / "side_60/poses.csv"
HEIGHT = json.loads((CASES / "side_60/options.json").read_text(encoding="utf-8"))["height_m"]
WALK = CASES / "walk_30/poses.csv"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSim writes its log where it stands."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The folder of all exports of one jump, and its document."""
    folder = tmp_path_factory.mktemp("exports")
    run = plyo("analyze", "cmj", "--from-landmarks", LANDMARKS, "--height", HEIGHT, "--json", "-",
               "--export-trc", folder / "jump.trc", "--export-mot", folder / "jump.mot", "--export-c3d", folder / "jump.c3d",
               "--export-motion", folder / "jump_motion.csv")
    assert run.status == 0 and run.err == ""
    return folder, run.document


@pytest.fixture(scope="module")
def rep(exported):
    (only,) = reps(exported[1])
    return only


def frame_times():
    with open(LANDMARKS, encoding="utf-8", newline="") as file:
        return [float(row["t_s"]) for row in csv.DictReader(file)]


def frame_numbers():
    with open(LANDMARKS, encoding="utf-8", newline="") as file:
        return [int(row["frame"]) for row in csv.DictReader(file)]


def nearest(times, t):
    return min(range(len(times)), key=lambda i: abs(times[i] - t))


def test_opensim_reads_the_trajectories(exported, rep):
    import opensim

    table = opensim.TimeSeriesTableVec3(str(exported[0] / "jump.trc"))
    times = list(table.getIndependentColumn())
    assert times == pytest.approx(frame_times(), abs=1e-6)
    labels = list(table.getColumnLabels())
    assert len(labels) == 33 and labels[0] == "nose" and labels[-1] == "right_foot_index"
    assert table.getTableMetaDataString("Units") == "m"
    assert float(table.getTableMetaDataString("DataRate")) == pytest.approx(60, abs=0.1)

    def y(marker, t):
        return table.getDependentColumn(marker)[nearest(times, t)][1]

    def x(marker, t):
        return table.getDependentColumn(marker)[nearest(times, t)][0]

    standing = times[5]
    assert abs(min(y("right_heel", standing), y("right_foot_index", standing))) < 0.05, "the floor is y = 0"
    assert y("nose", standing) == pytest.approx(0.9 * HEIGHT, abs=0.1), "y is up"
    assert x("right_foot_index", standing) > x("right_heel", standing) + 0.1, "x is ahead"
    rise = y("right_hip", event(rep, "apex")) - y("right_hip", event(rep, "takeoff"))
    assert rise == pytest.approx(metric(rep, "jump_height")["value"], abs=0.05), "metres are metres"


def test_opensim_reads_the_joint_angles(exported, rep):
    import opensim

    path = str(exported[0] / "jump.mot")
    assert opensim.Storage(path).isInDegrees()
    table = opensim.TimeSeriesTable(path)
    times = list(table.getIndependentColumn())
    assert times == pytest.approx(frame_times(), abs=1e-6)
    assert list(table.getColumnLabels()) == [
        f"{side}_{joint}_angle" for side in ("left", "right") for joint in ("hip", "knee", "ankle")] + ["trunk_lean"]
    knee = table.getDependentColumn("right_knee_angle")
    opens = knee[nearest(times, event(rep, "takeoff"))] - knee[nearest(times, event(rep, "lowest_point"))]
    assert opens == pytest.approx(metric(rep, "knee_extension_rom")["value"], abs=12)
    assert all(0 <= knee[i] <= 180 for i in range(len(times)))


def test_another_program_reads_the_c3d(exported):
    import c3d
    import opensim

    table = opensim.TimeSeriesTableVec3(str(exported[0] / "jump.trc"))
    with open(exported[0] / "jump.c3d", "rb") as file:
        reader = c3d.Reader(file)
        assert reader.point_rate == pytest.approx(60, abs=0.1)
        assert [label.strip() for label in reader.point_labels] == list(table.getColumnLabels())
        frames = list(reader.read_frames())
    numbers = frame_numbers()
    assert len(frames) == numbers[-1] + 1, "one for each frame of the recording"
    assert numbers[0] > 0 and (frames[0][1][:, 3] < 0).all(), "the athlete was not seen in the first ones"
    for i in (0, 50, len(numbers) - 1):
        points = frames[numbers[i]][1]
        assert (points[:, 3] >= 0).all()
        for k, marker in enumerate(table.getColumnLabels()):
            point = table.getDependentColumn(marker)[i]
            assert [points[k][axis] for axis in range(3)] == pytest.approx([1000 * point[axis] for axis in range(3)], abs=0.05)


def test_the_table_of_the_motion_has_the_centre_of_mass(exported, rep):
    with open(exported[0] / "jump_motion.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(frame_times())
    heights = [float(row["com_z_m"]) for row in rows]
    times = [float(row["t_s"]) for row in rows]
    standing = heights[nearest(times, event(rep, "movement_onset")) - 5]
    assert max(heights) - standing == pytest.approx(metric(rep, "com_rise")["value"], abs=0.02)
    assert standing - min(heights) == pytest.approx(metric(rep, "countermovement_depth")["value"], abs=0.03)


def test_trajectories_come_back_as_landmarks(exported, rep, tmp_path):
    run = plyo("analyze", "cmj", "--from-landmarks", exported[0] / "jump.trc")
    assert run.status == 0
    (again,) = reps(run.document)
    assert again["scale"]["method"] == "known_length"
    for name in ("takeoff", "landing"):
        assert event(again, name) == pytest.approx(event(rep, name), abs=0.005)
    assert metric(again, "jump_height")["value"] == pytest.approx(metric(rep, "jump_height")["value"], abs=0.01)
    assert metric(again, "countermovement_depth")["value"] == pytest.approx(metric(rep, "countermovement_depth")["value"], abs=0.02)
    assert metric(again, "knee_angle_lowest_point")["value"] == pytest.approx(metric(rep, "knee_angle_lowest_point")["value"], abs=2)


HALPE = {"nose": "Nose", "foot_index": "BigToe", "heel": "Heel", "shoulder": "Shoulder", "elbow": "Elbow", "wrist": "Wrist",
         "hip": "Hip", "knee": "Knee", "ankle": "Ankle"}


def renamed(source, target, names):
    """A TRC file with those markers alone, under those names."""
    lines = source.read_text(encoding="utf-8").split("\n")
    labels = lines[3].split("\t")
    columns = [i for i, label in enumerate(labels) if label in names]
    pick = [[*row.split("\t")[:2], *(field for i in columns for field in row.split("\t")[i:i + 3])] for row in lines[6:] if row]
    head = [*lines[:3], "Frame#\tTime\t" + "\t\t\t".join(names[labels[i]] for i in columns),
            "\t\t" + "\t".join(f"{axis}{n}" for n in range(1, len(columns) + 1) for axis in "XYZ"), ""]
    target.write_text("\n".join([*head, *("\t".join(row) for row in pick)]) + "\n", encoding="utf-8")


def test_markers_of_another_model_are_known_by_their_names(exported, rep, tmp_path):
    names = {f"{side}_{part}": side[0].upper() + name for side in ("left", "right") for part, name in HALPE.items()} | {"nose": "Nose"}
    renamed(exported[0] / "jump.trc", tmp_path / "halpe.trc", names)
    run = plyo("analyze", "cmj", "--from-landmarks", tmp_path / "halpe.trc")
    assert run.status == 0
    (again,) = reps(run.document)
    for name in ("takeoff", "landing"):
        assert event(again, name) == pytest.approx(event(rep, name), abs=0.01)
    assert metric(again, "jump_height")["value"] == pytest.approx(metric(rep, "jump_height")["value"], abs=0.02)


def test_markers_without_toes_are_refused(exported, tmp_path):
    names = {f"{side}_{part}": f"{side}_{part}" for side in ("left", "right") for part in HALPE if part not in ("nose", "foot_index", "heel")}
    renamed(exported[0] / "jump.trc", tmp_path / "coco.trc", names)
    run = plyo("analyze", "cmj", "--from-landmarks", tmp_path / "coco.trc")
    assert run.status == 2 and run.out == ""
    assert "coco.trc:4: there is no marker for left_foot_index, right_foot_index" in run.err


def test_without_a_scale_there_are_angles_and_no_trajectories(tmp_path):
    run = plyo("analyze", "cmj", "--from-landmarks", WALK, "--json", tmp_path / "w.json", "--export-trc", tmp_path / "w.trc",
               "--export-mot", tmp_path / "w.mot")
    assert run.status == 2 and "w.trc: trajectories are in metres, and no repetition has a scale" in run.err
    assert "a scale: nobody performs the movement\n" in run.err and "--height" not in run.err
    run = plyo("analyze", "running", "--from-landmarks", ROOT / "libs/sports/running/cases/treadmill_30/poses.csv",
               "--export-trc", tmp_path / "r.trc", "--quiet")
    assert run.status == 2 and "no repetition has a scale: give --height\n" in run.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.json", "w.mot"]


def test_the_schema_is_to_be_had_and_holds_for_real_documents(exported):
    import jsonschema

    run = plyo("catalogue", "--schema")
    assert run.status == 0
    assert run.document == json.loads((ROOT / "contract/result.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(run.document)
    validator = jsonschema.Draft202012Validator(run.document)
    assert list(validator.iter_errors(exported[1])) == []
    nothing = plyo("analyze", "cmj", "--from-landmarks", WALK).document
    assert nothing["athletes"] == [] and list(validator.iter_errors(nothing)) == []
    broken = json.loads(json.dumps(exported[1]))
    broken["athletes"][0]["reps"][0]["scale"]["method"] = "guess"
    assert list(validator.iter_errors(broken))


MOCAP = SHARED / "data/mocap/cmu1006_jumping.bvh"
FLIGHTS = [(2.07, 2.55), (3.87, 4.34), (6.35, 6.78), (8.85, 9.22), (9.75, 10.10)]
"""Read off the toes' heights in that file, s."""


def bvh_to_trc(*arguments):
    return subprocess.run([ROOT / "tools/bvh-to-trc", *map(str, arguments)], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(READERS)})


@pytest.mark.skipif(not MOCAP.exists(), reason="the motion captures are not there")
def test_the_jumps_of_a_motion_capture_are_found(tmp_path):
    done = bvh_to_trc(MOCAP, tmp_path / "jumping.trc", "--height", 1.80)
    assert (done.returncode, done.stderr) == (0, "")
    run = plyo("analyze", "cmj", "--from-landmarks", tmp_path / "jumping.trc")
    assert run.status == 0
    found = [(event(rep, "takeoff"), event(rep, "landing")) for rep in reps(run.document)]
    assert all(rep["scale"]["method"] == "known_length" for rep in reps(run.document))
    for takeoff, landing in found:
        assert any(abs(takeoff - begin) < 0.06 and abs(landing - end) < 0.06 for begin, end in FLIGHTS), (takeoff, landing)
    assert len(found) >= 2


BONE = """HIERARCHY
ROOT Hips
{
  OFFSET 0 90 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  End Site
  {
    OFFSET 0 10 0
  }
}
MOTION
Frames: 1
Frame Time: 0.01
0 90 0 0 0 0
"""


def test_a_skeleton_without_limbs_is_refused(tmp_path):
    path = tmp_path / "bone.bvh"
    path.write_text(BONE, encoding="utf-8")
    done = bvh_to_trc(path, tmp_path / "bone.trc", "--unit", 0.01)
    assert done.returncode == 2 and "there is no joint for" in done.stderr and not (tmp_path / "bone.trc").exists()
    assert bvh_to_trc(path, tmp_path / "bone.trc").returncode == 1
