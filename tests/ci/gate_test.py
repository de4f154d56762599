"""The scripts of the gate as CI runs them: pull requests to a repository with a workload file, and a stand-in for
the APIs of GitHub and GitLab on loopback. Argument: the program."""

import hashlib
import os
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
        self.assertEqual(self.outputs, {"report": "toktally-report.md", "code": "0", "news": "false"})
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
