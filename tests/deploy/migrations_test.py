"""Steps of the schema: what is out in the world is never changed, and what the release before still uses is not taken away. docs/operate/migrations.md."""

import hashlib
import re

import pytest
from conftest import DEPLOY, ROOT

SOURCES = {"records": ("libs/service/platform/src/schema.cc", "kRecordSteps"), "keys": ("libs/service/platform/src/vault.cc", "kSteps")}
LOCK = (DEPLOY / "pipeline/schema.lock").read_text(encoding="utf-8")
# What the release before uses, or does not know how to fill.
TAKES_AWAY = re.compile(r"DROP (TABLE|COLUMN)|RENAME|ALTER COLUMN|ADD CONSTRAINT|ADD COLUMN \S+ \S+ NOT NULL(?! DEFAULT)|CREATE UNIQUE INDEX", re.IGNORECASE)


def steps(source: str, name: str) -> list[str]:
    """The texts of SQL in that array; strings beside each other are one."""
    body = re.sub(r"^\s*//.*\n", "", re.search(rf"{name} = \{{\n(.*?)^\}};", source, re.MULTILINE | re.DOTALL)[1], flags=re.MULTILINE)
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|(,)', body)
    return [step for step in "".join("\0" if comma else text for text, comma in parts).split("\0") if step]


def takes_away(step: str) -> bool:
    """Tables of its own it may shape as it likes."""
    own = re.findall(r"CREATE TABLE (\w+)", step)
    return any(TAKES_AWAY.search(statement) and not any(re.search(rf"(ON|TABLE) {table}\b", statement) for table in own) for statement in step.split(";"))


def wrong(found: dict[str, list[str]], lock: str) -> list[str]:
    errors, locked = [], [line.split() for line in lock.splitlines() if line and not line.startswith("#")]
    for place, texts in found.items():
        rows = {int(row[1]): row[2:] for row in locked if row[0] == place}
        for number, text in enumerate(texts, 1):
            digest, kind, *since = rows.pop(number, ["", ""])
            if not digest:
                errors.append(f"{place} {number} is new: `{place} {number} {hashlib.sha256(text.encode()).hexdigest()[:16]} expand` in schema.lock, or `contract N`")
            elif digest != hashlib.sha256(text.encode()).hexdigest()[:16]:
                errors.append(f"{place} {number} is changed")
            elif kind == "expand" and takes_away(text):
                errors.append(f"{place} {number} takes away what the release before uses")
            elif kind != "expand" and not (kind == "contract" and re.fullmatch(r"\d+", " ".join(since)) and int(since[0]) <= number):
                errors.append(f"{place} {number} is neither `expand` nor `contract N`")
        errors += [f"{place} {number} is gone" for number in rows]
    return errors


@pytest.fixture
def found():
    return {place: steps((ROOT / path).read_text(encoding="utf-8"), name) for place, (path, name) in SOURCES.items()}


def test_steps_are_read(found):
    assert len(found["records"]) >= 4 and len(found["keys"]) >= 1
    assert all(text.split()[0] in ("CREATE", "ALTER", "DROP", "INSERT", "UPDATE", "DELETE") for texts in found.values() for text in texts)


def test_the_schema_is_what_is_out_in_the_world_and_more(found):
    assert wrong(found, LOCK) == []


def oldest(lock: str, place: str) -> int:
    return max(int(line.split()[4]) for line in lock.splitlines() if re.match(rf"{place} \d+ \w+ contract", line))


@pytest.mark.parametrize(("place", "path", "name"), [("records", "libs/service/platform/src/schema.h", "kOldestRecords"), ("keys", SOURCES["keys"][0], "kOldest")])
def test_programs_that_cannot_work_on_it_are_told(place, path, name):
    """A step that contracts is of no use while programs that it breaks may start."""
    told = int(re.search(rf"constexpr int {name} = (\d+);", (ROOT / path).read_text(encoding="utf-8"))[1])
    assert told == oldest(LOCK, place)
    assert told != oldest(LOCK + f"{place} 7 0 contract {told + 2}\n", place)


def with_step(found: dict, text: str) -> dict:
    return {**found, "records": [*found["records"], text]}


def locked(found: dict, kind: str) -> str:
    number = len(found["records"])
    return f"{LOCK}records {number} {hashlib.sha256(found['records'][-1].encode()).hexdigest()[:16]} {kind}\n"


@pytest.mark.parametrize("text", ["ALTER TABLE athlete ADD COLUMN team TEXT;", "ALTER TABLE athlete ADD COLUMN seen {int} NOT NULL DEFAULT 0;", "DROP INDEX analysis_by_sport;",
                                  "CREATE TABLE team (id TEXT PRIMARY KEY, name TEXT NOT NULL){table};CREATE UNIQUE INDEX team_name ON team (name);"])
def test_what_is_added_is_fine(found, text):
    more = with_step(found, text)
    assert wrong(more, locked(more, "expand")) == []


@pytest.mark.parametrize("text", ["ALTER TABLE athlete DROP COLUMN external;", "DROP TABLE ticket;", "ALTER TABLE athlete RENAME COLUMN external TO name;", "ALTER TABLE a RENAME TO b;",
                                  "ALTER TABLE athlete ADD COLUMN team TEXT NOT NULL;", "ALTER TABLE athlete ALTER COLUMN external SET NOT NULL;",
                                  "CREATE TABLE team (id TEXT){table};CREATE UNIQUE INDEX one ON athlete (sealed);"])
def test_what_is_taken_away_is_noticed(found, text):
    more = with_step(found, text)
    number = len(more["records"])
    assert wrong(more, locked(more, "expand")) == [f"records {number} takes away what the release before uses"]
    assert wrong(more, locked(more, f"contract {number}")) == []
    assert wrong(more, locked(more, "contract")) == [f"records {number} is neither `expand` nor `contract N`"]


def test_what_is_changed_new_or_gone_is_noticed(found):
    assert wrong({**found, "keys": [found["keys"][0] + " "]}, LOCK) == ["keys 1 is changed"]
    assert wrong({**found, "keys": []}, LOCK) == ["keys 1 is gone"]
    more = with_step(found, "DROP INDEX analysis_by_sport;")
    assert f"records {len(more['records'])} is new" in wrong(more, LOCK)[0]
