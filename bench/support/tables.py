"""Markdown tables and the pages of bench/results."""
import datetime
import os
import pathlib
import re
import subprocess

from . import measure, places

BLOCK = re.compile(r"<!-- bench:(?P<name>[\w.-]+) -->\n(?P<text>.*?)<!-- /bench:(?P=name) -->", re.DOTALL)


def table(heads: list, rows: list) -> str:
    """Numbers to the right, the first column to the left."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "|".join(["---"] + ["---:"] * (len(heads) - 1)) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def block(name: str, text: str) -> str:
    """Text that other pages may quote (bench/quote)."""
    return f"<!-- bench:{name} -->\n{text.rstrip()}\n<!-- /bench:{name} -->\n"


def provenance(command: str) -> str:
    commit = subprocess.run(["git", "-C", places.ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    return (f"Made by `{command}` on {datetime.date.today()}, commit {commit or 'unknown'}, {measure.machine()}. "
            "Do not edit: run it again.\n")


def write(name: str, text: str) -> pathlib.Path:
    places.RESULTS.mkdir(parents=True, exist_ok=True)
    path = places.RESULTS / name
    part = path.with_suffix(".part")
    part.write_text(text)
    os.replace(part, path)
    places.say(f"wrote {path.relative_to(places.ROOT)}")
    return path
