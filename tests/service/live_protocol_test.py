"""The live protocol of contract/stream.yaml, as a client that is not ours sees it."""

import asyncio

import pytest
from serve_support import HELLO, LANDMARKS, Server, connected, media, resume_hello, serving, session


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with serving(tmp_path_factory.mktemp("live")) as running:
        yield running


def test_a_session_from_hello_to_result(server: Server):
    async def run():
        async with session(server) as client:
            welcome = client.welcome
            assert client.socket.subprotocol == "plyo.live.1"
            assert welcome["protocol"] == "plyo.live.1" and welcome["pose"] == "server" and welcome["pose_model"] == "blazepose_lite"
            assert welcome["capacity"] == {"fps": 30, "width": 640, "height": 480}
            await client.say({"type": "clock", "client_us": 7})
            clock = await client.until("clock")
            assert clock["client_us"] == 7 and clock["server_us"] > 0
            await client.say(media(0))
            assert (await client.until("pose"))["sequence"] == 0
            await client.say({"type": "seen", "sequence": 0, "end_to_end_ms": 80})
            await client.say(media(2, "rep"))  # 1 was not sent
            rep = await client.until_confirmed(1)
            stored = server.get_json(f"/v1/sessions/{welcome['session']}")
            assert stored["reps"] == [rep], "a confirmed repetition is stored before it is sent"
            await client.say({"type": "end"})
            result = await client.until("result")
            assert await client.closed() == 1000
            stored = server.get_json(f"/v1/sessions/{welcome['session']}")
            assert stored["ended"] and stored["result"] == result["result"]

    asyncio.run(run())


def test_landmarks_are_named_as_found_in_the_browser(server: Server):
    async def run():
        described = {**HELLO["media"], "codec": "landmarks", "pose_model": "blazepose_lite"}
        async with session(server, {**HELLO, "media": described}) as client:
            assert client.welcome["pose"] == "browser" and client.welcome["pose_model"] == "blazepose_lite"
            await client.say(media(0, bytes(932), kind=LANDMARKS))
            await client.until("pose")

    asyncio.run(run())


@pytest.mark.parametrize(
    ("messages", "code", "error"),
    [
        ([media(0)], 4400, "protocol_error"),
        (["{"], 4400, "protocol_error"),
        (["[1]"], 4400, "invalid_argument"),
        ([{"type": "end"}], 4400, "protocol_error"),
        ([{**HELLO, "sport": "golf"}], 4400, "invalid_argument"),
        ([{**HELLO, "media": {**HELLO["media"], "codec": "vp9"}}], 4415, "unsupported_codec"),
        ([{**HELLO, "media": {**HELLO["media"], "width": 7680}}], 4400, "invalid_argument"),
        ([HELLO, HELLO], 4400, "protocol_error"),
        ([HELLO, "garbage"], 4400, "protocol_error"),
        ([HELLO, {"type": "dance"}], 4400, "protocol_error"),
        ([HELLO, {"type": "clock"}], 4400, "protocol_error"),
        ([HELLO, b""], 4400, "protocol_error"),
        ([HELLO, b"\0" * 100], 4400, "protocol_error"),
        ([HELLO, media(0, version=2)], 4400, "protocol_error"),
        ([HELLO, media(0)[:-1]], 4400, "protocol_error"),
        ([HELLO, media(0, width=7680, height=4320)], 4415, "unsupported_codec"),
        ([HELLO, media(0, kind=1)], 4415, "unsupported_codec"),
        ([HELLO, media(0, kind=9)], 4415, "unsupported_codec"),
        ([HELLO, media(5), media(5)], 4400, "protocol_error"),
        ([HELLO, media(5), media(4)], 4400, "protocol_error"),
        ([HELLO, media(1, capture_us=1000), media(2, capture_us=999)], 4400, "protocol_error"),
        ([HELLO, media(0, "linger"), {"type": "end"}, media(1)], 4400, "protocol_error"),
        ([HELLO, media(0, "bad")], 4422, "media_undecodable"),
        ([HELLO, media(0, "die")], 1011, "worker_lost"),
        ([{"type": "hello", "watch": "nobody"}], 4404, "session_not_found"),
        ([resume_hello({"session": "nobody", "resume_token": "x"})], 4404, "session_not_found"),
    ],
)
def test_whatever_is_wrong_has_its_close_code(server: Server, messages, code, error):
    async def run():
        async with connected(server) as client:
            for message in messages:
                await client.say(message)
            assert await client.closed() == code, client.got
            errors = [m for m in client.got if m["type"] == "error"]
            assert [e["code"] for e in errors] == [error] and errors[0]["fatal"] and errors[0]["message"]

    asyncio.run(run())


def test_a_lost_session_is_resumed_without_losing_a_repetition(server: Server):
    async def run():
        async with session(server) as first:
            await first.say(media(0, "rep", capture_us=4_000))
            await first.until_confirmed(1)
            await first.say(media(1, "rep"))
            await first.say(media(2, "open"))  # is confirmed when the session is flushed
            await first.until_confirmed(2)
            first.socket.transport.abort()
        async with session(server, resume_hello(first.welcome, last_rep=1)) as second:
            assert second.welcome["resumed"] and second.welcome["session"] == first.welcome["session"]
            await second.until_confirmed(3)
            assert second.confirmed() == [2, 3]
            await second.say(media(0, "rep"))
            await second.until_confirmed(4)
            await second.say({"type": "end"})
            result = (await second.until("result"))["result"]
            assert result["reps"] == 4
            assert result["first_capture_us"] == 4_000, "times go on where they were"

    asyncio.run(run())


@pytest.mark.parametrize("before", [[], [media(1, "linger")]])
def test_a_result_that_was_lost_on_the_way_comes_over_the_next_connection(server: Server, before):
    async def run():
        async with session(server) as first:
            await first.say(media(0, "rep"))
            await first.until_confirmed(1)
            for message in [*before, media(2, "open"), {"type": "end"}]:
                await first.say(message)
            if not before:
                await first.until("result")
            first.socket.transport.abort()
        for _ in range(2):
            async with session(server, resume_hello(first.welcome, last_rep=1)) as second:
                assert second.welcome["resumed"] and second.welcome["session"] == first.welcome["session"]
                assert await second.closed() == 1000
                assert [m["type"] for m in second.got] == ["welcome", "rep", "result"]
                assert second.confirmed() == [2] and second.got[-1]["result"]["reps"] == 2
        stored = server.get_json(f"/v1/sessions/{first.welcome['session']}")
        assert stored["ended"] and stored["result"] == second.got[-1]["result"]
        async with connected(server) as thief:
            await thief.say(resume_hello(first.welcome, token="another"))
            assert await thief.closed() == 4404

    asyncio.run(run())


def test_the_token_is_needed_and_kept_nowhere(server: Server):
    async def run():
        async with session(server) as client:
            token = client.welcome["resume_token"]
            async with connected(server) as thief:
                await thief.say(resume_hello(client.welcome, token=token[:-1] + ("0" if token[-1] != "0" else "1")))
                assert await thief.closed() == 4404
            await client.say(media(0))
            await client.until("pose")  # was not disturbed
            for file in server.data.iterdir():
                if file.is_file():
                    assert token.encode() not in file.read_bytes(), file
            assert token not in str(server.log)

    asyncio.run(run())


def test_a_session_that_is_resumed_elsewhere_ends_with_4409(server: Server):
    async def run():
        async with session(server) as first, session(server, resume_hello(first.welcome)) as second:
            assert await first.closed() == 4409
            await second.say(media(0, "rep"))
            await second.until_confirmed(1)

    asyncio.run(run())


def test_watchers_follow_read_only_and_over_a_resumption(server: Server):
    async def run():
        async with session(server) as athlete:
            await athlete.say(media(0, "rep"))
            await athlete.until_confirmed(1)
            async with session(server, {"type": "hello", "watch": athlete.welcome["session"]}) as watcher:
                assert watcher.welcome["resume_token"] == "" and watcher.welcome["capacity"]["width"] == 640
                await watcher.until_confirmed(1)
                await athlete.say(media(1))
                await watcher.until("pose")
                athlete.socket.transport.abort()
                async with session(server, resume_hello(athlete.welcome, last_rep=1)) as again:
                    await again.say(media(0, "rep"))
                    await watcher.until_confirmed(2)
                    await again.say({"type": "end"})
                    await watcher.until("result")
                    assert await watcher.closed() == 1000
            async with session(server) as other:
                for message in (media(0), {"type": "end"}):
                    async with session(server, {"type": "hello", "watch": other.welcome["session"]}) as watcher:
                        await watcher.say(message)
                        assert await watcher.closed() == 4400
                await other.say(media(0))
                await other.until("pose")

    asyncio.run(run())


def test_who_comes_while_the_athlete_is_away_watches_when_he_is_back(server: Server):
    async def run():
        async with session(server) as athlete:
            await athlete.say(media(0, "rep"))
            await athlete.until_confirmed(1)
            athlete.socket.transport.abort()
        await asyncio.to_thread(server.wait_for, "live_session_closed", session=athlete.welcome["session"])
        watch = {"type": "hello", "watch": athlete.welcome["session"]}
        async with session(server, watch) as watcher:
            await watcher.until_confirmed(1)
            async with session(server, resume_hello(athlete.welcome, last_rep=1)) as again:
                await again.say(media(0, "rep"))
                await watcher.until_confirmed(2)
                await again.say({"type": "end"})
                await watcher.until("result")
                assert await watcher.closed() == 1000
        async with connected(server) as late:
            await late.say(watch)
            assert await late.closed() == 4404

    asyncio.run(run())


def test_a_long_session_reaches_whoever_reads(server: Server):
    async def run():
        many = 80  # 5 MiB, more than may wait of what is not stored
        everything = list(range(1, many + 1))
        async with session(server) as first:
            await first.say(media(0, f"long {many}"))
            await first.until_confirmed(many)
            async with session(server, {"type": "hello", "watch": first.welcome["session"]}) as watcher:
                await watcher.until_confirmed(many)
                assert watcher.confirmed() == everything
                first.socket.transport.abort()
                async with session(server, resume_hello(first.welcome)) as second:
                    await second.until_confirmed(many)
                    assert second.confirmed() == everything
                    await second.say(media(1, f"long {many}"))
                    await second.until_confirmed(2 * many)
                    await second.say({"type": "end"})
                    for client in (second, watcher):
                        result = (await client.until("result"))["result"]
                        assert result["reps"] == 2 * many and len(result["fill"]) > 5_000_000
                        assert await client.closed() == 1000

    asyncio.run(run())


def test_one_session_too_many_is_refused_with_a_time_to_wait(tmp_path):
    async def run(server):
        async with session(server) as admitted:
            async with connected(server) as refused:
                await refused.say(HELLO)
                assert await refused.closed() == 1013
                assert refused.socket.close_reason == "retry_after_s=3"
                assert refused.got[-1]["code"] == "no_capacity" and refused.got[-1]["retry_after_s"] == 3
            await admitted.say(media(0))
            await admitted.until("pose")
            await admitted.say({"type": "end"})
            await admitted.closed()
        async with session(server):
            pass

    with serving(tmp_path, env={"PLYO_FAKE_ROOM": "1"}) as server:
        asyncio.run(run(server))
        assert server.metric('plyo_live_refused_total{error="no_capacity"}') == 1


def test_figures_are_counted(server: Server):
    async def run():
        async with session(server) as client:
            await client.say(media(0))
            await client.until("pose")
            await client.say(media(1, "rep"))
            await client.until_confirmed(1)
            await client.say({"type": "seen", "sequence": 0, "end_to_end_ms": 80})
            await client.say({"type": "seen", "sequence": 1, "end_to_end_ms": 80})
            await client.say({"type": "clock", "client_us": 0})
            await client.until("clock")
            assert server.metric("plyo_live_sessions") >= 1

    names = ("plyo_frames_received_total", "plyo_frames_inferred_total", "plyo_frames_skipped_total",
             'plyo_reps_total{sport="cmj"}', "plyo_end_to_end_seconds_count", "plyo_store_write_seconds_count",
             'plyo_stage_seconds_count{stage="pose"}')
    before = [server.metric(name) for name in names]
    asyncio.run(run())
    # Of two `seen` within a second one counts.
    assert [server.metric(name) - old for name, old in zip(names, before, strict=True)] == [2, 1, 1, 1, 1, 1, 1]
    assert server.metric("process_resident_memory_bytes") > 1e6
