"""Who may do what: every operation of the contract with every key that must not open it, and what strangers can tell apart."""
import asyncio
import dataclasses
import json
import random
import re
import time

import pytest
import yaml
from engines import engines, module_installation  # noqa: F401
from platform_support import SOURCE, Api
from serve_support import HELLO, connected

PUBLIC: set[str] = set()
"""Operations that ask for no key. There is none; a new one is to be named here."""
OF_BOTH_MODES = {"get_api_key", "revoke_api_key", "rotate_api_key"}
"""The keys of test mode are seen by live ones too."""
FIXTURE = {"sport": "cmj", "source": {"type": "fixture", "name": "jump"}}
BODIES = {
    "create_athlete": {}, "update_athlete": {"height_m": 1.5}, "create_consent": {"given_by": "x"}, "create_analysis": FIXTURE,
    "create_upload": {"bytes": 5}, "put_upload_part": b"12345", "create_session_ticket": {}, "create_webhook_endpoint": {"url": "https://example.com"},
    "update_webhook_endpoint": {"enabled": False}, "create_api_key": {"name": "x"}, "rotate_api_key": {}, "update_project": {"name": "x"}}
QUERIES = {"get_athlete_trend": "?sport=cmj&metric=jump_height"}
REFERENCES = {
    "an analysis of an athlete": ("POST", "/analyses", {**FIXTURE, "athlete_id": "{athlete_id}"}),
    "a ticket for an athlete": ("POST", "/session_tickets", {"athlete_id": "{athlete_id}"}),
    "analyses of an athlete": ("GET", "/analyses?athlete_id={athlete_id}", None),
    "sessions of an athlete": ("GET", "/sessions?athlete_id={athlete_id}", None),
    "an athlete's consent under another one": ("DELETE", "/athletes/{own_athlete}/consents/{consent_id}", None)}
"""Where ids stand beside the path."""


@dataclasses.dataclass(frozen=True)
class Operation:
    name: str
    method: str
    path: str
    scope: str
    public: bool
    has_body: bool

    def call(self, api: Api, ids: dict[str, str], **options):
        path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], self.path).removeprefix("/v1") + QUERIES.get(self.name, "")
        if not self.has_body:
            return api.call(self.method, path, **options)
        body = BODIES[self.name]
        if isinstance(body, bytes):
            return api.call(self.method, path, raw=body, Content_Type="application/octet-stream", **options)
        return api.call(self.method, path, body, **options)


CONTRACT = yaml.safe_load((SOURCE / "contract/openapi.yaml").read_text(encoding="utf-8"))
OPERATIONS = [
    Operation(entry["operationId"], method.upper(), path, entry.get("x-scope", ""), entry.get("security", CONTRACT["security"]) in ([], [{}]),
              "requestBody" in entry)
    for path, item in CONTRACT["paths"].items() for method, entry in item.items() if method in ("get", "put", "post", "patch", "delete")]
LOCKED = [operation for operation in OPERATIONS if not operation.public]
STRANGERS = ["the other mode", "a project of the same organisation", "another tenant"]
each = pytest.mark.parametrize("operation", LOCKED, ids=lambda operation: operation.name)


@pytest.fixture(scope="module")
def server(installation):
    server = installation.serve()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def callers(installation, server):
    """`owner`, whose all of this is, in test mode, and who is none of the owner's."""
    organization = installation.organization()
    mode, owner = installation.apis(server, installation.project(organization))
    _, sibling = installation.apis(server, installation.project(organization))
    _, other = installation.apis(server, installation.project())
    return {"owner": owner, **dict(zip(STRANGERS, (mode, sibling, other), strict=True))}


@pytest.fixture(scope="module")
def owner(callers):
    return callers["owner"]


@pytest.fixture(scope="module")
def ids(server, owner):
    """One of everything, by the names of the contract's parameters."""
    athlete = owner.post("/athletes", {"external_id": "of-the-owner", "name": "Ada"})["id"]

    async def begin() -> str:
        async with connected(server, owner.key) as client:
            await client.say(HELLO)
            return (await client.until("welcome"))["session"]

    return {"athlete_id": athlete,
            "consent_id": owner.post(f"/athletes/{athlete}/consents", {"given_by": "Ada"})["id"],
            "analysis_id": owner.wait(owner.fixture(athlete_id=athlete))["id"],
            "upload_id": owner.post("/uploads", {"bytes": 5})["id"], "part_number": "1",
            "session_id": asyncio.run(begin()), "file_name": "metrics.csv",
            "webhook_endpoint_id": owner.post("/webhook_endpoints", {"url": "https://example.com"})["id"],
            "event_id": owner.get("/events")["data"][0]["id"],
            "api_key_id": owner.post("/api_keys", {"name": "old", "test": True})["id"]}


def altered(text: str) -> str:
    return text[:-1] + ("1" if text[-1] == "0" else "0")


def never_there(ids: dict[str, str]) -> dict[str, str]:
    """Ids as well formed and as old, that nothing has."""
    return {name: altered(value) if name.endswith("_id") else value for name, value in ids.items()}


def told(api: Api, problem: dict) -> tuple[int, dict, dict]:
    """All of an answer that is not of this one request."""
    headers = {name: value for name, value in api.headers.items()
               if name.lower() not in ("date", "x-request-id", "traceparent", "ratelimit-remaining", "ratelimit-reset")}
    return api.status, {name: value for name, value in problem.items() if name not in ("request_id", "instance")}, headers


def refused(api: Api, operation: Operation, ids: dict[str, str], **headers: str) -> tuple[int, dict, dict]:
    return told(api, operation.call(api, ids, expect=tuple(range(400, 500)), **headers))


@pytest.fixture(scope="module")
def useless(server, owner):
    """What opens nothing, by what is wrong with it."""
    in_a_moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    expired = owner.post("/api_keys", {"name": "x", "test": True, "expires_at": in_a_moment})
    Api(server, expired["key"]).get("/athletes")
    revoked, replaced = (owner.post("/api_keys", {"name": "x", "test": True}) for _ in range(2))
    owner.call("DELETE", f"/api_keys/{revoked['id']}", expect=204)
    owner.post(f"/api_keys/{replaced['id']}/rotate", {"overlap_s": 0})
    while owner.get(f"/api_keys/{expired['id']}")["status"] == "active":
        time.sleep(0.1)
    id_, secret = owner.key.rsplit("_", 1)
    return {"an unknown id": f"{altered(id_)}_{secret}", "another's secret": f"{id_}_{revoked['key'].rsplit('_', 1)[1]}",
            "one letter wrong": altered(owner.key), "no secret": f"{id_}_", "the other mode": owner.key.replace("_test_", "_live_"),
            "expired": expired["key"], "revoked": revoked["key"], "replaced": replaced["key"]}


def test_what_asks_for_no_key_is_known():
    assert {operation.name for operation in OPERATIONS if operation.public} == PUBLIC
    assert {operation.name for operation in OPERATIONS if operation.has_body} == set(BODIES)


@each
def test_without_a_key_that_holds_nothing_is_done(server, ids, useless, operation):
    strangers = {name: refused(Api(server, key), operation, ids) for name, key in useless.items()}
    assert len({json.dumps(answer) for answer in strangers.values()}) == 1, strangers
    strangers["none"] = refused(Api(server, None), operation, ids)
    strangers["no key of ours"] = refused(Api(server, "nonsense"), operation, ids)
    strangers["a cookie"] = refused(Api(server, None), operation, ids, Cookie=f"plyo_session={'0' * 64}; plyo_session_{server.port}={'0' * 64}")
    for name, (status, problem, _) in strangers.items():
        assert (status, problem["code"]) == (401, "unauthorized"), name


@pytest.fixture(scope="module")
def lacking(server, owner):
    """A key for each scope that has all others."""
    scopes = CONTRACT["components"]["schemas"]["scope"]["enum"]
    return {scope: Api(server, owner.post("/api_keys", {"name": scope, "test": True, "scopes": [s for s in scopes if s != scope]})["key"])
            for scope in scopes}


@each
def test_a_key_does_what_its_scopes_say(lacking, ids, operation):
    status, problem, _ = refused(lacking[operation.scope], operation, ids)
    assert (status, problem["code"]) == (403, "forbidden") and operation.scope in problem["detail"]


@pytest.mark.parametrize(
    ("operation", "stranger"),
    [pytest.param(operation, stranger, id=f"{operation.name}-{stranger}") for operation in LOCKED if "_id}" in operation.path
     for stranger in STRANGERS if stranger != "the other mode" or operation.name not in OF_BOTH_MODES])
def test_what_is_anothers_looks_like_what_is_not_there(callers, ids, operation, stranger):
    api = callers[stranger]
    answer = refused(api, operation, ids)
    assert answer[0] == 404 and answer[1]["code"] == ("session_not_found" if "session_id" in operation.path else "not_found")
    assert answer == refused(api, operation, never_there(ids))


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("reference", REFERENCES)
def test_what_is_anothers_is_not_named_either(callers, ids, reference, stranger):
    api = callers[stranger]
    method, path, body = REFERENCES[reference]
    own = api.post("/athletes", {})["id"]
    if stranger == "the other mode" and method == "POST" and path == "/analyses":
        body = {**body, "source": {"type": "url", "url": "https://example.com/a.mp4"}}

    def answer(names: dict[str, str]) -> tuple:
        text = json.dumps([path, body])
        for name, value in {**names, "own_athlete": own}.items():
            text = text.replace("{" + name + "}", value)
        return told(api, api.call(method, *json.loads(text), expect=(200, *range(400, 500))))

    answered = answer(ids)
    assert answered == answer(never_there(ids))
    assert answered[0] == 404 or answered[1]["data"] == []


@pytest.mark.parametrize("stranger", STRANGERS)
def test_lists_hold_nothing_of_others(callers, ids, stranger):
    for operation in LOCKED:
        if operation.method != "GET" or "{" in operation.path:
            continue
        if stranger == "the other mode" and operation.name == "list_api_keys":  # a live key lists those of test mode
            continue
        text = json.dumps(operation.call(callers[stranger], {}))
        assert not [value for name, value in ids.items() if name.endswith("_id") and value in text], operation.name
    assert callers[stranger].get("/athletes?external_id=of-the-owner")["data"] == []


def test_a_key_of_test_mode_makes_no_live_one(owner, callers):
    live = callers["the other mode"].post("/api_keys", {"name": "live"})
    assert owner.code("POST", f"/api_keys/{live['id']}/rotate", {}) == (404, "not_found")
    assert owner.code("POST", "/api_keys", {"name": "x", "test": False}) == (403, "forbidden")


def test_nothing_has_been_done_by_who_was_refused(owner, ids):
    """After all of the above."""
    assert owner.get(f"/athletes/{ids['athlete_id']}").get("height_m") is None
    consent, = owner.get(f"/athletes/{ids['athlete_id']}/consents")["data"]
    assert "withdrawn_at" not in consent
    assert owner.get(f"/analyses/{ids['analysis_id']}")["status"] == "completed" and len(owner.get("/analyses")["data"]) == 1
    assert owner.get(f"/uploads/{ids['upload_id']}")["parts"] == []
    assert owner.get(f"/webhook_endpoints/{ids['webhook_endpoint_id']}")["enabled"]
    assert owner.get(f"/api_keys/{ids['api_key_id']}")["status"] == "active"
    assert owner.get("/project")["name"] != "x"
    assert [a["id"] for a in owner.get("/athletes")["data"]] == [ids["athlete_id"]] and owner.get(f"/sessions/{ids['session_id']}")["session"]


def slower(first, second, pairs: int = 300) -> float:
    """In which share of the pairs the first takes longer. Each pair is measured in one go and in a random order, so that what else the
    machine does falls on both alike; the times themselves say nothing."""
    chance, count = random.Random(1), 0

    def time_of(call) -> int:
        begun = time.perf_counter_ns()
        call()
        return time.perf_counter_ns() - begun

    for _ in range(pairs):
        if chance.random() < 0.5:
            one, other = time_of(first), time_of(second)
        else:
            other, one = time_of(second), time_of(first)
        count += one > other
    return count / pairs


def is_even(share: float) -> bool:
    """A few microseconds of one more row show here on a quiet machine; over a network they do not. What does more work shows as nearly 1."""
    return 0.25 < share < 0.75


@pytest.mark.parametrize("path", ["/athletes/{athlete_id}", "/athletes/{athlete_id}/export", "/analyses/{analysis_id}/result",
                                  "/analyses/{analysis_id}/files/metrics.csv", "/uploads/{upload_id}", "/sessions/{session_id}"])
def test_time_does_not_tell_anothers_from_what_is_not_there(callers, ids, path):
    api, absent = callers["another tenant"], never_there(ids)
    assert is_even(slower(lambda: api.get(path.format(**ids), expect=404), lambda: api.get(path.format(**absent), expect=404)))


@pytest.mark.parametrize("wrong", ["another's secret", "one letter wrong", "expired", "revoked"])
def test_time_does_not_tell_a_key_that_there_is(server, useless, wrong):
    known, unknown = Api(server, useless[wrong]), Api(server, useless["an unknown id"])
    assert is_even(slower(lambda: known.get("/athletes", expect=401), lambda: unknown.get("/athletes", expect=401)))


def test_time_would_tell(owner, ids):
    """That the measure sees what it is to see: what is opened takes longer than what is not there."""
    absent = never_there(ids)
    path = "/athletes/{athlete_id}/export"
    assert slower(lambda: owner.get(path.format(**ids)), lambda: owner.get(path.format(**absent), expect=404)) > 0.75
