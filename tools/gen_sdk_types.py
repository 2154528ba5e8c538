#!/usr/bin/python3
"""Writes sdk/typescript/src/contract.ts: the messages of contract/stream.yaml, the result document of
contract/result.schema.json and the codes of contract/errors.yaml as TypeScript; and src/rest/error_classes.ts: what the REST client
throws, a class for each code. The objects of contract/openapi.yaml are openapi-typescript's (./dev gen). --check only compares."""
import json
import pathlib
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTRACT = ROOT / "sdk/typescript/src/contract.ts"
ERROR_CLASSES = ROOT / "sdk/typescript/src/rest/error_classes.ts"

# Where stream.yaml says "as in result.schema.json".
RESULT_PARTS = {("event", "event"): "ResultEvent", ("rep", "rep"): "Rep", ("result", "result"): "AnalysisDocument"}
# "event" would hide the DOM's, and an athlete is that of the REST interface; the others get their own name in PascalCase.
NAMES = {"event": "ResultEvent", "athlete": "ResultAthlete"}
# Codes that only the command line can give.
NO_CLASS = {"usage", "interrupted", "file_not_found", "file_unreadable", "output_not_writable", "invalid_force", "invalid_manifest"}
SENT_BY_CLIENT = ("hello", "clock", "seen", "end")
BINARY = ("media",)


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def doc(schema: dict, indent: str) -> str:
    text = schema.get("description") or schema.get("summary")
    return f"{indent}/** {' '.join(text.split())} */\n" if text else ""


def type_of(schema: dict, ref: callable, indent: str = "") -> str:
    if "$ref" in schema:
        return ref(schema["$ref"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for word, sign in (("oneOf", " | "), ("allOf", " & ")):
        if word in schema:
            return sign.join(type_of(part, ref, indent) for part in schema[word])
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(type_of({**schema, "type": one}, ref, indent) for one in kind)
    if kind == "array":
        inner = type_of(schema["items"], ref, indent)
        return f"Array<{inner}>"
    if kind == "object":
        if "properties" not in schema:
            extra = schema.get("additionalProperties")
            return f"Record<string, {type_of(extra, ref, indent) if extra else 'unknown'}>"
        required = schema.get("required", [])
        deeper = indent + "  "
        lines = "".join(
            f"{doc(part, deeper)}{deeper}{name}{'' if name in required else '?'}: {type_of(part, ref, deeper)};\n"
            for name, part in schema["properties"].items())
        return "{\n" + lines + indent + "}"
    return {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}[kind]


def contract() -> str:
    stream = yaml.safe_load((ROOT / "contract/stream.yaml").read_text())
    result = json.loads((ROOT / "contract/result.schema.json").read_text())
    errors = yaml.safe_load((ROOT / "contract/errors.yaml").read_text())["errors"]
    out = ["// Made by tools/gen_sdk_types.py from contract/; ./dev gen writes it anew.\n"]

    def result_ref(ref: str) -> str:
        name = ref.split("/")[-1]
        return NAMES.get(name, pascal(name))

    for name, schema in result["$defs"].items():
        out.append(f"{doc(schema, '')}export type {NAMES.get(name, pascal(name))} = {type_of(schema, result_ref)};\n")
    out.append(f"{doc(result, '')}export type AnalysisDocument = {type_of({k: v for k, v in result.items() if k != '$defs'}, result_ref)};\n")

    def stream_ref(ref: str) -> str:
        return pascal(ref.split("/")[-1])

    for name, schema in stream["components"]["schemas"].items():
        out.append(f"{doc(schema, '')}export type {stream_ref(name)} = {type_of(schema, stream_ref)};\n")
    received = []
    for name, message in stream["components"]["messages"].items():
        if name in BINARY:
            continue
        payload = message["payload"]
        for (owner, field), part in RESULT_PARTS.items():
            if owner == name:
                payload["properties"][field] = {"$ref": f"#/{part}"}
        as_is = lambda ref: (ref[2:] if ref[2:] in RESULT_PARTS.values() else stream_ref(ref))
        title = pascal(name) + "Message"
        out.append(f"{doc(message, '')}export type {title} = {type_of(payload, as_is)};\n")
        if name not in SENT_BY_CLIENT:
            received.append(title)
    # The skeleton alone comes thirty times a second; the union is what a client's switch runs over.
    out.append("export type ServerMessage =\n" + "".join(f"  | {title}\n" for title in received)[:-1] + ";\n")
    out.append("export type ClientMessage = " + " | ".join(pascal(name) + "Message" for name in SENT_BY_CLIENT) + ";\n")
    out.append("/** Why a connection was closed, by code. */\nexport const CLOSE_CODES: Readonly<Record<number, string>> = {\n" + "".join(
        f"  {code}: {json.dumps(' '.join(text.split()), ensure_ascii=False)},\n" for code, text in stream["x-close-codes"].items()) + "};\n")
    version = yaml.safe_load((ROOT / "contract/openapi.yaml").read_text())["info"]["version"]
    out.append(f"/** Of the REST interface that the client was written for, sent as `Plyo-Version`. */\nexport const API_VERSION = {json.dumps(version)};\n")
    out.append("export type ErrorCode =\n" + "\n".join(f"  | {json.dumps(error['id'])}" for error in errors) + ";\n")
    return "\n".join(out)


def error_class(code: str) -> str:
    return pascal(code.removesuffix("_error")) + "Error"


def error_classes() -> str:
    errors = [error for error in yaml.safe_load((ROOT / "contract/errors.yaml").read_text())["errors"] if error["id"] not in NO_CLASS]
    out = ["// Made by tools/gen_sdk_types.py from contract/errors.yaml; ./dev gen writes it anew.\n"
           'import { ApiError, ServerError, type ApiErrorInit } from "./errors.js";\n']
    for error in errors:
        name = error_class(error["id"])
        out.append(f"/** {' '.join(error['meaning'].split())} */\n"
                   f"export class {name} extends {'ServerError' if error['http'] >= 500 else 'ApiError'} {{\n  override readonly name: string = \"{name}\";\n}}\n")
    out.append("/** By code. */\nexport const ERROR_CLASSES: Readonly<Record<string, new (init: ApiErrorInit) => ApiError>> = {\n" + "".join(
        f"  {error['id']}: {error_class(error['id'])},\n" for error in errors) + "};\n")
    return "\n".join(out)


def main() -> int:
    status = 0
    for path, text in ((CONTRACT, contract()), (ERROR_CLASSES, error_classes())):
        if sys.argv[1:] != ["--check"]:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            print(f"{path.relative_to(ROOT)} is not what contract/ says", file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
