"""From results and truth to rows: (clip, quantity, truth, measured or None, standard uncertainty or None, unit)."""
import json
import pathlib
import statistics as st
import subprocess
import sys

from support import places


def scale(unit: str) -> tuple[str, float]:
    return {"event": ("ms", 1e3), "s": ("ms", 1e3), "m": ("cm", 1e2), "spm": ("steps/min", 1.0)}.get(unit, (unit, 1.0))


class Rows:
    """Rows of the score tool: (clip, quantity, truth, measured or None, standard uncertainty or None, unit)."""

    def __init__(self, rows: list) -> None:
        self.rows = rows

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(self.rows + other.rows)

    def of(self, quantity: str) -> "Rows":
        return Rows([row for row in self.rows if row[1] == quantity])

    def where(self, keep) -> "Rows":
        return Rows([row for row in self.rows if keep(row)])

    @property
    def unit(self) -> str:
        return scale(self.rows[0][5])[0] if self.rows else ""

    def errors(self) -> list:
        return [(row[3] - row[2]) * scale(row[5])[1] for row in self.rows if row[3] is not None]

    def missing(self) -> list:
        return [row for row in self.rows if row[3] is None]

    def mae(self) -> float | None:
        errors = self.errors()
        return st.mean(map(abs, errors)) if errors else None

    def hits(self) -> list:
        return [abs(row[3] - row[2]) <= 1.96 * row[4] for row in self.rows if row[3] is not None and row[4]]

    def half_widths(self) -> list:
        return [1.96 * row[4] * scale(row[5])[1] for row in self.rows if row[3] is not None and row[4]]


def truth_of(clip: pathlib.Path) -> dict:
    truth = clip.with_suffix(".json")
    return json.loads(truth.read_text()) if truth.exists() else {}


def rows_of_tool(beginning: str, results: pathlib.Path, clips_: list) -> list:
    tool = places.SHARED / "tools" / "score"
    if not tool.exists():
        return [row for clip in clips_ for row in rows_of_sample(clip, results)]
    out = results / "rows.part"
    truth = clips_[0].parent
    done = subprocess.run([tool, "--truth", truth, "--only", beginning, "--json", out, results], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: {tool}: {done.stderr}")
    stems = {clip.stem for clip in clips_}
    return [row for row in json.loads(out.read_text()) if row[0].split("#")[0] in stems]


def athletes_of(results: pathlib.Path, name: str) -> list:
    out = results / f"{name}.json"
    return json.loads(out.read_text())["athletes"] if out.exists() else []


def rows_of_runs(beginning: str, results: pathlib.Path, clips_: list) -> list:
    """The tool's rows with where they were measured, and the contact time of each step with its uncertainty."""
    rows = []
    truths = {clip.stem: truth_of(clip) for clip in clips_}
    for name, quantity, truth, got, u, unit in rows_of_tool(beginning, results, clips_):
        clip = truths[name]
        where = "treadmill" if clip["treadmill"] else "past"
        azimuth = clip["camera"]["view_azimuth_deg"]
        head, _, foot = quantity.rpartition(":")
        if foot in ("near", "far") and not 75 <= abs(azimuth) <= 105:
            quantity = f"{head}:oblique"
        if quantity in ("cadence", "stride_length"):
            quantity = f"{quantity}:{where}"
        if quantity == "stride_length:past":  # asked for in percent
            got, u, truth, unit = *(v and 100 * v / truth for v in (got, u)), 100.0, "%"
        rows.append((name, quantity, truth, got, u, unit))
        if head == "t:foot_contact" and got is not None:
            side = {"near": "right", "far": "left"}[foot] if azimuth > 0 else {"near": "left", "far": "right"}[foot]
            step = next(step for athlete in athletes_of(results, name) for step in athlete["steps"]
                        if any(event["id"] == f"{side}_foot_contact" and event["t_s"] == got for event in step["events"]))
            contact = next(metric for metric in step["metrics"] if metric["id"] == "contact_time")
            if contact["value"] is not None:  # the picture's edge may cut it
                exact = clip["athletes"][0]["metrics"][f"contact_time_{side}_s"]
                rows.append((name, f"step_contact_time:{quantity.rpartition(':')[2]}", exact, contact["value"], contact["u"], "s"))
    return rows


def rows_of_joined(_: str, results: pathlib.Path, clips_: list) -> list:
    """Rows of jumps in a row, jump by jump; before the first there is no contact."""
    rows = []
    for clip in clips_:
        made = "row" if "video" in truth_of(clip) else "hops"
        jumps = truth_of(clip)["athletes"][0]["jumps"]
        athletes = athletes_of(results, clip.stem)
        reps = [rep for athlete in athletes for rep in athlete["reps"]]
        rows += [(clip.stem, "reps", len(jumps), len(reps), None, "n"), (clip.stem, "extra_athletes", 0, max(0, len(athletes) - 1), None, "n")]
        for before, jump in zip([None, *jumps], jumps):
            events, metrics = {}, {}
            for rep in reps:
                there = {e["id"]: (e["t_s"], e.get("u_s")) for e in rep["events"]}
                if abs(there["takeoff"][0] - jump["takeoff"]) < 0.1:
                    events, metrics = there, {m["id"]: (m["value"], m.get("u")) for m in rep["metrics"]}
            flight = jump["landing"] - jump["takeoff"]
            truth = [("flight_time", flight, "s")]
            if before:
                contact = jump["takeoff"] - before["landing"]
                truth.append(("contact_time", contact, "s"))
                if contact < 1:  # longer is no rebound
                    truth.append(("rsi", 9.80665 * flight**2 / 8 / contact, "m/s"))
            rows += [(clip.stem, f"{metric}:{made}", exact, *metrics.get(metric, (None, None)), unit) for metric, exact, unit in truth]
            rows += [(clip.stem, f"t:{event}:{made}", jump[event], *events.get(event, (None, None)), "event") for event in ("takeoff", "landing")]
    return rows


def rows_of_sample(clip: pathlib.Path, results: pathlib.Path) -> list:
    """The headline rows of one clip with one athlete, where the score tool is not there."""
    truth = json.loads(clip.with_suffix(".json").read_text())["athletes"][0]
    reps = [rep for athlete in athletes_of(results, clip.stem) for rep in athlete["reps"]]
    rep = reps[0] if reps else {}
    metrics = {m["id"]: (m["value"], m.get("u")) for m in rep.get("metrics", [])}
    events = {e["id"]: (e["t_s"], e.get("u_s")) for e in rep.get("events", [])}
    instants = {e["name"]: e["t_s"] for e in truth["events"]}
    exact = truth["metrics"]
    rows = [(clip.stem, "reps", 1, len(reps), None, "n")]
    for mine, theirs in (("jump_height", "jump_height_m"), ("jump_height_flight_time", "jump_height_flight_time_m"),
                         ("com_rise", "com_rise_above_standing_m"), ("countermovement_depth", "countermovement_depth_m"),
                         ("flight_time", "flight_time_s"), ("concentric_duration", "concentric_duration_s")):
        rows.append((clip.stem, mine, exact[theirs], *metrics.get(mine, (None, None)), "s" if theirs.endswith("_s") else "m"))
    for mine, theirs in (("takeoff", "take_off"), ("landing", "landing")):
        rows.append((clip.stem, f"t:{mine}", instants[theirs], *events.get(mine, (None, None)), "event"))
    return rows
