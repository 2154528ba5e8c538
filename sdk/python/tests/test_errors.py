"""Errors by code, and that no secret stands in what is printed or logged."""

from __future__ import annotations

import logging
import pickle

import httpx
import pytest
from adapter import FAILED, KEY, TIME, answer, problem

import plyo
from plyo import errors, live_messages, models


@pytest.mark.parametrize("code", sorted(errors.BY_CODE))
def test_each_code_is_a_class(connect, code):
    kind = errors.BY_CODE[code]
    status = 503 if issubclass(kind, plyo.ServerError) else 422
    api = connect(lambda request: problem(code, status), max_retries=0)
    with pytest.raises(kind) as raised:
        api.call("athletes.create")
    error = raised.value
    assert type(error) is kind and isinstance(error, plyo.ApiError)
    assert (error.status, error.code, error.request_id) == (status, code, "req1")
    assert (error.title, error.detail, error.remedy) == (f"Title of {code}.", f"Detail of {code}.", "Do better.")
    assert str(error) == f"{code} ({status}): Detail of {code}. Do better. [request req1]"


def test_names_that_the_issue_and_the_readme_use():
    assert errors.NotFoundError and errors.RateLimitedError and errors.UnauthorizedError and errors.ConsentRequiredError
    assert errors.ProtocolError and errors.InternalError.__mro__[1] is plyo.ServerError
    assert not hasattr(errors, "FileNotFoundError")


def test_a_code_of_a_later_version(connect):
    api = connect(lambda request: problem("moon_phase", 418))
    with pytest.raises(plyo.ApiError) as raised:
        api.call("athletes.list")
    assert type(raised.value) is plyo.ApiError and raised.value.code == "moon_phase"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, errors.UnauthorizedError), (404, errors.NotFoundError), (429, errors.RateLimitedError), (502, plyo.ServerError), (418, plyo.ApiError), (301, plyo.ApiError)],
)
def test_answers_of_a_proxy_have_no_code(connect, status, kind):
    api = connect(lambda request: httpx.Response(status, text="<h1>nginx</h1>", headers={"x-request-id": "r5"}), max_retries=0)
    with pytest.raises(plyo.ApiError) as raised:
        api.call("athletes.list")
    assert type(raised.value) is kind
    assert raised.value.code is None and raised.value.status == status and raised.value.request_id == "r5"


def test_everything_of_a_problem_is_kept(connect):
    body = {"code": "conflict", "detail": 7, "status": 409, "states": ["a"]}
    api = connect(lambda request: answer(body, 409, retry_after="3"))
    with pytest.raises(errors.ConflictError) as raised:
        api.call("analyses.cancel", "ana_1")
    assert raised.value.extra == {"states": ["a"]} and raised.value.detail == "" and raised.value.retry_after == 3


def test_all_errors_have_one_base():
    for kind in (plyo.ApiError, plyo.ApiTimeoutError, plyo.InvalidAnswerError, plyo.NotModified, plyo.UploadError, plyo.WaitTimeoutError, plyo.WebhookSignatureError):
        assert issubclass(kind, plyo.PlyoError)
    assert issubclass(plyo.ApiTimeoutError, plyo.ApiConnectionError) and issubclass(plyo.WaitTimeoutError, TimeoutError)


def test_secrets_are_in_no_text(connect, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "plyo_test_newsecretkey00000000000"
    key = {"id": "key_1", "created_at": TIME, "name": "n", "hint": "plyo_test_new", "scopes": [], "test": True, "status": "active", "key": secret}
    api = connect(lambda request: answer(key, 201))
    made = api.call("api_keys.create", name="n")
    assert made.key == secret
    texts = [repr(made), str(made), repr(api.client), str(api.client), caplog.text]
    api = connect(lambda request: problem("unauthorized", 401))
    with pytest.raises(plyo.ApiError) as raised:
        api.call("athletes.list")
    texts += [repr(raised.value), str(raised.value), repr(vars(raised.value)), caplog.text]
    api = connect(lambda request: (_ for _ in ()).throw(httpx.ConnectError("refused")), max_retries=0)
    with pytest.raises(plyo.ApiConnectionError) as broken:
        api.call("athletes.list")
    texts += [repr(broken.value), str(broken.value), caplog.text]
    for text in texts:
        assert secret not in text and KEY not in text
    assert "/v1/api_keys -> 201" in caplog.text


def test_secrets_and_names_are_not_in_the_repr_of_objects():
    endpoint = {"id": "whk_1", "created_at": TIME, "test": True, "url": "https://a.example", "event_types": [], "enabled": True, "secret": "whsec_c2VjcmV0"}
    ticket = {"ticket": "tick", "expires_at": TIME, "url": "/v1/live", "protocols": ["plyo.live.1", "plyo.token.tick"]}
    athlete = {"id": "ath_1", "created_at": TIME, "updated_at": TIME, "test": True, "name": "Ada Lovelace", "birth_date": "1815-12-10"}
    welcome = {"type": "welcome", "session": "ses_1", "resume_token": "resumetoken", "capacity": {"fps": 30, "width": 1, "height": 1}}
    assert "c2VjcmV0" not in repr(models.WebhookEndpointCreated.from_dict(endpoint))
    assert "tick'" not in repr(models.SessionTicket.from_dict(ticket)) and "token" not in repr(models.SessionTicket.from_dict(ticket))
    assert "Lovelace" not in repr(models.Athlete.from_dict(athlete)) and "1815" not in repr(models.Athlete.from_dict(athlete))
    assert "resumetoken" not in repr(live_messages.WelcomeMessage.from_dict(welcome))


@pytest.mark.parametrize("key", ["plyo_test_ab\ncd", "plyo test", "plyo_tést"])
def test_a_key_that_cannot_be_sent_is_refused_without_being_told(key):
    with pytest.raises(ValueError) as raised:
        plyo.Plyo(key)
    assert key not in str(raised.value)


def test_objects_can_be_kept():
    athlete = models.Athlete.from_dict({"id": "ath_1", "created_at": TIME, "updated_at": TIME, "test": True})
    assert pickle.loads(pickle.dumps(athlete)) == athlete


def test_errors_come_back_from_another_process():
    failed = plyo.AnalysisFailedError(models.Analysis.from_dict(FAILED))
    for error in (errors.NotFoundError(status=404, code="not_found", detail="Gone.", request_id="r"), failed, plyo.UploadError("upl_1", 2, failed), plyo.NotModified('"1"')):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error) and vars(again) == vars(error)
