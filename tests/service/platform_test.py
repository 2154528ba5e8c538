"""The platform behind `plyo serve`, on a data folder and on engines: athletes, analyses of fixtures, keys, webhooks, deletion. No video is
decoded here."""
import asyncio
import base64
import concurrent.futures
import contextlib
import hashlib
import hmac
import http.client
import json
import pathlib
import re
import shutil
import socket
import sqlite3
import time

import pytest
from conftest import disk
from engines import engines, module_installation  # noqa: F401
from platform_support import Api, Installation, Receiver, files_in, form, platform
from serve_support import HELLO, Server, connected, media, resume_hello


@pytest.fixture(scope="module")
def server(installation):
    """The one that most tests share. Who changes a project takes one of its own."""
    server = installation.serve()
    yield server
    assert server.process.poll() is None, "the server has died"
    assert server.stop() == 0


@pytest.fixture(scope="module")
def api(installation, server):
    return installation.api(server, "live")


@pytest.fixture(scope="module")
def test_api(installation, server):
    return installation.api(server)


@pytest.fixture
def own(installation, server):
    """Callers of a project of the test's own, live and test."""
    return installation.apis(server, installation.project())


def test_an_athlete_is_made_changed_and_deleted(api):
    ada = api.post("/athletes", {"external_id": "club-7", "name": "Ada", "height_m": 1.72, "metadata": {"team": "A"}})
    assert ada["id"].startswith("ath_") and not ada["test"] and ada["height_m"] == 1.72
    assert api.get("/athletes?external_id=club-7")["data"] == [ada]
    assert api.code("POST", "/athletes", {"external_id": "club-7"}) == (409, "conflict")
    changed = api.call("PATCH", f"/athletes/{ada['id']}", {"mass_kg": 61.5, "name": None})
    assert changed["mass_kg"] == 61.5 and "name" not in changed and changed["height_m"] == 1.72
    api.call("DELETE", f"/athletes/{ada['id']}", expect=204)
    assert api.code("GET", f"/athletes/{ada['id']}") == (404, "not_found")
    assert api.get("/athletes?external_id=club-7")["data"] == []


def test_a_change_that_is_late_is_refused(api):
    athlete = api.post("/athletes", {"height_m": 1.8})
    path = f"/athletes/{athlete['id']}"
    api.get(path)
    etag = api.headers["ETag"]
    api.get(path, If_None_Match=etag, expect=304)
    api.call("PATCH", path, {"height_m": 1.81}, If_Match=etag)
    assert api.code("PATCH", path, {"height_m": 1.82}, If_Match=etag) == (412, "precondition_failed")
    assert api.get(path)["height_m"] == 1.81


def test_who_makes_or_changes_a_thing_knows_its_etag(api, test_api):
    athlete = api.post("/athletes", {"height_m": 1.8})
    path = f"/athletes/{athlete['id']}"
    made = api.headers["ETag"]
    api.get(path, If_None_Match=made, expect=304)
    api.call("PATCH", path, {"height_m": 1.81}, If_Match=made)
    changed = api.headers["ETag"]
    assert changed != made
    api.get(path, If_None_Match=changed, expect=304)
    test_api.fixture()
    assert test_api.status == 202 and test_api.headers["ETag"]


def test_lists_come_in_pages_without_gaps(api):
    made = [api.post("/athletes", {"metadata": {"list": "pages"}})["id"] for _ in range(7)]
    seen, cursor = [], ""
    while True:
        page = api.get(f"/athletes?limit=3{cursor}")
        seen += [athlete["id"] for athlete in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert [i for i in seen if i in made] == made[::-1] and len(set(seen)) == len(seen)


def test_a_list_takes_no_cursor_of_another_one(own):
    api, _ = own
    athlete, key = api.post("/athletes", {})["id"], api.get("/api_keys")["data"][0]["id"]
    hook = api.post("/webhook_endpoints", {"url": "https://example.com/hook"})["id"]
    session = "0" * 32
    lists = {"/athletes": athlete, "/webhook_endpoints": hook, "/api_keys": key, "/sessions": session}
    lists |= {"/audit_log": api.get("/audit_log")["data"][0]["id"], "/analyses": "ana_" + "0" * 26, "/events": "evt_" + "0" * 26}
    lists |= {f"/athletes/{athlete}/consents": "con_" + "0" * 26, f"/webhook_endpoints/{hook}/deliveries": "dlv_" + "0" * 26}
    for path, own_cursor in lists.items():
        api.get(f"{path}?cursor={own_cursor}")
        for cursor in set(lists.values()) - {own_cursor}:
            assert api.code("GET", f"{path}?cursor={cursor}") == (400, "invalid_argument"), (path, cursor)


def test_what_is_not_in_the_catalogue_is_not_looked_for(api):
    athlete = api.post("/athletes", {})["id"]
    trend = f"/athletes/{athlete}/trends"
    assert api.get(f"{trend}?sport=cmj&metric=jump_height")["points"] == []
    for path in (f"{trend}?sport=cmj&metric=nonsense", f"{trend}?sport=nope&metric=jump_height", "/analyses?sport=nope", "/sessions?sport=nope"):
        assert api.code("GET", path) == (400, "invalid_argument"), path


def test_the_same_key_does_a_thing_once(api):
    body = {"metadata": {"n": "once"}}
    first = api.post("/athletes", body, Idempotency_Key="once-1")
    again = api.post("/athletes", body, Idempotency_Key="once-1")
    assert again == first and api.headers["Idempotency-Replayed"] == "true"
    assert api.code("POST", "/athletes", {"metadata": {"n": "other"}}, Idempotency_Key="once-1") == (422, "idempotency_mismatch")


def test_an_answer_is_given_again_to_its_own_key_alone(api, server):
    made = api.post("/webhook_endpoints", {"url": "https://example.com/own"}, Idempotency_Key="own-1")
    assert made["secret"] == api.post("/webhook_endpoints", {"url": "https://example.com/own"}, Idempotency_Key="own-1")["secret"]
    other = Api(server, api.post("/api_keys", {"name": "other", "scopes": ["webhooks:write", "webhooks:read"]})["key"])
    fresh = other.post("/webhook_endpoints", {"url": "https://example.com/own"}, Idempotency_Key="own-1")
    assert fresh["id"] != made["id"] and fresh["secret"] != made["secret"] and "Idempotency-Replayed" not in other.headers
    for name in (made["id"], fresh["id"]):
        api.call("DELETE", f"/webhook_endpoints/{name}", expect=204)


@pytest.mark.parametrize("body", [
    {"height_m": 9}, {"height_m": "1.8"}, {"unknown": 1}, {"metadata": {"a": 1}}, {"sex": "F"}, {"name": ""}, {"birth_date": "2400-01-01"},
    {"birth_date": "1999-13-01"}, {"name": "nul\x00"}])
def test_what_the_contract_forbids_is_named(api, body):
    assert api.code("POST", "/athletes", body) == (400, "invalid_argument")


def test_bad_requests_are_told_what_is_wrong(api):
    assert api.code("GET", "/athletes?limit=0")[1] == "invalid_argument"
    assert api.code("GET", "/athletes?limit=1&limit=2")[1] == "invalid_argument"
    assert api.code("GET", "/athletes?nothing=1")[1] == "invalid_argument"
    assert api.code("GET", "/athletes/%zz")[1] == "invalid_argument"
    assert api.code("GET", "/athletes/../../etc/passwd")[0] == 404
    assert api.code("GET", "/athletes/..%2f..%2fkeys.db")[0] == 404
    assert api.code("POST", "/athletes", raw=b"{", Content_Type="application/json")[1] == "invalid_argument"
    assert api.code("POST", "/athletes", raw=b"[]", Content_Type="application/json")[1] == "invalid_argument"
    assert api.code("POST", "/athletes", raw=b"a=1", Content_Type="text/plain") == (415, "unsupported_media_type")
    assert api.code("PUT", "/athletes") == (405, "method_not_allowed")
    assert api.headers["Allow"] == "GET, POST"
    assert api.code("GET", "/nothing") == (404, "file_not_found")
    assert "future" in api.call("POST", "/athletes", {"birth_date": "2400-01-01"}, expect=400)["detail"]
    assert api.code("GET", "/athletes", Plyo_Version="1999-01-01")[1] == "invalid_argument"
    assert api.code("POST", "/athletes", raw=b"x" * (3 << 20), Content_Type="application/json") == (413, "message_too_large")
    for method, path, kind, length, most in (("POST", "/athletes", "application/json", 3 << 20, "1 MiB"),
                                             ("POST", "/analyses", "application/json", 10 << 20, "9 MiB"),
                                             ("POST", "/analyses", "multipart/form-data; boundary=b", 600 << 20, "512 MiB"),
                                             ("PUT", "/uploads/upl_1/parts/1", "application/octet-stream", 65 << 20, "64 MiB")):
        refused = api.call(method, path, raw=b"x", Content_Type=kind, Content_Length=str(length), expect=413)
        assert f"the {most} that are taken" in refused["detail"]


def test_a_fixture_is_analysed(test_api):
    athlete = test_api.post("/athletes", {"name": "Bo", "height_m": 1.8})["id"]
    made = test_api.post("/analyses", {"sport": "cmj", "source": {"type": "fixture", "name": "jump"}, "athlete_id": athlete}, 202)
    assert made["status"] == "queued" and test_api.headers["Retry-After"]
    done = test_api.wait(made["id"])
    assert done["status"] == "completed" and done["progress"] == 1, done
    names = [file["name"] for file in done["files"]]
    assert names[:2] == ["result.json", "metrics.csv"]
    result = test_api.get(f"/analyses/{made['id']}/result")
    assert result["schema"] == "plyo.analysis/1"
    csv = test_api.get(f"/analyses/{made['id']}/files/metrics.csv")
    assert hashlib.sha256(csv).hexdigest() == done["files"][1]["sha256"] and len(csv) == done["files"][1]["bytes"]
    assert "sandbox" in test_api.headers["Content-Security-Policy"]
    part = test_api.get(f"/analyses/{made['id']}/files/metrics.csv", Range="bytes=5-14", expect=206)
    assert part == csv[5:15] and test_api.headers["Content-Range"] == f"bytes 5-14/{len(csv)}"
    assert test_api.code("GET", f"/analyses/{made['id']}/files/metrics.csv", Range="bytes=999999-") == (416, "range_not_satisfiable")
    assert test_api.headers["Content-Range"] == f"bytes */{len(csv)}"
    trend = test_api.get(f"/athletes/{athlete}/trends?sport=cmj&metric=jump_height")
    assert trend["unit"] == "m" and len(trend["points"]) == 1 and trend["points"][0]["source_id"] == made["id"]
    exported, = test_api.get(f"/athletes/{athlete}/export")["analyses"]
    assert exported["result"]["schema"] == "plyo.analysis/1"
    assert exported["paths"] == [f"/v1/analyses/{made['id']}/files/{name}" for name in names]
    for path in exported["paths"]:
        test_api.get(path.removeprefix("/v1"))


def test_an_export_leads_to_the_video(api):
    athlete, video = api.post("/athletes", {"height_m": 1.8})["id"], b"no video of anybody"
    for keep in (True, False):
        body, kind = form({"sport": "cmj", "athlete_id": athlete, "keep_source": keep}, video)
        api.wait(api.post("/analyses", None, 202, raw=body, Content_Type=kind)["id"])
    for exported in api.get(f"/athletes/{athlete}/export")["analyses"]:
        path, = exported["paths"]  # of a failed one there is nothing else; the source is there for a day at least
        assert path.endswith("/files/source.bin") and api.get(path.removeprefix("/v1")) == video
    api.call("DELETE", f"/athletes/{athlete}", expect=204)


def test_a_failure_says_why(test_api):
    done = test_api.wait(test_api.fixture("failure"))
    assert done["status"] == "failed" and done["error"]["code"] == "not_a_video" and done["error"]["remedy"]
    assert test_api.code("GET", f"/analyses/{done['id']}/result") == (409, "conflict")
    assert test_api.code("POST", f"/analyses/{done['id']}/cancel") == (409, "conflict")


def test_an_analysis_is_followed(test_api):
    name = test_api.fixture()
    stream = test_api.get(f"/analyses/{name}/events").decode()
    assert test_api.headers["Content-Type"] == "text/event-stream"
    events = [block.splitlines() for block in stream.strip().split("\n\n")]
    assert events[-1][0] == "event: completed"
    assert json.loads(events[-1][1].removeprefix("data: "))["id"] == name


def test_who_follows_an_analysis_needs_his_key_for_as_long(tmp_path):
    with platform(tmp_path, "--jobs", "0") as (server, api, _test):
        video, kind = form({"sport": "cmj"}, b"a video")
        made = api.post("/analyses", raw=video, expect=202, Content_Type=kind)["id"]
        key = api.post("/api_keys", {"name": "follower", "scopes": ["analyses:read"]})
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as follower:
            follower.request("GET", f"/v1/analyses/{made}/events", headers={"Authorization": f"Bearer {key['key']}"})
            events = follower.getresponse()
            assert events.readline() == b"event: progress\n"
            api.call("DELETE", f"/api_keys/{key['id']}", expect=204)
            assert not any(line.startswith(b": waiting") for line in events), "it ends, and at once"


def test_what_cannot_be_analysed_is_refused(api, test_api):
    assert api.code("POST", "/analyses", {"sport": "polo", "source": {"type": "url", "url": "https://example.com/a"}})[1] == "invalid_argument"
    assert api.code("POST", "/analyses", {"sport": "cmj", "source": {"type": "fixture", "name": "jump"}})[1] == "invalid_argument"
    assert test_api.code("POST", "/analyses", {"sport": "cmj", "source": {"type": "landmarks", "csv": "a"}})[1] == "invalid_argument"
    assert api.code("POST", "/analyses", {"sport": "drop_jump", "parameters": {"box_height_m": 99}, "source": {"type": "landmarks", "csv": "a"}})[1] \
        == "invalid_argument"
    nobody = "ath_" + "0" * 26
    assert test_api.code("POST", "/analyses", {"sport": "cmj", "athlete_id": nobody, "source": {"type": "fixture", "name": "jump"}})[1] \
        == "not_found"
    for body, kind in ((b"no form", "multipart/form-data; boundary=x"), (b"no form", "multipart/form-data"),
                       form({"sport": "cmj"}, b""), form({"sport": "cmj", "more": 1}, b"x")):
        assert api.code("POST", "/analyses", raw=body, Content_Type=kind)[0] in (400, 422)
    # From a host that the operator has not named nothing is fetched.
    fetched = api.post("/analyses", {"sport": "cmj", "source": {"type": "url", "url": "http://169.254.169.254/latest/meta-data"}}, 202)
    assert api.wait(fetched["id"])["error"]["code"] == "address_refused"


def test_an_upload_comes_in_parts(api):
    content = bytes(range(256)) * 5000
    upload = api.post("/uploads", {"bytes": len(content), "part_bytes": 1 << 20})
    path = f"/uploads/{upload['id']}/parts"
    send = lambda n, data, **o: api.call("PUT", f"{path}/{n}", raw=data, Content_Type="application/octet-stream", **o)
    assert send(2, content[1 << 20:])["parts"] == [2]
    assert api.code("POST", "/analyses", {"sport": "cmj", "source": {"type": "upload", "upload_id": upload["id"]}}) == (409, "conflict")
    assert api.code("PUT", f"{path}/1", raw=content[:5], Content_Type="application/octet-stream")[1] == "invalid_argument"
    assert api.code("PUT", f"{path}/3", raw=content[:5], Content_Type="application/octet-stream")[1] == "invalid_argument"
    assert send(1, content[:1 << 20])["status"] == "complete"
    assert send(1, content[:1 << 20])["parts"] == [1, 2], "a part may be sent again"
    made = api.post("/analyses", {"sport": "cmj", "source": {"type": "upload", "upload_id": upload["id"]}, "keep_source": True}, 202)
    assert made["source"]["bytes"] == len(content)
    assert api.get(f"/uploads/{upload['id']}")["status"] == "used"
    assert api.get(f"/analyses/{made['id']}/files/source.bin") == content
    api.call("DELETE", f"/analyses/{made['id']}", expect=204)


def test_the_announced_digest_of_an_upload_is_checked(api):
    content = bytes(range(256)) * 5000
    upload = api.post("/uploads", {"bytes": len(content), "part_bytes": 1 << 20, "sha256": hashlib.sha256(content).hexdigest()})
    path = f"/uploads/{upload['id']}"
    send = lambda n, data, **o: api.call("PUT", f"{path}/parts/{n}", raw=data, Content_Type="application/octet-stream", **o)
    analysis = {"sport": "cmj", "source": {"type": "upload", "upload_id": upload["id"]}, "keep_source": True}
    first, last = content[:1 << 20], content[1 << 20:]
    send(1, first)
    wrong = send(2, last[:-1] + b"?", expect=400)
    assert wrong["code"] == "invalid_argument" and upload["sha256"] in wrong["detail"]
    left = api.get(path)
    assert left["status"] == "open" and left["parts"] == []
    assert api.code("POST", "/analyses", analysis) == (409, "conflict")
    assert send(2, last)["status"] == "open"
    assert send(1, first)["status"] == "complete"
    assert send(2, last[:-1] + b"?")["status"] == "complete", "what was checked stays"
    made = api.post("/analyses", analysis, 202)
    assert api.get(f"/analyses/{made['id']}/files/source.bin") == content


def test_consent_is_asked_for(own):
    api, test = own
    grown = test.post("/athletes", {"birth_date": "1965-05-01"})["id"]
    child = test.post("/athletes", {"birth_date": "2015-05-01"})["id"]
    api.call("PATCH", "/project", {"consent": "required"})
    analysis = {"sport": "cmj", "source": {"type": "fixture", "name": "jump"}}
    assert test.code("POST", "/analyses", analysis) == (403, "consent_required")
    assert test.code("POST", "/analyses", {**analysis, "athlete_id": grown}) == (403, "consent_required")
    consent = test.post(f"/athletes/{grown}/consents", {"given_by": "the athlete"})
    test.post("/analyses", {**analysis, "athlete_id": grown}, 202)
    test.post(f"/athletes/{child}/consents", {"given_by": "the child"})
    assert test.code("POST", "/analyses", {**analysis, "athlete_id": child}) == (403, "consent_required")
    test.post(f"/athletes/{child}/consents", {"given_by": "a parent", "guardian": True})
    test.post("/analyses", {**analysis, "athlete_id": child}, 202)
    test.call("DELETE", f"/athletes/{grown}/consents/{consent['id']}")
    assert test.code("POST", "/analyses", {**analysis, "athlete_id": grown}) == (403, "consent_required")
    assert api.code("POST", "/session_tickets", {}) == (403, "consent_required")


def test_a_consent_that_is_withdrawn_stops_what_has_not_begun(tmp_path):
    with Installation(tmp_path) as service:
        server = service.serve("", "--jobs", "0")
        api = service.api(server)
        athlete = api.post("/athletes", {"birth_date": "1990-05-01"})["id"]
        service.api(server, "live").call("PATCH", "/project", {"consent": "required"})
        consent = api.post(f"/athletes/{athlete}/consents", {"given_by": "the athlete"})["id"]
        queued = api.fixture(athlete_id=athlete)
        late, running = (api.post("/session_tickets", {"athlete_id": athlete})["protocols"] for _ in range(2))

        async def sessions() -> None:
            async with connected(server, key=None, protocols=running) as client:
                await client.say(HELLO)
                await client.until("welcome")
                await client.say(media(0, "rep"))
                await client.until_confirmed(1)
                api.call("DELETE", f"/athletes/{athlete}/consents/{consent}")
                await client.say(media(1, "rep"))
                assert (await client.until("error"))["code"] == "consent_required"
            async with connected(server, key=None, protocols=late) as client:
                await client.say(HELLO)
                assert (await client.until("error"))["code"] == "consent_required"

        asyncio.run(sessions())
        assert [session["reps"] for session in api.get("/sessions")["data"]] == [1]
        worker = service.serve("")
        done = service.api(worker).wait(queued)
        assert done["status"] == "failed" and done["error"]["code"] == "consent_required"


def test_what_was_allowed_ends_when_it_is_not_any_more(tmp_path):
    """Nobody sends anything that would be refused: the server looks by itself."""
    with Installation(tmp_path) as service:
        server = service.serve()
        api = service.api(server)
        athlete = api.post("/athletes", {"birth_date": "1990-05-01"})["id"]
        service.api(server, "live").call("PATCH", "/project", {"consent": "required"})
        consent = api.post(f"/athletes/{athlete}/consents", {"given_by": "the athlete"})["id"]
        ticket = api.post("/session_tickets", {"athlete_id": athlete})["protocols"]
        lost = api.post("/api_keys", {"name": "lost", "test": True, "scopes": ["sessions:read"]})
        kept = api.post("/api_keys", {"name": "kept", "test": True, "scopes": ["sessions:read"]})

        async def sessions() -> None:
            async with (connected(server, key=None, protocols=ticket) as athlete_s, connected(server, key=lost["key"]) as left,
                        connected(server, key=kept["key"]) as stays):
                await athlete_s.say(HELLO)
                watch = {"type": "hello", "watch": (await athlete_s.until("welcome"))["session"]}
                for watcher in (left, stays):
                    await watcher.say(watch)
                    await watcher.until("welcome")
                await athlete_s.say(media(0, "rep"))
                api.call("DELETE", f"/api_keys/{lost['id']}", expect=204)
                assert (await left.until("error"))["code"] == "unauthorized"
                await stays.until_confirmed(1)
                api.call("DELETE", f"/athletes/{athlete}/consents/{consent}")
                assert (await athlete_s.until("error"))["code"] == "consent_required"

        asyncio.run(sessions())
        assert [session["reps"] for session in api.get("/sessions")["data"]] == [1]


def test_a_key_for_something_else_is_told_so_on_the_socket(api, server):
    """A browser tells its page nothing of a connection that is refused before it is one."""
    key = api.post("/api_keys", {"name": "reader", "scopes": ["catalogue:read"]})["key"]

    async def refused() -> None:
        for hello in (HELLO, {"type": "hello", "watch": "nobody"}):
            async with connected(server, key=key) as client:
                await client.say(hello)
                assert (await client.until("error"))["code"] == "forbidden"
                assert await client.closed() == 4401

    asyncio.run(refused())


def test_quota_and_rate_are_kept(installation, tmp_path):
    plans = tmp_path / "plans.json"
    plans.write_text(json.dumps({"enterprise": {}, "free": {"analyses_per_month": 2, "webhook_endpoints": 1, "requests_per_minute": 12}}))
    server = installation.serve("plans", "--plans", plans)
    api, test = installation.apis(server, installation.project(installation.organization("free")))
    for i in range(2):
        api.post("/analyses", {"sport": "cmj", "source": {"type": "url", "url": f"https://example.com/{i}"}}, 202)
    assert api.headers["RateLimit-Limit"] == "12" and int(api.headers["RateLimit-Remaining"]) == 10
    assert api.code("POST", "/analyses", {"sport": "cmj", "source": {"type": "url", "url": "https://example.com/3"}}) == (429, "quota_exceeded")
    assert int(api.headers["Retry-After"]) > 0
    usage = api.get("/usage")
    assert usage["analyses"] == {"used": 2, "limit": 2} and usage["plan"] == "free"
    api.post("/webhook_endpoints", {"url": "https://example.com/hook"})
    assert api.code("POST", "/webhook_endpoints", {"url": "https://example.com/two"}) == (429, "quota_exceeded")
    assert "Retry-After" not in api.headers, "no month ends it"
    test.post("/webhook_endpoints", {"url": "https://example.com/hook"})
    answers = [api.call("GET", "/project", expect=(200, 429)) and api.status for _ in range(12)]
    assert answers[0] == 200 and answers[-1] == 429
    wait_s = int(api.headers["Retry-After"])
    assert 2 <= wait_s <= 5, "a minute has 12 of them"
    time.sleep(wait_s)
    api.get("/project")
    assert server.stop() == 0


def test_what_is_cancelled_before_it_has_begun_is_not_counted(tmp_path):
    with Installation(tmp_path) as service:
        api = service.api(service.serve("", "--jobs", "0"), "live")
        used = lambda: api.get("/usage")["analyses"]["used"]
        queued = [api.post("/analyses", {"sport": "cmj", "source": {"type": "url", "url": "https://example.com/a"}}, 202)["id"] for _ in range(3)]
        assert used() == 3
        api.post(f"/analyses/{queued[0]}/cancel", expect=200)
        assert used() == 2
        api.call("DELETE", f"/analyses/{queued[0]}", expect=204)
        assert used() == 2
        api.call("DELETE", f"/analyses/{queued[1]}", expect=204)
        assert used() == 1


def test_every_answer_to_a_known_key_says_what_is_left_of_the_rate(api, server):
    reader = Api(server, api.post("/api_keys", {"name": "reader", "scopes": ["athletes:read"]})["key"])
    large = {"raw": b"x" * (3 << 20), "Content_Type": "application/json"}
    for caller, method, path, status, options in ((api, "GET", "/athletes", 200, {}), (api, "GET", "/nothing", 404, {}), (api, "POST", "/nothing", 404, {"body": {}}),
                                                  (api, "DELETE", "/athletes", 405, {}), (api, "PUT", "/athletes", 405, {"body": {}}),
                                                  (reader, "GET", "/analyses", 403, {}), (reader, "POST", "/athletes", 403, {"body": {}}),
                                                  (api, "POST", "/athletes", 400, {"body": {"sex": "F"}}), (api, "POST", "/athletes", 413, large)):
        caller.call(method, path, expect=status, **options)
        missing = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Plyo-Version"} - set(caller.headers)
        assert not missing, (method, path, status, missing)
        assert status != 405 or caller.headers["Allow"] == "GET, POST"
    for body in (None, {}):
        stranger = Api(server, "nonsense")
        stranger.call("POST", "/athletes", body, expect=401)
        assert stranger.headers["Plyo-Version"] and "RateLimit-Limit" not in stranger.headers


def test_what_waits_as_uploads_is_bounded(installation, tmp_path):
    plans = tmp_path / "plans.json"
    plans.write_text(json.dumps({"enterprise": {}, "free": {"upload_bytes": 20}}))
    server = installation.serve("upload_plans", "--plans", plans)
    api, test = installation.apis(server, installation.project(installation.organization("free")))
    begin = lambda caller, size: caller.post("/uploads", {"bytes": size})["id"]
    put = lambda name, size: api.call("PUT", f"/uploads/{name}/parts/1", raw=b"x" * size, Content_Type="application/octet-stream")
    held, taken = begin(api, 8), begin(api, 7)
    assert put(taken, 7)["status"] == "complete"
    begin(test, 20)
    begin(api, 5)
    for caller in (api, test):
        assert caller.get("/usage")["upload_bytes"] == {"used": 20, "limit": 20}
        problem = caller.call("POST", "/uploads", {"bytes": 1}, expect=429)
        assert problem["code"] == "quota_exceeded" and "wait until 20" in problem["detail"]
        assert 86000 < int(caller.headers["Retry-After"]) <= 86400
        assert caller.code("POST", "/uploads", {"bytes": 21}) == (429, "quota_exceeded")
        assert "Retry-After" not in caller.headers, "no time helps"
    put(held, 8)
    api.call("DELETE", f"/uploads/{held}", expect=204)
    begin(api, 8)
    assert api.code("POST", "/uploads", {"bytes": 1}) == (429, "quota_exceeded")
    api.post("/analyses", {"sport": "cmj", "source": {"type": "upload", "upload_id": taken}}, 202)
    begin(api, 7)
    assert server.stop() == 0


def test_who_is_over_his_rate_sends_no_body(installation, tmp_path):
    plans = tmp_path / "plans.json"
    plans.write_text(json.dumps({"enterprise": {}, "free": {"requests_per_minute": 1}}))
    server = installation.serve("rate_plans", "--plans", plans)
    api, _ = installation.apis(server, installation.project(installation.organization("free")))
    api.get("/athletes")
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(f"POST /v1/analyses HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {api.key}\r\n"
                       "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500000000\r\n\r\n".encode())
        answer = b""
        while b"rate_limited" not in answer and (piece := client.recv(1 << 16)):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 429") and b"rate_limited" in answer and b"Retry-After: " in answer
    assert server.stop() == 0


def test_a_plan_of_ones_own_is_given_and_one_that_is_gone_is_the_strictest(tmp_path):
    with Installation(tmp_path) as service:
        all_plans = {"enterprise": {}, "free": {"analyses_per_month": 2, "webhook_endpoints": 3, "upload_bytes": 7}, "gold": {"analyses_per_month": 9, "webhook_endpoints": 1}}
        plans = tmp_path / "plans.json"
        plans.write_text(json.dumps(all_plans))
        create = ("create-organization", "--name", "Others", "--plan", "gold")
        assert "no plan 'gold'" in service.admin(*create, status=1)
        gold = service.admin(*create, "--plans", plans)
        key = service.new_keys(service.project(gold))["live"]
        limits = lambda server: {name: quota.get("limit") for name, quota in Api(server, key).get("/usage").items() if isinstance(quota, dict)}
        server = service.serve("", "--plans", plans)
        assert limits(server) == {"analyses": 9, "live_sessions": None, "webhook_endpoints": 1, "upload_bytes": None}
        assert server.stop() == 0
        del all_plans["gold"]
        plans.write_text(json.dumps(all_plans))
        server = service.serve("", "--plans", plans)
        assert limits(server) == {"analyses": 2, "live_sessions": None, "webhook_endpoints": 3, "upload_bytes": 7}
        assert server.wait_for("plan_unknown")["organization"] == gold


def test_a_disk_that_is_full_is_said(tmp_path):
    with disk(tmp_path / "disk", "size=8m") as folder:
        if not folder:
            return
        with platform(folder) as (server, api, _test):
            analysis = {"sport": "cmj"}
            body, kind = form(analysis, b"x" * (30 << 20))  # does not fit as it comes
            left = len(files_in(folder))
            problem = api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=507)
            assert problem["code"] == "disk_full" and str(folder) not in json.dumps(problem)
            body, kind = form(analysis, b"x" * (3 << 20))  # does not fit a second time, as the video in the form or sealed
            problem = api.call("POST", "/analyses", raw=body, Content_Type=kind, expect=507)
            assert problem["code"] == "disk_full" and str(folder) not in json.dumps(problem)
            assert len(files_in(folder)) <= left
            assert server.process.poll() is None


def test_a_live_session_counts_once_when_it_begins(installation, tmp_path):
    plans = tmp_path / "plans.json"
    plans.write_text(json.dumps({"enterprise": {}, "free": {"live_sessions_per_month": 1}}))
    server = installation.serve("live_plans", "--plans", plans)
    api, test = installation.apis(server, installation.project(installation.organization("free")))
    used = lambda: api.get("/usage")["live_sessions"]["used"]

    async def sessions() -> None:
        async with connected(server, key=test.key) as client:
            await client.say(HELLO)
            await client.until("welcome")
        assert test.get("/usage")["live_sessions"]["used"] == 1 and used() == 0
        api.post("/session_tickets", {})
        async with connected(server, key=api.key) as client:
            await client.say({**HELLO, "sport": "polo"})
            await client.until("error")
        assert used() == 0
        async with connected(server, key=api.key) as client:
            await client.say(HELLO)
            welcome = await client.until("welcome")
            async with connected(server, key=api.key) as watcher:
                await watcher.say({"type": "hello", "watch": welcome["session"]})
                await watcher.until("welcome")
        async with connected(server, key=api.key) as client:
            await client.say(resume_hello(welcome))
            assert (await client.until("welcome"))["resumed"]
        assert used() == 1
        async with connected(server, key=api.key) as client:
            await client.say(HELLO)
            error = await client.until("error")
            assert error["code"] == "quota_exceeded" and 0 < error["retry_after_s"] <= 31 * 86400
            assert await client.closed() == 1013

    asyncio.run(sessions())
    assert api.code("POST", "/session_tickets", {}) == (429, "quota_exceeded") and int(api.headers["Retry-After"]) > 0
    assert used() == 1
    assert server.stop() == 0


def test_a_live_session_that_cannot_be_opened_does_not_count(tmp_path):
    landmarks = {**HELLO["media"], "codec": "landmarks", "pose_model": "blazepose_lite"}  # no room is asked for before it is stored

    async def sessions(server: Server, api: Api) -> None:
        async with connected(server, key=api.key) as first:
            await first.say(HELLO)
            await first.until("welcome")
            for _retry in range(3):
                async with connected(server, key=api.key) as refused:
                    await refused.say({**HELLO, "media": landmarks})
                    assert (await refused.until("error"))["code"] == "no_capacity"
        assert api.get("/usage")["live_sessions"]["used"] == 1
        assert len(api.get("/sessions")["data"]) == 1

    with platform(tmp_path, env={"PLYO_FAKE_ROOM": "1"}) as (server, api, _test):
        asyncio.run(sessions(server, api))


def test_a_webhook_is_signed_tried_again_and_kept(own):
    _, api = own
    receiver = Receiver()
    endpoint = api.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed", "analysis.failed"]})
    assert endpoint["secret"].startswith("whsec_") and "secret" not in api.get(f"/webhook_endpoints/{endpoint['id']}")
    receiver.answers = [500]
    name = api.fixture()
    got = receiver.wait(2)
    for headers, body in got:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(endpoint["secret"].removeprefix("whsec_"))
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == expected
        assert json.loads(body)["data"]["id"] == name
    assert got[0][0]["webhook-id"] == got[1][0]["webhook-id"]
    end = time.monotonic() + 20
    while (delivery := api.get(f"/webhook_endpoints/{endpoint['id']}/deliveries")["data"][0])["status"] != "delivered":
        assert time.monotonic() < end, delivery
        time.sleep(0.1)
    assert delivery["attempts"] == 2 and delivery["response_status"] == 200
    rotated = api.post(f"/webhook_endpoints/{endpoint['id']}/rotate_secret", expect=200)
    api.post(f"/events/{delivery['event_id']}/replay", expect=202)
    headers, body = receiver.wait(3)[2]
    assert headers["webhook-id"] == delivery["event_id"]
    signatures = headers["webhook-signature"].split()
    for secret in (rotated["secret"], endpoint["secret"]):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() in signatures
    receiver.answers = [410]
    api.fixture()
    receiver.wait(4)
    end = time.monotonic() + 20
    while api.get(f"/webhook_endpoints/{endpoint['id']}")["enabled"]:
        assert time.monotonic() < end
        time.sleep(0.1)
    receiver.close()


def test_a_webhook_endpoint_is_disabled_by_days_of_misses_and_not_by_one(tmp_path):
    receiver = Receiver()

    def until_missed(api, endpoint: str, attempts: int) -> dict:
        end = time.monotonic() + 20
        while not (found := api.get(f"/webhook_endpoints/{endpoint}/deliveries")["data"]) or found[0]["attempts"] < attempts:
            assert time.monotonic() < end, found
            time.sleep(0.1)
        return api.get(f"/webhook_endpoints/{endpoint}")

    with platform(tmp_path, "--allow-private-addresses") as (server, _, api), \
            contextlib.closing(sqlite3.connect(server.data / "plyo.db", timeout=60, isolation_level=None)) as store:
        endpoint = api.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed"]})["id"]
        receiver.answers = [503, 503, 503]
        gone = api.fixture()
        until_missed(api, endpoint, 1)
        api.call("DELETE", f"/analyses/{gone}", expect=204)
        store.execute("UPDATE webhook_endpoint SET failing_since_us = failing_since_us - 4 * 86400000000")
        api.fixture()
        assert until_missed(api, endpoint, 1)["enabled"], "nothing was sent for days, and then one was missed"
        store.execute("UPDATE delivery SET attempts = 10, next_us = 0")
        assert not until_missed(api, endpoint, 11)["enabled"], "a day of misses, and nothing was delivered for longer"
        meanwhile = api.fixture()
        api.wait(meanwhile)
        api.call("PATCH", f"/webhook_endpoints/{endpoint}", {"enabled": True})
        event = api.get("/events?type=analysis.completed")["data"][0]
        assert event["data"]["id"] == meanwhile
        assert len(api.get(f"/webhook_endpoints/{endpoint}/deliveries")["data"]) == 1, "it is not sent by itself"
        api.post(f"/events/{event['id']}/replay", expect=202)
        assert json.loads(receiver.wait(4)[3][1])["data"]["id"] == meanwhile
    receiver.close()


def test_who_is_slow_to_take_webhooks_holds_up_nobody_else(installation, server):
    (_, slow_api), (_, api) = (installation.apis(server, installation.project()) for _ in range(2))
    slow, other = [Receiver() for _ in range(3)], Receiver()
    for receiver in slow:
        receiver.open.clear()
        slow_api.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed"]})
    api.post("/webhook_endpoints", {"url": other.url, "event_types": ["analysis.completed"]})
    slow_api.wait(slow_api.fixture())
    event = slow_api.get("/events")["data"][0]["id"]
    for _ in range(20):
        slow_api.post(f"/events/{event}/replay", {}, 202)
    end = time.monotonic() + 20
    while sum(len(receiver.got) for receiver in slow) < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    api.fixture()
    other.wait(1, 5)
    assert sorted(len(receiver.got) for receiver in slow) == [0, 1, 1], "one at a time of an endpoint, and two of a project"
    for receiver in slow:
        receiver.open.set()
    for receiver in slow:
        receiver.wait(21)
        receiver.close()
    other.close()


@pytest.mark.parametrize("url", ["http://example.com/hook", "https://127.0.0.1/", "https://10.1.2.3/", "https://[::1]/", "https://localhost/",
                                 "https://169.254.169.254/", "https://0177.0.0.1/", "https://2130706433/", "https://[::ffff:10.0.0.1]/",
                                 "https://user:pass@example.com/", "https://metadata.google.internal/", "https://[64:ff9b::a00:1]/"])
def test_private_addresses_get_no_webhooks(url, closed):
    assert closed.code("POST", "/webhook_endpoints", {"url": url}) == (422, "address_refused")


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """One that does not allow private addresses."""
    with platform(tmp_path_factory.mktemp("closed")) as (_, api, _test):
        yield api


def test_an_operator_locks_a_tenant_out(installation, server):
    project = installation.project(organization := installation.organization("pro"))
    live, test = installation.apis(server, project)
    keys = [json.loads(line) for line in installation.admin("keys", "--project", project).splitlines()]
    assert [key["test"] for key in keys] == [False, True] and {key["status"] for key in keys} == {"active"}
    assert {key["project"] for key in keys} == {project} and live.key not in json.dumps(keys)
    every = [json.loads(line)["id"] for line in installation.admin("keys").splitlines()]
    assert {key["id"] for key in keys} < set(every)

    live.get("/athletes")
    installation.admin("revoke-key", "--key", keys[0]["id"])
    assert live.code("GET", "/athletes") == (401, "unauthorized")
    assert json.loads(installation.admin("keys", "--project", project).splitlines()[0])["status"] == "revoked"
    assert "no key" in installation.admin("revoke-key", "--key", "key_0", status=2)

    assert "no plan 'gold'" in installation.admin("set-plan", "--organization", organization, "--plan", "gold", status=1)
    assert "no organisation" in installation.admin("set-plan", "--organization", "org_0", "--plan", "free", status=2)
    assert installation.admin("keys", "--project", installation.project(organization)) == ""
    assert "no project prj_typo" in installation.admin("keys", "--project", "prj_typo", status=2)
    installation.admin("set-plan", "--organization", organization, "--plan", "free")
    assert test.get("/usage")["plan"] == "free"
    other = Api(server, installation.new_keys(project)["live"])
    lines = {(line["action"], line["target"], line["actor"]) for line in other.get("/audit_log")["data"]}
    assert {("revoke_api_key", keys[0]["id"], "operator"), ("set_plan", organization, "operator")} <= lines


def test_of_a_project_that_was_deleted_nothing_is_left(installation, server, api):
    project = installation.project()
    live, test = installation.apis(server, project)
    athlete = test.post("/athletes", {"name": "Zora Zanzibar"})["id"]
    for _ in range(2):
        test.wait(test.fixture(athlete_id=athlete))
    analysis = test.wait(test.fixture())["id"]
    live.post("/webhook_endpoints", {"url": "https://example.com/hook"})
    upload = live.post("/uploads", {"bytes": 5})["id"]
    live.call("PUT", f"/uploads/{upload}/parts/1", raw=b"12345", Content_Type="application/octet-stream")
    ticket = live.post("/session_tickets", {})["protocols"]

    async def begin() -> str:
        async with connected(server, key=None, protocols=ticket) as client:
            await client.say(HELLO)
            return (await client.until("welcome"))["session"]

    session = asyncio.run(begin())
    assert "default project stays" in installation.admin("delete-project", "--project", "prj_default", status=1)
    installation.admin("delete-project", "--project", project)
    for caller in (live, test):
        assert caller.code("GET", "/athletes") == (401, "unauthorized")
    assert [line["target"] for line in api.get("/audit_log")["data"] if line["action"] == "delete_project"] == [project]
    assert "no project" in installation.admin("delete-project", "--project", project, status=2)

    def left() -> tuple[list[str], list[pathlib.Path]]:
        names = (project, athlete, analysis, upload, session)
        tables = [name for name, text in installation.tables().items() if any(word in text for word in names)]
        return tables, [path for path in installation.blobs() if any(word in str(path) for word in (analysis, upload))]

    keeper = installation.serve("keeper_of_projects")
    end = time.monotonic() + 60
    while left() != (["audit"], []):
        assert time.monotonic() < end, left()
        time.sleep(0.2)
    assert keeper.stop() == 0


def test_nobody_begins_a_session_of_a_project_that_was_deleted(installation, server):
    project = installation.project()
    live, _ = installation.apis(server, project)

    async def late() -> None:
        async with connected(server, key=live.key) as client:
            installation.admin("delete-project", "--project", project)
            await client.say(HELLO)
            assert (await client.until("error"))["code"] == "unauthorized"
            assert await client.closed() == 4401

    asyncio.run(late())
    assert [name for name, text in installation.tables().items() if project in text] == ["audit"]


def test_keys_open_what_they_say(api, server):
    key = api.post("/api_keys", {"name": "reader", "scopes": ["athletes:read", "keys:read", "keys:write"]})
    reader = Api(server, key["key"])
    reader.get("/athletes")
    assert reader.code("POST", "/athletes", {}) == (403, "forbidden")
    assert reader.code("GET", "/analyses") == (403, "forbidden")
    assert reader.code("POST", "/api_keys", {"name": "more", "scopes": ["athletes:write"]}) == (403, "forbidden")
    assert key["key"] not in json.dumps(api.get("/api_keys"))
    assert api.get(f"/api_keys/{key['id']}")["last_used_at"]
    new = reader.post(f"/api_keys/{key['id']}/rotate", {"overlap_s": 0})
    assert new["id"] != key["id"] and reader.code("GET", "/athletes") == (401, "unauthorized")
    Api(server, new["key"]).get("/athletes")
    api.call("DELETE", f"/api_keys/{new['id']}", expect=204)
    assert Api(server, new["key"]).code("GET", "/athletes") == (401, "unauthorized")
    assert api.get(f"/api_keys/{new['id']}")["status"] == "revoked"
    assert api.code("POST", "/api_keys", {"name": "old", "expires_at": "2001-01-01T00:00:00Z"})[1] == "invalid_argument"
    for wrong in (None, "plyo_live_x_y", "plyo_live_" + "0" * 26 + "_" + "0" * 48, "nonsense", key["key"][:-1] + "0"):
        assert Api(server, wrong).code("GET", "/athletes") == (401, "unauthorized")
    actions = {entry["action"] for entry in api.get("/audit_log?limit=100")["data"]}
    assert {"create_api_key", "rotate_api_key", "revoke_api_key"} <= actions
    hints = [api.post("/api_keys", {"name": "one of many"}) for _ in range(3)]
    assert len({key["hint"] for key in hints}) == 3 and all(key["key"].split("_")[2].endswith(key["hint"].split("…")[1]) for key in hints)


def test_who_reads_is_answered_while_nothing_can_be_written(tmp_path):
    with platform(tmp_path) as (server, api, _), contextlib.closing(sqlite3.connect(server.data / "plyo.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        api.get("/athletes")
        assert server.wait_for("key_use_not_noted")


def test_of_who_was_deleted_nothing_is_left(installation, server, own):
    live, test = own
    athlete = test.post("/athletes", {"name": "Zebulon Zanzibar", "external_id": "zz-top"})["id"]
    test.post(f"/athletes/{athlete}/consents", {"given_by": "Zebulon Zanzibar"}, Idempotency_Key="zz")
    analysis = test.wait(test.fixture(athlete_id=athlete))["id"]
    test.call("DELETE", f"/athletes/{athlete}", expect=204)
    assert test.code("GET", f"/analyses/{analysis}") == (404, "not_found")
    tombstones = [e for e in test.get("/audit_log?limit=100")["data"] if athlete in json.dumps(e)]
    assert [e["action"] for e in tombstones] == ["delete_athlete"]

    def upload() -> str:
        made = live.post("/uploads", {"bytes": len(content), "sha256": digest})["id"]
        live.call("PUT", f"/uploads/{made}/parts/1", raw=content, Content_Type="application/octet-stream")
        return made

    content = b"no video of Zebulon Zanzibar"
    digest = hashlib.sha256(content).hexdigest()
    person = live.post("/athletes", {"name": "Zebulon Zanzibar"})["id"]
    kept, passing = upload(), upload()
    live.call("PATCH", "/project", {"source_retention_s": 0})
    for source, keep in ((kept, True), (passing, False)):
        body = {"sport": "cmj", "athlete_id": person, "source": {"type": "upload", "upload_id": source}, "keep_source": keep}
        live.wait(live.post("/analyses", body, 202)["id"])
    end = time.monotonic() + 60
    while live.call("GET", f"/uploads/{passing}", expect=(200, 404)) and live.status == 200:  # goes with its source
        assert time.monotonic() < end
        time.sleep(0.2)
    assert live.get(f"/uploads/{kept}")["status"] == "used"
    live.call("DELETE", f"/athletes/{person}", expect=204)
    assert live.code("GET", f"/uploads/{kept}") == (404, "not_found")

    def left() -> tuple[list[str], list[pathlib.Path]]:
        words = (athlete, analysis, person, kept, passing, digest, "Zanzibar", "zz-top")
        tables = [name for name, text in installation.tables().items() if any(word in text for word in words)]
        return tables, [path for path in installation.blobs() if any(name in str(path) for name in (analysis, kept, passing))]

    # Who deletes looks every 20 s, and when it starts.
    keeper = installation.serve("keeper")
    end = time.monotonic() + 60
    while left() != (["audit"], []):
        assert time.monotonic() < end, left()
        time.sleep(0.2)
    assert keeper.stop() == 0
    for file in installation.files():
        content = file.read_bytes()
        assert b"Zanzibar" not in content and b"zz-top" not in content, file
    assert "Zanzibar" not in json.dumps(server.log + keeper.log)


def test_of_a_video_that_came_twice_or_was_refused_nothing_is_left(installation, own):
    api, test = own

    def kept() -> set[str]:
        return {path.parent.name for path in installation.blobs() if path.name == "source.bin"} \
            | set(re.findall(r"ana_[0-9a-z]{26}", installation.tables()["subject_key"]))

    before = kept()
    athlete = api.post("/athletes", {"height_m": 1.8})["id"]
    body, kind = form({"sport": "cmj", "athlete_id": athlete}, b"no video " * 10_000)

    def send(_: object) -> dict:  # as an SDK that has waited too long for the answer to the first
        return Api(api.server, api.key).post("/analyses", None, 202, raw=body, Content_Type=kind, Idempotency_Key="twice")

    with concurrent.futures.ThreadPoolExecutor() as pool:
        made, again = pool.map(send, range(2))
    assert made["id"] == again["id"] == send(None)["id"]
    assert test.code("POST", "/analyses", raw=body, Content_Type=kind) == (400, "invalid_argument")
    api.wait(made["id"])
    api.call("PATCH", "/project", {"consent": "required"})
    refused = kept()
    assert api.code("POST", "/analyses", raw=body, Content_Type=kind) == (403, "consent_required")
    assert kept() <= refused
    api.call("DELETE", f"/athletes/{athlete}", expect=204)
    end = time.monotonic() + 60
    while left := kept() - before:
        assert time.monotonic() < end, left
        time.sleep(0.2)


def test_what_was_given_up_half_made_takes_its_key_along(tmp_path):
    """Where a server dies between storing a video and taking it in."""
    name = "ana_" + "0" * 26
    with Installation(tmp_path) as service:
        key = service.keys["live"]
        blob = service.data / "files/analysis" / name / "source.bin"
        blob.parent.mkdir(parents=True)
        blob.write_bytes(b"sealed")
        for store, statement in (("plyo", f"INSERT INTO garbage (blob, after_us) VALUES ('analysis/{name}/source.bin', 1)"),
                                 ("keys", f"INSERT INTO subject_key (subject, wrapped) VALUES ('{name}', x'00')")):
            with contextlib.closing(sqlite3.connect(service.data / f"{store}.db")) as opened, opened:
                opened.execute(statement)
        Api(service.serve(), key).get("/project")
        end = time.monotonic() + 60
        while blob.exists() or any(name in text for text in service.tables().values()):
            assert time.monotonic() < end
            time.sleep(0.2)


def test_a_key_is_destroyed_once_its_store_is_there_again(tmp_path):
    with platform(tmp_path) as (server, api, _):
        def keys() -> set[str]:
            with contextlib.closing(sqlite3.connect(server.data / "keys.db")) as store:
                return {subject for (subject,) in store.execute("SELECT subject FROM subject_key")}

        athlete = api.post("/athletes", {"name": "Ada"})["id"]
        upload = api.post("/uploads", {"bytes": 5})["id"]
        api.call("PUT", f"/uploads/{upload}/parts/1", raw=b"12345", Content_Type="application/octet-stream")
        assert {athlete, upload} <= keys()
        api.call("DELETE", f"/athletes/{api.post('/athletes', {})['id']}", expect=204)  # the project has a key of its own from here on
        with contextlib.closing(sqlite3.connect(server.data / "keys.db", isolation_level=None)) as busy:
            busy.execute("BEGIN IMMEDIATE")
            for path in (f"/athletes/{athlete}", f"/uploads/{upload}"):
                api.call("DELETE", path, expect=204)
                assert api.code("GET", path) == (404, "not_found")
            assert {athlete, upload} <= keys()
        end = time.monotonic() + 60
        while keys() & {athlete, upload}:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert any(line["event"] == "platform_failed" for line in server.log)


def test_in_a_backup_nobody_is_read_who_was_deleted_since(tmp_path):
    with platform(tmp_path) as (_, _, test):
        athlete = test.post("/athletes", {"name": "Ada"})["id"]
        service = Installation(tmp_path)
        service.admin("backup", "--to", tmp_path / "backup")
        test.call("DELETE", f"/athletes/{athlete}", expect=204)
        service.admin("backup-keys", "--to", tmp_path / "vault/keys.db")
    restored = Installation(tmp_path / "again")
    assert "deleted" in restored.admin("restore", "--from", tmp_path / "backup", "--keys", tmp_path / "vault/keys.db", status=2)


def test_a_backup_is_restored(tmp_path):
    with platform(tmp_path / "once") as (server, _, test):
        athlete = test.post("/athletes", {"name": "Ada"})["id"]
        analysis = test.wait(test.fixture(athlete_id=athlete))
        service = Installation(tmp_path / "once")
        service.admin("backup", "--to", tmp_path / "backup")
        service.admin("backup-keys", "--to", tmp_path / "vault/keys.db")
    shutil.rmtree(server.data)
    with Installation(tmp_path / "again") as restored:
        said = restored.admin("restore", "--from", tmp_path / "backup", "--keys", tmp_path / "vault/keys.db")
        assert said.startswith("1 athletes, 1 analyses, 0 sessions and 3 files")
        server = restored.serve()
        api = Api(server, test.key)
        assert api.get(f"/athletes/{athlete}")["name"] == "Ada"
        assert api.get(f"/analyses/{analysis['id']}") == analysis
        assert server.stop() == 0
        assert not any((restored.data / "work").iterdir())


def test_a_socket_opens_by_a_ticket_once(server, own):
    api, test = own
    athlete = api.post("/athletes", {"height_m": 1.8})["id"]
    ticket = api.post("/session_tickets", {"athlete_id": athlete})

    async def jump() -> str:
        async with connected(server, key=None, protocols=ticket["protocols"]) as client:
            await client.say(HELLO)
            return (await client.until("welcome"))["session"]

    name = asyncio.run(jump())
    session, = api.get("/sessions")["data"]
    assert session["id"] == name and session["athlete_id"] == athlete and not session["ended"]
    assert api.get(f"/sessions/{name}")["session"] == name
    assert test.code("GET", f"/sessions/{name}") == (404, "session_not_found")
    with pytest.raises(Exception, match="401"):
        asyncio.run(jump())
    used = Api(server, None).code("GET", f"/sessions/{name}")
    assert used == (401, "unauthorized")


def test_who_reads_sessions_watches_and_who_writes_them_measures(own, server):
    api, _ = own
    reader, writer = (Api(server, api.post("/api_keys", {"name": scope, "scopes": [f"sessions:{scope}"]})["key"]) for scope in ("read", "write"))

    async def said_to(key: str | None, hello: dict, **options) -> tuple[str, str]:
        async with connected(server, key=key, **options) as client:
            await client.say(hello)
            await client.closed()
            return client.got[0]["type"], client.got[0].get("code", "")

    async def both() -> None:
        async with connected(server, key=writer.key) as client:
            await client.say(HELLO)
            watch = {"type": "hello", "watch": (await client.until("welcome"))["session"]}
            assert await said_to(writer.key, watch) == ("error", "forbidden")
            assert await said_to(reader.key, HELLO) == ("error", "forbidden")
            ticket = writer.post("/session_tickets", {})
            assert await said_to(None, watch, protocols=ticket["protocols"]) == ("error", "forbidden")
            async with connected(server, key=reader.key) as watcher:
                await watcher.say(watch)
                await watcher.until("welcome")

    asyncio.run(both())


def test_a_ticket_ends_with_the_key_that_made_it(own, server):
    api, _ = own
    key = api.post("/api_keys", {"name": "phone", "scopes": ["sessions:write"]})
    ticket = Api(server, key["key"]).post("/session_tickets", {})
    api.call("DELETE", f"/api_keys/{key['id']}", expect=204)

    async def use() -> None:
        async with connected(server, key=None, protocols=ticket["protocols"]):
            pass

    with pytest.raises(Exception, match="401"):
        asyncio.run(use())


def test_a_session_is_deleted_once_it_is_over(own, server):
    api, test = own
    ticket = api.post("/session_tickets", {})

    async def jump() -> str:
        async with connected(server, key=None, protocols=ticket["protocols"]) as client:
            await client.say(HELLO)
            name = (await client.until("welcome"))["session"]
            await client.say(media(0, "rep"))
            await client.until_confirmed(1)
            assert api.code("DELETE", f"/sessions/{name}") == (409, "conflict")
            await client.say({"type": "end"})
            assert await client.closed() == 1000
            return name

    def events() -> list:
        return [event for event in api.get("/events")["data"] if event["data"].get("session_id") == name]

    name = asyncio.run(jump())
    assert {event["type"] for event in events()} == {"rep.recorded", "session.ended"}
    assert test.code("DELETE", f"/sessions/{name}") == (404, "session_not_found")
    api.call("DELETE", f"/sessions/{name}", expect=204)
    assert api.code("GET", f"/sessions/{name}") == api.code("DELETE", f"/sessions/{name}") == (404, "session_not_found")
    assert not events() and api.get("/sessions")["data"] == []
    assert [line["action"] for line in api.get("/audit_log")["data"] if line["target"] == name] == ["delete_session"]


def test_the_page_is_the_default_project(installation):
    server = installation.serve("page", keys=False)
    response, _ = server.request("/" + server.address().split("/")[-1])
    cookie = response.headers["Set-Cookie"].split(";")[0]
    athlete = installation.api(server, "live").post("/athletes", {})["id"]
    response, content = server.request(f"/v1/athletes/{athlete}", Cookie=cookie)
    assert response.status == 200 and json.loads(content)["id"] == athlete
    assert server.stop() == 0


def test_the_contract_is_served(server):
    response, content = server.request("/openapi.yaml")
    assert response.status == 200 and content.startswith(b"openapi: 3.1.0")


def test_paths_that_are_made_up_make_no_figures(server, api):
    api.get("/athletes")
    for path in ("/made-up-1", "/athletes/made-up-2", "/made/up/3"):
        api.code("GET", path)
        Api(server, None).code("GET", path)
    figures = server.request("/metrics", port=server.metrics_port)[1].decode()
    assert "made-up" not in figures and "/made" not in figures
    assert 'route="/v1/athletes/{athlete_id}"' in figures and 'route="/v1/athletes"' in figures


def test_a_key_of_test_mode_touches_and_sees_no_live_key(api, test_api):
    key = api.post("/api_keys", {"name": "live"})
    path = f"/api_keys/{key['id']}"
    for method, where, body in (("GET", path, None), ("DELETE", path, None), ("POST", path + "/rotate", {})):
        assert test_api.code(method, where, body) == (404, "not_found")
    modes = {name: {key["test"] for key in caller.get("/api_keys?limit=100")["data"]} for name, caller in (("live", api), ("test", test_api))}
    assert modes == {"live": {True, False}, "test": {True}}, "who has a live key makes and revokes those of test mode"
    Api(api.server, key["key"]).get("/athletes")
    api.call("DELETE", path, expect=204)


def test_a_key_of_test_mode_leaves_the_rules_of_the_project_alone(own):
    api, test = own
    before = api.get("/project")
    for change in ({"source_retention_s": 0}, {"consent": "required"}, {"name": "Ours"}):
        assert test.code("PATCH", "/project", change) == (403, "forbidden")
    assert test.get("/project") == before


def test_the_audit_log_is_that_of_the_mode(own):
    targets = {caller: caller.post("/athletes", {})["id"] for caller in own}
    for caller, target in targets.items():
        assert [entry["target"] for entry in caller.get("/audit_log")["data"] if entry["action"] == "create_athlete"] == [target]


def figure(server, name: str) -> float:
    text = server.request("/metrics", port=server.metrics_port)[1].decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def until(server, name: str, value: float) -> None:
    end = time.monotonic() + 30
    while figure(server, name) != value:
        assert time.monotonic() < end, f"{name} is {figure(server, name)}"
        time.sleep(0.2)


def test_an_operator_sees_jobs_and_webhooks(tmp_path):
    receiver = Receiver()
    receiver.answers = [500, 500]  # the wait after the first could end before anybody has looked at what is pending
    with platform(tmp_path, "--allow-private-addresses") as (server, _api, test):
        test.post("/webhook_endpoints", {"url": receiver.url, "event_types": ["analysis.completed"]})
        test.wait(test.fixture())
        test.wait(test.fixture("failure"))
        receiver.wait(1)
        until(server, 'plyo_webhook_attempts_total{outcome="missed"}', 1)  # and no more: it is tried again after four seconds at the earliest
        until(server, "plyo_webhook_deliveries_pending", 1)  # looked at every few seconds
        assert figure(server, 'plyo_analyses_total{outcome="completed",sport="cmj"}') == 1
        assert figure(server, 'plyo_analyses_total{outcome="failed",sport="cmj"}') == 1
        assert figure(server, 'plyo_analysis_seconds_count{sport="cmj"}') == 2
        assert figure(server, 'plyo_http_request_seconds_count{file="false",route="/v1/analyses"}') == 2
        assert figure(server, "plyo_store_up") == 1 and figure(server, "plyo_jobs{") == 0
        assert 0 < figure(server, "plyo_cpu_seconds_total") and 0 < figure(server, "plyo_cpu_cores")
        assert 1e7 < figure(server, "plyo_memory_bytes") < figure(server, "plyo_memory_limit_bytes")
        assert 0 < figure(server, "plyo_disk_free_bytes") <= figure(server, "plyo_disk_size_bytes")
        assert figure(server, "plyo_build_info{") == 1
    receiver.close()


def test_times_of_requests_that_carry_a_file_are_told_apart(tmp_path):
    with platform(tmp_path, "--jobs", "0") as (server, api, _test):
        upload = api.post("/uploads", {"bytes": 5, "part_bytes": 1 << 20})["id"]
        api.call("PUT", f"/uploads/{upload}/parts/1", raw=b"12345", Content_Type="application/octet-stream")
        made = api.post("/analyses", {"sport": "cmj", "source": {"type": "upload", "upload_id": upload}}, 202)["id"]
        assert api.get(f"/analyses/{made}/files/source.bin") == b"12345"
        content, kind = form({"sport": "cmj"}, b"12345")
        api.post("/analyses", raw=content, expect=202, Content_Type=kind)
        api.post("/analyses", {"sport": "cmj", "source": {"type": "landmarks", "csv": "a"}}, 202)
        api.get("/analyses")
        api.get("/athletes/ath_nobody/export", expect=404)
        told = {(file, route): figure(server, f'plyo_http_request_seconds_count{{file="{file}",route="/v1/{route}"}}') for file in ("true", "false")
                for route in ("uploads", "uploads/{upload_id}/parts/{part_number}", "analyses", "analyses/{analysis_id}/files/{file_name}", "athletes/{athlete_id}/export")}
        assert {place: count for place, count in told.items() if count} == {
            ("false", "uploads"): 1, ("true", "uploads/{upload_id}/parts/{part_number}"): 1, ("false", "analyses"): 2, ("true", "analyses"): 2,
            ("true", "analyses/{analysis_id}/files/{file_name}"): 1, ("true", "athletes/{athlete_id}/export"): 1}
