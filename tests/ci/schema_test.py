"""The JSON Schemas of data/ and the program's own reader agree: on what we ship and on what is wrong. Argument:
the program. Needs python3-jsonschema; skips, saying so, where it is absent."""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
DATA = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "data"))


def load(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as file:
        return json.loads(re.sub(r"^\s*//.*$|\s//\s.*$", "", file.read(), flags=re.M))


def change(document, path, value):
    """A copy of `document` with `value` at `path`; Ellipsis takes the member away."""
    document = copy.deepcopy(document)
    place = document
    for key in path[:-1]:
        place = place[key]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


class SchemaTest(unittest.TestCase):
    def accepted(self, command, document):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            done = subprocess.run([PROGRAM, *command, file.name], capture_output=True)
        return done.returncode == 0

    def check(self, schema, command, document, expected, what):
        valid = jsonschema.Draft202012Validator(schema).is_valid(document)
        self.assertEqual((valid, self.accepted(command, document)), (expected, expected), what)

    def test_the_price_table(self):
        schema = load("prices.schema.json")
        jsonschema.Draft202012Validator.check_schema(schema)
        command = ["prices", "validate"]
        self.check(schema, command, load("prices.json"), True, "prices.json")
        small = {
            "schema": 1, "as_of": "2026-11-22", "sources": {"s": {"what": "w"}},
            "models": [{
                "provider": "p", "id": "m", "kind": "chat", "status": "active",
                "rows": [{"tier": "standard", "rates": {"input": "1"}, "sources": ["s"], "checked": "2026-11-22"}],
            }],
        }
        self.check(schema, command, small, True, "small")
        model, rows, row = ("models", 0), ("models", 0, "rows"), ("models", 0, "rows", 0)
        for path, value in (
            (("schema",), 3), (("schema",), 0), (("as_of",), ...), (("as_of",), "today"), (("more",), 1), (("models",), {}),
            (model + ("id",), ...), (model + ("id",), ""), (model + ("provider",), ""), (model + ("kind",), "film"), (model + ("status",), "gone"),
            (model + ("hosted",), "yes"), (model + ("alias",), []), (model + ("rows",), []),
            (model + ("limits",), {"context": 1}), (model + ("limits",), {"max_input": 1.5}),
            (model + ("data_residency",), {"multiplier": 1.1}), (model + ("shutdown",), {}),
            (row + ("tier",), "express"), (row + ("tier",), "fast"), (row + ("tier",), "default"),
            (row + ("tier",), None), (row + ("note",), None), (row + ("from",), None), (model + ("hosted",), None),
            (model + ("data_residency",), {"multiplier": "1/3"}), (model + ("data_residency",), {"multiplier": "110%"}),
            (row + ("rates",), {"input": "1e-3"}), (row + ("rates",), {"input": "0.0000000000001"}), (row + ("from",), "2026"), (row + ("rates",), {}),
            (row + ("rates",), {"input": 1}), (row + ("rates",), {"input": "-1"}), (row + ("rates",), {"in": "1"}),
            (row + ("rates",), {"input": "1,5"}), (row + ("above",), {"operator": "<", "prompt_tokens": 1}),
            (row + ("above",), {"operator": ">"}), (row + ("derived",), {}), (row + ("sources",), "s"),
            (row + ("hours",), {"utc": ["01:00-04:00"]}), (row + ("currency",), 1), (row + ("caution",), None),
            (row + ("rates",), {"code_session": {"usd": "1"}}), (row + ("rates",), {"image": {"usd": 1, "unit": "image"}}),
            (row + ("rates",), {"image": {"usd": "1", "unit": "picture"}}),
            (model + ("successor",), {"id": "n"}), (model + ("successor",), {"from": "2026-01-01"}),
            (model + ("limits",), {"min_cacheable": -1}),
            (("factors",), {}), (("factors",), [{"match": {}}]), (("factors",), [{"factor": "1"}]),
            (("factors",), [{"match": {"sellers": "x"}, "factor": "1"}]), (("factors",), [{"match": {}, "factor": 1}]),
            (("fees",), [{"match": {}}]), (("fees",), [{"match": {"seller": "x"}, "rates": {"page": "1"}}]),
            (("exchange",), [{"currency": "CNY"}]), (("exchange",), [{"usd": "0.1"}]),
        ):
            self.check(schema, command, change(small, path, value), False, (path, value))
        for path, value in (
            (row + ("tier",), "peak"), (row + ("rates",), {"input": "0.00000000000100"}),
            (model + ("data_residency",), {"multiplier": "1.1"}), (("schema",), 2), (model + ("kind",), "video"),
            (row + ("rates",), {"code_session": {"usd": "0.03", "unit": "call"}}), (row + ("currency",), "CNY"),
            (rows, [{"tier": "peak", "hours": {"utc": ["22:00-24:00"], "weekdays": True}, "rates": {"input": "1"}}]),
            (model + ("successor",), {"id": "n", "from": "2026-01-01", "sources": ["s"]}),
            (model + ("limits",), {"min_cacheable": 1024}),
            (("factors",), [{"match": {"seller": "bedrock", "provider": "p", "regions": ["us"], "models": ["m*"]},
                             "factor": "1.1", "from": "2026-01-01", "to": "2027-01-01", "sources": ["s"], "note": "n"}]),
            (("fees",), [{"match": {"provider": "p"}, "rates": {"web_search": "10"}, "checked": "2026-01-01"}]),
            (("exchange",), [{"currency": "CNY", "usd": "0.14", "from": "2026-01-01"}]),
        ):
            self.check(schema, command, change(small, path, value), True, (path, value))

    def test_workloads(self):
        schema = load("workloads.schema.json")
        jsonschema.Draft202012Validator.check_schema(schema)
        command = ["forecast", "--as-of", "2026-11-22"]
        self.assertTrue(jsonschema.Draft202012Validator(schema).is_valid(load("samples/toktally.json")))
        work = {
            "model": "gpt-5.4", "input_tokens": 100, "output_tokens": {"low": 1, "expected": 2, "high": 3},
            "reasoning_tokens": 5, "conversations_per_day": 10, "turns": 2, "turn_input_text": "hello",
            "cached_share": 0.5, "cache_write_share": "1/10", "batch_share": "10%", "tier": "flex",
            "data_residency": True, "note": "n", "limits": {"max_monthly": {"value": "5", "on": "high"}},
        }
        whole = {"schema": 1, "limits": {"warn_increase_percent": 20}, "workloads": {"w": work}}
        self.check(schema, command, whole, True, "whole")
        place = ("workloads", "w")
        for path, value in (
            (("schema",), 2), (("workload",), {}), (("workloads",), {}), (("workloads",), ...), (("prices",), "a"),
            (("limits",), {"max_month": 1}), (("limits",), {"max_monthly": -1}), (("limits",), {"max_monthly": "x"}),
            (place + ("model",), ...), (place + ("modle",), "x"), (place + ("input_tokens",), -1),
            (place + ("input_tokens",), 1.5), (place + ("turns",), 0), (place + ("turns",), 10001),
            (place + ("cached_share",), 1.5), (place + ("cached_share",), "half"), (place + ("tier",), "auto"),
            (place + ("cached_share",), None), (place + ("note",), None), (place + ("limits",), None),
            (("limits",), {"max_monthly": "1e3"}), (("limits",), {"max_increase_percent": "20%"}), (("limits",), {"max_monthly": "1/3"}),
            (("limits",), {"max_monthly": {"value": "20%"}}), (("limits",), {"max_monthly": {"value": None}}),
            (place + ("reasoning_tokens",), None), (place + ("steps",), {}), (place + ("retry_share",), 2),
            (place + ("chunks",), {"count": 1}), (place + ("start",), "2027"), (place + ("other_use",), {"audio_input": -1}),
            (place + ("input_tokens",), {"low": 1, "high": 2}), (("limits_by",), {"owner": {}}), (("limits_locked",), 1),
            (place + ("data_residency",), 1), (place + ("output_tokens",), {"low": 1}),
        ):
            self.check(schema, command, change(whole, path, value), False, (path, value))
        for path, value in (
            (place + ("tier",), "fast"), (place + ("tier",), "default"), (place + ("cached_share",), "0.5000000000"),
            (place + ("cached_share",), 1e-05), (("limits",), {"max_monthly": {"value": 0.5}}),
            (place + ("input_tokens",), {"low": 1, "expected": 2, "high": 3}), (place + ("team",), "x"),
            (place + ("turns",), {"low": 1, "expected": 2, "high": 3}), (place + ("tags",), ["a", "b"]),
            (place + ("retry_share",), "1/20"), (place + ("chunks",), {"count": 8, "tokens": {"low": 1, "expected": 2, "high": 3}}),
            (place + ("growth_percent",), 2.5), (place + ("end",), "2027-12"), (place + ("cache_write_long_share",), 0.1),
            (("limits_by",), {"team": {"x": {"max_monthly": 5}}, "tag": {}}), (("limits_locked",), True),
            (("workloads", "agent"), {"model": "gpt-5.4", "calls_per_month": 10, "steps": {
                "a": {"input_tokens": 1, "output_tokens": 1, "times": {"low": 0.5, "expected": 1, "high": 2}},
                "b": {"model": "gpt-4o", "input_tokens": 1, "output_tokens": 1}}}),
        ):
            self.check(schema, command, change(whole, path, value), True, (path, value))


if __name__ == "__main__":
    try:
        import jsonschema
    except ImportError:
        print("skipped: python3-jsonschema is not installed")
        sys.exit(77)
    unittest.main(verbosity=0)
