"""The live session against a server that speaks contract/stream.yaml."""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any, AsyncIterator, Awaitable, Callable, Dict, List, Optional

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from plyo import AsyncPlyo, live, live_messages
from plyo.live import Backoff, ClockOffset, LiveError, LiveSession, MediaPicture, PersonLandmarks, encode_media, pack_landmarks

KEY = "plyo_test_0123456789abcdefghijklmnop"
MEDIA = {"codec": "jpeg", "width": 640, "height": 480, "fps": 30}
QUICK = {"silence_timeout": 2.0, "open_timeout": 5.0}
RESULT = {
    "schema": "plyo.analysis/1", "sport": "cmj",
    "source": {"name": "", "sha256": "", "width": 640, "height": 480, "rotation_deg": 0, "frames": 9, "duration_s": 1, "capture_fps": 30, "variable_frame_rate": False},
    "athletes": [], "quality": {"detected_fraction": 1, "dropped_frames": 0, "bystanders": 0, "side_swaps": 0, "flags": []},
    "provenance": {"plyo_version": "1", "model": {"name": "m", "sha256": ""}, "options": {}, "created_at": "2026-11-29T12:00:00Z"},
}  # fmt: skip


def rep(index: int, status: str = "confirmed") -> Dict[str, Any]:
    scale = {"method": "none", "m_per_px": None, "u_m_per_px": None}
    return {"type": "rep", "track_id": 1, "rep": {"index": index, "status": status, "scale": scale, "events": [], "phases": [], "metrics": [], "flags": []}}


class Peer:
    """One connection, seen from the server."""

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.pictures: List[bytes] = []

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> Dict[str, Any]:
        """The next message that is neither a picture nor about the clock."""
        while True:
            message = await self.socket.recv()
            if isinstance(message, bytes):
                self.pictures.append(message)
                continue
            parsed: Dict[str, Any] = json.loads(message)
            if parsed["type"] != "clock":
                return parsed
            await self.say(type="clock", client_us=parsed["client_us"], server_us=parsed["client_us"] + 1_000_000)

    async def picture(self) -> bytes:
        while not self.pictures:
            message = await self.socket.recv()
            if isinstance(message, bytes):
                self.pictures.append(message)
        return self.pictures.pop(0)

    async def welcome(self, token: str = "token1", **more: Any) -> None:
        await self.say(type="welcome", session="ses_12345678", resume_token=token, capacity={"fps": 30, "width": 640, "height": 480}, **more)


Script = Callable[[Peer], Awaitable[None]]


class Server:
    """Plays one script a connection."""

    def __init__(self, *scripts: Script, refuse: Optional[List[int]] = None) -> None:
        self.scripts = list(scripts)
        self.refuse = refuse or []
        self.opened: List[Headers] = []
        self.failures: List[BaseException] = []

    async def __aenter__(self) -> Server:
        self._server = await serve(self._play, "127.0.0.1", 0, subprotocols=["plyo.live.1"], process_request=self._look, max_size=None)  # type: ignore[list-item]
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: Any) -> None:
        self._server.close()
        await self._server.wait_closed()
        assert self.failures == []

    async def _look(self, connection: ServerConnection, request: Any) -> Optional[Response]:
        self.opened.append(request.headers)
        assert request.path == "/v1/live"
        if self.refuse:
            status = self.refuse.pop(0)
            return connection.respond(status, "no")
        return None

    async def _play(self, socket: ServerConnection) -> None:
        try:
            await self.scripts.pop(0)(Peer(socket))
        except AssertionError as error:
            self.failures.append(error)


async def ends(peer: Peer) -> None:
    assert (await peer.hear())["type"] == "hello"
    await peer.welcome()
    await result_of(peer)


async def result_of(peer: Peer) -> None:
    assert await peer.hear() == {"type": "end"}
    await peer.say(type="result", result=RESULT)
    await peer.socket.close(1000)


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))  # type: ignore[arg-type]


def session(server: Server, **options: Any) -> LiveSession:
    return LiveSession("cmj", **{"media": MEDIA, "api_key": KEY, "base_url": server.url, "backoff": Backoff(0.01, 0.02), **QUICK, **options})


def test_a_session_from_hello_to_result():
    heard: List[Any] = []

    async def script(peer: Peer) -> None:
        heard.append(await peer.hear())
        await peer.welcome(pose="server", later="field")
        heard.append(await peer.picture())
        await peer.say(type="pose", sequence=0, t_us=5, people=[{"track_id": 1, "presence": 0.9, "landmarks": [0.0] * 99}], timing={"total": 9})
        await peer.say(**rep(1, "provisional"))
        await peer.say(**rep(1))
        await peer.say(type="quality", hints=["too_dark"])
        await peer.say(type="moon", phase="full")
        heard.append(await peer.hear())
        assert await peer.hear() == {"type": "end"}
        await peer.say(type="result", result=RESULT)

    async def test() -> None:
        async with Server(script) as server, session(server, athlete={"height_m": 1.8}) as one:
            assert one.state == "open" and one.welcome is not None and one.welcome.extra == {"later": "field"}
            assert await one.send_jpeg(b"\xff\xd8", width=640, height=480, capture_us=5) == 0
            messages = []
            async for message in one:
                messages.append(message)
                if message.type == "moon":
                    await one.seen(0, 12.5)
                    result = await one.end()
            assert result.schema == "plyo.analysis/1" and one.result is result and await one.end() is result
            assert [message.type for message in messages] == ["welcome", "pose", "rep", "rep", "quality", "moon", "result"]
            assert isinstance(messages[2], live_messages.RepMessage) and messages[2].rep.status == "provisional"
            assert isinstance(messages[5], live_messages.UnknownMessage) and messages[5].data["phase"] == "full"
            assert one.state == "ended" and await one.send_jpeg(b"", width=1, height=1) is None and not one.ready
            assert server.opened[0]["authorization"] == f"Bearer {KEY}"
            assert server.opened[0]["sec-websocket-protocol"] == "plyo.live.1"
        hello, picture, seen = heard
        assert hello["sport"] == "cmj" and hello["athlete"] == {"height_m": 1.8} and hello["media"] == MEDIA and "resume" not in hello
        assert hello["client"].startswith("plyo-python/")
        assert struct.unpack_from("<BBBBIQHHI", picture) == (1, 2, 0, 0, 0, 5, 640, 480, 2) and picture[24:] == b"\xff\xd8"
        assert seen == {"type": "seen", "sequence": 0, "end_to_end_ms": 12.5}

    run(test)


def test_a_lost_connection_is_resumed_without_losing_reps():
    async def first(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome("token1")
        await peer.say(**rep(1))
        await peer.say(**rep(2, "provisional"))
        await peer.picture()
        peer.socket.transport.abort()

    async def second(peer: Peer) -> None:
        hello = await peer.hear()
        assert hello["resume"] == {"session": "ses_12345678", "token": "token1", "last_rep": 1}
        await peer.welcome("token2", resumed=True)
        await peer.say(**rep(2))
        await peer.picture()
        await peer.socket.close(1001)

    async def third(peer: Peer) -> None:
        hello = await peer.hear()
        assert hello["resume"] == {"session": "ses_12345678", "token": "token2", "last_rep": 2}
        await peer.welcome("token3", resumed=True)
        await peer.say(**rep(3))
        assert await peer.hear() == {"type": "end"}
        await peer.say(type="result", result=RESULT)

    async def test() -> None:
        async with Server(first, second, third) as server, session(server) as one:
            confirmed, states = [], set()

            async def film() -> None:
                while one.state != "ended":
                    await one.send_jpeg(b"x", width=640, height=480)
                    states.add(one.state)
                    await asyncio.sleep(0.002)

            filming = asyncio.ensure_future(film())
            async for message in one:
                if isinstance(message, live_messages.RepMessage) and message.rep.status == "confirmed":
                    confirmed.append(message.rep.index)
                    if message.rep.index == 3:
                        await one.end()
            await filming
            assert confirmed == [1, 2, 3] and states >= {"open", "reconnecting"}
            assert len(server.opened) == 3

    run(test)


def test_another_program_goes_on_with_a_session():
    async def first(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome("token1")
        await peer.say(**rep(1))
        await peer.socket.wait_closed()

    async def second(peer: Peer) -> None:
        hello = await peer.hear()
        assert hello["resume"] == {"session": "ses_12345678", "token": "token1", "last_rep": 1}
        assert hello["media"] == MEDIA and "sport" not in hello
        peer.socket.transport.abort()  # before it was welcomed

    async def third(peer: Peer) -> None:
        assert (await peer.hear())["resume"] == {"session": "ses_12345678", "token": "token1", "last_rep": 1}
        await peer.welcome("token1", resumed=True)
        await peer.say(**rep(2))
        await result_of(peer)

    async def test() -> None:
        async with Server(first, second, third) as server:
            async with session(server) as one:
                async for message in one:
                    if message.type == "rep":
                        break
                saved = json.loads(json.dumps(one.resume))
            going_on = LiveSession(media=MEDIA, resume=saved, api_key=KEY, base_url=server.url, backoff=Backoff(0.01, 0.02), **QUICK)
            async with going_on as one:
                await one.end()
                assert [message.type async for message in one] == ["welcome", "rep", "result"]
                assert one.resume == {**saved, "last_rep": 2}

    run(test)


def test_a_repetition_that_a_resume_does_not_bring_is_not_asked_for_again():
    async def first(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        for index in (1, 3, 4):
            await peer.say(**rep(index))
        await peer.socket.close(1001)

    async def second(peer: Peer) -> None:
        assert (await peer.hear())["resume"]["last_rep"] == 1
        await peer.welcome(resumed=True)
        for index in (3, 4, 6):
            await peer.say(**rep(index))
        await peer.socket.close(1001)

    async def third(peer: Peer) -> None:
        assert (await peer.hear())["resume"]["last_rep"] == 4  # 5 may still come
        await peer.welcome(resumed=True)
        await peer.hear()
        await peer.say(type="result", result=RESULT)

    async def test() -> None:
        async with Server(first, second, third) as server, session(server) as one:
            welcomes = 0
            async for message in one:
                welcomes += isinstance(message, live_messages.WelcomeMessage)
                if welcomes == 3:
                    await one.end()
                    break
            assert len(server.opened) == 3

    run(test)


def test_a_repetition_that_another_athletes_overtook_is_not_skipped_by_a_resume():
    async def first(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        for message in (rep(1, "provisional"), rep(2, "provisional"), rep(2)):
            await peer.say(**message)
        await peer.socket.close(1001)

    async def second(peer: Peer) -> None:
        assert (await peer.hear())["resume"]["last_rep"] == 0
        await peer.welcome(resumed=True)
        for index in (1, 2, 3):
            await peer.say(**rep(index))
        await peer.socket.close(1001)

    async def third(peer: Peer) -> None:
        assert (await peer.hear())["resume"]["last_rep"] == 3
        await peer.welcome(resumed=True)
        await peer.hear()
        await peer.say(type="result", result=RESULT)

    async def test() -> None:
        async with Server(first, second, third) as server, session(server) as one:
            welcomes, came = 0, []
            async for message in one:
                welcomes += isinstance(message, live_messages.WelcomeMessage)
                if isinstance(message, live_messages.RepMessage):
                    came.append((message.rep.index, message.rep.status))
                if message.type == "welcome" and welcomes == 3:
                    await one.end()
            assert came == [(1, "provisional"), (2, "provisional"), (2, "confirmed"), (1, "confirmed"), (3, "confirmed")]

    run(test)


def test_the_example_of_the_module_comes_to_its_end():
    assert live.__doc__ is not None
    example = "\n".join(line for line in live.__doc__.splitlines() if line.startswith("    "))
    names: Dict[str, Any] = {"asyncio": asyncio}
    exec("async def main():\n" + example + "\n    return result", names)

    async def script(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        for _ in range(3):
            await peer.picture()
        await result_of(peer)

    async def camera() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x"

    async def test() -> None:
        async with Server(script) as server:
            names["camera"] = camera()
            names["LiveSession"] = lambda sport, **given: LiveSession(sport, api_key=KEY, base_url=server.url, **given)
            assert (await names["main"]()).sport == "cmj"

    run(test)


def test_end_while_the_connection_is_away():
    async def first(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        peer.socket.transport.abort()

    async def test() -> None:
        async with Server(first, ends) as server, session(server) as one:
            while one.state == "open":
                await asyncio.sleep(0.001)
            assert (await one.end()).sport == "cmj"

    run(test)


def test_a_server_without_room_is_asked_again():
    async def full(peer: Peer) -> None:
        await peer.hear()
        await peer.say(type="error", code="no_capacity", message="full", fatal=True, retry_after_s=0.05)
        await peer.socket.close(1013, "retry_after_s=0.05")

    async def test() -> None:
        async with Server(full, ends, refuse=[503]) as server:
            async with session(server) as one:
                await one.end()
            assert len(server.opened) == 3
        async with Server(*[full] * 100) as server:
            with pytest.raises(LiveError) as raised:
                await session(server, open_timeout=2).connect()
            assert raised.value.code == "no_capacity" and raised.value.close_code == 1013 and raised.value.retry_after == 0.05

    run(test)


def test_a_session_that_is_damaged_is_not_tried_again():
    async def damaged(peer: Peer) -> None:
        await peer.hear()
        await peer.say(type="error", code="data_damaged", message="damaged", fatal=True)
        await peer.socket.close(1011, "")

    async def test() -> None:
        async with Server(damaged) as server:
            with pytest.raises(LiveError, match="damaged") as raised:
                await session(server).connect()
            assert raised.value.code == "data_damaged" and len(server.opened) == 1

    run(test)


def test_live_sessions_that_are_used_up_until_the_month_ends_are_not_waited_for():
    async def used_up(peer: Peer) -> None:
        await peer.hear()
        await peer.say(type="error", code="quota_exceeded", message="used up", fatal=True, retry_after_s=0.05)
        await peer.socket.close(1013, "retry_after_s=0.05")

    async def test() -> None:
        async with Server(used_up) as server:
            with pytest.raises(LiveError, match="used up") as raised:
                await session(server).connect()
            assert raised.value.code == "quota_exceeded" and raised.value.retry_after == 0.05 and len(server.opened) == 1

    run(test)


@pytest.mark.parametrize(("close", "code"), [(4400, "protocol_error"), (4401, "unauthorized"), (4409, "session_taken"), (4422, "media_undecodable")])
def test_what_a_new_try_would_not_mend(close: int, code: str):
    async def refuses(peer: Peer) -> None:
        await peer.hear()
        await peer.say(type="error", code=code, message="No.", fatal=True)
        await peer.socket.close(close)

    async def later(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        await peer.say(type="error", code=code, message="No.", fatal=True)
        await peer.socket.close(close)

    async def test() -> None:
        async with Server(refuses) as server:
            with pytest.raises(LiveError, match="No.") as raised:
                await session(server).connect()
            assert raised.value.code == code and raised.value.close_code == close and len(server.opened) == 1
        async with Server(later) as server, session(server) as one:
            with pytest.raises(LiveError, match="No."):
                async for _ in one:
                    pass
            with pytest.raises(LiveError, match="No."):
                await one.end()

    run(test)


def test_a_key_that_is_refused_before_the_socket_opens():
    async def test() -> None:
        for status, code in ((401, "unauthorized"), (403, "forbidden")):
            async with Server(refuse=[status]) as server:
                with pytest.raises(LiveError) as raised:
                    await session(server).connect()
                assert raised.value.code == code and KEY not in str(raised.value) and KEY not in repr(raised.value)

    run(test)


def test_no_server_at_all():
    async def test() -> None:
        one = LiveSession("cmj", media=MEDIA, api_key=KEY, base_url="http://127.0.0.1:9", open_timeout=0.2, backoff=Backoff(0.02, 0.02))
        with pytest.raises(LiveError) as raised:
            await one.connect()
        assert raised.value.close_code == 1006

    run(test)


def test_a_silent_connection_is_taken_as_lost():
    async def silent(peer: Peer) -> None:
        await peer.socket.recv()
        await peer.welcome()
        await asyncio.sleep(1)

    async def test() -> None:
        async with Server(silent, ends) as server, session(server, silence_timeout=0.2) as one:
            await asyncio.sleep(0.3)
            await one.end()
            assert len(server.opened) == 2

    run(test)


def test_a_long_message_on_a_slow_way_is_no_silence():
    async def slow(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        assert await peer.hear() == {"type": "end"}
        text = json.dumps({"type": "result", "result": {**RESULT, "fill": "x" * 100_000}}).encode()
        frame = struct.pack(">BBQ", 0x81, 127, len(text)) + text
        for begin in range(0, len(frame), 10_000):
            peer.socket.transport.write(frame[begin : begin + 10_000])
            await asyncio.sleep(0.1)

    async def test() -> None:
        async with Server(slow) as server, session(server, silence_timeout=0.5) as one:
            assert (await one.end()).sport == "cmj" and len(server.opened) == 1

    run(test)


def test_h264_begins_anew_with_a_key_picture():
    async def first(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        await peer.picture()
        await peer.picture()
        peer.socket.transport.abort()

    async def test() -> None:
        async with Server(first, ends) as server, session(server, media={**MEDIA, "codec": "h264"}) as one:
            size = {"width": 640, "height": 480}
            assert one.key_wanted and await one.send_h264(b"p", key=False, **size) is None
            assert await one.send_h264(b"i", key=True, **size) == 1 and not one.key_wanted
            assert await one.send_h264(b"p", key=False, **size) == 2
            while len(server.opened) < 2 or one.state != "open":
                await asyncio.sleep(0.001)
            assert one.key_wanted and await one.send_h264(b"p", key=False, **size) is None
            one.skip()
            assert await one.send_h264(b"i", key=True, **size) == 5
            await one.end()

    run(test)


def test_watching_another_session():
    async def watched(peer: Peer) -> None:
        hello = await peer.hear()
        assert hello["watch"] == "ses_12345678" and "media" not in hello and "resume" not in hello
        await peer.welcome()
        for index in (1, 2, 3, 4):
            await peer.say(**rep(index))
        peer.socket.transport.abort()

    async def again(peer: Peer) -> None:
        hello = await peer.hear()
        assert hello["watch"] == "ses_12345678" and hello["last_rep"] == 4 and "resume" not in hello
        await peer.welcome()
        await peer.socket.close(1000)

    async def test() -> None:
        async with Server(watched, again) as server:
            async with LiveSession(watch="ses_12345678", api_key=KEY, base_url=server.url, backoff=Backoff(0.01, 0.02), **QUICK) as one:
                assert [message.type async for message in one] == ["welcome", "rep", "rep", "rep", "rep", "welcome"]

    run(test)


def test_a_ticket_goes_as_a_protocol_and_the_client_gives_key_and_address():
    async def test() -> None:
        async with Server(ends) as server:
            async with session(server, api_key=None, ticket="tick") as one:
                await one.end()
            assert server.opened[0]["sec-websocket-protocol"] == "plyo.live.1, plyo.token.tick" and "authorization" not in server.opened[0]
        async with Server(ends) as server, AsyncPlyo(KEY, server.url) as client:
            async with client.live("cmj", media=MEDIA) as one:
                await one.end()
            assert server.opened[0]["authorization"] == f"Bearer {KEY}"

    run(test)


def test_a_ticket_that_was_taken_is_not_tried_again():
    async def full(peer: Peer) -> None:
        await peer.hear()
        await peer.say(type="error", code="no_capacity", message="full", fatal=True, retry_after_s=3)
        await peer.socket.close(1013, "retry_after_s=3")

    async def test() -> None:
        async with Server(full) as server:
            with pytest.raises(LiveError, match="full") as raised:
                await session(server, api_key=None, ticket="tick").connect()
            assert raised.value.code == "no_capacity" and raised.value.close_code == 1013 and raised.value.retry_after == 3
            assert len(server.opened) == 1
        async with Server(ends, refuse=[503]) as server:  # before it was looked at
            async with session(server, api_key=None, ticket="tick") as one:
                await one.end()
            assert len(server.opened) == 2

    run(test)


def test_a_reader_that_is_away_loses_skeletons_but_no_rep(monkeypatch):
    monkeypatch.setattr(live, "MOST_WAITING", 10)

    async def script(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        for index in range(1, 31):
            await peer.say(type="pose", sequence=index, t_us=0, people=[], timing={})
            if index % 5 == 0:
                await peer.say(**rep(index // 5))
        await peer.hear()
        await peer.say(type="result", result=RESULT)

    async def test() -> None:
        async with Server(script) as server, session(server) as one:
            await one.end()
            messages = [message async for message in one]
            reps = [message.rep.index for message in messages if isinstance(message, live_messages.RepMessage)]
            poses = [message.sequence for message in messages if isinstance(message, live_messages.PoseMessage)]
            assert reps == [1, 2, 3, 4, 5, 6] and len(messages) <= 11 and all(sequence > 20 for sequence in poses)

    run(test)


def test_the_clock_of_the_server():
    async def script(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        await peer.hear()  # answers about the clock until the end
        await peer.say(type="result", result=RESULT)

    async def test() -> None:
        async with Server(script) as server, session(server) as one:
            while one.clock.offset_us is None:
                await asyncio.sleep(0.001)
            assert 0 <= 1_000_000 - one.clock.offset_us < 1_000_000
            await one.end()

    run(test)
    clock = ClockOffset(keep=2)
    assert clock.offset_us is None and clock.round_trip_ms is None
    clock.add(0, 100_000, 1_050_000)
    clock.add(200_000, 210_000, 1_206_000)
    assert clock.offset_us == 1_001_000 and clock.round_trip_ms == 10
    clock.add(0, 50_000, 25_000)
    clock.add(0, 60_000, 30_000)
    assert clock.offset_us == 0


def test_giving_up():
    async def script(peer: Peer) -> None:
        await peer.hear()
        await peer.welcome()
        await peer.socket.wait_closed()

    async def test() -> None:
        async with Server(script) as server:
            one = session(server)
            await one.connect()
            with pytest.raises(RuntimeError, match="once"):
                await one.connect()
            await one.close()
            await one.close()
            assert one.state == "ended" and [message.type async for message in one] == ["welcome"]
            with pytest.raises(LiveError):
                await one.end()

    run(test)


def test_what_a_session_is_made_of():
    with pytest.raises(TypeError):
        LiveSession("cmj", api_key=KEY)
    with pytest.raises(TypeError):
        LiveSession(media=MEDIA, api_key=KEY)
    resume = {"session": "ses_12345678", "token": "secret"}
    for wrong in ({"resume": resume}, {"resume": resume, "media": MEDIA, "watch": "ses_12345678"}):
        with pytest.raises(TypeError):
            LiveSession(api_key=KEY, **wrong)
    assert LiveSession(watch="ses_12345678", api_key=KEY).resume is None
    assert "secret" not in repr(LiveSession(resume=resume, media=MEDIA, api_key=KEY))
    assert KEY not in repr(LiveSession("cmj", media=MEDIA, api_key=KEY))


def test_media_messages():
    picture = MediaPicture(1, b"abc", 1920, 1080, 2**40, key=True)
    assert struct.unpack_from("<BBBBIQHHI", encode_media(2**32 + 7, picture)) == (1, 1, 1, 0, 7, 2**40, 1920, 1080, 3)
    for wrong in (MediaPicture(2, b"x" * 1024 * 1024, 1, 1, 0), MediaPicture(2, b"", 1, 1, -1), MediaPicture(2, b"", 0, 1, 0), MediaPicture(2, b"", 1, 70000, 0)):
        with pytest.raises(ValueError):
            encode_media(0, wrong)
    person = PersonLandmarks(7, 0.5, [float(n) for n in range(132)], [n / 4 for n in range(99)])
    packed = pack_landmarks([person, person])
    assert len(packed) == 2 * 932
    assert struct.unpack_from("<If", packed) == (7, 0.5) and struct.unpack_from("<132f", packed, 8)[131] == 131 and struct.unpack_from("<99f", packed, 536)[98] == 24.5
    for wrong in ([person] * 7, [PersonLandmarks(1, 1, [0.0] * 131, [0.0] * 99)], [PersonLandmarks(1, 1, [0.0] * 132, [0.0] * 33)]):
        with pytest.raises(ValueError):
            pack_landmarks(wrong)


def test_waits_between_tries():
    low, high = Backoff(random=lambda: 0.0), Backoff(random=lambda: 1.0)
    assert [low.next() for _ in range(7)] == [0.125, 0.25, 0.5, 1, 2, 4, 4]
    assert [high.next() for _ in range(7)] == [0.25, 0.5, 1, 2, 4, 8, 8]
    assert high.next(100) == 125 and low.next(100) == 100
    high.reset()
    assert high.next() == 0.25
