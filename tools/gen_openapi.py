#!/usr/bin/python3
"""Makes what the server knows of contract/openapi.yaml: its objects as C++ types, its operations as a table, and the
document itself as JSON, by which requests are checked.

Usage: gen_openapi.py [--check]   (--check writes nothing and fails when a file differs from what it would write)
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "contract/openapi.yaml"
FOLDER = ROOT / "libs/service/platform/src"
NOTE = "// Made by tools/gen_openapi.py from contract/openapi.yaml; ./dev gen writes it anew.\n"
SCALARS = {"string": "std::string", "integer": "std::int64_t", "number": "double", "boolean": "bool"}
METHODS = ("get", "post", "put", "patch", "delete")


def pascal(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[_.]", name))


class Types:
    """The objects of the contract as structs, in the order in which C++ needs them."""

    def __init__(self, schemas: dict) -> None:
        self.schemas = schemas
        self.structs: dict[str, list[tuple[str, str, bool, object, str]]] = {}
        self.docs: dict[str, str] = {}
        for name, schema in schemas.items():
            if self.is_struct(schema):
                self.struct(name, schema)

    @staticmethod
    def is_struct(schema: dict) -> bool:
        # What has other fields beside, or is a part of something to be merged, stays as JSON.
        return "properties" in schema and schema.get("additionalProperties") is False and not schema.get("minProperties")

    def struct(self, name: str, schema: dict) -> str:
        if name not in self.structs:
            required = schema.get("required", [])
            fields = []
            for field, part in schema["properties"].items():
                default = part.get("const", part.get("default"))
                fields.append((field, self.type_of(part, f"{name}_{field}"), field in required, default,
                               " ".join(part.get("description", "").split())))
            self.structs[name] = fields
            self.docs[name] = " ".join(schema.get("description", "").split())
        return pascal(name)

    def type_of(self, schema: dict, name: str) -> str:
        if "$ref" in schema:
            target = schema["$ref"].split("/")[-1]
            return self.type_of(self.schemas[target], target)
        if "const" in schema:
            return "std::string"
        kind = schema.get("type")
        if kind == "array":
            return f"std::vector<{self.type_of(schema['items'], name)}>"
        if kind == "object" and self.is_struct(schema):
            return self.struct(name, schema)
        if kind == "object" and "properties" not in schema and isinstance(schema.get("additionalProperties"), dict):
            return f"std::map<std::string, {self.type_of(schema['additionalProperties'], name)}>"
        if kind == ["string", "null"]:
            return "std::optional<std::string>"
        return SCALARS.get(kind, "Json") if isinstance(kind, str) else "Json"

    def default(self, kind: str, value: object) -> str:
        if value is None:
            return {"std::int64_t": " = 0", "double": " = 0", "bool": " = false"}.get(kind, "")
        return f" = {json.dumps(value)}"

    def header(self) -> str:
        out = []
        for name, fields in self.structs.items():
            out.append(f"/// {self.docs[name]}\n" if self.docs[name] else "")
            out.append(f"struct {pascal(name)} {{\n")
            for field, kind, required, default, text in fields:
                optional = not required and default is None and not kind.startswith("std::optional")
                shown = f"std::optional<{kind}>" if optional else kind
                start = "" if optional else self.default(kind, default)
                out.append(f"  {shown} {field}{start or '{}'};{f'  ///< {text}' if text else ''}\n")
            out.append("};\n")
            out.append(f"void to_json(Json& json, const {pascal(name)}& object);\n"
                       f"void from_json(const Json& json, {pascal(name)}& object);\n\n")
        return "".join(out)

    def source(self) -> str:
        out = []
        for name, fields in self.structs.items():
            write, read = [], []
            for field, kind, required, default, _ in fields:
                if kind.startswith("std::optional"):
                    # Here null is a value of its own.
                    write.append(f'  json["{field}"] = object.{field} ? Json(*object.{field}) : Json();\n')
                    read.append(f'  Read(json, "{field}", object.{field});\n')
                elif required or default is not None:
                    write.append(f'  json["{field}"] = object.{field};\n')
                    read.append(f'  Read(json, "{field}", object.{field});\n')
                else:
                    write.append(f'  if (object.{field}) json["{field}"] = *object.{field};\n')
                    read.append(f'  Read(json, "{field}", object.{field});\n')
            out.append(f"void to_json(Json& json, const {pascal(name)}& object) {{\n  json = Json::object();\n{''.join(write)}}}\n"
                       f"void from_json(const Json& json, {pascal(name)}& object) {{\n{''.join(read)}}}\n\n")
        return "".join(out)


def operations(contract: dict) -> list[dict]:
    found = []
    for path, item in contract["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
            resolved = [contract["components"]["parameters"][p["$ref"].split("/")[-1]] if "$ref" in p else p for p in parameters]
            bodies = operation.get("requestBody", {}).get("content", {})
            schema = bodies.get("application/json", {}).get("schema", {}).get("$ref", "").split("/")[-1]
            found.append({
                "id": operation["operationId"], "method": method.upper(), "path": path, "scope": operation["x-scope"], "body": schema,
                "types": " ".join(bodies),
                "needed": [p["name"] for p in resolved if p["in"] == "query" and p.get("required")],
                "repeatable": any(p["name"] == "Idempotency-Key" for p in resolved),
                "tagged": any("ETag" in contract["components"]["responses"].get(response.get("$ref", "").split("/")[-1], response).get("headers", {})
                              for status, response in operation["responses"].items() if str(status).startswith("2")),
            })
    return found


def files() -> dict[Path, str]:
    contract = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    types = Types(contract["components"]["schemas"])
    table = operations(contract)
    scopes = contract["components"]["schemas"]["scope"]["enum"]
    events = contract["components"]["schemas"]["event_type"]["enum"]
    unknown = {operation["scope"] for operation in table} - set(scopes)
    if unknown:
        raise ValueError(f"{SOURCE.name}: x-scope names what no key can have: {', '.join(sorted(unknown))}")
    version = contract["info"]["version"]
    header = f"""{NOTE}#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plyo::service::contract {{

using Json = nlohmann::ordered_json;

inline constexpr std::string_view kVersion = "{version}";

inline constexpr std::array<std::string_view, {len(scopes)}> kScopes = {{{', '.join(json.dumps(s) for s in scopes)}}};

inline constexpr std::array<std::string_view, {len(events)}> kEventTypes = {{{', '.join(json.dumps(e) for e in events)}}};

enum class OperationId : std::uint8_t {{
{''.join(f'  k{pascal(o["id"])},' + chr(10) for o in table)}}};

struct Operation {{
  OperationId id;
  std::string_view name;    ///< operationId
  std::string_view method;
  std::string_view path;    ///< with {{parameters}}
  std::string_view scope;   ///< that a key needs
  std::string_view body;    ///< name of the schema of a JSON body; empty: none
  std::string_view types;   ///< content types of the body, with spaces
  bool repeatable;          ///< takes an Idempotency-Key
  bool tagged;              ///< answers with the ETag of an object
  std::string_view needed;  ///< names in the query that must not be left out, with spaces
}};

inline constexpr std::array<Operation, {len(table)}> kOperations = {{{{
{''.join(f'  {{OperationId::k{pascal(o["id"])}, {json.dumps(o["id"])}, {json.dumps(o["method"])}, {json.dumps(o["path"])}, {json.dumps(o["scope"])}, {json.dumps(o["body"])}, {json.dumps(o["types"])}, {"true" if o["repeatable"] else "false"}, {"true" if o["tagged"] else "false"}, {json.dumps(" ".join(o["needed"]))}}},' + chr(10) for o in table)}}}}};

// Objects. What is not said is left out of JSON; texts and numbers were checked before they are read.
// NOLINTBEGIN(readability-identifier-naming,bugprone-exception-escape): nlohmann::json looks for these names; a Json may be moved.

{types.header()}
// NOLINTEND(readability-identifier-naming,bugprone-exception-escape)
}}  // namespace plyo::service::contract
"""
    source = f"""{NOTE}#include "contract.h"

namespace plyo::service::contract {{
namespace {{

template <typename Value>
void Read(const Json& json, const char* name, Value& value) {{
  if (const auto at = json.find(name); at != json.end() && !at->is_null()) at->get_to(value);
}}
template <typename Value>
void Read(const Json& json, const char* name, std::optional<Value>& value) {{
  if (const auto at = json.find(name); at != json.end() && !at->is_null()) value = at->get<Value>();
}}

}}  // namespace

// NOLINTBEGIN(readability-identifier-naming): nlohmann::json looks for these names.

{types.source()}
// NOLINTEND(readability-identifier-naming)
}}  // namespace plyo::service::contract
"""
    return {
        FOLDER / "contract.h": formatted(header),
        FOLDER / "contract.cc": formatted(source),
        ROOT / "contract/openapi.json": json.dumps(contract, ensure_ascii=False, separators=(",", ":"), default=str) + "\n",
    }


def formatted(text: str) -> str:
    return subprocess.run(["clang-format-16", "--style=file", "--assume-filename=" + str(FOLDER / "contract.h")], input=text, text=True,
                          capture_output=True, check=True, cwd=ROOT).stdout


def main(arguments: list[str]) -> int:
    differing = [path for path, text in files().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if arguments == ["--check"]:
        for path in differing:
            print(f"{path.relative_to(ROOT)} is not what {SOURCE.name} says", file=sys.stderr)
        return 1 if differing else 0
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for path, text in files().items():
        if path in differing:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
