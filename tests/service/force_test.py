"""`plyo force` and `plyo validate`: the sample of the repository, published records where ../shared exists, and wrong files."""

import csv
import hashlib
import json
import math
import re

import pytest
from conftest import ROOT, SHARED, TRUTH, event, metric, plyo, reps, true_event

PLATE = ROOT / "samples/force/cmj_01_plate.csv"
FORCE = SHARED / "data/force"
AHEAD_S = 3.25  # of the plate's clock, samples/force/make


def force(*arguments):
    return plyo("force", *arguments)


def only_rep(run):
    assert run.status == 0
    (rep,) = reps(run.document)
    return rep


def value(rep, name):
    return metric(rep, name)["value"]


def present(paths):
    return [pytest.param(*row, id=row[0]) for row in paths if (FORCE / row[0]).exists()]


# ---- The sample

def test_the_sample_is_measured():
    run = force(PLATE)
    rep = only_rep(run)
    truth = TRUTH["athletes"][0]["metrics"]
    assert abs(value(rep, "jump_height") - truth["takeoff_velocity_m_s"] ** 2 / 2 / 9.80665) < 0.005
    assert abs(value(rep, "flight_time") - truth["flight_time_s"]) < 0.004
    assert abs(value(rep, "countermovement_depth") - truth["countermovement_depth_m"]) < 0.01
    for ours, theirs in (("takeoff", "take_off"), ("landing", "landing"), ("lowest_point", "lowest_point")):
        assert abs(event(rep, ours) - AHEAD_S - true_event(theirs)) < 0.005, ours
    source = run.document["source"]
    assert source["kind"] == "force_plate" and source["capture_fps"] == 1000 and len(source["sha256"]) == 64
    assert run.document["provenance"]["options"]["input"] == "force_plate"
    assert rep["scale"]["method"] == "body_weight"
    assert abs(run.document["athletes"][0]["mass_kg"] - 78) < 0.2


def test_a_table_a_folder_and_the_same_figures(tmp_path):
    run = force(PLATE, "-o", tmp_path / "out")
    assert run.status == 0 and "force plate, 1000 samples/s" in run.out and "Jump height, cm" in run.out
    document = json.loads((tmp_path / "out/cmj_01_plate.json").read_text(encoding="utf-8"))
    assert document["athletes"] == force(PLATE, "--json", "-").document["athletes"]
    rows = list(csv.DictReader((tmp_path / "out/cmj_01_plate.csv").open(encoding="utf-8", newline="")))
    assert {row["metric"] for row in rows} == {m["id"] for m in reps(document)[0]["metrics"]}
    assert "Countermovement jump" in (tmp_path / "out/cmj_01_plate.html").read_text(encoding="utf-8")


def rewritten(path, text_of):
    """The sample with other columns: text_of(t, left, right) for each row."""
    rows = list(csv.reader(PLATE.open(encoding="utf-8")))[1:]
    path.write_text("".join(text_of(*map(float, row)) + "\n" for row in rows), encoding="utf-8")
    return path


def test_layouts_and_plates_give_equal_figures(tmp_path):
    expected = value(only_rep(force(PLATE)), "jump_height")
    whole = rewritten(tmp_path / "whole.txt", lambda t, left, right: f"{left + right:.1f}")
    assert value(only_rep(force(whole, "--rate", 1000)), "jump_height") == pytest.approx(expected, abs=1e-4)
    tabs = rewritten(tmp_path / "tabs.txt", lambda t, left, right: f"{t * 1000:.0f}\t0\t{-(left + right) / 1000:.5f}")
    assert value(only_rep(force(tabs, "--rate", 1000, "--force-column", 3, "--scale", -1000)), "jump_height") == pytest.approx(expected, abs=1e-4)
    commas = rewritten(tmp_path / "commas.csv", lambda t, left, right: f"{t:.3f};{left + right:.1f}".replace(".", ","))
    assert value(only_rep(force(commas, "--time-column", 1)), "jump_height") == pytest.approx(expected, abs=1e-4)
    raw = rewritten(tmp_path / "raw.txt", lambda t, left, right: f"{left + right - 762.5:.1f}")
    assert value(only_rep(force(raw, "--rate", 1000, "--tare", "auto")), "jump_height") == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("text_of", "arguments", "message"),
    [
        (lambda t, left, right: f"{left + right:.1f}", [], "--rate"),
        (lambda t, left, right: f"{t:.3f},{left:.1f},{right:.1f}", ["--time-column", 1], "--force-column"),
        (lambda t, left, right: f"{left + right:.1f}", ["--rate", 1000, "--force-column", 4], "there is no such column"),
        (lambda t, left, right: f"{(left + right) / 1000:.4f}", ["--rate", 1000], "--scale 1000"),
        (lambda t, left, right: f"{(left + right) / 765:.4f}", ["--rate", 1000], "body weights"),
        (lambda t, left, right: f"{-left - right:.1f}", ["--rate", 1000], "--scale -1"),
        (lambda t, left, right: f"{left + right - 900:.1f}", ["--rate", 1000, "--scale", 1000], "more than anybody's in newtons; check"),
        (lambda t, left, right: f"{left + right - 762:.1f}", ["--rate", 1000], "--tare auto"),
        (lambda t, left, right: f"{left + right:.1f}", ["--rate", 50], "too slow"),
        (lambda t, left, right: "nan" if t == 2 else f"{left + right:.1f}", ["--rate", 1000], "'nan' is not a number"),
    ],
)
def test_wrong_files_are_named(tmp_path, text_of, arguments, message):
    run = force(rewritten(tmp_path / "f.txt", text_of), *arguments)
    assert run.status == 2 and run.out == "" and message in run.err and "f.txt" in run.err


@pytest.mark.parametrize(("text", "message"), [("", "no content"), ("hello\nworld\n", "no row of numbers")])
def test_no_table_is_a_failed_input(tmp_path, text, message):
    (tmp_path / "f.csv").write_text(text, encoding="utf-8")
    run = force(tmp_path / "f.csv", "--rate", 1000)
    assert run.status == 2 and message in run.err
    assert "there is no such file" in force(tmp_path / "none.csv").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name the file"),
        ([PLATE, "--sport", "golf"], "a force plate measures cmj, drop_jump, squat_jump, running"),
        ([PLATE, "--tare", "much"], "--tare much"),
        ([PLATE, "--first-foot", "left"], "--first-foot is of running, and this is cmj"),
        ([PLATE, "--threshold", "0"], "--threshold 0 is outside of 1 to 500 N"),
        ([PLATE, "--scale", "0"], "--scale 0 is no factor"),
        ([PLATE, "--json", PLATE], "would replace the input"),
        ([PLATE, "-o", "x", "--csv", "y"], "-o names all outputs"),
    ],
)
def test_wrong_use_is_status_1(arguments, message):
    run = force(*arguments)
    assert run.status == 1 and message in run.err and "plyo force --help" in run.err


def test_another_movement_is_named_and_nothing_found(tmp_path):
    run = force(PLATE, "--sport", "drop_jump")
    assert run.status == 3 and run.document["athletes"] == []
    assert "is left out: the athlete stands on the plate before it" in run.err
    standing = tmp_path / "standing.txt"
    standing.write_text("700.5\n701.5\n" * 1500, encoding="utf-8")
    run = force(standing, "--rate", 1000)
    assert run.status == 3 and run.document["quality"]["flags"] == ["no_flight"]


# ---- Published records (the table of docs/guide/force-plates.md)

GIDIEL = [
    ("gidiel/Single-CMJ-Fz.txt", ["--rate", 1000]),
    ("gidiel/Dual-CMJ-Fz.txt", ["--rate", 1000]),
]


@pytest.mark.parametrize(("name", "arguments"), present(GIDIEL))
def test_gidiel_countermovement_jump(name, arguments):
    rep = only_rep(force(FORCE / name, *arguments))
    assert value(rep, "jump_height") == pytest.approx(0.319, abs=0.005)
    assert value(rep, "jump_height_flight_time") == pytest.approx(0.320, abs=0.005)
    assert value(rep, "flight_time") == pytest.approx(0.511, abs=0.005)
    assert value(rep, "countermovement_depth") == pytest.approx(0.349, abs=0.01)


@pytest.mark.parametrize("name", [p.values[0] for p in present([("gidiel/Single-DJ-Fz.txt",), ("gidiel/Dual-DJ-Fz.txt",)])])
def test_gidiel_drop_jump_at_the_threshold_of_its_figures(name):
    rep = only_rep(force(FORCE / name, "--sport", "drop_jump", "--rate", 1000, "--threshold", 20))
    assert value(rep, "contact_time") == pytest.approx(0.249, abs=0.005)
    assert value(rep, "flight_time") == pytest.approx(0.487, abs=0.005)
    assert value(rep, "jump_height_flight_time") == pytest.approx(0.291, abs=0.005)


@pytest.mark.parametrize(("name", "arguments", "message"), present([
    ("gidiel/Single-DJ-Fz.txt", ["--rate", 1000], "a drop jump, or jumps in a row?"),
    ("jumpmetrics/FHOC_P30_SQT300007.txt", ["--rate", 1000, "--force-column", 3, "--force-column", 9], "a squat jump?")]))
def test_other_jumps_are_no_countermovement_jumps(name, arguments, message):
    run = force(FORCE / name, *arguments)
    assert run.status == 3 and run.document["athletes"] == [] and message in run.err


ENGR315 = [(f"engr315/FP{i + 1}.txt", contact, flight) for i, (contact, flight) in enumerate(
    [(0.422, 0.311), (0.508, 0.317), (0.495, 0.319), (0.541, 0.308), (0.500, 0.320), (0.470, 0.324)])]


@pytest.mark.parametrize(("name", "contact", "flight"), present(ENGR315))
def test_engr315_contact_and_flight(name, contact, flight):
    rep = only_rep(force(FORCE / name, "--sport", "drop_jump", "--rate", 1000, "--force-column", 9, "--tare", "auto"))
    assert value(rep, "contact_time") == pytest.approx(contact, abs=0.005)
    assert value(rep, "flight_time") == pytest.approx(flight, abs=0.005)


@pytest.mark.parametrize(("name", "height"), present([
    ("jumpmetrics/F02_CTRL2_filtered.txt", 0.304), ("jumpmetrics/M07_CTRL1_filtered.txt", 0.6055)]))
def test_jumpmetrics_impulse_height(name, height):
    rep = only_rep(force(FORCE / name, "--rate", 2000, "--force-column", "FZsum"))
    assert value(rep, "jump_height") == pytest.approx(height, abs=0.005)
    assert metric(rep, "flight_time")["reason"] == "event_missing" and "landing_not_seen" in rep["flags"]


@pytest.mark.parametrize("name", [p.values[0] for p in present([("jumpmetrics/FHOC_P30_SQT300007.txt",)])])
def test_jumpmetrics_squat_jump_of_two_plates(name):
    rep = only_rep(force(FORCE / name, "--sport", "squat_jump", "--rate", 1000, "--force-column", 3, "--force-column", 9))
    assert value(rep, "jump_height") == pytest.approx(0.2286, abs=0.005)
    assert value(rep, "takeoff_velocity") == pytest.approx(2.118, abs=0.025)
    assert value(rep, "concentric_duration") == pytest.approx(0.432, abs=0.01)


@pytest.mark.parametrize("name", [p.values[0] for p in present([("dryft/custom_drift_S001runT25.csv",)])])
def test_dryft_running_whatever_its_drift(name):
    run = force(FORCE / name, "--sport", "running", "--rate", 300)
    assert run.status == 0 and "force_drift" in run.document["quality"]["flags"]
    summary = {s["id"]: s for s in run.document["athletes"][0]["summary"]}
    assert abs(len(run.document["athletes"][0]["steps"]) - 78) <= 2
    assert summary["step_time"]["mean"] == pytest.approx(0.383, abs=0.005)
    assert summary["cadence"]["mean"] == pytest.approx(156.5, abs=1)


def test_advice_knows_what_was_given():
    run = force(PLATE, "--scale", -1)
    assert run.status == 2 and "turn it over by --scale 1," in run.err
    run = force(PLATE, "--tare", 10000)
    assert run.status == 2 and "after --tare 10000, which is what the empty plate reads" in run.err and "--scale" not in run.err
    run = force(PLATE, "--scale", 0.001)
    assert run.status == 2 and "check --scale 0.001 (1 where the file has newtons)" in run.err


# ---- Validation

def shifted(tmp_path, name, document, seconds, height):
    """The plate's own result as if a video had given it: on another clock, a little higher."""
    document = json.loads(json.dumps(document))
    del document["source"]["kind"]
    document["source"]["sha256"] = hashlib.sha256(name.encode()).hexdigest()
    for rep in reps(document):
        for e in rep["events"]:
            e["t_s"] += seconds
        metric(rep, "jump_height")["value"] += height
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def documents(tmp_path):
    document = force(PLATE).document
    return [shifted(tmp_path, f"{i}.json", document, -AHEAD_S - i, off) for i, off in enumerate((0.010, -0.004, 0.006))]


def test_the_sample_is_validated(tmp_path, documents):
    arguments = [part for path in documents for part in ("--video", path, "--force", PLATE)]
    run = plyo("validate", *arguments, "--json", tmp_path / "v.json", "--csv", tmp_path / "v.csv", "--report", tmp_path / "v.html")
    assert run.status == 0 and "3 paired" in run.out and "limits of agreement" in run.out
    document = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))
    height = next(m for m in document["metrics"] if m["id"] == "jump_height")
    assert height["n"] == 3 and height["bias"] == pytest.approx(0.004, abs=1e-6)
    sd = math.sqrt((0.006**2 + 0.008**2 + 0.002**2) / 2)
    assert height["sd"] == pytest.approx(sd, abs=1e-6)
    assert height["upper_limit"] == pytest.approx(0.004 + 1.96 * sd, abs=1e-6)
    assert [r["offset_s"] for r in document["recordings"]] == pytest.approx([AHEAD_S + i for i in range(3)], abs=1e-5)
    (row,) = [r for r in csv.DictReader((tmp_path / "v.csv").open(encoding="utf-8", newline="")) if r["metric"] == "jump_height"]
    assert float(row["bias"]) == pytest.approx(0.004, abs=1e-6) and row["n"] == "3"
    page = (tmp_path / "v.html").read_text(encoding="utf-8")
    assert "Bland-Altman" in page and not re.search(r"(src|href)=\"https?:", page)


def test_what_was_excluded_is_named_and_not_compared(tmp_path, documents):
    assert plyo("edit", documents[0], "--exclude", 1, "--reason", "off the plate", "--json", documents[0]).status == 0
    arguments = [part for path in documents for part in ("--video", path, "--force", PLATE)]
    run = plyo("validate", *arguments, "--json", tmp_path / "v.json", "--report", tmp_path / "v.html")
    assert run.status == 0 and "2 paired" in run.out and ": off the plate" in run.out
    document = json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))
    assert next(m for m in document["metrics"] if m["id"] == "jump_height")["n"] == 2
    assert document["excluded"] == [{"recording": 1, "video_rep": 1, "force_rep": 1, "why": "off the plate"}]
    assert [r["pairs"] for r in document["recordings"]] == [0, 1, 1]
    assert "video 1: off the plate" in (tmp_path / "v.html").read_text(encoding="utf-8")


def test_what_is_grossly_wrong_or_by_hand_is_marked(tmp_path, documents):
    slow, moved, _ = (json.loads(path.read_text(encoding="utf-8")) for path in documents)
    reps(slow)[0]["flags"] = ["suspected_slow_motion"]
    metric(reps(moved)[0], "jump_height")["flags"] = ["manual"]
    for path, document in zip(documents, (slow, moved)):
        path.write_text(json.dumps(document), encoding="utf-8")
    arguments = [part for path in documents for part in ("--video", path, "--force", PLATE)]
    run = plyo("validate", *arguments, "--json", tmp_path / "v.json", "--csv", tmp_path / "v.csv", "--report", tmp_path / "v.html")
    assert run.status == 0 and "3 paired" in run.out
    assert "slow motion suspected, by hand" in run.out and "The athlete falls too slowly" in run.out
    metrics = {m["id"]: m for m in json.loads((tmp_path / "v.json").read_text(encoding="utf-8"))["metrics"]}
    assert metrics["jump_height"]["flags"] == ["suspected_slow_motion", "manual"]
    assert [v["flags"] for v in metrics["jump_height"]["values"]] == [["suspected_slow_motion"], ["manual"], []]
    assert metrics["flight_time"]["flags"] == ["suspected_slow_motion"]
    rows = {row["metric"]: row for row in csv.DictReader((tmp_path / "v.csv").open(encoding="utf-8", newline=""))}
    assert rows["jump_height"]["flags"] == "suspected_slow_motion manual"
    assert "slow motion suspected, by hand" in (tmp_path / "v.html").read_text(encoding="utf-8")


def test_no_pair_counts_twice(tmp_path, documents):
    (tmp_path / "pairs.csv").write_text("video,force\n" + "".join(f"{i}.json,{PLATE}\n" for i in (0, 1, 0)), encoding="utf-8")
    run = plyo("validate", "--manifest", tmp_path / "pairs.csv", "--csv", tmp_path / "v.csv")
    assert run.status == 1 and "pairs.csv:2 (" in run.err and "pairs.csv:4 (" in run.err and "same recording" in run.err
    assert not (tmp_path / "v.csv").exists()
    again = tmp_path / "edited.json"
    assert plyo("edit", documents[0], "--exclude", 1, "--reason", "off the plate", "--json", again).status == 0
    run = plyo("validate", "--video", documents[0], again, "--force", PLATE, PLATE)
    assert run.status == 1 and f"{documents[0]} and {again} are of the same recording" in run.err


def test_a_manifest_pairs_many(tmp_path, documents):
    plate = force(PLATE, "--json", tmp_path / "plate.json", "--quiet")
    assert plate.status == 0
    (tmp_path / "pairs.csv").write_text(
        f"video,force,athlete\n0.json,plate.json,Ann\n1.json,{PLATE},Bo\n", encoding="utf-8")
    run = plyo("validate", "--manifest", tmp_path / "pairs.csv")
    assert run.status == 0 and [r["athlete"] for r in run.document["recordings"]] == ["Ann", "Bo"]
    assert len(run.document["pairs"]) == 2


def test_what_has_no_partner_is_listed(tmp_path, documents):
    document = json.loads(documents[0].read_text(encoding="utf-8"))
    (rep,) = reps(document)
    other = json.loads(json.dumps(rep))
    other["index"] = 2
    for e in other["events"]:
        e["t_s"] += 20
    document["athletes"][0]["reps"].append(other)
    documents[0].write_text(json.dumps(document), encoding="utf-8")
    run = plyo("validate", "--video", documents[0], "--force", PLATE, "--offset", AHEAD_S)
    assert run.status == 0 and len(run.document["pairs"]) == 1
    assert [(u["in"], u["rep"]) for u in run.document["unpaired"]] == [("video", 2)]
    run = plyo("validate", "--video", documents[0], "--force", PLATE, "--offset", 100)
    assert run.status == 3 and run.document["pairs"] == [] and len(run.document["unpaired"]) == 3


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 1, "as many of each"),
        (["--video", "a.json", "b.json", "--force", PLATE], 1, "(2 and 1)"),
        (["--video", "none.json", "--force", PLATE], 2, "there is no such file"),
        (["--video", PLATE, "--force", PLATE], 2, "analyse the video by plyo analyze --json first"),
        (["--video", "plate.json", "--force", PLATE], 2, "is of a force plate, no video"),
        (["--video", "0.json", "--force", "0.json"], 2, "not a result of plyo force"),
        (["--video", "0.json", "--force", PLATE, "--offset", 1, "--in-order"], 1, "give one"),
        (["--video", "0.json", "--force", PLATE, "--offset", "nan"], 1, "--offset is a number"),
        (["--manifest", "bad.csv"], 1, "unknown column 'plate'"),
    ],
)
def test_wrong_validations_are_named(tmp_path, documents, arguments, status, message):
    force(PLATE, "--json", tmp_path / "plate.json", "--quiet")
    (tmp_path / "bad.csv").write_text("video,plate\n", encoding="utf-8")
    run = plyo("validate", *arguments, cwd=tmp_path)
    assert run.status == status and message in run.err and run.out == ""
