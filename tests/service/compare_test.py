"""`plyo compare`: sessions beside each other. The documents are made of the one of a case."""

import json
import math

import pytest
from conftest import ROOT, metric, plyo, reps

CASE = ROOT / "libs/sports/cmj/cases/side_60"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def jump(folder):
    """The document of one jump, by its path."""
    height = json.loads((CASE / "options.json").read_text(encoding="utf-8"))["height_m"]
    run = plyo("analyze", "cmj", "--from-landmarks", CASE / "poses.csv", "--height", height, "--json", folder / "jump.json", "--quiet")
    assert run.status == 0
    return folder / "jump.json"


def document(path):
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sessions(jump, folder):
    """Three sessions of three jumps each, the last one higher."""
    paths = []
    for i, gain in enumerate((0, 0.001, 0.05)):
        result = document(jump)
        (rep,) = reps(result)
        copies = []
        for k, offset in enumerate((-0.01, 0, 0.01)):
            copy = json.loads(json.dumps(rep))
            copy["index"] = k + 1
            metric(copy, "jump_height")["value"] += offset + gain
            copies.append(copy)
        result["athletes"][0]["reps"] = copies
        result["source"]["sha256"] = f"{i:064x}"
        result["provenance"]["options"] |= {"athlete": "Ann </script>", "date": f"2026-0{i + 1}-01"}
        path = folder / f"session_{i}.json"
        path.write_text(json.dumps(result), encoding="utf-8")
        paths.append(path)
    return paths


def test_a_trend_tells_a_real_change_from_chance(sessions):
    run = plyo("compare", *sessions, "--json", "-")
    assert run.status == 0
    assert run.document["schema"] == "plyo.comparison/1"
    (athlete,) = run.document["athletes"]
    height = next(t for t in athlete["trends"] if t["metric"] == "jump_height")
    assert height["typical_error"] == pytest.approx(0.01, rel=1e-4) and height["degrees_of_freedom"] == 6
    assert height["mdc95"] == pytest.approx(1.96 * 2**0.5 * 0.01, rel=1e-3)
    assert height["swc"] == pytest.approx(0.003, rel=1e-4)
    assert [s["since_first"] and s["since_first"]["kind"] for s in height["sessions"]] == [None, "trivial", "real"]
    assert [s["n"] for s in height["sessions"]] == [3, 3, 3]


def test_people_get_tables_of_the_headline_metrics(sessions):
    run = plyo("compare", *sessions)
    assert run.status == 0 and "Jump height, cm" in run.out and "real" in run.out and "typical error" in run.out
    assert "Knee angle at landing" not in run.out
    one = plyo("compare", *sessions, "--metric", "flight_time")
    assert "Flight time, ms" in one.out and "Jump height, cm" not in one.out


def test_a_run_is_compared_by_the_figures_of_its_summary(folder):
    runs = []
    for case in ("treadmill_30", "treadmill_mid_60"):
        runs.append(folder / f"{case}.json")
        assert plyo("analyze", "running", "--from-landmarks", ROOT / f"libs/sports/running/cases/{case}/poses.csv", "--height", 1.8,
                    "--json", runs[-1], "--quiet").status == 0
    run = plyo("compare", *runs, "--json", "-")
    for name in ("cadence", "asymmetry_contact_time"):
        of_summary = [next(s["mean"] for s in document(path)["athletes"][0]["summary"] if s["id"] == name) for path in runs]
        trend = next(t for t in run.document["athletes"][0]["trends"] if t["metric"] == name)
        assert [s["mean"] for s in trend["sessions"]] == pytest.approx(of_summary, rel=1e-5), name
    assert "Asymmetry of contact time, %" in plyo("compare", *runs, "--metric", "asymmetry_contact_time").out


def test_plates_are_compared_by_what_a_plate_measures(folder):
    def force(t, mass=75, gravity=9.80665, down=2.4, up=2.4, contact=0.25, absorbing=0.5):
        """Onto the plate after a second, up again, and down for good."""
        landing = 1 + contact + 2 * up / gravity
        for begin, length, gain in ((1, contact, down + up), (landing, absorbing, up)):
            if begin <= t < begin + length:
                return mass * (gravity + gain * math.pi / (2 * length) * math.sin(math.pi * (t - begin) / length))
        return mass * gravity if t >= landing else 0

    (folder / "drop.txt").write_text("".join(f"{force(i / 1000):.1f}\n" for i in range(4500)), encoding="utf-8")
    plate = folder / "drop.json"
    assert plyo("force", folder / "drop.txt", "--sport", "drop_jump", "--rate", 1000, "--json", plate, "--quiet").status == 0
    run = plyo("compare", plate, plate, "--metric", "peak_power")
    assert run.status == 0 and "Peak power, W" in run.out
    # A video does not measure it.
    video = document(plate)
    del video["source"]["kind"]
    (folder / "drop_video.json").write_text(json.dumps(video), encoding="utf-8")
    for documents in ((plate, folder / "drop_video.json"), (folder / "drop_video.json", plate)):
        assert plyo("compare", *documents, "--metric", "peak_power").status == 1
        assert "Contact time, ms" in plyo("compare", *documents).out


def test_the_report_of_trends_is_one_page_of_its_own(sessions, folder):
    run = plyo("compare", *sessions, "--report", folder / "trend.html")
    assert run.status == 0
    page = (folder / "trend.html").read_text(encoding="utf-8")
    assert "Jump height" in page and "Ann \\u003c/script\\u003e" in page and "Ann </script>" not in page
    assert "possible where it is" in page and "may be chance" not in page
    run = plyo("compare", *sessions, "--metric", "flight_time", "--report", folder / "one.html")
    one = (folder / "one.html").read_text(encoding="utf-8")
    assert run.status == 0 and '"label":"Flight time"' in one and '"label":"Jump height"' not in one
    assert "{{" not in page and "http-equiv=\"Content-Security-Policy\"" in page


def test_a_session_in_slow_motion_is_no_real_change(sessions, folder):
    slow = document(sessions[2])
    for rep in reps(slow):
        rep["flags"] = ["suspected_slow_motion"]
        metric(rep, "jump_height")["value"] *= 64
    (folder / "slow.json").write_text(json.dumps(slow), encoding="utf-8")
    run = plyo("compare", *sessions[:2], folder / "slow.json", "--report", folder / "slow.html", "--json", folder / "slow_trend.json")
    assert "slow motion suspected" in run.out and "The athlete falls too slowly" in run.out and "real" not in run.out.split("- slow")[0]
    assert "slow motion suspected" in (folder / "slow.html").read_text(encoding="utf-8")
    (athlete,) = document(folder / "slow_trend.json")["athletes"]
    last = next(t for t in athlete["trends"] if t["metric"] == "jump_height")["sessions"][-1]
    assert last["gross_errors"] == ["suspected_slow_motion"] and last["since_first"]["kind"] == "unknown"
    assert "slow motion" not in plyo("compare", *sessions).out


def test_what_cannot_be_compared_is_refused(sessions, folder):
    assert "name two result documents" in plyo("compare", sessions[0]).err
    assert plyo("compare", sessions[0], "/no/such.json").status == 2
    for name in ("speed", "asymmetry_speed"):
        run = plyo("compare", *sessions, "--metric", name)
        assert run.status == 1 and f"--metric {name}" in run.err
    assert plyo("compare", *sessions, "--metric", "asymmetry_hip_angle_takeoff").status == 0
    other = document(sessions[0])
    other["sport"] = "drop_jump"
    (folder / "other.json").write_text(json.dumps(other), encoding="utf-8")
    run = plyo("compare", sessions[0], folder / "other.json")
    assert run.status == 1 and "drop_jump cannot be compared with cmj" in run.err
    other["sport"], other["athletes"] = "cmj", []
    (folder / "empty.json").write_text(json.dumps(other), encoding="utf-8")
    assert "nobody performs the movement" in plyo("compare", sessions[0], folder / "empty.json").err


def test_no_output_replaces_an_input_or_another_one(sessions, folder):
    before = sessions[0].read_bytes()
    for option in ("--json", "--report"):
        run = plyo("compare", *sessions, option, sessions[0])
        assert run.status == 1 and "would replace the input" in run.err
    assert sessions[0].read_bytes() == before
    run = plyo("compare", *sessions, "--json", folder / "one", "--report", folder / "one")
    assert run.status == 1 and "two outputs cannot go to one file" in run.err and not (folder / "one").exists()


def test_two_documents_of_one_recording_are_named(sessions, jump, folder):
    assert plyo("compare", *sessions).err == ""
    assert plyo("edit", jump, "--exclude", 1, "--reason", "stumbled", "--json", folder / "edited.json").status == 0
    run = plyo("compare", jump, folder / "edited.json")
    assert f"{jump} and {folder / 'edited.json'} are of the same recording" in run.err
