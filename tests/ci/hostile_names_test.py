"""A table of hostile names, run through every command that shows the names of others and every format that it has:
nothing that is printed is obeyed by a terminal, a runner's log, a spreadsheet or a comment. Argument: the program."""

import csv
import html.parser
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))

# What a name may try. No slash, NUL or line end where it is a file's; those are tried where it is not.
NAMES = [
    "@octocat", "&#64;octocat", "a @org-team b", "https:evil.example", "www.evil.example", "GH-1 gh-2 PROJ-3", "#1 &#35;1",
    "$x^2$ $`y`$", ":smile: :100:", "##[add-mask]a", "##vso[task.x]b", "::warning::a", "  ::set-output name=a::b",
    "x ::error::y", "=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "＝1", "a;=1", 'a"b,c', "<b>bold<!-- x -->", "`code` *b* _i_ ~~s~~",
    "[a](b) ![c](d) [^1]", "a | b", "# title", "- item", "1. item", "> quote", "    block", "\x1b[31mred\x1b]0;t\x07", "\x9b31m\u009b31m",
    "a\u202eb\u2066c", "a\u200bb\u2060c\u00add", "~label !1 %1 ^alert &1", "1234567890abcdef1234567890abcdef12345678", "\U000e0041",
]
ELSEWHERE = ["a\nb\r\n::warning::c", "https://evil.example/login", "a\tb", "/close", "a\x00b", "\n\n# t\n@octocat"]
OBEYED = re.compile(r"##[\w-]*\[|^\s*::", re.M)
UNSEEN = re.compile("[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
                    "\ufeff\U000e0000-\U000e007f]")
# What GitHub and GitLab look for in the text as it is shown.
SHOWN = re.compile(r"@[A-Za-z0-9]|(?<!\w)#\d|(?i:\bgh-\d)|[A-Z]{2,}-\d|https?://|(?i:www\.\w)|:(?:[a-z_+-][a-z0-9_+-]*|100|1234):|[!~%^&][\w\"]|"
                   r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,}\b")


class Page(html.parser.HTMLParser):
    KNOWN = {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "span", "i", "b", "div", "table", "thead",
             "tbody", "tr", "th", "td", "ul", "li"}

    def __init__(self, text):
        super().__init__()
        self.tags = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.tags.update(name for name, _ in attributes if name.startswith("on") or name in ("href", "src"))


class HostileNames(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        with open(os.path.join(self.folder.name, name), "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)

    def run_program(self, *arguments):
        done = subprocess.run([PROGRAM, *arguments], cwd=self.folder.name, capture_output=True, timeout=100)
        return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")

    def check_output(self, form, code, out, err, what):
        self.assertIn(code, (0, 1, 2, 3, 4), what)
        self.assertNotRegex(err, OBEYED, what)
        self.assertNotRegex(err, UNSEEN, what)
        self.assertNotRegex(out, OBEYED, what)
        # The zero-width spaces of Markdown are ours.
        seen = out.replace("\u200b", "") if form in ("markdown", "github") else out
        self.assertNotRegex(seen.replace("\r\n", "\n"), UNSEEN, what)
        getattr(self, "check_" + form, lambda *_: None)(out, what)

    def check_json(self, out, what):
        if out:
            json.loads(out)

    def check_jsonl(self, out, what):
        for line in out.splitlines():
            json.loads(line)

    def check_csv(self, out, what):
        rows = list(csv.reader(io.StringIO(out, newline="")))
        for row in rows:
            self.assertEqual(len(row), len(rows[0]), what)
            for cell in row:
                if cell.lstrip().startswith(("=", "+", "-", "@", "＝")):
                    self.assertRegex(cell, r"^[+-]?\d+(\.\d+)?$", what)

    def check_markdown(self, out, what):
        body = re.sub(r"<!-- toktally check [\w./]+ -->|</?details>|</?summary>", "", out)
        self.assertNotRegex(body, r"<|(?<!\\)[`*\[](?!\*)" if "**" not in body else r"<|(?<!\\)[`\[]", what)
        shown = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", body)
        shown = html.unescape(shown)
        self.assertNotRegex(shown, SHOWN, what)
        dollars = re.sub(r"[−+-]?\$[\d,]+(\.\d+)?(?![\w$])", "", body)
        self.assertNotIn("$", dollars, what)
        for table in re.findall(r"(?:^\|.*\n)+", body, re.M):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
            self.assertEqual(len(widths), 1, what)

    check_github = check_markdown

    def check_html(self, out, what):
        self.assertLessEqual(Page(out).tags, Page.KNOWN, what)

    def run_all(self, names, command, formats, prepare):
        for name in names:
            arguments = prepare(name)
            if arguments is None:
                continue
            for form in formats:
                chosen = [] if form == "table" else ["--format", form]
                self.check_output(form, *self.run_program(command, *chosen, *arguments), (command, form, name))

    ROWS = ("table", "json", "jsonl", "csv", "markdown")

    def workload_file(self, name):
        workload = {"model": "gpt-4o", "input_tokens": 1000, "output_tokens": 10, "calls_per_month": 100000}
        self.write("t.json", json.dumps({"workloads": {name: {**workload, "limits": {"max_monthly": 0.01}}, "other": {
            **workload, "model": "o3-pro", "input_file": None}}}).replace(', "input_file": null', ""))
        return ["--as-of", "2026-11-22", "t.json"]

    def test_workloads_in_check(self):
        self.write("base.json", "")
        self.workload_file("before")
        self.run_program("check", "--as-of", "2026-11-22", "--save", "base.json", "t.json")
        self.run_all(NAMES + ELSEWHERE, "check", self.ROWS + ("github", "html"), self.workload_file)
        self.run_all(NAMES + ELSEWHERE, "check", self.ROWS + ("github", "html"),
                     lambda name: ["--baseline", "base.json", *self.workload_file(name)])

    def test_workloads_in_forecast(self):
        self.run_all(NAMES + ELSEWHERE, "forecast", self.ROWS + ("html",), self.workload_file)

    def test_workload_texts_and_models(self):
        def prepare(name):
            workload = {"model": name, "input_tokens": 1, "output_tokens": 1, "calls_per_month": 1}
            self.write("t.json", json.dumps({"workloads": {"a": workload}}))
            return ["t.json"]

        self.run_all(NAMES + ELSEWHERE, "check", ("table", "github"), prepare)

        def prepare_file(name):
            workload = {"model": "gpt-4o", "input_file": name, "output_tokens": 1, "calls_per_month": 1}
            self.write("t.json", json.dumps({"workloads": {"a": workload}}))
            return ["t.json"]

        self.run_all(NAMES + ELSEWHERE, "check", ("table", "github"), prepare_file)

    def test_files_in_count(self):
        def prepare(name):
            if "/" in name or "\x00" in name:
                return None
            self.write(name, "some text")
            return ["./" + name, "t.txt"]

        self.write("t.txt", "hello")
        self.run_all(NAMES + ELSEWHERE, "count", self.ROWS, prepare)
        self.run_all(["."], "count", self.ROWS, lambda name: [name])

    def test_files_that_are_not_there(self):
        for command in ("count", "request", "usage", "forecast", "check", "growth", "trim"):
            self.run_all([name for name in NAMES if name], command, ("table",) if command == "trim" else ("table", "json"),
                         lambda name: ["./" + name])

    def test_models_of_requests(self):
        def prepare(name):
            self.write("r.json", json.dumps({"model": name, "messages": [{"role": "user", "content": "hi"}], name: 1}))
            return ["r.json"]

        self.run_all(NAMES + ELSEWHERE, "request", self.ROWS, prepare)

        def prepare_tool(name):
            tool = {"type": name, "name": name, "function": {"name": name}}
            self.write("r.json", json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "tools": [tool]}))
            return ["r.json"]

        self.run_all(NAMES + ELSEWHERE, "request", self.ROWS, prepare_tool)

    def test_models_and_reasons_of_usage(self):
        def prepare(name):
            usage = {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105}
            lines = [{"model": name, "usage": usage}, {"model": "gpt-4o", "usage": usage, "choices": [{"finish_reason": name}]}]
            self.write("log.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
            return ["--as-of", "2026-11-22", "log.jsonl"]

        self.run_all(NAMES + ELSEWHERE, "usage", self.ROWS + ("html",), prepare)
        self.run_all(NAMES + ELSEWHERE, "usage", self.ROWS + ("html",), lambda name: ["--by", "finish-reason", *prepare(name)])

    def test_arguments(self):
        for command in ("cost", "models", "prices"):
            for option in (["--model"], []):
                self.run_all([n for n in NAMES if not n.startswith("-")], command, ("table", "json"), lambda name: [*option, name])


if __name__ == "__main__":
    unittest.main(verbosity=0)
