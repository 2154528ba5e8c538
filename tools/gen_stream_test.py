#!/usr/bin/env python3
"""Tests of tools/gen_stream.py: what the contract says is on the page."""

import unittest

import gen_stream


class GenStream(unittest.TestCase):
    CONTRACT = {
        "info": {"title": "T", "description": "About."},
        "x-close-codes": {4400: "Not understood."},
        "channels": {"live": {"messages": {"hi": {"$ref": "#/components/messages/hi"}}}},
        "operations": {"send": {"messages": [{"$ref": "#/channels/live/messages/hi"}]}, "receive": {"messages": []}},
        "components": {
            "messages": {"hi": {"summary": "Greets.", "payload": {
                "required": ["type", "part"],
                "properties": {"type": {"const": "hello"}, "part": {"$ref": "#/components/schemas/part"},
                               "list": {"type": "array", "items": {"properties": {"x": {"type": "number", "minimum": 0, "maximum": 1}}}}}}}},
            "schemas": {"part": {"allOf": [{"properties": {"a": {"enum": ["b", "c"]}}}, {"required": ["a"]}]}}}}

    def test_every_field_is_there_with_its_kind(self):
        page = gen_stream.Contract(self.CONTRACT).page()
        for line in ("### `hello`", "Greets.", "| 4400 | Not understood. |", "| `type` | `hello` | yes |  |",
                     "| `part.a` | `b`, `c` | yes |  |", "| `list[].x` | number, 0 to 1 |  |  |"):
            self.assertIn(line, page)

    def test_the_page_is_what_the_contract_says(self):
        document = gen_stream.yaml.safe_load(gen_stream.SOURCE.read_text(encoding="utf-8"))
        self.assertEqual(gen_stream.PAGE.read_text(encoding="utf-8"), gen_stream.Contract(document).page())


if __name__ == "__main__":
    unittest.main()
