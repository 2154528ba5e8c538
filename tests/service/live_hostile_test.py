"""Clients that are broken or mean no good: each is ended with its code, and a well-behaved one beside it never notices."""

import asyncio
import contextlib
import json
import pathlib
import resource
import socket
import struct
import time

import pytest
import websockets
from serve_support import HELLO, KEY, Server, connected, media, resume_hello, serving, session

LIMITS = ("--idle-timeout", "1.5", "--header-timeout", "1", "--write-timeout", "1")
LEAK = 4 << 10  # less than what is held for any connection


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("hostile"), *LIMITS) as running:
        yield running


def upgrade(server: Server, receive_buffer: int = 0) -> socket.socket:
    """A WebSocket by hand, for what a library would not do."""
    raw = socket.socket()
    if receive_buffer:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    raw.settimeout(60)
    raw.connect(("127.0.0.1", server.port))
    raw.sendall(
        f"GET /v1/live HTTP/1.1\r\nHost: {server.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: plyo.live.1\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += raw.recv(1)
    assert head.startswith(b"HTTP/1.1 101"), head
    return raw


def frame(payload: bytes, opcode: int, final: bool = True) -> bytes:
    size = len(payload)
    first = bytes([(0x80 if final else 0) | opcode])
    if size < 126:
        head = first + bytes([0x80 | size])
    elif size < 65536:
        head = first + b"\xfe" + struct.pack(">H", size)
    else:
        head = first + b"\xff" + struct.pack(">Q", size)
    return head + bytes(4) + payload


CLOCK = frame(b'{"type":"clock","client_us":1}', 1)
LONG_REP = 64 << 10


def read_all(raw: socket.socket) -> bytes:
    got = b""
    with contextlib.suppress(ConnectionError):
        while piece := raw.recv(1 << 16):
            got += piece
    return got


def close_code(stream: bytes) -> int | None:
    """Of the close frame in what a server sent; nothing where there is none."""
    at = 0
    while at + 2 <= len(stream):
        opcode, size = stream[at] & 15, stream[at + 1] & 127
        at += 2
        if size == 126:
            size, at = struct.unpack_from(">H", stream, at)[0], at + 2
        elif size == 127:
            size, at = struct.unpack_from(">Q", stream, at)[0], at + 8
        if opcode == 8:
            return struct.unpack_from(">H", stream, at)[0]
        at += size
    return None


async def beside(server: Server, hostile) -> None:
    """Runs a hostile client while a session goes on."""
    done = asyncio.get_running_loop().run_in_executor(None, hostile)
    async with session(server) as good:
        for sequence in range(1, 10_000):
            await good.say(media(sequence))
            await good.until("pose", sequence=sequence)
            await asyncio.sleep(0.02)
            if done.done():
                break
    await done


def expect_flat(server: Server, connections: int, connect) -> None:
    """However often so many connect and are gone, no socket is kept and no more memory: what is lost with each is lost every time."""
    most_open = server.metric("process_open_fds") + connections / 10

    def held_after() -> float:
        connect()
        for _ in range(600):
            if server.metric("process_open_fds") < most_open:
                return server.metric("process_resident_memory_bytes")
            time.sleep(0.1)
        raise AssertionError("connections that are gone are still open")

    held = [held_after(), held_after()]
    while held[-1] - held[-2] > connections * LEAK:
        assert len(held) < 8, f"memory grows with every {connections} connections: {held}"
        held.append(held_after())


def test_who_never_reads_is_ended_with_4408(server: Server):
    def hostile():
        raw = upgrade(server, receive_buffer=4096)
        raw.sendall(frame(json.dumps(HELLO).encode(), 1) + frame(media(0, "burst 2000"), 2))
        # Reads once the server has given up, which it says behind what was under way.
        while server.metric('plyo_live_closed_total{code="4408"}') <= before:
            raw.sendall(CLOCK)
            time.sleep(0.05)
        assert close_code(read_all(raw)) == 4408

    before = server.metric('plyo_live_closed_total{code="4408"}')
    asyncio.run(beside(server, hostile))


def test_more_than_may_wait_for_a_client_ends_it_too(server: Server):
    def hostile():
        raw = upgrade(server, receive_buffer=4096)
        raw.sendall(frame(json.dumps(HELLO).encode(), 1) + frame(media(0, "burst 8000"), 2))
        while server.metric('plyo_live_closed_total{code="4408"}') <= before:
            time.sleep(0.02)
        assert close_code(read_all(raw)) == 4408

    before = server.metric('plyo_live_closed_total{code="4408"}')
    asyncio.run(beside(server, hostile))


def read_slowly(raw: socket.socket, said: bytes) -> bytes:
    """All that comes, which takes longer than a client that reads nothing, or says nothing, may."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while piece := raw.recv(1 << 15):
            got += piece
            raw.sendall(said)
            time.sleep(0.04)
    return got


# A pong, the clock of our SDKs, and what a page sends that only reads.
@pytest.mark.parametrize("said", [frame(b"", 10), CLOCK, b""])
def test_who_reads_slowly_gets_a_long_result(server: Server, said):
    def slow():
        reps = 80
        raw = upgrade(server, receive_buffer=1 << 16)
        raw.sendall(frame(json.dumps(HELLO).encode(), 1) + frame(media(0, f"long {reps}"), 2))
        got = b""
        while len(got) < reps * LONG_REP:
            got += raw.recv(1 << 16)
            raw.sendall(CLOCK)
        raw.sendall(frame(b'{"type":"end"}', 1))
        got += read_slowly(raw, said)
        assert close_code(got) == 1000
        assert len(got) > 2 * reps * LONG_REP

    asyncio.run(beside(server, slow))


def long_session(server: Server, reps: int) -> dict:
    """One that has ended, with so many repetitions of LONG_REP, in twenties: its `welcome`."""
    async def stay(client):
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await client.say({"type": "clock", "client_us": 1})
                await asyncio.sleep(0.2)

    async def run():
        async with session(server) as client:
            staying = asyncio.create_task(stay(client))
            for index in range(1, reps + 1):
                if index % 20 == 1:  # not more at once than may wait for a client
                    await client.say(media(index, "long 20"))
                await client.until_confirmed(index)
            await client.say({"type": "end"})
            assert await client.closed() == 1000
            await staying
            return client.welcome

    return asyncio.run(run())


@pytest.mark.parametrize("said", [CLOCK, b""])
def test_who_reads_slowly_gets_a_long_session_again(server: Server, said):
    def slow():
        reps = 80
        welcome = long_session(server, reps)
        raw = upgrade(server, receive_buffer=1 << 16)
        raw.sendall(frame(json.dumps(resume_hello(welcome)).encode(), 1))
        got = read_slowly(raw, said)
        assert close_code(got) == 1000
        assert len(got) > 2 * reps * LONG_REP

    asyncio.run(beside(server, slow))


def test_a_client_is_heard_in_the_middle_of_a_long_result(server: Server):
    def slow():
        reps = 160
        welcome = long_session(server, reps)
        raw = upgrade(server, receive_buffer=1 << 16)
        raw.sendall(frame(json.dumps(resume_hello(welcome, last_rep=reps)).encode(), 1))
        got = raw.recv(1 << 16)
        raw.sendall(frame(b"there?", 9))
        while len(got) < reps * LONG_REP // 2:
            got += raw.recv(1 << 16)
        raw.close()
        assert bytes([0x8A, 6]) + b"there?" in got, "a ping is answered before the result is through"

    asyncio.run(beside(server, slow))


def test_a_session_that_many_ask_for_at_once_is_held_once(server: Server):
    reps, many = 100, 30
    size = 2 * reps * LONG_REP
    welcome = long_session(server, reps)

    def ask() -> socket.socket:
        raw = upgrade(server, receive_buffer=4096)
        raw.sendall(frame(json.dumps(resume_hello(welcome)).encode(), 1))
        raw.recv(1)  # of `welcome`, behind which all the rest waits
        return raw

    with ask():  # what reading it once from the store takes is not held for each
        before = server.metric("process_resident_memory_bytes")
        asked = [ask() for _ in range(many)]
        grown = server.metric("process_resident_memory_bytes") - before
        for raw in asked:
            raw.close()
    assert grown < many / 6 * size


def test_who_reads_next_to_nothing_of_a_long_session_is_let_go(server: Server):
    def trickle():
        welcome = long_session(server, 80)
        raw = upgrade(server, receive_buffer=4096)
        raw.sendall(frame(json.dumps(resume_hello(welcome)).encode(), 1))
        got, begun = 0, time.monotonic()
        with contextlib.suppress(ConnectionError):
            while piece := raw.recv(1 << 10):
                got += len(piece)
                time.sleep(0.5)
                assert time.monotonic() - begun < 60, "some bytes a second hold what waits for ever"
        assert got < LONG_REP

    asyncio.run(beside(server, trickle))


def test_a_client_chooses_no_label_of_a_figure(server: Server):
    async def run(code: int):
        async with session(server) as client:
            await client.socket.close(code)

    name = 'plyo_live_closed_total{{code="{}"}}'.format
    before = {code: server.metric(name(code)) for code in ("other", "1000", "1011")}
    for code in (1000, 1011, 3001, 3002, 4999):
        asyncio.run(run(code))
    assert server.metric(name("other")) == before["other"] + 4
    assert server.metric(name("1000")) == before["1000"] + 1
    assert server.metric(name("1011")) == before["1011"], "a client's word is no failure of the server's"
    assert server.metric(name("3001")) == 0


def test_who_says_nothing_is_ended_with_4408(server: Server):
    async def run():
        async with connected(server) as silent:
            assert await silent.closed() == 4408
            assert silent.got[-1]["code"] == "idle"
        async with session(server) as silent:
            assert await silent.closed() == 4408

    asyncio.run(run())


def test_half_open_connections_are_let_go_with_their_memory(server: Server):
    many = 100

    def vanish():
        with contextlib.ExitStack() as held:
            gone = []
            for _ in range(many):
                gone.append(held.enter_context(upgrade(server)))
                gone[-1].sendall(frame(json.dumps(HELLO).encode(), 1))
            # Nothing more comes from here, not even the answer to a close frame: what a vanished phone looks like.
            assert {close_code(read_all(raw)) for raw in gone} == {4408}

    asyncio.run(beside(server, lambda: expect_flat(server, many, vanish)))


def test_garbage_leaves_no_memory_behind(server: Server):
    hello = frame(json.dumps(HELLO).encode(), 1)
    garbage = {
        b"\xff" * 64: 1002,
        frame(b"\xff", 1): 1007,
        frame(b"{" * 60_000, 1): 4400,
        hello + frame(b"nonsense", 1): 4400,
        hello + frame(bytes(range(256)) * 2000, 2): 4400,
        hello + frame(media(0, "bad"), 2): 4422,
    }

    def send():
        with contextlib.ExitStack() as held:
            sent = []
            for said, code in [*garbage.items()] * 20:
                sent.append((held.enter_context(upgrade(server)), code))
                with contextlib.suppress(ConnectionError):
                    sent[-1][0].sendall(said)
            for raw, code in sent:
                assert close_code(read_all(raw)) == code

    asyncio.run(beside(server, lambda: expect_flat(server, 20 * len(garbage), send)))


def test_a_message_of_100_mb_is_never_in_memory(server: Server):
    process = pathlib.Path(f"/proc/{server.process.pid}")

    def peak() -> int:
        lines = (process / "status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM:"))

    async def run():
        async with session(server) as client:
            with contextlib.suppress(websockets.ConnectionClosed):
                await client.say(bytes(100 << 20))
            assert await client.closed() == 1009

    (process / "clear_refs").write_text("5", encoding="ascii")  # the peak counts from now on
    before = peak()
    asyncio.run(run())
    assert peak() - before < 10 << 20


@pytest.mark.parametrize("size", [(1 << 20) + 1, 100 << 20])
def test_a_message_over_the_limit_is_ended_with_1009_and_its_size(server: Server, size):
    async def run():
        async with session(server) as client:
            with contextlib.suppress(websockets.ConnectionClosed):
                await client.say(bytes(size))
            assert await client.closed() == 1009
            assert client.socket.close_reason == "limit_bytes=1048576"

    asyncio.run(run())


def test_a_text_over_its_limit_is_ended_with_1009(server: Server):
    async def run():
        async with connected(server) as client:
            with contextlib.suppress(websockets.ConnectionClosed):
                await client.say("x" * (65 << 10))
            assert await client.closed() == 1009

    asyncio.run(run())


def test_a_message_in_endless_pieces_is_ended_with_1009(server: Server):
    def hostile():
        raw = upgrade(server)
        raw.sendall(frame(json.dumps(HELLO).encode(), 1) + frame(bytes(60_000), 2, final=False))
        with contextlib.suppress(ConnectionError):
            for _ in range(40):
                raw.sendall(frame(bytes(60_000), 0, final=False))
        assert close_code(read_all(raw)) == 1009

    asyncio.run(beside(server, hostile))


def test_a_reason_is_cut_between_characters(server: Server):
    async def run():
        async with session(server) as client:
            await client.say({"type": "a" * 39 + "\u20ac"})
            assert await client.closed() == 4400
            assert client.socket.close_reason == f"a message `{'a' * 39}` is not expected here"

    asyncio.run(run())


def test_what_is_no_text_is_ended_with_1007(server: Server):
    def hostile():
        raw = upgrade(server)
        raw.sendall(frame(json.dumps(HELLO).encode(), 1) + frame(b"\xff", 1))
        assert close_code(read_all(raw)) == 1007

    before = server.metric('plyo_live_closed_total{code="1007"}')
    asyncio.run(beside(server, hostile))
    assert server.metric('plyo_live_closed_total{code="1007"}') == before + 1


def test_one_client_cannot_spoil_the_mean(server: Server):
    async def run():
        async with session(server) as client:
            await client.say({"type": "seen", "sequence": 0, "end_to_end_ms": 1e308})
            await client.say({"type": "clock", "client_us": 1})
            await client.until("clock")

    asyncio.run(run())
    assert 0 < server.metric("plyo_end_to_end_seconds_sum") <= 60


def test_what_is_no_frame_is_ended_with_1002(server: Server):
    def hostile():
        raw = upgrade(server)
        raw.sendall(b"\xff" * 64)
        assert close_code(read_all(raw)) == 1002

    asyncio.run(beside(server, hostile))


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x", b"408"),
        (b"\x16\x03\x01\x02\x00\x01\x00", b"400"),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n", b"413"),
        (b"GET / HTTP/9.9\r\n\r\n", b"400"),
    ],
)
def test_requests_that_do_not_end_or_are_none(server: Server, text, status):
    def hostile():
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
            raw.sendall(text)
            answer = read_all(raw)
            assert answer.split(b" ")[1:2] == [status], answer
            assert b"application/problem+json" in answer

    asyncio.run(beside(server, hostile))


def test_headers_that_come_byte_by_byte_are_cut_off(server: Server):
    def hostile():
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
            with contextlib.suppress(ConnectionError):
                for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 10_000:
                    raw.sendall(bytes([byte]))
                    time.sleep(0.05)
                raise AssertionError("was never cut off")

    asyncio.run(beside(server, hostile))


def test_a_thousand_connects_at_once_leave_the_server_and_its_memory_as_they_were(server: Server):
    """All are open before the first one asks; an address has 500, and the rest are closed unanswered."""
    many = 1000
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * many, most), most))

    def connect():
        with contextlib.ExitStack() as held:
            opened = [held.enter_context(socket.socket()) for _ in range(many)]
            for raw in opened:
                raw.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    raw.connect(("127.0.0.1", server.port))
            answers = []
            for raw in opened:
                raw.settimeout(60)
                with contextlib.suppress(ConnectionError):
                    raw.sendall(f"GET /healthz HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode())
                answers.append(read_all(raw).split(b" ")[1:2])
            # Who asked later than headers may come is told so.
            assert [answer for answer in answers if answer not in ([], [b"200"], [b"408"])] == []

    asyncio.run(beside(server, lambda: expect_flat(server, many, connect)))
    assert server.request("/healthz")[0].status == 200


def test_connections_of_one_address_are_bounded(tmp_path):
    with serving(tmp_path, "--max-connections-per-address", "3") as server:
        held = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(3)]
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as fourth:
            assert read_all(fourth) == b""
        server.wait_for("too_many_connections")
        for one in held:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert b"200 OK" in read_all(one)
            one.close()
