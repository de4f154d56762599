"""A year of eight workloads (an agent, retrieval, embeddings, three teams) recomputed with exact fractions from
data/prices.json alone, and compared with every amount that the program prints. Argument: the program."""

import datetime
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import unittest
from fractions import Fraction

PROGRAM = os.path.abspath(sys.argv.pop(1))
PRICES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "data", "prices.json")
AS_OF = "2026-11-25"
POINTS = ("low", "expected", "high")

WORKLOADS = {
    "limits": {"max_monthly": 100000},
    "limits_by": {"team": {"search": {"max_monthly": "1.00"}}},
    "workloads": {
        "triage": {"model": "gpt-5.4-mini", "team": "support", "input_tokens": 1200, "output_tokens": 120,
                   "calls_per_month": 250000, "cached_share": "413/991", "batch_share": "1/4"},
        "chat": {"model": "gpt-5.4", "team": "support", "input_tokens": {"low": 300, "expected": 900, "high": 4000},
                 "turns": {"low": 1, "expected": 4, "high": 9}, "turn_input_tokens": 60, "output_tokens": 250,
                 "reasoning_tokens": {"low": 0, "expected": 100, "high": 900}, "conversations_per_day": 300,
                 "growth_percent": 5},
        "long": {"model": "gpt-5.4", "team": "research", "input_tokens": 200000, "turns": 3,
                 "turn_input_tokens": 50000, "output_tokens": 2000, "conversations_per_month": 11},
        "agent": {"model": "gpt-4.1", "team": "research", "calls_per_month": 4001, "steps": {
            "plan": {"input_tokens": 2000, "output_tokens": 300},
            "tool": {"times": {"low": 1, "expected": 3, "high": 12}, "input_tokens": 5000, "output_tokens": 80,
                     "cached_share": 0.6, "retry_share": "1/20"},
            "answer": {"model": "claude-sonnet-4-5", "input_tokens": 9000, "output_tokens": 700,
                       "cache_write_share": "10%", "cached_share": "60%"}}},
        "rag": {"model": "gpt-4.1-mini", "team": "search", "input_tokens": 150, "output_tokens": 200,
                "calls_per_day": 5000, "chunks": {"count": {"low": 2, "expected": 8, "high": 20}, "tokens": 400}},
        "index": {"model": "text-embedding-3-small", "team": "search", "input_tokens": 500, "output_tokens": 0,
                  "calls_per_month": 2000000, "end": "2027-02"},
        "voice": {"model": "gpt-realtime-mini", "input_tokens": 700, "output_tokens": 30, "calls_per_month": 10000,
                  "other_use": {"audio_input": 1800, "audio_output": {"low": 100, "expected": 400, "high": 2000}}},
        "later": {"model": "o3", "team": "research", "input_tokens": 7, "output_tokens": 11, "calls_per_month": 13,
                  "start": "2027-03", "tags": ["new"]},
    },
}


def fraction(value):
    text = str(value)
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def ranged(value):
    return [fraction(value[p] if isinstance(value, dict) else value) for p in POINTS]


class Book:
    """The rates of data/prices.json."""

    def __init__(self):
        with open(PRICES, encoding="utf-8") as file:
            table = json.load(file)
        self.models = {model["id"]: model for model in table["models"] if not model.get("hosted")}

    def row(self, model, tier, day, prompt):
        best = None
        for row in self.models[model]["rows"]:
            if row["tier"] != tier or day < row.get("from", "") or ("to" in row and day >= row["to"]):
                continue
            above = row.get("above")
            least = above["prompt_tokens"] if above else -1
            if above and not (prompt > least or (above["operator"] == ">=" and prompt == least)):
                continue
            if best is None or least > best[0]:
                best = (least, row)
        return best[1]["rates"]

    @staticmethod
    def rate(rates, kind):
        if kind in rates:
            return Fraction(rates[kind]) / 10**6
        assert kind in ("cached_input", "cache_write_short", "cache_write_long"), kind
        return Fraction(rates["input"]) / 10**6


def steps_of(name, work):
    if "steps" not in work:
        return {name: work}
    base = {key: value for key, value in work.items() if key != "steps"}
    return {f"{name}/{step}": {**base, **own, "is_step": True} for step, own in work["steps"].items()}


def month(book, work, day):
    """USD at the three points."""
    share = lambda key: fraction(work.get(key, 0))
    out = []
    for i in range(3):
        at = lambda key, default=0: ranged(work.get(key, default))[i]
        turns = int(at("turns", 1))
        prompt = at("input_tokens")
        if "chunks" in work:
            prompt += ranged(work["chunks"]["count"])[i] * ranged(work["chunks"]["tokens"])[i]
        key = next(key for key in work if key.startswith(("calls_", "conversations_")))
        calls = ranged(work[key])[i]
        if key.endswith("_day"):
            calls *= Fraction(365, 12)
        if key.startswith("conversations") or work.get("is_step"):
            calls *= turns
        calls *= ranged(work.get("times", 1))[i] * (1 + share("retry_share"))
        total = Fraction(0)
        for tier, part in (("standard", 1 - share("batch_share")), ("batch", share("batch_share"))):
            if part == 0:
                continue
            for turn in range(turns):
                tokens = prompt + turn * (at("output_tokens") + at("turn_input_tokens"))
                rates = book.row(work["model"], tier, day, tokens)
                cached, written = share("cached_share"), share("cache_write_share")
                one = Fraction(0)
                for kind, amount in (("input", tokens * (1 - cached - written)), ("cached_input", tokens * cached),
                                     ("cache_write_short", tokens * written),
                                     ("output", at("output_tokens") + at("reasoning_tokens")),
                                     *((kind, ranged(use)[i]) for kind, use in work.get("other_use", {}).items())):
                    if amount:
                        one += amount * book.rate(rates, kind)
                total += one * calls * part / turns
        out.append(total)
    return out


def months(book, name, work, count):
    day = datetime.date.fromisoformat(AS_OF)
    growth = Fraction(1)
    out = []
    for k in range(count):
        if k:
            growth *= 1 + Fraction(str(work.get("growth_percent", 0))) / 100
            growth = Fraction(math.ceil(growth * 10**9), 10**9)
        index = day.month - 1 + k
        date = f"{day.year + index // 12:04}-{index % 12 + 1:02}-{min(day.day, 28):02}" if k else AS_OF
        runs = work.get("start", "0") <= date[:7] <= work.get("end", "9")
        out.append([usd * growth if runs else Fraction(0) for usd in month(book, work, date)])
    return out


def printed(value):
    """As the program cuts amounts for machines: at 10^-18, the last digit odd where something is lost."""
    units, rest = divmod(value * 10**18, 1)
    units = int(units)
    if rest and units % 2 == 0:
        units += 1
    return Fraction(units, 10**18)


class PlanTest(unittest.TestCase):
    def run_program(self, *arguments):
        done = subprocess.run([PROGRAM, *arguments], cwd=self.folder.name, capture_output=True, encoding="utf-8")
        return done

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        with open(os.path.join(self.folder.name, "toktally.json"), "w", encoding="utf-8") as file:
            json.dump(WORKLOADS, file)
        self.book = Book()
        self.steps = {}
        for name, work in WORKLOADS["workloads"].items():
            self.steps.update(steps_of(name, work))

    def amounts(self, usd):
        return [Fraction(usd[point]) for point in POINTS]

    def test_every_amount_of_a_month_and_a_year(self):
        done = self.run_program("forecast", "--json", "--as-of", AS_OF, "--months", "12", "--by", "team")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        own = {name: month(self.book, work, AS_OF) for name, work in self.steps.items()}
        self.assertEqual([row["workload"] for row in report["rows"]], list(own))
        for row in report["rows"]:
            self.assertEqual(self.amounts(row["monthly"]), [printed(usd) for usd in own[row["workload"]]],
                             row["workload"])
        total = [printed(sum(usd[i] for usd in own.values())) for i in range(3)]
        self.assertEqual(self.amounts(report["monthly"]), total)
        teams = {}
        for name, work in self.steps.items():
            sums = teams.setdefault(work.get("team", ""), [Fraction(0)] * 3)
            teams[work.get("team", "")] = [a + b for a, b in zip(sums, own[name])]
        self.assertEqual({team["team"]: self.amounts(team["monthly"]) for team in report["by_team"]},
                         {name: [printed(usd) for usd in sums] for name, sums in teams.items()})
        ahead = [months(self.book, name, work, 12) for name, work in self.steps.items()]
        for k, entry in enumerate(report["months"]):
            with self.subTest(month=entry["month"]):
                self.assertEqual(entry["missing"], [])
                self.assertEqual(self.amounts(entry["monthly"]),
                                 [printed(sum(work[k][i] for work in ahead)) for i in range(3)])

    def test_the_explanation_adds_up(self):
        done = self.run_program("forecast", "--explain", "agent", "--as-of", AS_OF)
        self.assertEqual(done.returncode, 0, done.stderr)
        sums, found = Fraction(0), []
        for line in done.stdout.splitlines():
            if " x $" in line:
                quantity, rate, per, usd = re.search(r": (\S+) x \$(\S+) a (\d+).* = \$(\S+)$", line).groups()
                self.assertAlmostEqual(float(Fraction(quantity) * Fraction(rate) / int(per)), float(usd), places=6)
                sums += Fraction(usd)
            elif "total" in line:
                self.assertEqual(Fraction(line.split("$")[1]), sums)
                found.append(sums)
                sums = Fraction(0)
        # plan and answer are the same at every point; the tool has three.
        self.assertEqual(len(found), 5)

    def test_a_change_is_taken_apart(self):
        # The team's limit fails, and the baseline is written all the same.
        self.assertEqual(self.run_program("check", "--save", "base.json", "--as-of", AS_OF).returncode, 1)
        work = WORKLOADS["workloads"]["triage"]
        for setting in ("triage.model=gpt-5.4", "triage.cached_share=0.9", "triage.input_tokens=2000",
                        "triage.calls_per_month=300000"):
            with self.subTest(setting=setting):
                done = self.run_program("check", "--json", "--baseline", "base.json", "--as-of", AS_OF,
                                        "--set", setting)
                report = json.loads(done.stdout)
                key, value = setting.split(".", 1)[1].split("=")
                before, now = month(self.book, work, AS_OF), month(self.book, {**work, key: value}, AS_OF)
                part = {"model": "model", "cached_share": "shares", "input_tokens": "tokens",
                        "calls_per_month": "volume"}[key]
                change = report["changes"][0]
                self.assertEqual(change["workload"], "triage")
                for name, usd in change["parts"].items():
                    expected = [b - a for a, b in zip(before, now)] if name == part else [0, 0, 0]
                    for shown, exact in zip(self.amounts(usd), expected):
                        self.assertLessEqual(abs(shown - exact), Fraction(1, 10**18), name)

    def test_the_limits_of_a_team(self):
        done = self.run_program("check", "--json", "--as-of", AS_OF)
        self.assertEqual(done.returncode, 1, done.stderr)
        findings = [f["text"] for f in json.loads(done.stdout)["findings"] if f["severity"] == "fail"]
        self.assertEqual(len(findings), 1)
        self.assertRegex(findings[0], r"^team search: monthly \$[0-9,.]+ is over \$1\.00$")


if __name__ == "__main__":
    unittest.main()
