"""Bad input: each with a message that says what is wrong, the right status, and nothing left behind."""

import shutil

import pytest
from conftest import SAMPLE, ffmpeg, metric, plyo, reps


def refused(path, *words, status=2):
    run = plyo("analyze", "cmj", path, "--model", "lite")
    assert run.status == status
    assert run.out == ""
    assert run.err.startswith("plyo: ") and path.name in run.err
    for word in words:
        assert word in run.err
    return run


def test_a_missing_file(tmp_path):
    refused(tmp_path / "none.mp4", "no such file")


def test_an_empty_file(tmp_path):
    path = tmp_path / "empty.mp4"
    path.touch()
    refused(path, "empty")


def test_a_folder(tmp_path):
    refused(tmp_path, "there is no video in this folder")


def test_text_renamed(tmp_path):
    path = tmp_path / "text.mp4"
    path.write_text("This is not a video.\n" * 500, encoding="utf-8")
    refused(path)


def test_sound_alone(tmp_path):
    path = tmp_path / "sound.mp4"
    ffmpeg("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", path)
    refused(path)


def test_cut_off_before_its_index(tmp_path):
    """A recording that was never finished: the index stands at the end and is missing."""
    whole = tmp_path / "whole.mp4"
    ffmpeg("-i", SAMPLE, "-c", "copy", whole)
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    refused(path)


def test_cut_off_behind_its_index_gives_what_is_there(tmp_path):
    whole = tmp_path / "whole.mp4"
    ffmpeg("-i", SAMPLE, "-c", "copy", "-movflags", "faststart", whole)
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 9 // 10])
    run = plyo("analyze", "cmj", path, "--model", "lite", "--height", "1.8")
    assert run.status == 0
    assert len(reps(run.document)) == 1
    assert "truncated" in run.document["quality"]["flags"]


def test_no_frames(tmp_path):
    """A video track whose sample table is empty."""
    path = tmp_path / "none.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=320x240", "-c:v", "libx264", "-movflags", "empty_moov", path)
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"moof") - 4])  # the header of a fragmented file, and not one fragment
    refused(path)


def test_16x16(tmp_path):
    path = tmp_path / "tiny.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=16x16", "-c:v", "libx264", "-pix_fmt", "yuv420p", path)
    refused(path, "16")


@pytest.mark.parametrize("name", ["mjpeg.avi", "vp9.webm", "prores.mov"])
def test_other_containers_are_read(clips, still, name):
    codec = {"mjpeg.avi": ["mjpeg", "-q:v", "3"], "vp9.webm": ["libvpx-vp9", "-deadline", "realtime"], "prores.mov": ["prores_ks"]}[name]
    ffmpeg("-i", still, "-c:v", *codec, clips / name)
    run = plyo("analyze", "cmj", clips / name, "--model", "lite")
    assert run.status == 3 and run.document["source"]["frames"] == 60


def test_8k(tmp_path):
    path = tmp_path / "8k.mp4"
    ffmpeg("-i", SAMPLE, "-frames:v", "4", "-vf", "scale=7680:4320", "-c:v", "libx264", "-preset", "ultrafast", path)
    run = plyo("analyze", "cmj", path, "--model", "lite")
    assert run.status == 3
    assert (run.document["source"]["width"], run.document["source"]["frames"]) == (7680, 4)


def test_nobody_in_the_picture(tmp_path):
    path = tmp_path / "nobody.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=duration=2:size=640x360:rate=30", "-c:v", "libx264", "-pix_fmt", "yuv420p", path)
    run = plyo("analyze", "cmj", path, "--model", "lite")
    assert run.status == 3
    document = run.document
    assert document["athletes"] == [] and document["schema"] == "plyo.analysis/1"
    assert "no_person" in document["quality"]["flags"]


def test_nobody_is_explained_on_a_terminal_like_output(tmp_path):
    path = tmp_path / "nobody.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=duration=1:size=640x360:rate=30", "-c:v", "libx264", "-pix_fmt", "yuv420p", path)
    run = plyo("analyze", "cmj", path, "--model", "lite", "--json", tmp_path / "nobody.json")
    assert run.status == 3 and "Nothing found" in run.out
    assert (tmp_path / "nobody.json").exists(), "the document is still written"


@pytest.mark.parametrize("half", ["upper", "lower"])
def test_half_a_person_is_never_a_number_without_a_flag(clips, half):
    """The picture ends at the hips: nothing is found, or what is found says that the body left the picture."""
    path = clips / f"{half}.mp4"
    crop = {"upper": "crop=1280:340:0:0", "lower": "crop=1280:330:0:390"}[half]
    ffmpeg("-i", SAMPLE, "-vf", crop, "-c:v", "libx264", "-preset", "veryfast", path)
    run = plyo("analyze", "cmj", path, "--model", "lite", "--height", "1.8")
    assert run.status in (0, 3)
    for rep in reps(run.document):
        assert "leaves_picture" in rep["flags"] + run.document["quality"]["flags"]


def test_1000_frames_a_second(clips, small):
    """The sample as a file of 1000 frames/s; the truth of the camera puts the times right."""
    path = clips / "1000.mp4"
    ffmpeg("-i", small, "-vf", "setpts=N/(1000*TB)", "-r", "1000", "-c:v", "libx264", "-preset", "veryfast", path)
    run = plyo("analyze", "cmj", path, "--model", "lite", "--height", "1.8", "--capture-fps", "60")
    assert run.status == 0
    assert abs(metric(reps(run.document)[0], "flight_time")["value"] - 0.540) < 0.03
    assert plyo("analyze", "cmj", path, "--model", "lite").status in (0, 3)


@pytest.mark.parametrize("pixels", ["yuv420p10le", "yuv422p10le"])
def test_10_bit(clips, small, pixels):
    path = clips / f"{pixels}.mkv"
    ffmpeg("-i", small, "-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-pix_fmt", pixels, path)
    run = plyo("analyze", "cmj", path, "--model", "lite", "--height", "1.8")
    assert run.status == 0
    assert abs(metric(reps(run.document)[0], "flight_time")["value"] - 0.540) < 0.03


@pytest.mark.parametrize("name", ["two words.mp4", "it's \"quoted\".mp4", "<script>alert(1)<%2fscript>.mp4", "-dash.mp4", "ünï.mp4"])
def test_odd_names(tmp_path, still, name):
    shutil.copy(still, tmp_path / name)
    run = plyo("analyze", "cmj", "--model", "lite", "-o", "out", "--", name, cwd=tmp_path)
    assert run.status == 3
    stem = name.removesuffix(".mp4")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {
        f"{stem}.json", f"{stem}.csv", f"{stem}.html", f"{stem}_overlay.mp4"}
    page = (tmp_path / "out" / f"{stem}.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page


def test_a_name_that_is_not_utf8(tmp_path, still):
    name = b"caf\xe9.mp4"
    shutil.copy(still, bytes(tmp_path) + b"/" + name)
    run = plyo("analyze", "cmj", "--model", "lite", tmp_path / "caf\udce9.mp4")
    assert run.status == 3 and run.document["source"]["name"] == "caf\ufffd.mp4"


def test_damaged_bytes_in_the_middle(tmp_path):
    data = bytearray(SAMPLE.read_bytes())
    for at in range(len(data) // 3, len(data) // 3 + 40_000, 97):
        data[at] ^= 0x5A
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    run = plyo("analyze", "cmj", path, "--model", "lite")
    assert run.status in (0, 3)
    assert run.document["quality"]["flags"], "damage is said"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no content"),
        ("t_s,frame\n0,0\n", "has 2 columns and should have 237"),
        ("hello\n", "column 1 is 'hello' and should be 't_s'"),
    ],
)
def test_landmarks_in_another_format(tmp_path, text, message):
    path = tmp_path / "l.csv"
    path.write_text(text, encoding="utf-8")
    run = plyo("analyze", "cmj", "--from-landmarks", path)
    assert run.status == 2 and message in run.err


def test_missing_landmarks(tmp_path):
    run = plyo("analyze", "cmj", "--from-landmarks", tmp_path / "none.csv")
    assert run.status == 2 and "there is no such file" in run.err


def test_a_device_is_refused_and_not_read_for_ever():
    run = plyo("analyze", "cmj", "/dev/zero", "--model", "lite")
    assert run.status == 2
