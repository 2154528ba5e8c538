"""What is said before any video is opened: help, version, catalogue, completion, and every wrong use."""

import json
import os
import pty
import re
import subprocess

import pytest
from conftest import ROOT, SAMPLE, binary, plyo


def test_version_is_one_line_on_standard_output():
    run = plyo("--version")
    assert (run.status, run.err) == (0, "")
    assert run.out.startswith("plyo ") and run.out.count("\n") == 1
    assert plyo("version").out == run.out


def test_help_has_examples_and_says_the_exit_statuses():
    top = plyo("--help")
    assert top.status == 0 and "analyze" in top.out and "Example" in top.out
    run = plyo("analyze", "--help")
    assert run.status == 0
    for word in ("--height", "--capture-fps", "--from-landmarks", "--same-athlete", "Examples:", "Exit status: 0 done"):
        assert word in run.out


def test_help_is_a_command_too():
    assert plyo("help").out == plyo("--help").out
    assert plyo("help", "force").out == plyo("force", "--help").out
    unknown = plyo("help", "frobnicate")
    assert unknown.status == 1 and "there is no command 'frobnicate'" in unknown.err and unknown.out == ""


def test_no_arguments_show_the_help_as_a_wrong_use():
    run = plyo()
    assert run.status == 1 and "analyze" in run.err and run.out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dance"], "dance"),
        (["analyze"], "name the sport and the video"),
        (["analyze", "cmj"], "name at least one video"),
        (["analyze", "golf", "a.mp4"], "there is no sport 'golf'; there are"),
        (["analyze", SAMPLE, "--height", "1.8"], "the sport comes before the video"),
        (["analyze", "cmj", "a.mp4", "--hieght", "1.8"], "--hieght"),
        (["analyze", "cmj", "a.mp4", "--height", "tall"], "tall"),
        (["analyze", "cmj", "a.mp4", "--height"], "--height"),
        (["analyze", "cmj", "a.mp4", "--height", "1,80"], "plyo: --height '1,80' is not a number; write a point for the decimals\n"),
        (["analyze", "cmj", "a.mp4", "--height", "5.9ft"], "plyo: --height '5.9ft' is not a number\n"),
        (["edit", "a.json", "takeoff=1,95"], "as in takeoff=1.932; write a point for the decimals\n"),
        (["edit", "a.json", "--exclude", "1.5", "--reason", "x"], "plyo: --exclude '1.5' is not a whole number of that size\n"),
        (["edit", "a.json", "--exclude", "1,2", "--reason", "x"], "plyo: --exclude '1,2' is not a number"),
        (["analyze", "cmj", "a.mp4", "--height", "180"], "did you mean 1.80?"),
        (["analyze", "cmj", "a.mp4", "--height", "nan"], "is outside of 0.5 to 2.6 m"),
        (["analyze", "cmj", "a.mp4", "--mass", "9"], "--mass 9 is outside of 10 to 400 kg"),
        (["analyze", "cmj", "a.mp4", "--capture-fps", "2001"], "--capture-fps 2001 is outside of 1 to 2000"),
        (["analyze", "cmj", "a.mp4", "--sex", "X"], "--sex 'X' is not one of F, M"),
        (["analyze", "cmj", "a.mp4", "--model", "huge"], "huge"),
        (["analyze", "cmj", "a.mp4", "--athlete", "0"], "--athlete"),
        (["analyze", "cmj", "a.mp4", "b.mp4", "--height", "1.8"], "--same-athlete"),
        (["analyze", "cmj", "a.mp4", "b.mp4", "--json", "x.json"], "use -o DIR"),
        (["analyze", "cmj", "a.mp4", "--from-landmarks", "l.csv"], "in place of a video"),
        (["analyze", "cmj", "a.mp4", "--overlay", "a.mp4"], "would replace the input"),
        (["analyze", "cmj", "a.mp4", "--json", "x", "--csv", "x"], "two outputs cannot go to one file"),
        (["analyze", "cmj", "a.mp4", "-o", ""], "--output-dir: the name is empty"),
        (["analyze", "cmj", "a.mp4", "--json", ""], "--json: the name is empty"),
        (["analyze", "cmj", "a.mp4", "--json="], "--json"),
        (["edit", "a.json", "takeoff=1.9", "--report", ""], "--report: the name is empty"),
        (["edit", "a.json", "--exclude", "1", "--reason", " \t"], "--exclude needs a --reason"),
        (["compare", "a.json", "b.json", "--json", ""], "--json: the name is empty"),
        (["force", "a.csv", "-o", ""], "--output-dir: the name is empty"),
        (["validate", "--video", "a.json", "--force", "a.csv", "--csv", ""], "--csv: the name is empty"),
        (["catalogue", "golf"], "there is no sport 'golf'"),
        (["completion", "tcsh"], "there is no completion for 'tcsh'"),
    ],
)
def test_wrong_use_is_status_1_with_a_message_on_standard_error(arguments, message):
    run = plyo(*arguments)
    assert run.status == 1
    assert run.out == ""
    assert message in run.err and run.err.startswith("plyo: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,heigth_m\na.mp4,1.8\n", "m.csv:1: unknown column 'heigth_m'; known are file, sport, athlete, height_m"),
        ("file,height_m\na.mp4,tall\n", "m.csv:2: height_m: 'tall' is not a number"),
        ("file,height_m\na.mp4,1.8\nb.mp4,180\n", "m.csv:3: height_m 180 is outside of 0.5 to 2.6 m"),
        ("file;height_m\na.mp4;1,8\n", "separated by ';'"),
        ("file,sport\na.mp4,golf\n", "m.csv:2: sport: 'golf' is not one of"),
        ("sport\ncmj\n", "there is no column 'file'"),
        ("", "the file has no content"),
    ],
)
def test_a_wrong_manifest_is_status_1_with_line_and_column(tmp_path, text, message):
    (tmp_path / "m.csv").write_text(text, encoding="utf-8")
    run = plyo("analyze", "cmj", "--manifest", tmp_path / "m.csv")
    assert run.status == 1 and message in run.err and run.out == ""


def test_a_missing_manifest_is_a_failed_input():
    run = plyo("analyze", "cmj", "--manifest", "/no/such.csv")
    assert run.status == 2 and "there is no such manifest" in run.err


def test_catalogue_names_what_the_definitions_name():
    run = plyo("catalogue", "--json")
    assert run.status == 0
    sports = {sport["id"]: sport for sport in run.document["sports"]}
    metrics = {m["id"]: m for m in sports["cmj"]["metrics"]}
    assert metrics["jump_height"]["unit"] == "m" and metrics["jump_height"]["headline"]
    assert {"flight_time", "com_rise", "countermovement_depth", "peak_power"} <= metrics.keys()
    assert [e["id"] for e in sports["cmj"]["events"]][:5] == [
        "movement_onset", "peak_downward_velocity", "lowest_point", "takeoff", "apex"]
    text = plyo("catalogue").out
    for sport in sports.values():
        for group in ("metrics", "events", "phases"):
            for item in sport[group]:
                assert item["id"] in text and item["text"]


def test_catalogue_of_one_sport():
    assert [s["id"] for s in plyo("catalogue", "cmj", "--json").document["sports"]] == ["cmj"]


def test_bash_completes_commands_flags_and_files(tmp_path):
    (tmp_path / "a clip.mp4").touch()
    script = plyo("completion", "bash").out
    (tmp_path / "completion").write_text(script, encoding="utf-8")

    def complete(*words: str) -> list[str]:
        line = " ".join(f"'{w}'" for w in words)
        code = (f"compopt() {{ :; }}; source completion; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _plyo; "
                "printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
        assert done.stderr == ""
        return done.stdout.split("\n")[:-1]

    assert "analyze" in complete("plyo", "an") and "--version" in complete("plyo", "--v")
    assert complete("plyo", "analyze", "cm") == ["cmj"]
    assert complete("plyo", "analyze", "cmj", "--heig") == ["--height"]
    assert complete("plyo", "analyze", "cmj", "--model", "l") == ["lite"]
    assert complete("plyo", "analyze", "cmj", "a") == ["a clip.mp4"]
    assert complete("plyo", "force", "a") == ["a clip.mp4"]
    assert complete("plyo", "force", "a clip.mp4", "--sport", "sq") == ["squat_jump"]
    assert "--in-order" in complete("plyo", "validate", "--in")
    assert complete("plyo", "completion", "f") == ["fish"]


def test_other_shells_get_a_script():
    assert plyo("completion", "zsh").out.startswith("#compdef plyo")
    assert "complete -c plyo" in plyo("completion", "fish").out


def test_names_cannot_command_the_terminal():
    run = plyo("analyze", "cmj", "no\x1b]0;owned\x07such.mp4")
    assert run.status == 2
    assert "\x1b" not in run.err and "\x07" not in run.err and "no?]0;owned?such.mp4" in run.err


def test_ascii_terminals_get_ascii():
    run = plyo("catalogue", env={"LC_ALL": "C"})
    assert run.status == 0 and run.out.isascii()


def test_a_full_standard_output_is_an_error():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([binary(), "catalogue", "--json"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2


def test_help_on_a_terminal_of_any_width():
    parent, child = pty.openpty()
    process = subprocess.Popen([binary(), "catalogue"], stdout=child, stderr=child, env={**os.environ, "TERM": "xterm"})
    os.close(child)
    seen = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
    assert process.wait() == 0 and b"jump_height" in seen


def test_results_of_the_catalogue_are_stable():
    assert json.loads(plyo("catalogue", "--json").out) == json.loads(plyo("catalogue", "--json").out)


def test_the_guide_names_every_flag_and_no_other():
    guide = (ROOT / "docs/guide/command-line.md").read_text(encoding="utf-8")
    help_text = "".join(plyo(command, "--help").out.split("Example")[0] for command in ("analyze", "catalogue", "edit", "compare", "force", "validate"))
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", help_text)) - {"--help", "--output-dir"}
    assert flags and flags <= set(re.findall(r"--[a-z][a-z-]+", guide))
    others = {"--help", "--version"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", guide)) <= flags | others
