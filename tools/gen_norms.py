#!/usr/bin/env python3
"""Writes the tables of docs/guide/norms.md from libs/report/data/norms.json.

Usage: gen_norms.py [--check]   (--check writes nothing and fails when the page differs from what it would write)
"""

import json
import re
import sys
from pathlib import Path

import made_part

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "libs/report/data/norms.json"
PAGE = ROOT / "docs/guide/norms.md"
BEGIN, END = "<!-- Made from libs/report/data/norms.json by ./dev gen -->\n", "<!-- End of what is made -->\n"

ROW = {"sport": str, "metric": str, "unit": str, "population": str, "sex": str, "n": int, "measured": str, "source": str}
WIDTHS = ({"mean": float, "sd": float}, {"low": float, "high": float})
SOURCE_FIELDS = {"id": str, "citation": str, "doi": str, "read": str}


def expect(entry: dict, fields: dict, where: str) -> None:
    if set(entry) != set(fields):
        raise ValueError(f"{where}: the fields must be {', '.join(fields)}")
    for field, kind in fields.items():
        if not isinstance(entry[field], (int, float) if kind is float else kind) or entry[field] == "":
            raise ValueError(f"{where}: {field} must be a {kind.__name__} that is not empty")


def check(data: dict) -> None:
    """Every row cites a source that is there and says of whom and how many it is."""
    sources = set()
    for source in data["sources"]:
        expect(source, SOURCE_FIELDS, f"source {source.get('id')}")
        if not re.fullmatch(r"10\.\d{4,}/\S+", source["doi"]):
            raise ValueError(f"source {source['id']}: {source['doi']} is no DOI")
        sources.add(source["id"])
    for row in data["norms"]:
        where = f"{row.get('sport')} {row.get('metric')} of {row.get('population')}"
        expect(row, ROW | WIDTHS["low" in row], where)
        if row["sex"] not in ("male", "female", "any"):
            raise ValueError(f"{where}: sex must be male, female or any")
        if row["n"] < 1 or row.get("sd", 1) <= 0 or row.get("low", 0) >= row.get("high", 1):
            raise ValueError(f"{where}: n and SD must be positive, the range a range")
        if row["source"] not in sources:
            raise ValueError(f"{where}: no source {row['source']}")
    unused = sources - {row["source"] for row in data["norms"]}
    if unused:
        raise ValueError(f"sources that no row cites: {', '.join(sorted(unused))}")


def spread(row: dict) -> str:
    text = f"{row['mean']:g} ± {row['sd']:g}" if "mean" in row else f"{row['low']:g} to {row['high']:g}"
    return text if row["unit"] == "1" else f"{text} {row['unit']}"


def tables(data: dict) -> str:
    numbers = {source["id"]: i for i, source in enumerate(data["sources"], 1)}
    lines = ["| sport | figure | of whom | sex | n | mean ± SD, or lowest to highest | how it was measured | source |", "|---|---|---|---|---|---|---|---|"]
    for row in data["norms"]:
        lines.append(f"| `{row['sport']}` | `{row['metric']}` | {row['population']} | {row['sex']} | {row['n']} | {spread(row)} | "
                     f"{row['measured']} | [{numbers[row['source']]}] |")
    lines += ["", "### Sources, and what of them was read", ""]
    for source in data["sources"]:
        lines.append(f"{numbers[source['id']]}. {source['citation']}. [doi:{source['doi']}](https://doi.org/{source['doi']}). Read: {source['read']}.")
    lines += ["", "### No norm", "", "| sport | figures | why |", "|---|---|---|"]
    for row in data["without"]:
        lines.append(f"| `{row['sport']}` | {', '.join(f'`{metric}`' for metric in row['metrics'])} | {row['why']} |")
    return "\n".join(lines) + "\n"


def page(text: str, data: dict) -> str:
    return made_part.replaced(text, BEGIN, END, tables(data))


def main() -> int:
    data = json.loads(SOURCE.read_text(encoding="utf-8"))
    check(data)
    return made_part.write(PAGE, page(PAGE.read_text(encoding="utf-8"), data), str(SOURCE.relative_to(ROOT)))


if __name__ == "__main__":
    sys.exit(main())
