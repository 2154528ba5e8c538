#!/usr/bin/env python3
"""Makes the error codes and their reference page from contract/errors.yaml.

Usage: gen_errors.py [--check]   (--check writes nothing and fails when a file differs from what it would write)
"""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "contract/errors.yaml"
HEADER = ROOT / "libs/base/include/plyo/base/error_code.h"
PAGE = ROOT / "docs/reference/errors.md"
FIELDS = {"id": str, "meaning": str, "remedy": str, "http": int, "close": int, "exit": int}


def load() -> list[dict]:
    errors = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))["errors"]
    seen = set()
    for error in errors:
        where = f"{SOURCE.name}: {error.get('id', error)}"
        if set(error) != set(FIELDS):
            raise ValueError(f"{where}: the fields must be {', '.join(FIELDS)}")
        for field, kind in FIELDS.items():
            if not isinstance(error[field], kind):
                raise ValueError(f"{where}: {field} must be of type {kind.__name__}")
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", error["id"]) or error["id"] in seen:
            raise ValueError(f"{where}: the id must be lower snake case and occur once")
        if error["exit"] not in (1, 2, 130) or not 400 <= error["http"] <= 599:
            raise ValueError(f"{where}: exit must be 1, 2 or 130, http a status of failure")
        if error["close"] not in (1001, 1009, 1011, 1013) and not 4400 <= error["close"] <= 4499:
            raise ValueError(f"{where}: close must be 1001, 1009, 1011, 1013 or 4400 to 4499")
        seen.add(error["id"])
    return errors


def constant(identifier: str) -> str:
    return "k" + "".join(part.capitalize() for part in identifier.split("_"))


def header(errors: list[dict]) -> str:
    lines = [
        "// Generated from contract/errors.yaml by tools/gen_errors.py; ./dev gen writes it anew.",
        "#pragma once",
        "",
        "#include <array>",
        "#include <cstddef>",
        "#include <cstdint>",
        "#include <optional>",
        "#include <string_view>",
        "",
        "namespace plyo {",
        "",
        "// clang-format off",
        "/// Every expected failure. The numbers are not stable; ErrorId is.",
        "enum class ErrorCode : std::uint8_t {",
    ]
    lines += [f"  {constant(e['id'])},  ///< {e['meaning']}" for e in errors]
    lines += [
        "};",
        "// clang-format on",
        "",
        f"inline constexpr std::size_t kErrorCodeCount = {len(errors)};",
        "",
        "/// What contract/errors.yaml says about one code.",
        "struct ErrorTraits {",
        "  std::string_view id;       ///< stable name, lower snake case",
        "  std::string_view meaning;  ///< what is wrong, for a person",
        "  std::string_view remedy;   ///< what to do about it",
        "  int http_status = 500;",
        "  int close_code = 1011;  ///< of a WebSocket",
        "  int exit_status = 2;    ///< of the command line",
        "};",
        "",
        "// clang-format off",
        "inline constexpr std::array<ErrorTraits, kErrorCodeCount> kErrorTraits = {{",
    ]
    for e in errors:
        text = [quoted(e[field]) for field in ("id", "meaning", "remedy")]
        lines.append(f"    {{{text[0]},\n     {text[1]},\n     {text[2]},\n     {e['http']}, {e['close']}, {e['exit']}}},")
    lines += [
        "}};",
        "// clang-format on",
        "",
        "constexpr const ErrorTraits& Traits(ErrorCode code) {",
        "  return kErrorTraits[static_cast<std::size_t>(code)];",
        "}",
        "constexpr std::string_view ErrorId(ErrorCode code) { return Traits(code).id; }",
        "constexpr int ExitStatus(ErrorCode code) { return Traits(code).exit_status; }",
        "constexpr int HttpStatus(ErrorCode code) { return Traits(code).http_status; }",
        "constexpr int CloseCode(ErrorCode code) { return Traits(code).close_code; }",
        "",
        "/// The code of that id, or nothing.",
        "constexpr std::optional<ErrorCode> ErrorFromId(std::string_view id) {",
        "  for (std::size_t i = 0; i < kErrorCodeCount; ++i) {",
        "    if (kErrorTraits[i].id == id) return static_cast<ErrorCode>(i);",
        "  }",
        "  return std::nullopt;",
        "}",
        "",
        "}  // namespace plyo",
        "",
    ]
    return "\n".join(lines)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def page(errors: list[dict]) -> str:
    lines = [
        "# Errors",
        "",
        "Generated from `contract/errors.yaml` by `tools/gen_errors.py`; `./dev gen` writes it anew.",
        "",
        "| id | what is wrong | what to do | exit | HTTP | WebSocket |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{e['id']}` | {e['meaning']} | {e['remedy']} | {e['exit']} | {e['http']} | {e['close']} |" for e in errors
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        errors = load()
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        print(f"gen_errors: {error}", file=sys.stderr)
        return 1
    stale = []
    for path, text in ((HEADER, header(errors)), (PAGE, page(errors))):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"gen_errors: {name} is not what contract/errors.yaml makes; run ./dev gen" if check else f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
