"""Jumps in a row, made of single rendered ones whose truth is exact.

A row of countermovement jumps is a video: the recording again and again. Hops are landmarks: those of a drop jump, whose
landing is taken for its contact again and again, since at both the body comes down. As a video they would leap back by the
way that the athlete goes in a jump.
"""
import bisect
import json
import pathlib

from . import clips, landmarks, places


def write(name: str, clip: pathlib.Path, times: int, jumps: list, **more) -> pathlib.Path:
    """The truth; the recording is named like it. `jumps` are (takeoff, landing), in seconds."""
    truth = json.loads(clip.with_suffix(".json").read_text())
    path = places.WORK / "joined" / f"{name}_{clip.stem}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = {key: truth[key] for key in ("capture_fps", "frame_times_s", "slow_motion_factor", "camera")}
    athlete = {"height_m": truth["athletes"][0]["height_m"], "jumps": [{"takeoff": a, "landing": b} for a, b in jumps]}
    path.write_text(json.dumps({**kept, "athletes": [athlete], "joined_from": str(clip), "times": times, **more}))
    return path.with_suffix(".mp4")


def events(clip: pathlib.Path) -> tuple[dict, list]:
    truth = json.loads(clip.with_suffix(".json").read_text())
    return {event["name"]: event["t_s"] for event in truth["athletes"][0]["events"]}, truth["frame_times_s"]


def row(clip: pathlib.Path, times: int = 3) -> pathlib.Path:
    instants, at = events(clip)
    length = at[-1] + at[1] - 2 * at[0]
    jumps = [(instants["take_off"] + k * length, instants["landing"] + k * length) for k in range(times)]
    return write(f"row{times}", clip, times, jumps, video=str(clips.repeated(clip, times)))


def hops(clip: pathlib.Path, times: int = 10) -> pathlib.Path:
    instants, at = events(clip)
    contact, takeoff, landing = (instants[name] for name in ("contact", "take_off", "landing"))
    longer = at[bisect.bisect_left(at, landing)] - at[bisect.bisect_left(at, contact)]
    late = (longer - (landing - contact)) / 2  # between frames the one instant is not quite the other's
    jumps = [(takeoff + k * longer, landing + k * longer + (late if k + 1 < times else 0)) for k in range(times)]
    return write(f"hops{times}", clip, times, jumps, begin_s=contact, end_s=landing)


def table(truth: dict, source: pathlib.Path, out: pathlib.Path) -> pathlib.Path:
    """The landmarks of the single jump, joined in time."""
    return landmarks.joined(source, out, truth.get("begin_s"), truth.get("end_s"), truth["times"])
