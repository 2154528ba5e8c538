#!/usr/bin/python3
"""Writes the parts of sdk/python that follow from contract/: models, errors, messages of the live protocol, and the methods of
both clients. --check only compares."""
import json
import keyword
import pathlib
import re
import sys
import textwrap

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "sdk/python/src/plyo"
HEAD = '"""{}\n\nMade by tools/gen_sdk_python.py from contract/; ./dev gen writes it anew.\n"""\n\nfrom __future__ import annotations\n\n'

# Where each operation stands in the client. One that is missing here fails the generator.
METHODS = {
    "list_athletes": "athletes.list",
    "create_athlete": "athletes.create",
    "get_athlete": "athletes.get",
    "update_athlete": "athletes.update",
    "delete_athlete": "athletes.delete",
    "export_athlete": "athletes.export",
    "get_athlete_trend": "athletes.trend",
    "list_consents": "athletes.consents.list",
    "create_consent": "athletes.consents.create",
    "withdraw_consent": "athletes.consents.withdraw",
    "list_analyses": "analyses.list",
    "create_analysis": "analyses.create",
    "get_analysis": "analyses.get",
    "delete_analysis": "analyses.delete",
    "cancel_analysis": "analyses.cancel",
    "get_analysis_result": "analyses.result",
    "stream_analysis": "analyses.stream",
    "get_analysis_file": "analyses.file",
    "create_upload": "uploads.create",
    "get_upload": "uploads.get",
    "delete_upload": "uploads.delete",
    "put_upload_part": "uploads.put_part",
    "create_session_ticket": "session_tickets.create",
    "list_sessions": "sessions.list",
    "get_session": "sessions.get",
    "delete_session": "sessions.delete",
    "get_session_file": "sessions.file",
    "list_webhook_endpoints": "webhook_endpoints.list",
    "create_webhook_endpoint": "webhook_endpoints.create",
    "get_webhook_endpoint": "webhook_endpoints.get",
    "update_webhook_endpoint": "webhook_endpoints.update",
    "delete_webhook_endpoint": "webhook_endpoints.delete",
    "rotate_webhook_secret": "webhook_endpoints.rotate_secret",
    "list_webhook_deliveries": "webhook_endpoints.deliveries",
    "list_events": "events.list",
    "get_event": "events.get",
    "replay_event": "events.replay",
    "list_api_keys": "api_keys.list",
    "create_api_key": "api_keys.create",
    "get_api_key": "api_keys.get",
    "revoke_api_key": "api_keys.revoke",
    "rotate_api_key": "api_keys.rotate",
    "get_project": "project.get",
    "update_project": "project.update",
    "get_usage": "usage.get",
    "list_audit_log": "audit_log.list",
    "get_catalogue": "catalogue.get",
}
# Written by hand in _extras.py, for they do more than one request; their requests are made here all the same.
BY_HAND = {"stream_analysis", "get_analysis_file", "get_session_file"}
EXTRAS = ("analyses", "sessions", "uploads")

# Secrets, and what names a person: not in repr(), and so in no log.
HIDDEN = {
    ("athlete", "name"), ("athlete", "birth_date"), ("consent", "given_by"), ("api_key_created", "key"), ("webhook_endpoint_created", "secret"),
    ("session_ticket", "ticket"), ("session_ticket", "protocols"), ("welcome", "resume_token"),
}
# What an object inside of another is called, where its owner's name makes no good one.
INNER_NAMES = {"PoseMessagePeople": "PosePerson"}
# Of contract/result.schema.json, whose names would stand for other things beside those of the interface.
RESULT_NAMES = {"source": "ResultSource", "athlete": "ResultAthlete", "event": "ResultEvent", "summary": "MetricSummary"}
# Of the live protocol: where stream.yaml says "as in result.schema.json".
RESULT_PARTS = {("event", "event"): "ResultEvent", ("rep", "rep"): "Rep", ("result", "result"): "ResultDocument"}
SENT_BY_CLIENT = ("hello", "clock", "seen", "end", "media")
# Written by hand, in _base_error.py.
BASE_ERRORS = (
    "AnalysisCancelledError", "AnalysisFailedError", "ApiConnectionError", "ApiError", "ApiTimeoutError", "InvalidAnswerError", "NotModified",
    "PlyoError", "ServerError", "UploadError", "WaitTimeoutError", "WebhookSignatureError",
)
# Of the command line alone; no server answers with them.
NO_CLASS = {"usage", "interrupted", "file_not_found", "file_unreadable", "output_not_writable", "invalid_force", "invalid_manifest"}


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def safe(name: str) -> str:
    return name + "_" if keyword.iskeyword(name) else name


def words(schema: dict) -> str:
    text = " ".join((schema.get("description") or schema.get("summary") or "").split())
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        text = f"{text.rstrip('.')} ({low} to {high})." if text else f"{low} to {high}."
    return text


def wrapped(text: str, indent: str, hanging: str = "") -> str:
    return textwrap.fill(text, 120, initial_indent=indent, subsequent_indent=indent + hanging, break_long_words=False, break_on_hyphens=False)


def literal(values: list) -> str:
    return "Literal[" + ", ".join(json.dumps(value) for value in values) + "]"


class Types:
    """Python's types of a document's schemas, and how parsed JSON becomes them. Objects become classes as they are met."""

    def __init__(self, schemas: dict, name_of, prefix: str = "", parts: dict | None = None):
        self.schemas, self.name_of, self.prefix, self.parts = schemas, name_of, prefix, parts or {}
        self.classes: dict[str, str] = {}
        self.aliases: dict[str, str] = {}

    def resolve(self, schema: dict) -> dict:
        while "$ref" in schema:
            schema = self.schemas[schema["$ref"].split("/")[-1]]
        return schema

    def of(self, schema: dict, owner: str) -> tuple[str, str]:
        """Annotation and converter ("" where none is needed); `owner` names what an object inside would be called."""
        if "$ref" in schema:
            name = schema["$ref"].split("/")[-1]
            target = self.schemas[name]
            if name in self.parts:
                return self.parts[name], self.parts[name] + ".from_dict"
            if self.is_object(target):
                return self.model(name, target, self.name_of(name))
            if "enum" in target:
                text = literal(target["enum"])
                self.aliases.setdefault(pascal(name), f"{pascal(name)} = {text}\n\"\"\"{words(target)}\"\"\"\n")
                return self.prefix + pascal(name), ""
            return self.of(target, owner)
        if "const" in schema:
            return literal([schema["const"]]), ""
        if "enum" in schema:
            return literal(schema["enum"]), ""
        if "oneOf" in schema:
            others = [part for part in schema["oneOf"] if part.get("type") != "null"]
            assert len(others) == 1, schema
            kind, convert = self.of(others[0], owner)
            return f"Optional[{kind}]", f"maybe:{convert}" if convert else ""
        kind = schema.get("type")
        if isinstance(kind, list):
            assert len(kind) == 2 and kind[1] == "null", schema
            inner, convert = self.of({**schema, "type": kind[0]}, owner)
            return f"Optional[{inner}]", f"maybe:{convert}" if convert else ""
        if kind == "array":
            inner, convert = self.of(schema["items"], re.sub("ies$", "y", owner).removesuffix("s") if not owner.endswith("yses") else owner[:-2] + "is")
            return f"List[{inner}]", f"listed({convert})" if convert else ""
        if kind == "object" or "allOf" in schema:
            if self.is_object(schema):
                return self.model(owner, schema, INNER_NAMES.get(owner, owner))
            extra = schema.get("additionalProperties")
            return (f"Dict[str, {self.of(extra, owner)[0]}]" if isinstance(extra, dict) else "Dict[str, Any]"), ""
        if kind == "string" and schema.get("format") == "date-time":
            return "dt.datetime", "parse_time"
        return {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}[kind], ""

    def is_object(self, schema: dict) -> bool:
        return "properties" in schema or "allOf" in schema or ("oneOf" in schema and all(self.is_object(self.resolve(part)) for part in schema["oneOf"]))

    def members(self, schema: dict) -> tuple[dict, list]:
        """Properties and which are required, of all parts of an object. Of alternatives a field is what any has it to be."""
        properties, required = dict(schema.get("properties", {})), list(schema.get("required", []))
        for part in map(self.resolve, schema.get("allOf", [])):
            more, needed = self.members(part)
            properties |= more
            required += needed
        if "oneOf" in schema:
            parts = [self.members(self.resolve(part)) for part in schema["oneOf"]]
            required = [name for name in parts[0][1] if all(name in needed for _, needed in parts)]
            for more, _ in parts:
                for name, one in more.items():
                    known = properties.get(name)
                    if known and known.get("type") != one.get("type"):
                        kinds = sorted({known.get("type"), one.get("type")} - {"null"})
                        assert len(kinds) == 1, (name, known, one)
                        one = {**known, **one, "type": [kinds[0], "null"], "description": known.get("description") or one.get("description")}
                    properties[name] = one
        return properties, required

    def model(self, name: str, schema: dict, title: str) -> tuple[str, str]:
        if title not in self.classes:
            self.classes[title] = ""  # for one that holds itself
            text = self.class_of(name, schema, title)
            del self.classes[title]  # after those that it holds
            self.classes[title] = text
        return self.prefix + title, f"{self.prefix}{title}.from_dict"

    def class_of(self, name: str, schema: dict, title: str) -> str:
        properties, required = self.members(schema)
        lines = ["@dataclass(frozen=True)", f"class {title}(Model):"]
        if words(schema):
            lines += [wrapped(f'"""{words(schema)}"""', "    "), ""]
        names = {safe(field): field for field in properties if safe(field) != field}
        if names:
            lines.append(f"    _names: ClassVar[Mapping[str, str]] = {json.dumps(names)}")
        if required:
            lines += [f"    _required: ClassVar[FrozenSet[str]] = frozenset({json.dumps(sorted(safe(field) for field in required))})"]
        arguments = []
        for field in sorted(properties, key=lambda one: one not in required):
            part = properties[field]
            kind, convert = self.of(part, title + pascal(field))
            optional = field not in required
            if (name, field) in HIDDEN:
                default = " = field(default=None, repr=False)" if optional else " = field(repr=False)"
            else:
                default = " = None" if optional else ""
            annotation = f"Optional[{kind}]" if optional and not kind.startswith("Optional[") else kind
            lines.append(f"    {safe(field)}: {annotation}{default}")
            about = words(part) or words(self.resolve(part))
            if about:
                lines.append(wrapped(f'"""{about}"""', "    "))
            value = f'data.get("{field}")' if optional else f'data["{field}"]'
            if convert:
                nullable = optional or convert.startswith("maybe:")
                bare = convert.removeprefix("maybe:")
                value = f"maybe({bare}, {value})" if nullable else f"{bare}({value})"
            arguments.append(f"            {safe(field)}={value},")
        known = ", ".join(f'"{field}"' for field in properties) + ("," if len(properties) == 1 else "")
        lines += [
            "    extra: Mapping[str, Any] = field(default_factory=dict)",
            "    answer: Optional[AnswerInfo] = field(default=None, repr=False, compare=False)",
            "",
            "    @classmethod",
            f"    def from_dict(cls, data: Mapping[str, Any]) -> {title}:",
            "        return cls(",
            *arguments,
            f"            extra=unknown(data, ({known})),",
            "        )",
            "",
        ]
        return "\n".join(lines)


def only_used(text: str) -> str:
    """Without the names that are imported and not used."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        match = re.fullmatch(r"(from \S+ import )(\w+(?:, \w+)*)", line)
        if match and match[1] != "from __future__ import ":
            names = [name for name in match[2].split(", ") if len(re.findall(rf"\b{name}\b", text)) > 1]
            lines[i] = match[1] + ", ".join(names) if names else None
    return "\n".join(line for line in lines if line is not None)


MODEL_IMPORTS = """import datetime as dt
from dataclasses import dataclass, field
from typing import Any, ClassVar, Dict, FrozenSet, List, Literal, Mapping, Optional

from ._model import AnswerInfo, Model, listed, maybe, parse_time, unknown

"""


class Contract:
    def __init__(self) -> None:
        self.api = yaml.safe_load((ROOT / "contract/openapi.yaml").read_text(encoding="utf-8"))
        self.stream = yaml.safe_load((ROOT / "contract/stream.yaml").read_text(encoding="utf-8"))
        self.errors = yaml.safe_load((ROOT / "contract/errors.yaml").read_text(encoding="utf-8"))["errors"]
        self.result = json.loads((ROOT / "contract/result.schema.json").read_text(encoding="utf-8"))
        self.schemas = self.api["components"]["schemas"]
        self.types = Types(self.schemas, pascal, parts={"result": "ResultDocument"})

    def deref(self, item: dict) -> dict:
        while "$ref" in item:
            at = self.api
            for step in item["$ref"].split("/")[1:]:
                at = at[step]
            item = at
        return item

    def operations(self):
        for path, item in self.api["paths"].items():
            for method in ("get", "post", "put", "patch", "delete"):
                if method in item:
                    operation = item[method]
                    parameters = [self.deref(one) for one in item.get("parameters", []) + operation.get("parameters", [])]
                    yield operation["operationId"], method.upper(), path, operation, [one for one in parameters if one["name"] != "Plyo-Version"]

    # ---- models.py

    def models(self) -> str:
        for name, *_, operation, _ in self.operations():
            self.answer_of(name, operation)
        result = Types(self.result["$defs"], lambda name: RESULT_NAMES.get(name, pascal(name)))
        result.model("result", self.result, "ResultDocument")
        self.types.of({"$ref": "#/components/schemas/analysis_athlete"}, "")
        out = HEAD.format("What the server answers with. Times are aware `datetime`s, lengths metres, durations seconds.") + MODEL_IMPORTS
        out += "\n".join(self.types.aliases.values()) + "\n\n"
        classes = {**result.classes, **self.types.classes}
        assert len(classes) == len(result.classes) + len(self.types.classes), "a name of a result is one of the interface too"
        out += "\n\n".join(classes.values())
        names = sorted([*self.types.aliases, *classes])
        return out + "\n\n__all__ = [\n" + "".join(f'    "{name}",\n' for name in names) + "]\n"

    def answer_of(self, name: str, operation: dict) -> tuple[str, str]:
        """Type of what an operation gives and the expression that parses it."""
        (status, response), *_ = [(code, self.deref(one)) for code, one in operation["responses"].items() if code.startswith("2")]
        if status == "204":
            return "None", "nothing"
        kinds = response["content"]
        if "application/json" not in kinds or len(kinds) > 1:
            return "bytes", "content"
        reference = kinds["application/json"]["schema"]["$ref"].split("/")[-1]
        schema = self.schemas[reference]
        if reference.endswith("_list"):
            item = self.types.of(schema["properties"]["data"]["items"], "")[0]
            return f"PageData[models.{item}]", f"page_of(models.{item})"
        title = self.types.of({"$ref": "#/" + reference}, "")[0]
        return f"models.{title}", f"one(models.{title})"

    # ---- errors.py

    def error_classes(self) -> str:
        out = HEAD.format("A class for each error of the server's, chosen by its `code`.")
        out += "from typing import Dict, Type\n\nfrom ._base_error import (\n" + "".join(f"    {name},\n" for name in BASE_ERRORS) + ")\n\n"
        by_code, by_status = [], {}
        for error in self.errors:
            if error["id"] in NO_CLASS:
                continue
            title = pascal(error["id"].removesuffix("_error")) + "Error"
            base = "ServerError" if error["http"] >= 500 else "ApiError"
            out += f'\nclass {title}({base}):\n    """{error["meaning"]}\n\n{wrapped(error["remedy"], "    ")}\n    """\n\n'
            by_code.append((error["id"], title))
        # Of an answer that has no code, because a proxy gave it: the error that says no more than the status does.
        for status, code in ((401, "unauthorized"), (403, "forbidden"), (404, "not_found"), (405, "method_not_allowed"), (409, "conflict"),
                             (412, "precondition_failed"), (416, "range_not_satisfiable"), (429, "rate_limited")):
            assert any(error["id"] == code and error["http"] == status for error in self.errors), code
            by_status[status] = dict(by_code)[code]
        out += "\nBY_CODE: Dict[str, Type[ApiError]] = {\n" + "".join(f'    "{code}": {title},\n' for code, title in by_code) + "}\n"
        out += '"""The class of each code."""\n\n'
        out += "BY_STATUS: Dict[int, Type[ApiError]] = {\n" + "".join(f"    {status}: {title},\n" for status, title in by_status.items()) + "}\n"
        out += '"""The class of a status, for answers of proxies, which have no code."""\n\n'
        names = ["BY_CODE", "BY_STATUS", *BASE_ERRORS]
        names += [title for _, title in by_code]
        return out + "__all__ = [\n" + "".join(f'    "{name}",\n' for name in sorted(names)) + "]\n"

    # ---- live_messages.py

    def live_messages(self) -> str:
        parts = {title: title for title in RESULT_PARTS.values()}
        schemas = dict(self.stream["components"]["schemas"])
        schemas |= {title: {} for title in parts}
        types = Types(schemas, pascal, parts=parts)
        types.of({"$ref": "#/media_description"}, "")
        received = []
        for name, message in self.stream["components"]["messages"].items():
            if name in SENT_BY_CLIENT:
                continue
            payload = message["payload"]
            for (owner, field), part in RESULT_PARTS.items():
                if owner == name:
                    payload["properties"][field] = {"$ref": f"#/{part}"}
            types.model(name, {**payload, "description": message.get("summary", "")}, pascal(name) + "Message")
            received.append((types.members(payload)[0]["type"]["const"], pascal(name) + "Message"))
        out = HEAD.format("The messages of the live protocol (contract/stream.yaml). Times `t_us` are µs on the client's clock.")
        out += MODEL_IMPORTS.replace("import datetime as dt\n", "").replace("Optional\n", "Optional, Type, Union\n").replace(
            "listed, maybe, parse_time, unknown\n", "listed, maybe, unknown\nfrom .models import Rep, ResultDocument, ResultEvent\n")
        out += "\n" + "\n\n".join(types.classes.values())
        out += '\n\n@dataclass(frozen=True)\nclass UnknownMessage:\n    """A message that this version of the library does not know."""\n\n'
        out += "    type: str\n    data: Mapping[str, Any]\n\n\n"
        out += "ServerMessage = Union[\n" + "".join(f"    {title},\n" for _, title in received) + "    UnknownMessage,\n]\n\n"
        out += "BY_TYPE: Dict[str, Type[Model]] = {\n" + "".join(f'    "{kind}": {title},\n' for kind, title in received) + "}\n\n"
        out += "CLOSE_CODES: Mapping[int, str] = {\n" + "".join(
            f"    {code}: {json.dumps(' '.join(text.split()), ensure_ascii=False)},\n" for code, text in self.stream["x-close-codes"].items()) + "}\n"
        return out + '"""Why a connection was closed, by code."""\n'

    # ---- _operations.py and the resources

    def input_type(self, schema: dict, name: str) -> tuple[str, bool]:
        """What may be given for a field, and whether null is one of it."""
        target = self.types.resolve(schema)
        if "oneOf" in target:
            kind, _ = self.input_type(next(part for part in target["oneOf"] if part.get("type") != "null"), name)
            return kind, True
        if isinstance(target.get("type"), list):
            return self.input_type({**target, "type": target["type"][0]}, name)[0], True
        if "properties" in target:
            title = self.types.of(schema, "")[0]
            return f"Union[models.{title}, Mapping[str, Any]]", False
        if target.get("type") == "array":
            return f"Sequence[{self.input_type(target['items'], name)[0]}]", False
        if target.get("type") == "object":
            return f"Mapping[str, {self.input_type(target['additionalProperties'], name)[0]}]", False
        if target.get("format") in ("date-time", "date"):
            return {"date-time": "Time", "date": "Date"}[target["format"]], False
        if "enum" in target:
            return ("models." + self.types.of(schema, "")[0] if "$ref" in schema else literal(target["enum"])), False
        return self.types.of(schema, "")[0], False

    def arguments(self, operation_id: str, operation: dict, parameters: list) -> list[dict]:
        """Arguments of an operation's method: name, annotation, default, text, and where it goes."""
        out = []

        def add(name, kind, default, text, place, wire=None, nullable=False):
            out.append({"name": safe(name), "kind": kind, "default": default, "text": text, "place": place, "wire": wire or name, "nullable": nullable})

        for one in parameters:
            if one["in"] == "path":
                add(one["name"], "int" if self.types.resolve(one["schema"]).get("type") == "integer" else "str", None, words(one), "path")
        contents = self.deref(operation.get("requestBody", {})).get("content", {})
        if "application/octet-stream" in contents:
            add("content", "bytes", None, "The bytes.", "bytes")
        elif contents:
            body = self.deref(contents["application/json"]["schema"])
            required = body.get("required", [])
            for name in sorted(body["properties"], key=lambda one: one not in required):
                schema = body["properties"][name]
                if name == "source":
                    if "multipart/form-data" in contents:
                        add("file", "Optional[FileSource]", "None", "The video, or a table of landmarks (CSV): a path, bytes, or a file open for reading bytes. Sent in pieces.", "file")
                    for part in self.deref(schema)["oneOf"]:
                        kind = part["properties"]["type"]["const"]
                        (field, value), = [(key, one) for key, one in part["properties"].items() if key != "type"]
                        argument = {"csv": f"{kind}_csv", "name": kind}.get(field, field)
                        add(argument, f"Optional[{self.input_type(value, field)[0]}]", "None", words(part), "source", wire=f"{kind}.{field}")
                    continue
                kind, nullable = self.input_type(schema, name)
                text = words(schema) or words(self.types.resolve(schema))
                if not text and "oneOf" in schema:
                    text = words(self.types.resolve(schema["oneOf"][0]))
                if name in required:
                    add(name, kind, None, text, "body")
                elif nullable:
                    add(name, f"Union[{kind}, None, NotGiven]", "NOT_GIVEN", f"{text} None removes it.", "body", nullable=True)
                else:
                    add(name, f"Optional[{kind}]", "None", text, "body")
            if "multipart/form-data" in contents:
                add("on_upload", "Optional[Progress]", "None", "Called with the bytes of `file` that were sent, and all of them.", "progress")
        for one in parameters:
            if one["in"] == "query":
                kind = self.input_type(one["schema"], one["name"])[0]
                needed = one.get("required", False)
                add(one["name"], kind if needed else f"Optional[{kind}]", None if needed else "None", words(one) if one["name"] != "limit" else "How many of a page (1 to 100), 20 unless said.", "query")
        for one in parameters:
            if one["in"] == "header":
                text = words(one) if one["name"] != "If-None-Match" else words(one) + " Raises `NotModified` where it still is so."
                if one["name"] == "Idempotency-Key":
                    text = "Any text of your own: the same again within 24 hours does nothing twice. Without it each call is a thing of its own, and its retries are safe."
                add(one["name"].lower().replace("-", "_"), "Optional[str]", "None", text, "header")
        return out

    @staticmethod
    def signature(arguments: list[dict], indent: str, first: str = "") -> str:
        by_position = [one for one in arguments if one["place"] in ("path", "bytes")]
        by_name = [one for one in arguments if one not in by_position]
        parts = [first] if first else []
        parts += [f"{one['name']}: {one['kind']}" for one in by_position]
        if by_name:
            parts.append("*")
        by_name.sort(key=lambda one: one["default"] is not None)
        parts += [f"{one['name']}: {one['kind']}" + (f" = {one['default']}" if one["default"] else "") for one in by_name]
        return "".join(f"\n{indent}{part}," for part in parts) + "\n" + indent[:-4] if parts else ""

    def operations_module(self) -> str:
        version = self.deref(self.api["components"]["parameters"]["version"])["schema"]["enum"][-1]
        out = HEAD.format("The request of each operation.")
        out += "from typing import Any, Literal, Mapping, Optional, Sequence, Union\n\nfrom . import models\n"
        out += "from ._body import BytesBody, FileSource, Progress\n"
        out += "from ._core import PageData, Request, analysis_body, content, fields, headers, json_body, new_key, nothing, one, page_of, path, query\n"
        out += "from ._model import NOT_GIVEN, Date, NotGiven, Time\n\n"
        out += f'API_VERSION = "{version}"\n'
        for operation_id, method, path, operation, parameters in self.operations():
            arguments = self.arguments(operation_id, operation, parameters)
            kind, parse = self.answer_of(operation_id, operation)
            if operation_id in BY_HAND:
                kind, parse = "bytes", "content"
            given = {place: [one for one in arguments if one["place"] == place] for place in ("path", "query", "header", "body", "bytes", "source")}
            wanted = "".join(f", {one['name']}={one['name']}" for one in given["path"])
            location = f'path("{path}"{wanted})' if wanted else f'"{path}"'
            out += f"\n\ndef {operation_id}({self.signature(arguments, '    ')}) -> Request[{kind}]:\n"
            pairs = ", ".join(f"{one['name']}={one['name']}" for one in given["header"])
            lines = [f'"{method}"', location, parse]
            if given["query"]:
                lines.append("query=query(" + ", ".join(f"{one['wire']}={one['name']}" for one in given["query"]) + ")")
            body = ", ".join(f'"{one["wire"]}": {one["name"]}' for one in given["body"])
            nullable = ", ".join(f'"{one["wire"]}"' for one in given["body"] if one["nullable"])
            document = f"fields({{{body}}}" + (f", ({nullable},)" if nullable else "") + ")"
            if given["source"]:
                out += "    key = idempotency_key or new_key()\n"
                pairs = "idempotency_key=key"
                sources = ", ".join(f'"{one["wire"]}": {one["name"]}' for one in given["source"])
                lines.append(f"headers=headers({pairs})")
                lines.append(f"body=analysis_body({document}, {{{sources}}}, file, key, on_upload)")
            else:
                if pairs:
                    lines.append(f"headers=headers({pairs})")
                if given["bytes"]:
                    lines.append('body=BytesBody(content, "application/octet-stream")')
                elif "requestBody" in operation:
                    lines.append(f"body=json_body({document})")
            if given["bytes"]:  # the name of the parser is the argument's too
                assert parse != "content"
            out += "    return Request(\n" + "".join(f"        {line},\n" for line in lines) + "    )\n"
        return out

    def docs(self, operation: dict, arguments: list[dict], more: str = "") -> str:
        summary, about = operation["summary"].rstrip("."), " ".join(operation["description"].split())
        out = f'        """{summary}.\n\n'
        for text in (about, more, f"Scope: `{operation['x-scope']}`."):
            if text:
                out += wrapped(text, "        ") + "\n\n"
        shown = [one for one in arguments if one["text"]]
        if shown:
            out += "        Args:\n" + "".join(wrapped(f"{one['name']}: {one['text']}", "            ", "    ") + "\n" for one in shown)
        return out.rstrip() + '\n        """\n'

    def resources(self, is_async: bool) -> str:
        prefix, wait, do = ("Async", "await ", "async def") if is_async else ("", "", "def")
        tree: dict[str, list] = {}
        seen = set()
        for item in self.operations():
            operation_id = item[0]
            if operation_id not in METHODS:
                raise ValueError(f"{operation_id} has no place in METHODS")
            seen.add(operation_id)
            resource, method = METHODS[operation_id].rsplit(".", 1)
            tree.setdefault(resource, []).append((method, item))
        if seen != set(METHODS):
            raise ValueError(f"the contract has no {', '.join(sorted(set(METHODS) - seen))}")
        how = "with `await`" if is_async else "with blocking calls"
        out = HEAD.format(f"The methods of the client, {how}.")
        extras = [f"{prefix}{pascal(name)}Extras" for name in EXTRAS]
        out += "from typing import Any, Callable, Literal, Mapping, Optional, Sequence, Union\n\nfrom . import _operations as operations\nfrom . import models\n"
        out += "from ._body import FileSource, Progress\nfrom ._extras import " + ", ".join(sorted(extras)) + "\n"
        out += "from ._model import NOT_GIVEN, Date, NotGiven, Time\n"
        if is_async:
            out += "from ._resource import AsyncPaginator, AsyncResource\n"
        else:
            out += "from ._resource import Page, Resource\n"
        for resource in sorted(tree, key=lambda name: -name.count(".")):
            title = prefix + pascal(resource.split(".")[-1])
            base = f"{title}Extras" if resource in EXTRAS else prefix + "Resource"
            tag = tree[resource][0][1][3]["tags"][0]
            about = next(one["description"] for one in self.api["tags"] if one["name"] == tag)
            out += f'\n\nclass {title}({base}):\n    """{about}"""\n'
            for child in tree:
                if child.startswith(resource + "."):
                    name = child.rsplit(".", 1)[1]
                    out += f"\n    @property\n    def {name}(self) -> {prefix}{pascal(name)}:\n        return {prefix}{pascal(name)}(self._client)\n"
            for method, (operation_id, _, _, operation, parameters) in tree[resource]:
                if operation_id in BY_HAND:
                    continue
                arguments = self.arguments(operation_id, operation, parameters)
                kind, _ = self.answer_of(operation_id, operation)
                passed = ", ".join(one["name"] if one["place"] in ("path", "bytes") else f"{one['name']}={one['name']}" for one in arguments)
                if kind.startswith("PageData["):
                    item = kind[len("PageData["):-1]
                    shape = f"{prefix}{'Paginator' if is_async else 'Page'}[{item}]"
                    more = "Iterating over what this gives walks through all pages. `await` gives one page." if is_async else "Iterating over what this gives walks through all pages; `data` and `next_cursor` are those of one."
                    out += f"\n    def {safe(method)}({self.signature(arguments, '        ', 'self')}) -> {shape}:\n"
                    out += self.docs(operation, arguments, more)
                    out += f"        return self._client._list(operations.{operation_id}({passed}))\n"
                    continue
                more = ""
                if any(one["place"] == "source" for one in arguments):
                    sources = [f"`{one['name']}`" for one in arguments if one["place"] in ("file", "source")]
                    more = f"Exactly one of {', '.join(sources[:-1])} and {sources[-1]} is given. In test mode that is `fixture`."
                out += f"\n    {do} {safe(method)}({self.signature(arguments, '        ', 'self')}) -> {kind}:\n"
                out += self.docs(operation, arguments, more)
                out += f"        return {wait}self._client._execute(operations.{operation_id}({passed}))\n"
                if operation_id == "create_analysis":
                    arguments += [
                        {"name": "on_progress", "kind": "Optional[Callable[[models.Analysis], Any]]", "default": "None", "place": "body",
                         "text": "Called with the analysis each time that it was asked for."},
                        {"name": "timeout", "kind": "Optional[float]", "default": "None", "place": "body",
                         "text": "Seconds to wait at most; the analysis goes on all the same."}]
                    out += f"\n    {do} create_and_wait({self.signature(arguments, '        ', 'self')}) -> {kind}:\n"
                    out += self.docs({**operation, "summary": "Start an analysis and wait until it is done",
                                      "description": "Asks as often as the server wants it. Raises `AnalysisFailedError` with its `code`, `detail` and `remedy` where it fails, `AnalysisCancelledError` where somebody cancels it, `WaitTimeoutError` where `timeout` passes. A server that cannot be reached meanwhile is asked again until `timeout`, without one for five minutes. Each of these errors has the `analysis`."},
                                     arguments, more)
                    out += f"        made = {wait}self.create({passed})\n"
                    out += f"        return {wait}self._wait(made.id, timeout, on_progress, made)\n"
        tops = [name for name in tree if "." not in name]
        out += f'\n\nclass {prefix}Resources({prefix}Resource):\n    """Everything that a client can do, by what it is done to."""\n'
        for name in tops:
            out += f"\n    @property\n    def {name}(self) -> {prefix}{pascal(name)}:\n        return {prefix}{pascal(name)}(self._client)\n"
        return out

    def files(self) -> dict[str, str]:
        made = {
            "models.py": self.models(),
            "errors.py": self.error_classes(),
            "live_messages.py": self.live_messages(),
            "_operations.py": self.operations_module(),
            "_resources.py": self.resources(False),
            "_async_resources.py": self.resources(True),
        }
        return {name: only_used(text) for name, text in made.items()}


def main() -> int:
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        files = Contract().files()
    except (ValueError, KeyError, TypeError, AssertionError, yaml.YAMLError) as error:
        print(f"gen_sdk_python: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    stale = []
    for name, text in files.items():
        path = OUT / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"gen_sdk_python: {name} is not what contract/ makes; run ./dev gen" if check else f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
