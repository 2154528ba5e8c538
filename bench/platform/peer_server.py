"""What a user would build for himself: FastAPI and SQLite, a request checked, its table on the disk, a row and a job committed.

  peer_server.py PORT FOLDER

It seals nothing, knows no tenants, keys, limits and audit, and runs no job.
"""
import os
import pathlib
import sqlite3
import sys
import uuid

import fastapi
import pydantic
import uvicorn

FOLDER = pathlib.Path(sys.argv[2])
app = fastapi.FastAPI()
database = sqlite3.connect(FOLDER / "peer.db", isolation_level=None, check_same_thread=False)
database.executescript("""PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
CREATE TABLE analysis (id TEXT PRIMARY KEY, sport TEXT NOT NULL, status TEXT NOT NULL, source_bytes INTEGER NOT NULL);
CREATE TABLE job (id TEXT PRIMARY KEY, state TEXT NOT NULL)""")


class Source(pydantic.BaseModel):
    type: str
    csv: str


class Input(pydantic.BaseModel):
    sport: str
    athlete: dict[str, float]
    source: Source


@app.post("/v1/analyses", status_code=202)
async def create(given: Input) -> dict:
    name = uuid.uuid4().hex
    with (FOLDER / f"{name}.csv").open("w") as table:
        table.write(given.source.csv)
        table.flush()
        os.fsync(table.fileno())
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO analysis VALUES (?, ?, 'queued', ?)", (name, given.sport, len(given.source.csv)))
    database.execute("INSERT INTO job VALUES (?, 'queued')", (name,))
    database.execute("COMMIT")
    return {"id": name, "sport": given.sport, "status": "queued", "source": {"type": given.source.type, "bytes": len(given.source.csv)}}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="info", access_log=False)
