"""What is kept: backups that are made while everything is at work, and data folders of earlier releases."""
import asyncio
import contextlib
import hashlib
import json
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from platform_support import CLIP, Api, Installation, files_in, form
from serve_support import Server, binary, connected, resume_hello

WORKING = ("--workers", "1", "--jobs", "2")


class Load:
    """Clients that make analyses until they are told to stop: of fixtures, of tables in a form, and of uploads in parts."""

    def __init__(self, service: Installation, server: Server, table: bytes) -> None:
        self.service, self.server, self.table = service, server, table
        self.accepted: dict[str, str] = {}
        """Ids that were answered, and the mode of their keys."""
        self.over = threading.Event()
        self.failed: list[Exception] = []
        self.threads = [threading.Thread(target=self.run, args=work) for work in (("test", self.fixture), ("live", self.in_a_form), ("live", self.in_parts))]
        for thread in self.threads:
            thread.start()

    def run(self, mode: str, make) -> None:
        api = self.service.api(self.server, mode)
        try:
            while not self.over.is_set():
                self.accepted[make(api)] = mode
                time.sleep(0.05)
        except Exception as failed:  # noqa: BLE001  told by whoever joins
            self.failed.append(failed)

    def fixture(self, api: Api) -> str:
        return api.fixture()

    def in_a_form(self, api: Api) -> str:
        body, kind = form({"sport": "cmj", "athlete": {"height_m": 1.8}, "outputs": ["metrics"], "keep_source": True}, self.table)
        return api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=202)["id"]

    def in_parts(self, api: Api) -> str:
        upload = api.post("/uploads", {"bytes": len(self.table)})["id"]
        api.call("PUT", f"/uploads/{upload}/parts/1", raw=self.table, Content_Type="application/octet-stream")
        source = {"type": "upload", "upload_id": upload}
        return api.post("/analyses", {"sport": "cmj", "athlete": {"height_m": 1.8}, "outputs": ["metrics"], "source": source}, 202)["id"]

    def end(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(60)
        assert not self.failed, self.failed


def files_of(api: Api, analysis: dict) -> dict[str, str]:
    """Their digests as they come."""
    return {file["name"]: hashlib.sha256(api.server.request(f"/v1/analyses/{analysis['id']}/files/{file['name']}",
                                                           Authorization=f"Bearer {api.key}")[1]).hexdigest() for file in analysis["files"]}


def restored(service: Installation, folder) -> Installation:
    """Of the newest keys, as the guide says."""
    service.admin("backup-keys", "--to", folder / "vault/keys.db")
    made = Installation(folder / "again", *WORKING)
    said = made.admin("restore", "--from", folder / "backup", "--keys", folder / "vault/keys.db")
    assert "all can be opened" in said and made.admin("check") == said
    return made


def test_a_backup_beside_the_work_holds_what_was_answered(tmp_path):
    table = tmp_path / "landmarks.csv"
    subprocess.run([binary(), "analyze", "cmj", CLIP, "--height", "1.8", "--model", "lite", "--export-landmarks", table, "--json", tmp_path / "x.json"],
                   check=True, capture_output=True)
    with Installation(tmp_path / "once", *WORKING) as service:
        server = service.serve()
        load = Load(service, server, table.read_bytes())
        apis = {mode: service.api(server, mode) for mode in ("live", "test")}
        completed: dict[str, dict] = {}
        while {load.accepted[name] for name in completed} != {"live", "test"} or len(completed) < 10:
            assert not load.failed, load.failed
            for name in set(load.accepted) - set(completed):
                if (analysis := apis[load.accepted[name]].get(f"/analyses/{name}"))["status"] == "completed":
                    completed[name] = analysis
        accepted = dict(load.accepted)
        assert len(accepted) > len(completed), "some wait"
        service.admin("backup", "--to", tmp_path / "backup")
        assert len(load.accepted) > len(accepted), "it was beside the work"
        load.end()
        server.kill()
        with restored(service, tmp_path) as again:
            server = again.serve()
            apis = {mode: Api(server, key) for mode, key in service.keys.items()}
            for name, analysis in completed.items():
                api = apis[accepted[name]]
                assert api.get(f"/analyses/{name}") == analysis
                assert files_of(api, analysis) == {file["name"]: file["sha256"] for file in analysis["files"]}
            for name, mode in accepted.items():
                assert apis[mode].wait(name)["status"] == "completed"
            for api in apis.values():
                done = [event["data"]["id"] for event in api.get("/events?type=analysis.completed&limit=100")["data"]]
                assert len(done) == len(set(done)), "each is completed once"
            assert apis["test"].wait(apis["test"].fixture())["status"] == "completed", "it serves"
            assert server.stop() == 0


def test_no_keys_are_lost_to_those_of_another_store(tmp_path):
    one, other = (Installation(tmp_path / name) for name in ("one", "other"))
    for service in (one, other):
        service.organization()
    one.admin("backup-keys", "--to", tmp_path / "vault/keys.db")
    one.admin("backup-keys", "--to", tmp_path / "vault/keys.db")  # the newest takes the place of the last one
    before = [path.read_bytes() for path in sorted((tmp_path / "vault").iterdir())]
    assert "would be lost; name a new folder" in other.admin("backup-keys", "--to", tmp_path / "vault/others.db", status=2)
    assert [path.read_bytes() for path in sorted((tmp_path / "vault").iterdir())] == before


def test_a_restore_by_wrong_keys_may_be_tried_again(tmp_path):
    other = Installation(tmp_path / "other")
    other.organization()
    other.admin("backup-keys", "--to", tmp_path / "wrong/keys.db")
    with Installation(tmp_path / "one", *WORKING) as one:
        one.api(one.serve()).post("/athletes", {"name": "Ada"}, 201)
        one.admin("backup", "--to", tmp_path / "backup")
        one.admin("backup-keys", "--to", tmp_path / "vault/keys.db")
    made = Installation(tmp_path / "again")
    assert made.admin("restore", "--from", tmp_path / "backup", "--keys", tmp_path / "wrong/keys.db", status=2)
    assert "all can be opened" in made.admin("restore", "--from", tmp_path / "backup", "--keys", tmp_path / "vault/keys.db")


@pytest.mark.parametrize("command", [["check"], ["tenants"], ["backup", "--to", "copy"], ["backup-keys", "--to", "copy/keys.db"], ["renew-master-key"]])
def test_where_there_is_no_store_none_is_made(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    nowhere = Installation(tmp_path)
    assert "there is no store here" in nowhere.admin(*command, status=2)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_beside_deletions_holds_what_stays(tmp_path):
    with Installation(tmp_path / "once") as service:
        server = service.serve()
        api = service.api(server, "live")
        stay, go = [], []
        for number in range(600):  # what stays is large, so that copying takes its time
            content, ids = (bytes(2 << 20), stay) if number % 15 == 0 else (b"small", go)
            ids.append(api.post("/uploads", {"bytes": len(content)})["id"])
            api.call("PUT", f"/uploads/{ids[-1]}/parts/1", raw=content, Content_Type="application/octet-stream")
        for upload in go:
            api.call("DELETE", f"/uploads/{upload}", expect=204)
        backups = []
        with ThreadPoolExecutor(1) as pool:
            pool.submit(service.serve)  # one that starts deletes what is due
            while len(service.blobs()) > len(stay):
                backups.append(tmp_path / f"backup_{len(backups)}")
                service.admin("backup", "--to", backups[-1])
        for folder in backups:
            held = {str(path.relative_to(folder)) for path in files_in(folder)}
            assert not [upload for upload in stay if f"files/upload/{upload}/1" not in held]


OLD_SCHEMA = (
    "CREATE TABLE session (id TEXT PRIMARY KEY, sport TEXT NOT NULL, hello TEXT NOT NULL, created_us INTEGER NOT NULL, epoch INTEGER NOT NULL,"
    " token_hash TEXT NOT NULL, token_expires_us INTEGER NOT NULL, result TEXT NOT NULL DEFAULT '', ended INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE rep (session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE, rep_index INTEGER NOT NULL, message TEXT NOT NULL,"
    " PRIMARY KEY (session, rep_index)) STRICT, WITHOUT ROWID; PRAGMA user_version = 1;",
    "ALTER TABLE session ADD COLUMN first_capture_us INTEGER; PRAGMA user_version = 2;")
"""As the first releases made it; released steps never change."""


def rep(index: int) -> dict:
    metric = {"id": "jump_height", "value": 0.3 + 0.01 * index, "unit": "m", "u": 0.01, "flags": []}
    return {"type": "rep", "track_id": 1, "rep": {"index": index, "status": "confirmed", "metrics": [metric]}}


@pytest.mark.parametrize("version", [1, 2])
def test_a_data_folder_of_an_earlier_release_is_gone_on_with(tmp_path, version):
    data = tmp_path / "data"
    data.mkdir()
    now = time.time_ns() // 1000
    token = "0123456789abcdef" * 3
    hello = json.dumps({"type": "hello", "sport": "cmj", "athlete": {"name": "Ada"}, "media": {"codec": "jpeg", "width": 640, "height": 480, "fps": 30}})
    result = {"schema": "plyo.analysis/1", "sport": "cmj", "athletes": []}
    with contextlib.closing(sqlite3.connect(data / "plyo.db")) as store:
        for step in OLD_SCHEMA[:version]:
            store.executescript(step)
        columns = "id, sport, hello, created_us, epoch, token_hash, token_expires_us, result, ended"
        for name, said, ended in (("a" * 32, json.dumps({"type": "result", "result": result}), 1), ("b" * 32, "", 0)):
            store.execute(f"INSERT INTO session ({columns}) VALUES (?, 'cmj', ?, ?, 1, ?, ?, ?, ?)",
                          (name, hello, now, hashlib.sha256(token.encode()).hexdigest(), now + 600_000_000, said, ended))
            store.executemany("INSERT INTO rep VALUES (?, ?, ?)", [(name, index, json.dumps(rep(index))) for index in (1, 2)])
        store.commit()

    async def resume(server: Server) -> list[int]:
        async with connected(server) as client:
            await client.say(resume_hello({"session": "b" * 32, "resume_token": token}))
            await client.until_confirmed(2)
            return client.confirmed()

    with Installation(tmp_path, "--workers", "1") as service:
        for _ in range(2):  # the second time there is nothing to bring up
            server = service.serve()
            ended, opened = (server.get_json(f"/v1/sessions/{letter * 32}") for letter in "ab")
            assert ended["ended"] and ended["result"] == result and ended["reps"] == [rep(1), rep(2)]
            assert not opened["ended"] and opened["reps"] == [rep(1), rep(2)]
            assert "Ada" in server.request(f"/v1/sessions/{'a' * 32}/files/metrics.csv", Authorization=f"Bearer {service.keys['live']}")[1].decode()
            assert {session["id"] for session in service.api(server, "live").get("/sessions")["data"]} == {"a" * 32, "b" * 32}
            assert server.stop() == 0
        server = service.serve()
        assert asyncio.run(resume(server)) == [1, 2]
        assert server.stop() == 0
        assert service.admin("check") == "0 athletes, 0 analyses, 2 sessions and 0 files: all can be opened"
