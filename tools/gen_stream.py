#!/usr/bin/env python3
"""Makes the reference page of the live protocol from contract/stream.yaml.

Usage: gen_stream.py [--check]   (--check writes nothing and fails when the page differs from what it would write)
"""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "contract/stream.yaml"
PAGE = ROOT / "docs/reference/stream.md"


class Contract:
    def __init__(self, document: dict) -> None:
        self.document = document

    def resolve(self, node: dict) -> dict:
        """The node, or what its $ref stands for, however long the chain."""
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def fields(self, schema: dict) -> tuple[dict, set]:
        """Properties and the names of the required ones, of the schema and all that it is made of."""
        schema = self.resolve(schema)
        properties, required = dict(schema.get("properties", {})), set(schema.get("required", []))
        for part in schema.get("allOf", []):
            more, needed = self.fields(part)
            properties |= more
            required |= needed
        return properties, required

    def kind(self, schema: dict) -> str:
        schema = self.resolve(schema)
        if "const" in schema:
            return f"`{schema['const']}`"
        if "enum" in schema:
            return ", ".join(f"`{value}`" for value in schema["enum"])
        kind = schema.get("type", "object")
        if kind == "array":
            inner = self.kind(schema["items"]) if "items" in schema else "anything"
            return f"list of {inner}"
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is not None and high is not None:
            return f"{kind}, {low} to {high}"
        if low is not None:
            return f"{kind}, at least {low}"
        if "maxLength" in schema:
            return f"{kind}, at most {schema['maxLength']} characters"
        return kind

    def rows(self, schema: dict, prefix: str = "") -> list[str]:
        rows = []
        properties, required = self.fields(schema)
        for name, field in properties.items():
            resolved = self.resolve(field)
            text = resolved.get("description", "").strip().replace("\n", " ")
            if "example" in resolved:
                text = f"{text} Such as `{resolved['example']}`.".strip()
            needed = "yes" if name in required else ""
            rows.append(f"| `{prefix}{name}` | {self.kind(field)} | {needed} | {text} |")
            if resolved.get("type") == "array" and "items" in resolved:
                rows += self.rows(resolved["items"], f"{prefix}{name}[].")
            else:
                rows += self.rows(resolved, f"{prefix}{name}.")
        return rows

    def message(self, reference: dict) -> list[str]:
        message = self.resolve(reference)
        kind = message.get("payload", {}).get("properties", {}).get("type", {})
        name = kind.get("const", reference["$ref"].rsplit("/", 1)[1])
        lines = [f"### `{name}`", ""]
        for key in ("summary", "description"):
            if key in message:
                lines += [message[key].strip(), ""]
        if "payload" in message:
            lines += ["| field | | needed | |", "|---|---|---|---|", *self.rows(message["payload"]), ""]
        return lines

    def page(self) -> str:
        info = self.document["info"]
        lines = [f"# {info['title']}: the WebSocket protocol", "",
                 "Generated from `contract/stream.yaml` by `tools/gen_stream.py`; `./dev gen` writes it anew.", "",
                 info["description"].strip(), "", "## How a connection is closed", "", "| code | |", "|---:|---|"]
        lines += [f"| {code} | {text.strip()} |" for code, text in self.document["x-close-codes"].items()]
        for title, operation in (("What a client sends", "send"), ("What a client receives", "receive")):
            lines += ["", f"## {title}", ""]
            for message in self.document["operations"][operation]["messages"]:
                lines += self.message(message)
        return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    text = Contract(yaml.safe_load(SOURCE.read_text(encoding="utf-8"))).page()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.relative_to(ROOT)} is not what contract/stream.yaml says; run ./dev gen", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
