"""A store with a million analyses of two years, written by SQL in the shape in which the service writes them, and kept in build/bench.

The same rows go to both stores. What is sealed is sealed by the keys of its subjects (libs/service/platform/src/vault.cc), so that
the service opens it; only the files themselves are not there, which no list reads. Four of five analyses are of the project that is
measured, one of ten has no athlete, and sources older than a day are gone, as are events older than 30 days.
"""
import base64
import contextlib
import ctypes
import dataclasses
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import struct
import subprocess
import time

import stores
from support import places

VERSION = 1  # of what is written; another one is filled anew
FOLDER = places.WORK / "platform"
PROJECT = "prj_default"
DAY_US = 86_400_000_000
CHUNK = 20_000  # analyses written at a time

TABLES = {
    "organization": ("id", "name", "plan", "created_us"),
    "project": ("id", "organization", "name", "created_us"),
    "athlete": ("id", "project", "test", "external", "sealed", "created_us", "updated_us"),
    "analysis": ("id", "project", "test", "athlete", "subject", "sport", "status", "progress", "source_type", "source_bytes", "source_deleted_us",
                 "keep_source", "sealed", "summary", "error_code", "error_detail", "created_us", "started_us", "finished_us"),
    "analysis_file": ("analysis", "name", "place", "content_type", "bytes", "sha256"),
    "source_part": ("analysis", "place", "blob", "subject"),
    "job": ("id", "kind", "project", "priority", "state", "run_after_us"),
    "event": ("id", "project", "test", "type", "athlete", "source", "subject", "sealed", "created_us"),
    "audit": ("id", "project", "at_us", "actor", "action", "target", "athlete", "request_id"),
    "subject_key": ("subject", "wrapped"),
}
FILES = (("result.json", "application/json", 27_738), ("metrics.csv", "text/csv", 3_836), ("report.html", "text/html", 379_883))
SPORTS = (("cmj", 70), ("drop_jump", 15), ("repeated_jumps", 9), ("running", 6))
RARE_SPORT, RARE_EVERY = "squat_jump", 4000  # in the first half of the time alone
STATUSES = (("completed", 970), ("failed", 20), ("cancelled", 10))


# ---- ids and seals


CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")


def new_id(prefix: str, us: int) -> str:
    """As NewId() of libs/service/platform/src/ids.cc makes it: the time in ms, then 80 random bits."""
    ms, time_part = us // 1000, ""
    for _ in range(10):
        ms, digit = divmod(ms, 32)
        time_part = "0123456789abcdefghjkmnpqrstvwxyz"[digit] + time_part
    return f"{prefix}_{time_part}{base64.b32encode(os.urandom(10)).translate(CROCKFORD).decode()}"


class Vault:
    """Seals as the service does, by the same library."""

    def __init__(self, master: bytes) -> None:
        self.sodium = ctypes.CDLL("libsodium.so.23")
        if self.sodium.sodium_init() < 0:
            raise SystemExit("bench: libsodium does not start")
        self.master = master
        self.pseudonyms, self.wrapped_pseudonyms = self.key()

    def key(self) -> tuple[bytes, bytes]:
        """A new key, and as it is kept: wrapped by the master key."""
        key, nonce = os.urandom(32), os.urandom(24)
        wrapped = ctypes.create_string_buffer(len(key) + 16)
        self.sodium.crypto_secretbox_easy(wrapped, key, ctypes.c_ulonglong(len(key)), nonce, self.master)
        return key, nonce + wrapped.raw

    def seal(self, key: bytes, purpose: str, text: bytes) -> bytes:
        nonce, ad = os.urandom(24), purpose.encode()
        sealed = ctypes.create_string_buffer(len(text) + 16)
        self.sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
            sealed, None, text, ctypes.c_ulonglong(len(text)), ad, ctypes.c_ulonglong(len(ad)), None, nonce, key)
        return nonce + sealed.raw

    def pseudonym(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), digest_size=32, key=self.pseudonyms).hexdigest()


def summary_of(result: dict) -> dict:
    """As SummaryOf() of libs/service/platform/src/analyses.cc, without least and greatest."""
    return {metric["id"]: {"mean": metric["mean"], "min": metric["mean"], "max": metric["mean"], "count": metric["n"], "unit": metric["unit"],
                           "u": metric["u"]} for metric in result["athletes"][0]["summary"] if metric["mean"] is not None}


# ---- rows


@dataclasses.dataclass
class Athlete:
    id: str
    project: str
    external: str
    key: bytes
    weight: int = 1


def compact(data: dict) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()


def rows(vault: Vault, count: int):
    """(table, rows) again and again: first the tenants and their athletes, then the analyses, oldest first."""
    chance = random.Random(20261129)
    now_us = time.time_ns() // 1000
    begin_us = now_us - 730 * DAY_US
    projects = [PROJECT] * 80 + [new_id("prj", begin_us) for _ in range(20)]
    organization = new_id("org", begin_us)
    yield "organization", [(organization, "Others", "enterprise", begin_us)]
    yield "project", [(project, organization, f"Club {n}", begin_us) for n, project in enumerate(projects[80:])]

    athletes: dict[str, list[Athlete]] = {}
    people, keys = [], []
    for project in dict.fromkeys(projects):
        share = 0.8 if project == PROJECT else 0.01
        for number in range(max(12, round(share * count / 160))):
            athlete = Athlete(new_id("ath", begin_us + number), project, f"a-{number}", b"", 15 if number < 10 else 1)
            athlete.key, wrapped = vault.key()
            keys.append((athlete.id, wrapped))
            sealed = vault.seal(athlete.key, f"athlete:{athlete.id}", compact(
                {"external_id": athlete.external, "height_m": 1.8, "mass_kg": 75.5, "metadata": {"team": f"{number % 9}"}, "name": f"Athlete {number}"}))
            external = vault.pseudonym(f"external:{project}:{athlete.external}")
            people.append((athlete.id, project, 0, external, sealed, begin_us + number, begin_us + number))
            athletes.setdefault(project, []).append(athlete)
    yield "subject_key", [("pseudonyms", vault.wrapped_pseudonyms), *keys]
    yield "athlete", people

    fixture = json.loads((places.ROOT / "libs/service/platform/data/fixture_jump.json").read_text())
    summaries = []
    for _ in range(50):
        summary = summary_of(fixture)
        for metric in summary.values():
            metric["mean"] *= chance.uniform(0.9, 1.1)
        summaries.append(compact(summary))
    weights = {project: [athlete.weight for athlete in some] for project, some in athletes.items()}
    sports, sport_weights = zip(*SPORTS)
    statuses, status_weights = zip(*STATUSES)
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        out: dict[str, list] = {table: [] for table in ("subject_key", "analysis", "analysis_file", "source_part", "job", "event", "audit")}
        whose = chance.choices(projects, k=size)
        who = {project: iter(chance.choices(some, weights[project], k=size)) for project, some in athletes.items()}
        for number, project, sport, status in zip(range(first, first + size), whose, chance.choices(sports, sport_weights, k=size),
                                                  chance.choices(statuses, status_weights, k=size)):
            at = begin_us + (730 * DAY_US * number) // count
            if number % RARE_EVERY == 0 and number < count / 2:
                sport = RARE_SPORT
            if number >= count - 200:
                status = "queued"
            write(out, vault, at, now_us, project, next(who[project]) if number % 10 else None, sport, status, chance.choice(summaries))
        yield from out.items()


def write(out: dict, vault: Vault, at: int, now_us: int, project: str, athlete: Athlete | None, sport: str, status: str, summary: bytes) -> None:
    """One analysis, with all that the service writes for it until it is over."""
    id = new_id("ana", at)
    if athlete:
        subject, key = athlete.id, athlete.key
    else:
        subject = id
        key, wrapped = vault.key()
        out["subject_key"].append((subject, wrapped))
    who = athlete.id if athlete else None
    over, done = status != "queued", status == "completed"
    deleted = at + DAY_US if over and at + DAY_US < now_us else None
    kept = compact({"metadata": {"session": f"{at // DAY_US}"}, "outputs": ["report", "metrics"]})
    out["analysis"].append((
        id, project, 0, who, subject, sport, status, 1.0 if done else 0.0, "file", 1_371_590, deleted, 0, vault.seal(key, f"analysis:{id}", kept),
        vault.seal(key, f"summary:{id}", summary) if done else None, "not_a_video" if status == "failed" else None,
        vault.seal(key, f"error:{id}", b"input: this is no video") if status == "failed" else None, at, at + 100_000 if over else None,
        at + 3_900_000 if over else None))
    out["audit"].append((new_id("aud", at), project, at, "key_01m8kyzw91ajqwqenpw9hnck8p", "create_analysis", id, who, os.urandom(8).hex()))
    digest = hashlib.sha256(id.encode()).hexdigest()
    files = [(id, name, place, kind, size, digest) for place, (name, kind, size) in enumerate(FILES, 1)] if done else []
    out["analysis_file"] += files
    if not deleted:
        out["source_part"].append((id, 1, f"analysis/{id}/source.bin", id))
    if not over:
        out["job"].append((id, "analysis", project, 1, "queued", at))
    elif at > now_us - 30 * DAY_US:
        event = new_id("evt", at + 3_900_000)
        told = compact({"id": id, "sport": sport, "status": status, "athlete_id": who, "source": {"type": "file", "bytes": 1_371_590},
                        "files": [dict(zip(("name", "content_type", "bytes", "sha256"), (*file[1:2], *file[3:]))) for file in files]})
        # Of nobody, it is the project's.
        owner, owner_key = (subject, key) if athlete else (project, project_key(out, vault, project))
        out["event"].append((event, project, 0, f"analysis.{status}", who, id, owner, vault.seal(owner_key, f"event:{event}", told), at + 3_900_000))


PROJECT_KEYS: dict[str, bytes] = {}


def project_key(out: dict, vault: Vault, project: str) -> bytes:
    if project not in PROJECT_KEYS:
        PROJECT_KEYS[project], wrapped = vault.key()
        out["subject_key"].append((project, wrapped))
    return PROJECT_KEYS[project]


# ---- the two stores

NO_PSEUDONYMS = "DELETE FROM subject_key WHERE subject = 'pseudonyms'"  # both have the ones of `rows`


class Sqlite:
    def __init__(self, made) -> None:
        data = made.data
        self.files = {name: sqlite3.connect(data / f"{name}.db", isolation_level=None) for name in ("plyo", "keys")}
        for database in self.files.values():
            for command in ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000", "BEGIN"):
                database.execute(command)

        self.files["keys"].execute(NO_PSEUDONYMS)

    def insert(self, table: str, data: list) -> None:
        names = TABLES[table]
        self.files["keys" if table == "subject_key" else "plyo"].executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", data)

    def close(self) -> None:
        for database in self.files.values():
            for command in ("COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)"):
                database.execute(command)
            database.close()


def binary_row(row: tuple) -> bytes:
    """Of COPY ... BINARY."""
    fields = [struct.pack(">h", len(row))]
    for value in row:
        if value is None:
            fields.append(b"\xff\xff\xff\xff")
            continue
        raw = value if isinstance(value, bytes) else value.encode() if isinstance(value, str) else \
            struct.pack(">d" if isinstance(value, float) else ">q", value)
        fields.append(struct.pack(">i", len(raw)) + raw)
    return b"".join(fields)


class Postgres:
    def __init__(self, made) -> None:
        self.postgres = made.engines.postgres
        self.postgres.query(NO_PSEUDONYMS.replace("subject_key", "plyo_keys.subject_key"))

    def insert(self, table: str, data: list) -> None:
        schema = "plyo_keys" if table == "subject_key" else "plyo"
        # Foreign keys hold by the way in which the rows are made.
        done = subprocess.run([self.postgres.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", "SET session_replication_role = replica", "-c",
                               f"COPY {schema}.{table} ({', '.join(TABLES[table])}) FROM STDIN BINARY", self.postgres.url],
                              input=b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"".join(map(binary_row, data)) + b"\xff\xff", capture_output=True, check=False)
        if done.returncode:
            raise SystemExit(f"bench: {done.stderr.decode()}")

    def close(self) -> None:
        # What autovacuum does to a store that grew over two years.
        for command in ("VACUUM ANALYZE", "CHECKPOINT"):
            self.postgres.query(command)


def folder_of(store: str, count: int) -> pathlib.Path:
    return FOLDER / f"{store}-{count}-v{VERSION}"


def fill(count: int) -> None:
    """Makes what is not there yet; the first time it takes minutes."""
    absent = [store for store in stores.TITLES if not (folder_of(store, count) / "complete").exists()]
    if not absent:
        return
    begin = time.monotonic()
    places.say(f"writing {count} analyses into {len(absent)} stores")
    master = os.urandom(32)
    with contextlib.ExitStack() as stack:
        open_ones = []
        for store in absent:
            shutil.rmtree(folder_of(store, count), ignore_errors=True)
            made = stack.enter_context(stores.installation(store, kept=folder_of(store, count), master=master))
            open_ones.append((Sqlite if store == "folder" else Postgres)(made))
        for table, data in rows(Vault(master), count):
            for store in open_ones:
                if data:
                    store.insert(table, data)
        for store in open_ones:
            store.close()
    for store in absent:
        (folder_of(store, count) / "complete").touch()
    places.say(f"that took {time.monotonic() - begin:.0f} s")
