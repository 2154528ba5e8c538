"""Clips made from other clips by Debian's ffmpeg, kept in build/bench/clips."""
import hashlib
import json
import os
import pathlib
import shutil

from . import measure, places


def derived(name: str, source: pathlib.Path, *options: str, before: tuple = ()) -> pathlib.Path:
    """`source` through ffmpeg's options, under build/bench/clips/NAME.mp4; made once for the same source and options."""
    recipe = json.dumps([source.name, source.stat().st_size, before, options])
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    path = places.WORK / "clips" / f"{name}.{digest}.mp4"
    if path.exists():
        return path
    if not shutil.which("ffmpeg"):
        raise SystemExit("bench: the program ffmpeg is missing: run ./dev setup")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.mp4")
    measure.must(["nice", "ffmpeg", "-nostdin", "-v", "error", "-y", *before, "-i", source, "-an", *options, part])
    os.replace(part, path)
    return path


def thinned(source: pathlib.Path, fps: float, file_seconds_per_second: float = 1) -> pathlib.Path:
    """The frames of `source` that are at least 1/fps of capture time apart, unchanged pixels (lossless), times kept."""
    step = file_seconds_per_second / fps
    keep = f"isnan(prev_selected_t)+gte(t-prev_selected_t\\,{step * 0.98:.6f})"  # a little less: times are rounded
    return derived(f"{source.stem}_{fps:g}fps", source, "-vf", f"select='{keep}'", "-fps_mode", "passthrough",
                   "-enc_time_base", "-1", "-c:v", "libx264", "-preset", "veryfast", "-qp", "0")


def scaled(source: pathlib.Path, width: int, height: int) -> pathlib.Path:
    return derived(f"{source.stem}_{width}x{height}", source, "-vf", f"scale={width}:{height}:flags=lanczos",
                   "-fps_mode", "passthrough", "-enc_time_base", "-1", "-c:v", "libx264", "-preset", "medium", "-crf", "20")


def repeated(source: pathlib.Path, times: int) -> pathlib.Path:
    return derived(f"{source.stem}_x{times}", source, "-c", "copy", before=("-stream_loop", str(times - 1)))


def frame_count(path: pathlib.Path) -> int:
    done = measure.must(["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries",
                         "stream=nb_read_packets", "-of", "csv=p=0", path])
    return int(done.stdout.strip().split(",")[0])
