"""What outlives a process: SIGTERM and kill -9 lose nothing that was confirmed, and another instance goes on."""

import asyncio
import contextlib
import json
import socket
import sqlite3
import struct
import time

from platform_support import files_in, form
from serve_support import HELLO, KEY, Server, connected, media, resume_hello, serving, session


def test_sigterm_stores_every_session_and_another_instance_resumes_them(tmp_path):
    async def begin(server: Server, count: int):
        async with contextlib.AsyncExitStack() as opened:
            clients = [await opened.enter_async_context(session(server)) for _ in range(count)]
            for client in clients:
                await client.say(media(0, "rep"))
                await client.until_confirmed(1)
                await client.say(media(1, "open"))  # landed, but not confirmed
                await client.say(media(2))
                await client.until("pose")
            status = asyncio.get_running_loop().run_in_executor(None, server.stop)
            for client in clients:
                assert await client.closed() == 1001
                assert client.got[-1]["code"] == "shutting_down"
                assert client.confirmed() == [1, 2], "what was open is finished, stored and told"
            assert await status == 0
            return [client.welcome for client in clients]

    async def go_on(server: Server, welcomes):
        for welcome in welcomes:
            async with session(server, resume_hello(welcome, last_rep=1)) as client:
                await client.until_confirmed(2)
                await client.say(media(0, "rep"))
                await client.until_confirmed(3)

    first = Server(tmp_path)
    with serving(tmp_path) as second:  # both on one data folder
        try:
            asyncio.run(go_on(second, asyncio.run(begin(first, 20))))
        finally:
            first.kill()


def test_while_it_drains_nothing_is_admitted(tmp_path):
    async def run(server: Server):
        async with session(server) as client:
            await client.say(media(0))
            await client.until("pose")
            async with connected(server) as silent:
                server.process.terminate()
                server.wait_for("draining")
                assert await client.closed() == 1001
                assert await silent.closed() == 1001, "nobody waits for its hello"
        assert await asyncio.get_running_loop().run_in_executor(None, server.process.wait, 60) == 0

    server = Server(tmp_path)
    try:
        asyncio.run(run(server))
        assert server.log[-1]["event"] in ("stopped", "end of log")
    finally:
        server.kill()


def ask(server: Server, head: str, body: bytes = b"") -> socket.socket:
    """A connection on which that was sent."""
    raw = socket.create_connection(("127.0.0.1", server.port), 60)
    raw.sendall(f"{head}\r\nHost: {server.host}\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode() + body)
    return raw


def begin_upload(server: Server) -> tuple[socket.socket, bytes]:
    """A connection by which half a video has come, and the other half."""
    body, kind = form({"sport": "cmj"}, bytes(1 << 16))
    raw = ask(server, f"POST /v1/analyses HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}", body[:1 << 15])
    while not any(path.stat().st_size for path in files_in(server.data / "work")):
        time.sleep(0.01)
    return raw, body[1 << 15:]


def read(raw: socket.socket, wanted: bytes | None = None) -> bytes:
    """What comes until that has come, or the server has closed the connection."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while (wanted is None or wanted not in got) and (piece := raw.recv(1 << 16)):
            got += piece
    return got


def test_a_request_that_is_under_way_is_answered_before_it_ends(tmp_path):
    server = Server(tmp_path, "--jobs", "0", "--drain-timeout", "60")
    try:
        upload, rest = begin_upload(server)
        with upload, ask(server, "GET /healthz HTTP/1.1") as idle, socket.create_connection(("127.0.0.1", server.port), 60) as silent:
            assert read(idle, b"\r\n\r\nok\n").startswith(b"HTTP/1.1 200")
            server.process.terminate()
            server.wait_for("draining")
            assert read(idle) == b"" and read(silent) == b"", "nobody waits for what they might ask"
            upload.sendall(rest)
            answer = read(upload)
        assert answer.startswith(b"HTTP/1.1 202") and b"\r\nConnection: close\r\n" in answer
        assert server.process.wait(30) == 0, "nothing else is waited for"
    finally:
        server.kill()
    with serving(tmp_path, "--jobs", "0") as again:
        assert len(again.get_json("/v1/analyses")["data"]) == 1


def test_who_follows_an_analysis_is_told_to_ask_elsewhere(tmp_path):
    server = Server(tmp_path, "--jobs", "0", "--drain-timeout", "60")
    try:
        body, kind = form({"sport": "cmj"}, b"a video")
        _, made = server.request("/v1/analyses", "POST", body=body, Content_Type=kind, Authorization=f"Bearer {KEY}")
        with ask(server, f"GET /v1/analyses/{json.loads(made)['id']}/events HTTP/1.1") as events:
            assert b"event: progress" in read(events, b"\n\n")
            server.process.terminate()
            assert read(events).endswith(b"0\r\n\r\n"), "the stream has an end, not the connection alone"
        assert server.process.wait(30) == 0
    finally:
        server.kill()


def test_what_never_comes_is_not_waited_for(tmp_path):
    server = Server(tmp_path, "--jobs", "0", "--drain-timeout", "1", "--header-timeout", "60")
    try:
        with begin_upload(server)[0], socket.create_connection(("127.0.0.1", server.port), 60) as half:
            half.sendall(b"GET /healthz HT")
            assert server.stop() == 0
    finally:
        server.kill()


def test_kill_9_loses_no_acknowledged_repetition(tmp_path):
    async def begin(server: Server):
        async with session(server) as client:
            for index in range(1, 6):
                await client.say(media(index, "rep"))
                await client.until_confirmed(index)
            server.kill()
            await client.closed()
            return client.welcome

    async def go_on(server: Server, welcome):
        async with session(server, resume_hello(welcome)) as client:
            await client.until_confirmed(5)
            assert client.confirmed() == [1, 2, 3, 4, 5]

    first = Server(tmp_path)
    welcome = asyncio.run(begin(first))
    with serving(tmp_path) as second:
        asyncio.run(go_on(second, welcome))


def test_who_watches_may_be_back_before_the_athlete(tmp_path):
    async def begin(server: Server):
        async with session(server) as athlete:
            await athlete.say(media(0, "rep"))
            await athlete.until_confirmed(1)
            server.kill()
            return athlete.welcome

    async def go_on(server: Server, welcome: dict):
        async with session(server, {"type": "hello", "watch": welcome["session"]}) as watcher:
            await watcher.until_confirmed(1)
            async with session(server, resume_hello(welcome, last_rep=1)) as athlete:
                await athlete.say(media(0, "rep"))
                await watcher.until_confirmed(2)

    first = Server(tmp_path)
    welcome = asyncio.run(begin(first))
    with serving(tmp_path) as second:
        asyncio.run(go_on(second, welcome))


def test_a_session_that_nobody_resumes_ends_with_what_is_stored(tmp_path):
    async def begin(server: Server):
        async with session(server) as client:
            await client.say(media(0, "rep"))
            await client.until_confirmed(1)
            server.kill()
            return client.welcome["session"]

    first = Server(tmp_path)
    lost = asyncio.run(begin(first))
    database = tmp_path / "data/plyo.db"
    with contextlib.closing(sqlite3.connect(database)) as other, other:
        other.execute("UPDATE session SET token_expires_us = token_expires_us - 3600000000")
    with serving(tmp_path) as second, serving(tmp_path) as third:
        for _ in range(600):
            if second.get_json(f"/v1/sessions/{lost}")["ended"]:
                break
            time.sleep(0.1)
        stored = second.get_json(f"/v1/sessions/{lost}")
        assert stored["ended"] and stored["result"]["reps"] == 1
        response, _ = third.request(f"/v1/sessions/{lost}/files/report.html", Authorization=f"Bearer {KEY}")
        assert response.status == 200
        logged = [line["event"] for server in (second, third) for line in server.log]
        assert logged.count("live_session_expired") == 1
    with contextlib.closing(sqlite3.connect(database)) as other:
        events = other.execute("SELECT count(*) FROM event WHERE type = 'session.ended'").fetchone()
    assert events == (1,)


def test_a_repetition_waits_for_a_store_that_is_away(tmp_path):
    async def run(server: Server):
        async with session(server) as client:
            await client.say(media(0, "rep"))
            await client.until_confirmed(1)
            with contextlib.closing(sqlite3.connect(server.data / "plyo.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await client.say(media(1, "rep"))
                await asyncio.to_thread(server.wait_for, "live_store_away")
                await client.say(media(2, "pose"))
                await client.until("pose", sequence=2)
                assert client.confirmed() == [1], "pictures go on, what is not stored is not acknowledged"
                other.execute("ROLLBACK")
            await client.until_confirmed(2)
        assert len(server.get_json(f"/v1/sessions/{client.welcome['session']}")["reps"]) == 2

    with serving(tmp_path) as server:
        asyncio.run(run(server))


def locked(server: Server):
    """Writes to the store wait until this is left."""
    @contextlib.contextmanager
    def hold():
        with contextlib.closing(sqlite3.connect(server.data / "plyo.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    return hold()


def test_the_repetitions_of_a_lost_connection_wait_for_the_store_too(tmp_path):
    async def run(server: Server):
        async with session(server) as client:
            await client.say(media(0, "open"))  # landed, but not confirmed
            await client.say(media(1))
            await client.until("pose", sequence=1)
            with locked(server):
                client.socket.transport.abort()
                await asyncio.to_thread(server.wait_for, "live_store_away")
            await asyncio.to_thread(server.wait_for, "live_session_closed")
        assert len(server.get_json(f"/v1/sessions/{client.welcome['session']}")["reps"]) == 1
        assert server.metric('plyo_live_closed_total{code="1006"}') == 1

    with serving(tmp_path, "--drain-timeout", "1") as server:
        asyncio.run(run(server))


def test_no_session_of_a_server_that_goes_down_waits_for_a_store_that_is_away(tmp_path):
    async def run(server: Server):
        async with session(server) as lost, session(server) as ending:
            for client in (lost, ending):
                await client.say(media(0, "open"))  # landed, but not confirmed
                await client.say(media(1))
                await client.until("pose", sequence=1)
            with locked(server):
                lost.socket.transport.abort()
                await ending.say({"type": "end"})
                for client in (lost, ending):
                    await asyncio.to_thread(server.wait_for, "live_store_away", session=client.welcome["session"])
                server.process.terminate()
                for client in (lost, ending):
                    await asyncio.to_thread(server.wait_for, "live_session_closed", session=client.welcome["session"])
                assert await ending.closed() == 1001
                assert ending.got[-1]["code"] == "shutting_down"
            assert await asyncio.to_thread(server.process.wait, 60) == 0

    server = Server(tmp_path, "--drain-timeout", "1")
    try:
        asyncio.run(run(server))
    finally:
        server.kill()


def test_a_result_that_waits_for_the_store_is_not_lost_to_a_new_connection(tmp_path):
    async def run(server: Server):
        async with contextlib.AsyncExitStack() as opened:
            first = await opened.enter_async_context(session(server))
            await first.say(media(0, "rep"))
            await first.until_confirmed(1)
            with locked(server):
                await first.say({"type": "end"})
                await asyncio.to_thread(server.wait_for, "live_store_away")
                second = await opened.enter_async_context(connected(server))
                await second.say(resume_hello(first.welcome))
                assert await first.closed() == 4409
                await asyncio.sleep(3)  # longer than the worker would have had
            assert (await second.until("result"))["result"]["reps"] == 1
            assert await second.closed() == 1000
        assert "live_session_overdue" not in [line["event"] for line in server.log]

    with serving(tmp_path, "--drain-timeout", "1") as server:
        asyncio.run(run(server))


def test_a_hello_that_waits_for_the_store_has_come(tmp_path):
    async def run(server: Server):
        async with connected(server) as client:
            with locked(server):
                await client.say(HELLO)
                await asyncio.sleep(3)
            await client.until("welcome")
            await client.say(media(0))
            await client.until("pose", sequence=0)

    with serving(tmp_path, "--header-timeout", "1") as server:
        asyncio.run(run(server))


def test_another_instance_takes_a_session_that_is_still_open(tmp_path):
    async def run(first: Server, second: Server):
        async with session(first) as stale, session(second, resume_hello(stale.welcome)) as fresh:
            await fresh.say(media(0, "rep"))
            await fresh.until_confirmed(1)
            await stale.say(media(0, "rep"))
            assert await stale.closed() == 4409
            assert stale.confirmed() == [], "nothing is acknowledged that is not stored"
        assert len(second.get_json(f"/v1/sessions/{stale.welcome['session']}")["reps"]) == 1

    with serving(tmp_path) as first, serving(tmp_path) as second:
        asyncio.run(run(first, second))


def test_a_recording_keeps_the_media_as_they_came(tmp_path):
    messages = [media(0), media(1, "rep"), media(2, b"\0" * 1000)]

    async def run(server: Server):
        async with session(server) as client:
            for message in messages:
                await client.say(message)
            await client.say({"type": "end"})
            assert await client.closed() == 1000
            return client.welcome

    with serving(tmp_path, "--record", tmp_path / "record") as server:
        welcome = asyncio.run(run(server))
    file = tmp_path / f"record/{welcome['session']}.1.plyolive"
    header, _, rest = file.read_bytes().partition(b"\n")
    assert json.loads(header)["hello"] == HELLO
    got, times = [], []
    while rest:
        at, size = struct.unpack_from("<QI", rest)
        got.append(rest[12 : 12 + size])
        times.append(at)
        rest = rest[12 + size :]
    assert got == messages and times == sorted(times)


def test_a_store_of_a_newer_version_is_refused(tmp_path):
    import sqlite3

    from serve_support import run

    with serving(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "data/plyo.db") as database:
        database.execute("UPDATE schema_version SET version = 99")
    with serving(tmp_path):
        pass  # one that only adds is no hindrance
    with sqlite3.connect(tmp_path / "data/plyo.db") as database:
        assert database.execute("SELECT version FROM schema_version").fetchall() == [(99,)]
        database.execute("UPDATE schema_oldest SET version = 99")
    ended = run("--data", tmp_path / "data", "--port", "0", "--metrics-port", "-1")
    assert ended.returncode == 2 and "newer Plyo" in ended.stderr


def test_no_secret_lies_open(tmp_path):
    async def run(server: Server):
        async with session(server) as client:
            await client.say(media(0, "rep"))
            await client.until_confirmed(1)
            await client.say({"type": "end"})
            assert await client.closed() == 1000

    with serving(tmp_path, "--record", tmp_path / "record") as server:
        asyncio.run(run(server))
        written = [path for folder in (server.data, tmp_path / "record") for path in (folder, *folder.rglob("*"))]
        assert {"plyo.db", "plyo.db-wal", "keys.db", "master.key"} <= {path.name for path in written}
        assert any(path.suffix == ".plyolive" for path in written)
        assert [path for path in written if path.stat().st_mode & 0o077] == []
        assert KEY not in str(server.log)
