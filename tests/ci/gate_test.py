"""The scripts of the gate as CI runs them: pull requests to a repository with a workload file, and a stand-in for
the APIs of GitHub and GitLab on loopback. Argument: the program."""

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys

from gate_case import PROMPT, TREE, WORKLOADS, GateCase, main

PROGRAM = os.path.abspath(sys.argv.pop(1))


class GateTest(GateCase):
    def run_script(self, *command, **environment):
        output = os.path.join(self.folder, "output")
        open(output, "w").close()
        env = {
            "PATH": os.environ["PATH"],
            "TMPDIR": self.temporary,
            "HOME": self.folder,
            "TOKTALLY": PROGRAM,
            "GATE_ARGUMENTS": "--as-of 2026-11-22",
            "GITHUB_STEP_SUMMARY": os.path.join(self.folder, "summary.md"),
            "GITHUB_OUTPUT": output,
            "GITHUB_TOKEN": "good",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_API_URL": self.url(),
            "GITLAB_TOKEN": "good",
            "CI_API_V4_URL": self.url(),
            "CI_PROJECT_ID": "5",
            "CI_MERGE_REQUEST_IID": "3",
            **environment,
        }
        script = os.path.join(TREE, "scripts", command[0])
        done = subprocess.run([script, *command[1:]], cwd=self.repository, env=env, capture_output=True, text=True)
        with open(output, encoding="utf-8") as file:
            self.outputs = dict(line.rstrip("\n").split("=", 1) for line in file)
        return done

    def comment(self, *arguments, **environment):
        return self.run_script("comment", *arguments, "--report", "toktally-report.md", **environment)

    def test_the_unchanged_repository_passes_quietly(self):
        done = self.run_script("gate", "check", GATE_BASE=self.base)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("unchanged", done.stdout)
        self.assertEqual(self.outputs, {"report": "toktally-report.md", "code": "0", "news": "false",
                                        "verdict": "pass", "monthly": "782.00", "change": "0.00"})
        self.assertEqual(json.loads(self.read("toktally-check.json"))["command"], "check")
        done = self.comment("github", "--number", "7", "--only-update")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.server.comments, [])
        self.assertEqual(self.git("worktree", "list").count("\n"), 0)

    def test_a_doubled_prompt_fails_with_the_line_that_decided(self):
        self.write("prompts/triage.txt", PROMPT * 2)
        self.commit("longer")
        done = self.run_script("gate", "check", GATE_BASE=self.base)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("260 → 520 in", done.stdout)
        self.assertIn("(toktally.json:4: limits.max_increase_percent)", done.stdout)
        report = self.read("toktally-report.md")
        self.assertTrue(report.startswith("<!-- toktally check toktally.json -->\n**LLM cost a month: $"))
        self.assertIn("✗ over a limit", report)
        with open(os.path.join(self.folder, "summary.md"), encoding="utf-8") as summary:
            self.assertEqual(summary.read(), report)
        self.assertEqual((self.outputs["code"], self.outputs["news"]), ("1", "true"))

    def test_the_comment_is_made_once_and_then_updated(self):
        # A hundred others before ours, and somebody else's with the same tag.
        tag = "<!-- toktally check toktally.json -->"
        others = [{"id": i, "body": "hello", "user": {"type": "User"}, "author": {"id": 1}} for i in range(1, 101)]
        others[5]["body"] = tag + " mine"
        self.server.comments.extend(others)
        self.write("prompts/triage.txt", PROMPT * 2)
        self.run_script("gate", "check", GATE_BASE=self.base)
        for expected in ("comment: made\n", "comment: updated 1100\n"):
            done = self.comment("github", "--number", "7")
            self.assertEqual((done.returncode, done.stdout), (0, expected), done.stderr)
        self.assertEqual(len(self.server.comments), 101)
        self.assertEqual(self.server.comments[100]["body"], self.read("toktally-report.md"))
        self.assertEqual(self.server.comments[5]["body"], tag + " mine")
        # Back to normal: the comment is updated, although there is nothing new to say.
        self.write("prompts/triage.txt", PROMPT)
        self.run_script("gate", "check", GATE_BASE=self.base)
        self.comment("github", "--number", "7", "--only-update")
        self.assertIn("unchanged", self.server.comments[100]["body"])

    def test_a_fork_may_not_comment_and_that_is_fine(self):
        self.run_script("gate", "check", GATE_BASE=self.base)
        done = self.comment("github", "--number", "7", GITHUB_TOKEN="read-only")
        self.assertEqual(done.returncode, 0)
        self.assertIn("may not comment here (403)", done.stdout)
        self.assertEqual(self.server.comments, [])

    def test_a_report_of_an_untrusted_workflow_is_tied_to_its_commit(self):
        self.run_script("gate", "check", GATE_BASE=self.base)
        done = self.comment("github", "--number", "7", "--head-sha", "b" * 40)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.server.comments, [])
        self.assertEqual(self.comment("github", "--number", "7", "--head-sha", "a" * 40).returncode, 0)
        self.assertEqual(len(self.server.comments), 1)
        self.write("toktally-report.md", "free words of a stranger")
        self.assertNotEqual(self.comment("github", "--number", "7").returncode, 0)

    def trusted_workflow(self, artifact):
        """Runs the trusted workflow of docs/ci.md on an artifact ({name: text}) as a runner does: the action's tree
        checked out into the workspace, the artifact unpacked where the workflow says."""
        with open(os.path.join(TREE, "docs", "ci.md"), encoding="utf-8") as file:
            workflow = file.read().split("# .github/workflows/cost-comment.yml", 1)[1].split("```", 1)[0]
        workspace, temp = os.path.join(self.folder, "workspace"), os.path.join(self.folder, "temp")
        for folder in (workspace, temp):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
        shutil.copytree(os.path.join(TREE, "scripts"), os.path.join(workspace, "scripts"))
        place = re.search(r"download-artifact@v4\n(?:(?!\n      - ).)*?path: (\S[^\n]*)", workflow, re.S)
        target = place.group(1).replace("${{ runner.temp }}", temp) if place else workspace
        for name, text in artifact.items():
            path = os.path.join(workspace, target, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        script = re.search(r"        run: \|\n((?:          .*\n)+)", workflow).group(1)
        script = "".join(line[10:] + "\n" for line in script.splitlines())
        env = {"PATH": os.environ["PATH"], "HOME": self.folder, "GITHUB_TOKEN": "good", "GITHUB_REPOSITORY": "o/r",
               "GITHUB_API_URL": self.url(), "HEAD": "a" * 40, "COST": os.path.join(temp, "cost"),
               "PYTHONPATH": os.path.join(temp, "cost")}
        return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=workspace, env=env, capture_output=True, text=True)

    def check_json(self):
        self.write("prompts/triage.txt", PROMPT * 2)
        self.run_script("gate", "check", GATE_BASE=self.base)
        return json.loads(self.read("toktally-check.json"))

    def test_the_trusted_workflow_comments_what_a_fork_found(self):
        report = self.check_json()
        done = self.trusted_workflow({"toktally-check.json": json.dumps(report), "number": "7\n"})
        self.assertEqual((done.returncode, done.stdout), (0, "comment: made\n"), done.stderr)
        body = self.server.comments[0]["body"]
        self.assertTrue(body.startswith("<!-- toktally check toktally.json -->\n**LLM cost a month: $"), body)
        self.assertIn("✗ over a limit", body)
        self.assertIn("| triage | gpt-5.4-mini | 260 → 520 in |", body)
        self.assertIn("limits.max&#95;increase&#95;percent", body)

    def test_a_poisoned_artifact_runs_nothing_and_says_nothing(self):
        pwned = os.path.join(self.folder, "pwned")
        code = f"open({pwned!r}, 'w').write('x')\n"
        poison = {f"{folder}{name}.py": code for folder in ("", "scripts/") for name in ("argparse", "json", "re", "urllib")}
        poison.update({"scripts/comment": "#!/bin/sh\ntouch " + pwned, "number": "7; touch pwned #\n",
                       "toktally-report.md": "<!-- toktally check toktally.json -->\n@everyone [click](https://evil.example)"})
        hostile = "@octocat [x](https://evil.example) <img src=x> GH-1 #1 :smile: `c` $a$ | **b** \u202e\u200b ##[add-mask]"
        report = self.check_json()
        report["changes"][0].update({"workload": hostile, "model": hostile, "what": hostile})
        report["findings"] = [{"severity": "fail", "text": "x\n\n# " + hostile, "where": hostile}] * 300
        report["file"] = "--><script>" + hostile
        done = self.trusted_workflow({**poison, "toktally-check.json": json.dumps(report)})
        self.assertEqual((done.returncode, done.stdout), (0, "comment: made\n"), done.stderr)
        self.assertFalse(os.path.exists(pwned))
        body = self.server.comments[0]["body"]
        for markup in ("evil.example](", "<img", "<script", "`", "$a$", "**b**", "\u202e", "##[", "\n# "):
            self.assertFalse(markup in body, markup)
        # Mentions, links and references are looked for in the text as it is shown.
        shown = html.unescape(body)
        for reference in ("@octocat", "@everyone", "https://", "GH-1", "#1", ":smile:"):
            self.assertFalse(reference in shown, reference)
        self.assertLess(len(body), 65536)

    def test_a_report_that_is_none_is_not_posted(self):
        good = self.check_json()
        broken = ["", "{}", "[" * 100000, '"check"', json.dumps({**good, "command": "count"}),
                  json.dumps({**good, "monthly_now": {"expected": "1 @octocat"}}), json.dumps({**good, "passed": "yes"}),
                  json.dumps({**good, "changes": ["x"]}), json.dumps({**good, "findings": [{"text": 1}]}), "x" * (5 << 20)]
        for text in broken:
            done = self.trusted_workflow({"toktally-check.json": text, "number": "7"})
            self.assertNotEqual(done.returncode, 0, text[:60])
            self.assertRegex(done.stderr, r"^comment: ", text[:60])
        link = self.trusted_workflow({"number": "7"})
        self.assertNotEqual(link.returncode, 0)
        self.assertEqual(self.server.comments, [])

    def test_the_report_is_a_fresh_file(self):
        for name in ("toktally-report.md", "toktally-check.json"):
            victim = os.path.join(self.folder, "victim")
            with open(victim, "w", encoding="utf-8") as file:
                file.write("mine")
            path = os.path.join(self.repository, name)
            if os.path.lexists(path):
                os.remove(path)
            os.symlink(victim, path)
            done = self.run_script("gate", "check", GATE_BASE=self.base)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(victim, encoding="utf-8") as file:
                self.assertEqual(file.read(), "mine", name)
            self.assertFalse(os.path.islink(path), name)
            self.assertGreater(len(self.read(name)), 100)
        os.symlink(self.folder, os.path.join(self.repository, "out"))
        self.assertEqual(self.run_script("gate", "check", GATE_REPORT="out/report.md").returncode, 2)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "report.md")))

    def test_a_workload_file_reads_nothing_outside(self):
        with open(os.path.join(self.folder, "secret.txt"), "w", encoding="utf-8") as file:
            file.write("a secret of the runner")
        os.makedirs(os.path.join(self.repository, "inner"))
        os.mkfifo(os.path.join(self.repository, "pipe"))
        os.symlink("../secret.txt", os.path.join(self.repository, "link"))
        os.symlink("prompts/triage.txt", os.path.join(self.repository, "inside"))
        os.symlink("/", os.path.join(self.repository, "root"))
        with open(os.path.join(self.repository, "large"), "wb") as file:
            file.truncate(1 << 40)
        workload = {"model": "gpt-4o", "output_tokens": 1, "calls_per_month": 1}

        def check(path, *arguments, key="input_file"):
            self.write("w.json", json.dumps({"workloads": {"a": {**workload, key: path}}}))
            done = subprocess.run([PROGRAM, "check", *arguments, "w.json"], cwd=self.repository, capture_output=True, text=True,
                                  timeout=100)
            return done.returncode, done.stderr

        outside = ["/proc/self/environ", "/dev/zero", "/dev/stdin", "../secret.txt", "link", "root/etc/passwd", "/etc/passwd",
                   os.path.join(self.folder, "secret.txt"), "inner/../../secret.txt", "../nothing", "-"]
        for path in outside:
            for key in ("input_file", "request"):
                code, message = check(path, key=key)
                self.assertEqual(code, 2, path)
                self.assertIn("is not below the folder", message) if path != "-" else None
        for path in ("pipe", "large", "prompts", "/dev/zero", "/proc/self/environ"):
            self.assertEqual(check(path, "--allow-outside")[0], 2, path)
        for path in ("prompts/triage.txt", "inside", "./inner/../prompts/triage.txt", os.path.join(self.repository, "inside")):
            self.assertEqual(check(path)[0], 0, path)
        self.assertEqual(check("../secret.txt", "--allow-outside")[0], 0)
        # The file itself, and price files that it names.
        os.symlink("../secret.txt", os.path.join(self.repository, "linked.json"))
        done = subprocess.run([PROGRAM, "check", "linked.json"], cwd=self.repository, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("is not below the folder", done.stderr)
        self.write("w.json", json.dumps({"prices": ["../secret.txt"], "workloads": {"a": {**workload, "input_tokens": 1}}}))
        done = subprocess.run([PROGRAM, "check", "w.json"], cwd=self.repository, capture_output=True, text=True)
        self.assertIn("is not below the folder", done.stderr)

    def test_the_number_comes_from_the_event(self):
        self.run_script("gate", "check", GATE_BASE=self.base)
        self.write("event.json", '{"pull_request": {"number": 7}}')
        self.assertEqual(self.comment("github", GITHUB_EVENT_PATH="event.json").returncode, 0)
        self.assertEqual(len(self.server.comments), 1)

    def test_gitlab(self):
        self.run_script("gate", "check", GATE_BASE=self.base)
        for expected in ("comment: made\n", "comment: updated 1000\n"):
            done = self.comment("gitlab")
            self.assertEqual((done.returncode, done.stdout), (0, expected), done.stderr)

    def test_a_baseline_file(self):
        subprocess.run([PROGRAM, "check", "-q", "--save", "base.json"], cwd=self.repository, check=True, capture_output=True)
        self.write("prompts/triage.txt", PROMPT * 2)
        done = self.run_script("gate", "check", GATE_BASELINE="base.json")
        self.assertEqual(done.returncode, 1, done.stderr)

    def test_a_base_without_workloads_is_compared_with_nothing(self):
        self.git("rm", "--quiet", "toktally.json")
        empty = self.commit("none")
        self.write("toktally.json", WORKLOADS)
        done = self.run_script("gate", "check", GATE_BASE=empty)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing to compare with", done.stderr)

    def test_a_broken_file_is_two_and_not_commented(self):
        self.write("toktally.json", '{"workloads": {"a": {"modle": "gpt-4o"}}}')
        done = self.run_script("gate", "check", GATE_BASE=self.base)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(self.outputs["code"], "2")
        self.assertIn("toktally.json:1", done.stderr)

    def test_a_release_file_is_checked(self):
        with open(PROGRAM, "rb") as file:
            right = hashlib.sha256(file.read()).hexdigest()
        url = "file://" + PROGRAM
        done = self.run_script("gate", "program", GATE_URL=url, GATE_SHA256=right)
        self.assertEqual(done.returncode, 0, done.stderr)
        version = subprocess.run([done.stdout.strip(), "--version"], capture_output=True, text=True)
        self.assertTrue(version.stdout.startswith("toktally "))
        self.assertEqual(self.run_script("gate", "program", GATE_URL=url, GATE_SHA256="0" * 64).returncode, 2)
        self.assertEqual(self.run_script("gate", "program", GATE_URL=url).returncode, 2)


if __name__ == "__main__":
    main(("git", "bash", "curl", "sha256sum"))
