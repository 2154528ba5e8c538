"""The scenarios that every SDK must see: against a real server where one is given, and some of them against a small fake, to
see that the runner sees what it should."""

from __future__ import annotations

import inspect
import json
import os

import contract
import httpx
import pytest
from adapter import Adapter, answer, problem

from plyo import Plyo

SCENARIOS = contract.scenarios()
BY_NAME = {scenario["name"]: scenario for scenario in SCENARIOS}
NEEDED = ("PLYO_BASE_URL", "PLYO_API_KEY", "PLYO_TEST_API_KEY")
without_repository = pytest.mark.skipif(not SCENARIOS, reason="the scenarios are in the repository alone")


@pytest.mark.server
@pytest.mark.skipif(not all(os.environ.get(name) for name in NEEDED), reason=f"needs a server: {', '.join(NEEDED)}")
@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_scenario(scenario, kind):
    names = {"live": "PLYO_API_KEY", "test": "PLYO_TEST_API_KEY"}
    clients = {mode: Adapter(kind == "async", base_url=os.environ["PLYO_BASE_URL"], api_key=os.environ[name]) for mode, name in names.items()}
    try:
        contract.run(scenario, clients)
    finally:
        for client in clients.values():
            client.close()


@without_repository
def test_every_step_is_a_call_that_there_is():
    with Plyo("plyo_test_x") as client:
        for scenario in SCENARIOS:
            for step in [*scenario["steps"], *scenario.get("finally", [])]:
                method = client
                for name in step["call"].split("."):
                    method = getattr(method, name)
                given = dict(step.get("args", {}))
                if "timeout_s" in given:
                    given["timeout"] = given.pop("timeout_s")
                inspect.signature(method).bind(**given)


@without_repository
def test_every_operation_is_called_by_a_scenario():
    called = {step["call"] for scenario in SCENARIOS for step in [*scenario["steps"], *scenario.get("finally", [])]}
    with Plyo("plyo_test_x") as client:
        for name, _ in inspect.getmembers(type(client), lambda member: isinstance(member, property)):
            prefixes = [name] + ([f"{name}.consents"] if name == "athletes" else [])
            for prefix in prefixes:
                target = getattr(client, name) if prefix == name else client.athletes.consents
                for method, _ in inspect.getmembers(type(target), inspect.isfunction):
                    if not method.startswith("_"):
                        assert f"{prefix}.{method}" in called, f"no scenario calls {prefix}.{method}"


class Fake:
    """Athletes in memory, as the contract has them."""

    def __init__(self) -> None:
        self.athletes = {}
        self.once = {}
        self.count = 0

    def etag(self, athlete) -> str:
        return f'"{athlete["updated_at"]}"'

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.count += 1
        if request.headers["authorization"] != "Bearer plyo_test_good":
            return problem("unauthorized", 401)
        made = self.answer(request)
        made.headers["x-request-id"] = f"r{self.count}"
        return made

    def answer(self, request: httpx.Request) -> httpx.Response:
        stamp = f"2026-11-29T12:00:00.{self.count:06d}Z"
        if request.url.path == "/v1/athletes":
            if request.method == "GET":
                return self.page(request.url.params)
            key = request.headers["idempotency-key"]
            if key in self.once:
                body, athlete = self.once[key]
                return answer(athlete, 201, idempotency_replayed="true") if body == request.content else problem("idempotency_mismatch", 422)
            given = json.loads(request.content)
            if given.get("height_m", 1) > 2.6 or given.get("sex") == "unknown" or given.get("birth_date") == "yesterday":
                return problem("invalid_argument", 400)
            athlete = {"id": f"ath_{self.count:026d}", "created_at": stamp, "updated_at": stamp, "test": True, **given}
            self.athletes[athlete["id"]] = athlete
            self.once[key] = (request.content, athlete)
            return answer(athlete, 201)
        name = request.url.path.rsplit("/", 1)[1]
        athlete = self.athletes.get(name)
        if athlete is None:
            return problem("not_found", 404)
        if request.method == "DELETE":
            del self.athletes[name]
            return httpx.Response(204)
        if request.method == "PATCH":
            if request.headers.get("if-match", self.etag(athlete)) != self.etag(athlete):
                return problem("precondition_failed", 412)
            athlete = {**athlete, **json.loads(request.content), "updated_at": stamp}
            athlete = self.athletes[name] = {key: value for key, value in athlete.items() if value is not None}
        if request.headers.get("if-none-match") == self.etag(athlete):
            return httpx.Response(304, headers={"etag": self.etag(athlete)})
        return answer(athlete, etag=self.etag(athlete))

    def page(self, params) -> httpx.Response:
        limit, begin = int(params.get("limit", 20)), int(params.get("cursor", 0))
        found = [one for one in reversed(self.athletes.values()) if params.get("external_id") in (None, one.get("external_id"))]
        following = str(begin + limit) if begin + limit < len(found) else None
        return answer({"data": found[begin : begin + limit], "next_cursor": following})


@without_repository
@pytest.mark.parametrize("name", ["athlete_from_beginning_to_end", "pages_of_a_list", "changed_by_somebody_else", "done_once", "key_that_is_none"])
def test_the_runner_against_a_fake(connect, name):
    fake = Fake()
    api = connect(fake, api_key="plyo_test_good")
    contract.run(BY_NAME[name], {"test": api})
    assert fake.count > 0 and fake.athletes == {}


@without_repository
@pytest.mark.parametrize(
    ("broken", "where"),
    [
        ({"call": "athletes.create", "args": {"name": "Ada"}, "expect": {"name": "Eve"}}, "'Eve' was expected"),
        ({"call": "athletes.create", "args": {"height_m": 5}}, "invalid_argument"),
        ({"call": "athletes.create", "error": "not_found"}, "was expected, and came"),
        ({"call": "athletes.list", "expect": {"data": {"contains": {"id": "x"}}}}, "contains"),
        ({"call": "athletes.get", "args": {"athlete_id": "${none.id}"}}, "nothing was saved"),
    ],
)
def test_the_runner_sees_what_is_wrong(connect, broken, where):
    api = connect(Fake(), api_key="plyo_test_good")
    with pytest.raises(AssertionError, match=where):
        contract.run({"name": "broken", "steps": [broken]}, {"test": api})


def test_matchers():
    document = {"a": [{"id": 1, "n": 0.5}, {"id": 2}], "t": "2026-11-29T12:00:00Z", "none": None}
    for path, wanted in [
        ("a.0.id", 1), ("a.-1.id", 2), ("a.2", {"type": "absent"}), ("a", {"length": 2}), ("a", {"at_least": 1}), ("a.0.n", {"about": 0.6, "within": 0.2}),
        ("a", {"contains": {"id": 2, "n": {"type": "absent"}}}), ("a", {"lacks": {"id": 3}}), ("t", {"type": "time"}), ("t", {"matches": "^2026"}),
        ("none", None), ("t", {"not": "x"}), ("a.0.id", {"at_least": 1}), ("a.0.id", {"type": "integer"}), ("a.0", {"id": 1, "n": 0.5}),
    ]:  # fmt: skip
        assert contract.matches(contract.at(document, path), wanted), (path, wanted)
    for path, wanted in [("a.0.id", 2), ("a", {"length": 1}), ("a", {"contains": {"id": 3}}), ("a", {"lacks": {"id": 1}}), ("b", None), ("a.0.id", {"type": "boolean"}), ("t", {"at_least": 1})]:
        assert not contract.matches(contract.at(document, path), wanted), (path, wanted)
