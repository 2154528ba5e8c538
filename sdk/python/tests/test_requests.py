"""What is sent, and what objects the answers become."""

from __future__ import annotations

import datetime as dt
import inspect

import httpx
import pytest
from adapter import ATHLETE, KEY, TIME, analysis, answer, sent

import plyo
from plyo import _async_resources, _resources, models


def test_a_request_says_who_asks_and_by_which_version(connect):
    api = connect(lambda request: answer(ATHLETE))
    api.call("athletes.get", ATHLETE["id"])
    (request,) = api.requests
    assert str(request.url) == f"http://plyo.test/v1/athletes/{ATHLETE['id']}"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["plyo-version"] == "2026-11-29"
    assert request.headers["user-agent"].startswith(f"plyo-python/{plyo.__version__} ")
    assert "idempotency-key" not in request.headers


def test_fields_that_are_not_given_are_not_sent(connect):
    api = connect(lambda request: answer(ATHLETE, 201))
    made = api.call("athletes.create", name="Adà", height_m=1.8, birth_date=dt.date(2001, 2, 3), metadata={"team": "a"})
    assert sent(api.bodies[0]) == {"name": "Adà", "height_m": 1.8, "birth_date": "2001-02-03", "metadata": {"team": "a"}}
    assert isinstance(made, models.Athlete) and made.id == ATHLETE["id"]
    assert made.created_at == dt.datetime(2026, 11, 29, 12, tzinfo=dt.timezone.utc)


def test_none_removes_in_a_change_and_absence_keeps(connect):
    api = connect(lambda request: answer(ATHLETE))
    api.call("athletes.update", ATHLETE["id"], name=None, mass_kg=70, if_match='"a"')
    assert sent(api.bodies[0]) == {"name": None, "mass_kg": 70}
    assert api.requests[0].headers["if-match"] == '"a"'
    assert api.requests[0].method == "PATCH"


def test_filters_and_times_are_written_by_rfc_3339(connect):
    api = connect(lambda request: answer({"data": [], "next_cursor": None}))
    zone = dt.timezone(dt.timedelta(hours=2))
    api.call("analyses.list", status="failed", created_after=dt.datetime(2026, 1, 1, 2, tzinfo=zone), limit=5)
    assert dict(api.requests[0].url.params) == {"limit": "5", "status": "failed", "created_after": "2026-01-01T00:00:00Z"}
    with pytest.raises(ValueError, match="zone"):
        api.call("analyses.list", created_after=dt.datetime(2026, 1, 1))


def test_parts_of_a_path_are_escaped_and_never_empty(connect):
    api = connect(lambda request: answer(ATHLETE))
    api.call("athletes.get", "../keys?x=1")
    assert api.requests[0].url.raw_path == b"/v1/athletes/..%2Fkeys%3Fx%3D1"
    for value in ("", "..", "."):
        with pytest.raises(ValueError):
            api.call("athletes.get", value)


def test_base_url_may_have_a_path_and_a_slash(connect):
    api = connect(lambda request: answer(ATHLETE), base_url="https://coach.example/plyo/")
    api.call("athletes.get", "ath_1")
    assert str(api.requests[0].url) == "https://coach.example/plyo/v1/athletes/ath_1"


def test_a_body_of_nothing_is_an_empty_object_where_one_is_wanted(connect):
    key = {"id": "key_1", "created_at": TIME, "name": "n", "hint": "plyo_test_0", "scopes": [], "test": True, "status": "active", "key": "plyo_test_secret"}
    api = connect(lambda request: answer(key, 201))
    api.call("api_keys.rotate", "key_1")
    assert api.bodies == [b"{}"]


def test_what_the_answer_said_beside_the_object(connect):
    headers = {"etag": '"7"', "x_request_id": "r1", "idempotency_replayed": "true", "ratelimit_limit": "60", "ratelimit_remaining": "59", "ratelimit_reset": "3"}
    api = connect(lambda request: answer(ATHLETE, 201, **headers))
    made = api.call("athletes.create", idempotency_key="mine")
    assert api.requests[0].headers["idempotency-key"] == "mine"
    assert made.etag == '"7"'
    assert made.answer == plyo.AnswerInfo(201, "r1", '"7"', None, True, plyo.RateLimit(60, 59, 3.0))


def test_an_object_that_is_as_it_is_known(connect):
    api = connect(lambda request: httpx.Response(304, headers={"etag": '"7"'}))
    with pytest.raises(plyo.NotModified) as raised:
        api.call("athletes.get", "ath_1", if_none_match='"7"')
    assert raised.value.etag == '"7"'
    assert api.requests[0].headers["if-none-match"] == '"7"'


def test_fields_of_a_later_version_are_kept():
    athlete = models.Athlete.from_dict({**ATHLETE, "shoe_m": 0.3})
    assert athlete.extra == {"shoe_m": 0.3}
    assert athlete.to_dict() == {**ATHLETE, "shoe_m": 0.3}
    assert models.Analysis.from_dict(analysis("paused")).status == "paused"


def test_objects_come_back_as_they_were():
    document = {"id": "jump_height", "value": None, "unit": "m", "reason": "no_scale", "flags": []}
    metric = models.Metric.from_dict(document)
    assert metric.value is None and metric.reason == "no_scale"
    assert metric.to_dict() == document
    assert models.Metric.from_dict({**document, "class": "heel"}).class_ == "heel"
    session = {"schema": "plyo.session/1", "session": "ses_12345678", "sport": "cmj", "created": TIME, "ended": False, "reps": [], "result": None}
    assert models.Session.from_dict(session).to_dict() == session


def test_objects_do_not_change():
    with pytest.raises(AttributeError):
        models.Athlete.from_dict(ATHLETE).name = "Eve"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "micros"),
    [("2026-11-29T12:00:00Z", 0), ("2026-11-29T12:00:00.25Z", 250_000), ("2026-11-29T14:00:00.123456789+02:00", 123_456), ("2026-11-29t12:00:00z", 0)],
)
def test_times_are_read(text, micros):
    time = models.Athlete.from_dict({**ATHLETE, "created_at": text}).created_at
    assert time == dt.datetime(2026, 11, 29, 12, 0, 0, micros, dt.timezone.utc)


def test_an_answer_that_is_none_of_the_contract(connect):
    api = connect(lambda request: httpx.Response(200, text="<html>Welcome</html>"))
    with pytest.raises(plyo.InvalidAnswerError, match="not JSON"):
        api.call("usage.get")
    api = connect(lambda request: answer({"id": "ath_1"}, x_request_id="r9"))
    with pytest.raises(plyo.InvalidAnswerError, match="created_at") as raised:
        api.call("athletes.get", "ath_1")
    assert raised.value.request_id == "r9"
    api = connect(lambda request: answer(["no", "object"]))
    with pytest.raises(plyo.InvalidAnswerError):
        api.call("athletes.list")


def test_what_deletes_gives_nothing(connect):
    api = connect(lambda request: httpx.Response(204))
    assert api.call("athletes.delete", "ath_1") is None


def test_a_part_is_sent_as_it_is(connect):
    upload = {"id": "upl_1", "created_at": TIME, "expires_at": TIME, "status": "open", "bytes": 3, "part_bytes": 1048576, "parts": [1]}
    api = connect(lambda request: answer(upload))
    assert api.call("uploads.put_part", "upl_1", 1, b"\x00\x01\x02").parts == [1]
    assert api.requests[0].method == "PUT" and api.requests[0].url.path == "/v1/uploads/upl_1/parts/1"
    assert api.bodies == [b"\x00\x01\x02"] and api.requests[0].headers["content-type"] == "application/octet-stream"


def test_both_clients_have_the_same_methods():
    classes = [(name, kind) for name, kind in vars(_resources).items() if inspect.isclass(kind) and kind.__module__ == _resources.__name__]
    assert len(classes) >= 13
    for name, kind in classes:
        other = getattr(_async_resources, f"Async{name}")
        for method, function in inspect.getmembers(kind, inspect.isfunction):
            if method.startswith("_"):
                continue
            assert str(inspect.signature(function).replace(return_annotation="")) == str(
                inspect.signature(getattr(other, method)).replace(return_annotation="")
            ), f"{name}.{method}"
            assert function.__doc__ and getattr(other, method).__doc__


def test_settings_of_one_call_share_the_connections(connect):
    api = connect(lambda request: answer(ATHLETE), timeout=7)
    other = api.client.with_options(timeout=1, max_retries=5, api_key="plyo_test_other")
    api.run(api.method("athletes.get", other)("ath_1"))
    assert api.requests[0].headers["authorization"] == "Bearer plyo_test_other"
    assert api.requests[0].extensions["timeout"]["read"] == 1
    assert (other.retries.max_retries, api.client.retries.max_retries, api.client.timeout) == (5, 2, 7)


def test_the_environment_says_what_is_not_given(monkeypatch):
    with pytest.raises(plyo.PlyoError, match="PLYO_API_KEY"):
        plyo.Plyo()
    monkeypatch.setenv("PLYO_API_KEY", "plyo_live_x")
    with plyo.Plyo() as client:
        assert client.base_url == "http://127.0.0.1:8080"
    monkeypatch.setenv("PLYO_BASE_URL", "https://coach.example/")
    with plyo.Plyo() as client:
        assert client.base_url == "https://coach.example"
    with plyo.Plyo(base_url="http://other:1") as client:
        assert client.base_url == "http://other:1"
    for address in ("coach.example", "ftp://coach.example", "http://"):
        with pytest.raises(ValueError):
            plyo.Plyo(base_url=address)
