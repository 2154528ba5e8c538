#!/usr/bin/env python3
"""That a row without a citation, a population or a count is refused, and that the page follows the data."""

import copy
import json
import unittest

import gen_norms


class Norms(unittest.TestCase):
    def setUp(self):
        self.data = json.loads(gen_norms.SOURCE.read_text(encoding="utf-8"))

    def refused(self, change):
        data = copy.deepcopy(self.data)
        change(data)
        with self.assertRaises(ValueError):
            gen_norms.check(data)

    def test_the_file_is_well_formed(self):
        gen_norms.check(self.data)

    def test_the_page_agrees_with_it(self):
        text = gen_norms.PAGE.read_text(encoding="utf-8")
        self.assertEqual(gen_norms.page(text, self.data), text)

    def test_a_changed_figure_changes_the_page(self):
        text = gen_norms.PAGE.read_text(encoding="utf-8")
        self.data["norms"][0]["n"] += 1
        self.assertNotEqual(gen_norms.page(text, self.data), text)

    def test_what_is_not_cited_or_not_counted_is_refused(self):
        row = lambda data: data["norms"][0]
        self.refused(lambda data: row(data).pop("source"))
        self.refused(lambda data: row(data).update(source="hearsay"))
        self.refused(lambda data: row(data).pop("n"))
        self.refused(lambda data: row(data).update(n=0))
        self.refused(lambda data: row(data).update(population=""))
        self.refused(lambda data: row(data).update(sex="men"))
        self.refused(lambda data: row(data).update(low=1.0, high=0.5))
        self.refused(lambda data: data["sources"][0].update(doi="a book"))
        self.refused(lambda data: data["sources"].append(dict(data["sources"][0], id="unused")))


if __name__ == "__main__":
    unittest.main()
