"""`plyo edit`: what a person changes in a result document, which comes from the landmarks of a case."""

import csv
import json
import math
import sys

import pytest
from conftest import READERS, ROOT, event, metric, plyo, reps

CASES = ROOT / "libs/sports/cmj/cases"
GRAVITY = 9.80665


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def jump(folder):
    """The document of one jump, by its path."""
    height = json.loads((CASES / "side_60/options.json").read_text(encoding="utf-8"))["height_m"]
    run = plyo("analyze", "cmj", "--from-landmarks", CASES / "side_60/poses.csv", "--height", height, "--mass", 78, "--json",
               folder / "jump.json", "--quiet")
    assert run.status == 0
    return folder / "jump.json"


def document(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_moved_take_off_moves_what_follows_from_it(jump):
    (old,) = reps(document(jump))
    takeoff = event(old, "takeoff") + 0.01
    run = plyo("edit", jump, f"takeoff={takeoff}")
    assert run.status == 0 and run.err == ""
    (rep,) = reps(run.document)
    assert event(rep, "takeoff") == pytest.approx(takeoff, abs=1e-6)
    assert metric(rep, "flight_time")["value"] == pytest.approx(event(rep, "landing") - takeoff, abs=2e-6)
    rise_s = event(rep, "apex") - takeoff
    assert metric(rep, "jump_height")["value"] == pytest.approx(GRAVITY / 2 * rise_s**2, abs=1e-5)
    assert metric(rep, "jump_height")["value"] < metric(old, "jump_height")["value"]
    for name in ("jump_height", "flight_time", "time_to_takeoff", "peak_power"):
        assert "manual" in metric(rep, name)["flags"], name
    assert metric(rep, "knee_angle_takeoff")["value"] is None
    assert metric(rep, "knee_angle_takeoff")["reason"] == "needs_landmarks"
    assert metric(rep, "countermovement_depth") == metric(old, "countermovement_depth")
    assert "manual" in rep["flags"]
    assert "takeoff" in run.document["provenance"]["options"]["manual"]


def test_edits_add_up_and_the_document_stays_one(jump, folder):
    sys.path.append(str(READERS))
    import jsonschema

    (old,) = reps(document(jump))
    first = plyo("edit", jump, f"takeoff={event(old, 'takeoff') + 0.004}", "--json", folder / "edited.json", "--report", folder / "edited.html",
                 "--csv", folder / "edited.csv")
    assert (first.status, first.out) == (0, "")
    assert "<!doctype html>" in (folder / "edited.html").read_text(encoding="utf-8")
    assert "manual" in (folder / "edited.csv").read_text(encoding="utf-8")
    second = plyo("edit", folder / "edited.json", "--exclude", 1, "--reason", "held the <rail>", "--json", folder / "edited.json",
                  "--csv", folder / "edited.csv")
    assert second.status == 0
    with (folder / "edited.csv").open(encoding="utf-8", newline="") as table:
        assert {row["excluded"] for row in csv.DictReader(table)} == {"held the <rail>"}
    edited = document(folder / "edited.json")
    validator = jsonschema.Draft202012Validator(plyo("catalogue", "--schema").document)
    assert list(validator.iter_errors(edited)) == []
    assert edited["athletes"][0]["summary"] == []
    assert reps(edited)[0]["excluded"] == "held the <rail>"
    manual = edited["provenance"]["options"]["manual"]
    assert "takeoff" in manual and "excluded: held the <rail>" in manual


@pytest.mark.parametrize(("arguments", "status", "message"), [
    ([], 1, "name the result document"),
    (["JUMP"], 1, "nothing to change"),
    (["JUMP", "takeoff"], 1, "'takeoff' is not EVENT=SECONDS"),
    (["JUMP", "takeoff=soon"], 1, "'takeoff=soon' is not EVENT=SECONDS"),
    (["JUMP", "takeoff=1.9", "takeoff=1.8"], 1, "takeoff is given twice"),
    (["JUMP", "--exclude", "1"], 1, "--exclude needs a --reason"),
    (["JUMP", "takeoff=1.9", "--reason", "x"], 1, "--reason goes with --exclude"),
    (["JUMP", "step_off=1.9"], 1, "has no event step_off; it has movement_onset"),
    (["JUMP", "takeoff=3"], 1, "would not come before"),
    (["JUMP", "takeoff=9"], 1, "takeoff at 9.0000 s is outside of the recording"),
    (["JUMP", "movement_onset=-5"], 1, "is outside of the recording"),
    (["JUMP", "movement_onset=1e400"], 1, "'movement_onset=1e400' is not EVENT=SECONDS"),
    (["JUMP", "takeoff=1.9", "--report", "JUMP"], 1, "would replace the input"),
    (["JUMP", "takeoff=1.9", "--csv", "JUMP"], 1, "would replace the input"),
    (["JUMP", "--rep", "4", "takeoff=1.9"], 1, "there is no repetition 4; there are 1"),
    (["JUMP", "--athlete", "40", "takeoff=1.9"], 1, "there is no athlete of track number 40"),
    (["/no/such.json", "takeoff=1.9"], 2, "there is no such file"),
    ([str(CASES / "side_60/options.json"), "takeoff=1.9"], 2, "not a result document"),
])
def test_wrong_edits_say_what_is_wrong(jump, arguments, status, message):
    run = plyo("edit", *[str(jump) if word == "JUMP" else word for word in arguments])
    assert run.status == status and message in run.err and run.out == ""


# ---- A force plate's document

PLATE = ROOT / "samples/force/cmj_01_plate.csv"


@pytest.fixture(scope="module")
def plate(folder):
    assert plyo("force", PLATE, "--json", folder / "plate.json", "--quiet").status == 0
    return folder / "plate.json"


def moved(path, *words):
    run = plyo("edit", path, *words)
    assert run.status == 0 and run.err == ""
    return run.document


def test_what_the_curve_of_a_plate_gave_is_never_estimated(plate, folder):
    (old,) = reps(document(plate))
    (rep,) = reps(moved(plate, f"takeoff={event(old, 'takeoff') + 0.002}", "--report", folder / "plate.html"))
    for name in ("jump_height", "takeoff_velocity", "com_rise", "mean_power", "mean_force", "mean_velocity", "rsi_mod"):
        assert (metric(rep, name)["value"], metric(rep, name)["reason"]) == (None, "needs_force"), name
    for name in ("flight_time", "time_to_takeoff", "concentric_duration"):
        assert abs(metric(rep, name)["value"] - metric(old, name)["value"]) == pytest.approx(0.002, abs=2e-6), name
        assert "manual" in metric(rep, name)["flags"], name
    for name in ("peak_power", "peak_concentric_velocity", "countermovement_depth", "eccentric_duration"):
        assert metric(rep, name) == metric(old, name), name
    assert event(rep, "apex") == event(old, "apex")
    page = (folder / "plate.html").read_text(encoding="utf-8")
    assert "Largest product of force and velocity" in page and "Sayers" not in page


def test_a_landing_on_a_plate_leaves_the_impulse(plate):
    (old,) = reps(document(plate))
    (rep,) = reps(moved(plate, f"landing={event(old, 'landing') + 0.004}"))
    changed = {m["id"] for m in rep["metrics"] if m != metric(old, m["id"])}
    assert changed == {"flight_time", "jump_height_flight_time"}
    assert metric(rep, "flight_time")["value"] == pytest.approx(metric(old, "flight_time")["value"] + 0.004, abs=2e-6)


def test_a_moved_event_of_a_plate_is_no_surer_than_its_convention(plate):
    (old,) = reps(document(plate))
    u_of = lambda rep: {e["id"]: e["u_s"] for e in rep["events"]}  # noqa: E731
    for name in ("movement_onset", "takeoff", "landing"):
        (rep,) = reps(moved(plate, f"{name}={event(old, name) + 0.001}"))
        assert u_of(rep)[name] >= u_of(old)[name], name


@pytest.fixture(scope="module", params=[[], ["--first-foot", "left"]], ids=["feet unknown", "feet known"])
def run_on_plate(folder, request):
    """Half sines of force, a contact every 0.35 s."""
    rows = (max(0, 1800 * math.sin(math.pi * (i % 350) / 250)) if i % 350 < 250 else 0 for i in range(10000))
    (folder / "run.txt").write_text("".join(f"{row:.1f}\n" for row in rows), encoding="utf-8")
    path = folder / "run.json"
    assert plyo("force", folder / "run.txt", "--sport", "running", "--rate", 1000, *request.param, "--json", path, "--quiet").status == 0
    return path


def test_a_toe_off_on_a_plate_moves_the_times_that_it_bounds(run_on_plate):
    old = document(run_on_plate)["athletes"][0]["steps"]
    toe_off = old[4]["events"][1]
    new = moved(run_on_plate, "--rep", 5, f"{toe_off['id']}={toe_off['t_s'] + 0.001}")["athletes"][0]["steps"]
    change = {m["id"]: m["value"] - metric(old[4], m["id"])["value"] for m in new[4]["metrics"]}
    assert change["contact_time"] == pytest.approx(0.001, abs=2e-6) and change["flight_time"] == pytest.approx(-0.001, abs=2e-6)
    for name in ("step_time", "stride_time", "cadence"):
        assert change[name] == pytest.approx(0, abs=2e-3 if name == "cadence" else 2e-6), name
    assert [step for step in new if step["index"] != 5] == [step for step in old if step["index"] != 5]


def test_a_step_more_or_less_hardly_changes_a_summary(run_on_plate):
    old = {s["id"]: s for s in document(run_on_plate)["athletes"][0]["summary"]}
    new = {s["id"]: s for s in moved(run_on_plate, "--exclude", 5, "--reason", "x")["athletes"][0]["summary"]}
    assert new.keys() == old.keys()
    for name, line in new.items():
        assert line["mean"] == pytest.approx(old[name]["mean"], rel=0.01) and line["u"] == pytest.approx(old[name]["u"], rel=0.1), name
