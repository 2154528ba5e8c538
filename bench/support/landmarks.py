"""Tables of landmarks, as --from-landmarks reads them: made of the truth of rendered clips, and joined in time."""
import bisect
import csv
import json
import os
import pathlib
import statistics

NAMES = ["nose", *(f"{side}_eye{part}" for side in ("left", "right") for part in ("_inner", "", "_outer")), "left_ear", "right_ear",
         "mouth_left", "mouth_right",
         *(f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist", "pinky", "index", "thumb", "hip", "knee", "ankle", "heel", "foot_index")
           for side in ("left", "right"))]


def depth_from(name: str) -> str:
    """The truth has points in space of the joints alone: a face is as far away as the nose, a hand as its wrist."""
    side, _, part = name.partition("_")
    if part in ("pinky", "index", "thumb"):
        return f"{side}_wrist"
    return "nose" if part in ("eye_inner", "eye", "eye_outer", "ear", "left", "right") else name


def of_truth(truth: pathlib.Path, table: pathlib.Path) -> pathlib.Path:
    """The exact landmarks of a rendered clip: frames in which at least half of the body is in the picture."""
    clip = json.loads(truth.read_text())
    camera = clip["camera"]

    def rows():
        for frame, time in enumerate(clip["frame_times_s"]):
            for track, athlete in enumerate(clip["athletes"], 1):
                if athlete["fraction_landmarks_in_frame"][frame] >= 0.5:
                    yield [f"{time:.6f}", frame, track, clip["width"], clip["height"], 1, *of_frame(athlete, frame)]

    def of_frame(athlete: dict, frame: int) -> list:
        def in_camera(name: str) -> list:
            point = athlete["joints_world_m"][name][frame]
            return [sum(r * p for r, p in zip(row, point)) + t for row, t in zip(camera["R_world_to_cam"], camera["t"])]

        hip = [(a + b) / 2 for a, b in zip(in_camera("left_hip"), in_camera("right_hip"))]
        image, model = [], []
        for name in NAMES:
            x, y = athlete["landmarks_2d_px"][name][frame]
            away = in_camera(depth_from(name))[2]
            inside = 0 <= x < clip["width"] and 0 <= y < clip["height"]
            image += [f"{x:.4f}", f"{y:.4f}", f"{(away - hip[2]) * camera['fx'] / hip[2]:.4f}", int(inside)]
            point = ((x - camera["cx"]) * away / camera["fx"], (y - camera["cy"]) * away / camera["fy"], away)
            model += [f"{p - h:.5f}" for p, h in zip(point, hip)]
        return image + model

    heads = ["t_s", "frame", "track", "width", "height", "presence"]
    for fields in (("x", "y", "z", "visibility"), ("wx", "wy", "wz")):
        heads += [f"{name}_{field}" for name in NAMES for field in fields]
    return write(table, heads, rows())


def write(table: pathlib.Path, heads: list, rows) -> pathlib.Path:
    table.parent.mkdir(parents=True, exist_ok=True)
    part = table.with_suffix(".part")
    with part.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heads)
        writer.writerows(rows)
    os.replace(part, table)
    return table


def joined(source: pathlib.Path, table: pathlib.Path, begin_s: float | None, end_s: float | None, times: int) -> pathlib.Path:
    """The athlete of `source` with the frames from begin_s on and before end_s `times` times; the whole of it where they are None.

    The feet go on from where they were: what was far from the beginning at the end is so after each time.
    """
    with source.open(newline="") as file:
        heads, *rows = csv.reader(file)
    tracks = [row[heads.index("track")] for row in rows]
    athlete = statistics.mode(tracks)  # whoever is seen longest
    rows = [row for row, track in zip(rows, tracks) if track == athlete]
    at = [float(row[heads.index("t_s")]) for row in rows]
    step = at[1] - at[0]
    whole = begin_s is None or end_s is None
    begin, end = (0, len(rows)) if whole else (bisect.bisect_left(at, begin_s), bisect.bisect_left(at, end_s))
    longer = (at[-1] + step if whole else at[end]) - at[begin]
    feet = [heads.index(f"{side}_{part}_x") for side in ("left", "right") for part in ("heel", "foot_index")]
    farther = 0 if whole else sum(float(rows[end][i]) - float(rows[begin][i]) for i in feet) / len(feet)
    across = [heads.index(f"{name}_x") for name in NAMES]

    def moved(first: int, last: int, by: int):
        for i in range(first, last):
            row = list(rows[i])
            row[heads.index("t_s")] = f"{at[i] + by * longer:.6f}"
            row[heads.index("frame")] = int(row[heads.index("frame")]) + by * (end - begin)
            for x in across:
                row[x] = f"{float(row[x]) + by * farther:.4f}"
            yield row

    parts = [moved(0, begin, 0), *(moved(begin, end, by) for by in range(times)), moved(end, len(rows), times - 1)]
    return write(table, heads, (row for part in parts for row in part))
