"""Jumps beside the heart rate of the same time, and the files of a day. Nothing here talks to a server."""

from __future__ import annotations

import bisect
import csv
import datetime as dt
import io
import json
import os
import pathlib
import re
from typing import Any, Optional

BEFORE_S = 15.0  # what counts as before a jump
AFTER_S = 30.0  # the heart follows a jump within this time
FRESH_S = 20.0  # a reading farther away than this says nothing of the moment
COLUMNS = ("event_id", "analysis_id", "athlete_id", "jump", "time", "jump_height_m", "u_m", "bpm_before", "bpm_at_takeoff", "bpm_peak_after")


def parse_time(text: str) -> dt.datetime:
    """RFC 3339 as UTC; without a zone it is UTC. ValueError where it is none."""
    # Before 3.11 Python knows no zone Z, and fractions of three or six digits alone.
    text = re.sub(r"\.(\d+)", lambda fraction: f".{fraction[1][:6]:0<6}", text.strip().replace("Z", "+00:00"))
    time = dt.datetime.fromisoformat(text)
    return (time if time.tzinfo else time.replace(tzinfo=dt.timezone.utc)).astimezone(dt.timezone.utc)


class HeartRate:
    """The timeline of a wearable: a CSV with the columns time and bpm."""

    def __init__(self, text: str) -> None:
        readings = sorted((parse_time(row["time"]).timestamp(), float(row["bpm"])) for row in csv.DictReader(io.StringIO(text)))
        self._times = [time for time, _ in readings]
        self._bpm = [bpm for _, bpm in readings]

    def between(self, begin: float, end: float) -> list[float]:
        return self._bpm[bisect.bisect_left(self._times, begin) : bisect.bisect_right(self._times, end)]

    def at(self, time: float) -> Optional[float]:
        """Between the two readings around, where both are fresh."""
        after = bisect.bisect_left(self._times, time)
        if after < len(self._times) and self._times[after] == time:
            return self._bpm[after]
        if after in (0, len(self._times)):
            return None
        begin, end = self._times[after - 1], self._times[after]
        if max(time - begin, end - time) > FRESH_S:
            return None
        share = (time - begin) / (end - begin)
        return self._bpm[after - 1] * (1 - share) + self._bpm[after] * share

    def around(self, time: dt.datetime) -> dict[str, Optional[float]]:
        takeoff = time.timestamp()
        before, after = self.between(takeoff - BEFORE_S, takeoff), self.between(takeoff, takeoff + AFTER_S)
        at = self.at(takeoff)
        return {
            "bpm_before": round(sum(before) / len(before), 1) if before else None,
            "bpm_at_takeoff": None if at is None else round(at, 1),
            "bpm_peak_after": max(after) if after else None,
        }


def jumps_of(result: dict[str, Any], began: dt.datetime, heart: HeartRate) -> list[dict[str, Any]]:
    """A row for each jump of a document plyo.analysis/1 whose video began at that time."""
    rows = []
    for athlete in result["athletes"]:
        for rep in athlete["reps"]:
            metrics = {metric["id"]: metric for metric in rep["metrics"]}
            takeoff = next((event["t_s"] for event in rep["events"] if event["id"] == "takeoff"), None)
            if takeoff is None:
                continue
            time = began + dt.timedelta(seconds=takeoff)
            height = metrics.get("jump_height", {})
            rows.append({
                "jump": rep["index"], "time": time.isoformat(timespec="milliseconds"),
                "jump_height_m": height.get("value"), "u_m": height.get("u"), **heart.around(time),
            })
    return rows


class Days:
    """DAY.json, by event, and DAY.csv, which is written from it. An event that comes again changes nothing."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def has(self, event_id: str) -> bool:
        return any(event_id in self._read(path) for path in self._folder.glob("????-??-??.json"))

    def add(self, day: str, event_id: str, entry: dict[str, Any]) -> None:
        path = self._folder / f"{day}.json"
        document = {**self._read(path), event_id: entry}
        table = io.StringIO()
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
        writer.writeheader()
        rows = [{"event_id": key, "analysis_id": one["analysis_id"], "athlete_id": one.get("athlete_id"), **jump}
                for key, one in document.items() for jump in one["jumps"]]
        writer.writerows(sorted(rows, key=lambda row: row["time"]))
        # The JSON is what counts: it comes last, so that an event of which it knows is in the table.
        self._write(path.with_suffix(".csv"), table.getvalue())
        self._write(path, json.dumps(document, indent=1) + "\n")

    @staticmethod
    def _read(path: pathlib.Path) -> dict[str, Any]:
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    @staticmethod
    def _write(path: pathlib.Path, text: str) -> None:
        """Whole or not at all."""
        part = path.with_name(f".{path.name}.part")
        with part.open("w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
