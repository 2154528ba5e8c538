"""Runs the steps of tests/contract/scenarios.yaml with a client; the format is described there."""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping

import yaml
from adapter import Adapter

import plyo
from plyo._model import parse_time

ROOT = Path(__file__).resolve().parents[3]
SCENARIOS = ROOT / "tests/contract/scenarios.yaml"
PAUSE_S = 0.5
ABSENT = object()


def scenarios() -> List[Dict[str, Any]]:
    if not SCENARIOS.exists():  # outside of the repository, as in the source distribution
        return []
    loaded: List[Dict[str, Any]] = yaml.safe_load(SCENARIOS.read_text(encoding="utf-8"))["scenarios"]
    return loaded


class Mismatch(AssertionError):
    pass


# ---- values


def at(document: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(document, list) and re.fullmatch(r"-?\d+", step):
            index = int(step)
            document = document[index] if -len(document) <= index < len(document) else ABSENT
        elif isinstance(document, Mapping):
            document = document.get(step, ABSENT)
        else:
            return ABSENT
    return document


def filled(value: Any, saved: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"$path"}:
            return ROOT / value["$path"]
        if set(value) == {"$text"}:
            return (ROOT / value["$text"]).read_text(encoding="utf-8")
        if set(value) == {"$zeros"}:
            return bytes(value["$zeros"])
        return {key: filled(part, saved) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, saved) for part in value]
    if not isinstance(value, str):
        return value

    def look(name: str) -> Any:
        found = at(saved, name)
        if found is ABSENT:
            raise Mismatch(f"nothing was saved as {name}")
        return found

    whole = re.fullmatch(r"\$\{([^}]+)\}", value)
    return look(whole[1]) if whole else re.sub(r"\$\{([^}]+)\}", lambda match: str(look(match[1])), value)


# ---- matchers

TYPES: Dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
    "absent": lambda value: value is ABSENT,
    "time": lambda value: isinstance(value, str) and bool(parse_time(value)),
}


def is_matcher(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and set(wanted) in ({"type"}, {"matches"}, {"not"}, {"about", "within"}, {"length"}, {"at_least"}, {"contains"}, {"lacks"})


def matches(found: Any, wanted: Any) -> bool:
    if not is_matcher(wanted):
        return bool(found == wanted)
    if "type" in wanted:
        return TYPES[wanted["type"]](found)
    if "matches" in wanted:
        return isinstance(found, str) and re.search(wanted["matches"], found) is not None
    if "not" in wanted:
        return bool(found != wanted["not"])
    if "about" in wanted:
        return TYPES["number"](found) and abs(found - wanted["about"]) <= wanted["within"]
    if "length" in wanted:
        return isinstance(found, list) and len(found) == wanted["length"]
    if "at_least" in wanted:
        return (len(found) if isinstance(found, list) else found) >= wanted["at_least"] if isinstance(found, (list, int, float)) else False
    inner = wanted.get("contains") or wanted.get("lacks")
    if not isinstance(found, list):
        return False
    some = any(all(matches(at(item, path), part) for path, part in inner.items()) for item in found)
    return some if "contains" in wanted else not some


# ---- steps


def document_of(answer: Any) -> Dict[str, Any]:
    if answer is None:
        return {}
    if isinstance(answer, bytes):
        return {"text": answer.decode("utf-8", "replace"), "bytes": len(answer), "sha256": hashlib.sha256(answer).hexdigest()}
    info = answer.answer
    beside = {"$etag": info.etag, "$replayed": info.replayed, "$status": info.status, "$request_id": info.request_id} if info else {}
    beside = {name: value for name, value in beside.items() if value is not None}
    if isinstance(answer, plyo.Model):
        return {**answer.to_dict(), **beside}
    return {"data": [item.to_dict() for item in answer.data], "next_cursor": answer.next_cursor, **beside}


def arguments(step: Mapping[str, Any], saved: Mapping[str, Any]) -> Dict[str, Any]:
    given: Dict[str, Any] = filled(step.get("args", {}), saved)
    if "timeout_s" in given:
        given["timeout"] = given.pop("timeout_s")
    return given


def ask(api: Adapter, step: Mapping[str, Any], saved: Mapping[str, Any]) -> Dict[str, Any]:
    client = api.client.with_options(api_key=filled(step["as"], saved)) if "as" in step else api.client
    method = api.method(step["call"], client)
    given = arguments(step, saved)
    if step["call"] == "analyses.stream":
        return {"data": [{"event": item.event, "analysis": item.analysis.to_dict()} for item in api.items(method(**given))]}
    if step.get("all"):
        return {"data": [item.to_dict() for item in api.items(method(**given))]}
    return document_of(api.run(method(**given)))


def code_of(error: BaseException) -> Any:
    if isinstance(error, plyo.UploadError) and error.__cause__:
        return code_of(error.__cause__)
    return getattr(error, "code", None)


def attempt(api: Adapter, step: Mapping[str, Any], saved: Dict[str, Any]) -> None:
    """Raises Mismatch where it does not give what is expected, and what it fails with where that is not expected."""
    codes = step.get("error", [])
    codes = [codes] if isinstance(codes, str) else codes
    try:
        answer = ask(api, step, saved)
    except plyo.NotModified:
        if not step.get("not_modified"):
            raise
        return
    except (plyo.ApiError, plyo.AnalysisFailedError, plyo.UploadError) as error:
        if code_of(error) not in codes:
            raise
        return
    if codes or step.get("not_modified"):
        raise Mismatch(f"{codes or 'not modified'} was expected, and came {answer}")
    if "save" in step:
        saved[step["save"]] = answer
    for path, wanted in step.get("expect", {}).items():
        wanted = filled(wanted, saved)
        found = at(answer, path)
        if not matches(found, wanted):
            raise Mismatch(f"{path}: {wanted!r} was expected, and came {'nothing' if found is ABSENT else repr(found)}; the whole: {answer}")


def perform(api: Adapter, step: Mapping[str, Any], saved: Dict[str, Any]) -> None:
    deadline = time.monotonic() + step.get("within_s", 0)
    while True:
        try:
            return attempt(api, step, saved)
        except (Mismatch, plyo.PlyoError):
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_S)


def run(scenario: Mapping[str, Any], clients: Mapping[str, Adapter]) -> None:
    """`clients` by mode."""
    saved: Dict[str, Any] = {"run": uuid.uuid4().hex[:12]}
    mode = scenario.get("mode", "test")
    try:
        for number, step in enumerate(scenario["steps"], 1):
            try:
                perform(clients[step.get("mode", mode)], step, saved)
            except (Mismatch, plyo.PlyoError) as error:
                raise AssertionError(f"{scenario['name']}, step {number}, {step['call']}: {error}") from error
    finally:
        for step in scenario.get("finally", []):
            try:
                ask(clients[step.get("mode", mode)], step, saved)
            except (Mismatch, plyo.PlyoError):
                pass
