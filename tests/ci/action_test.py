"""action.yml, run step by step as GitHub's runner does, on a push, a pull request and a fork's pull request, with
the API and the release file on loopback. Argument: the program. Needs python3-yaml; skips, saying so, where it is
absent."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction

from action_runner import Runner
from gate_case import PROMPT, TREE, GateCase, main

PROGRAM = os.path.abspath(sys.argv.pop(1))
AS_OF = "--as-of 2026-11-22"


class ActionTest(GateCase):
    def setUp(self):
        super().setUp()
        with open(os.path.join(TREE, "action.yml"), encoding="utf-8") as file:
            self.action = yaml.safe_load(file)
        self.server.release = PROGRAM
        with open(PROGRAM, "rb") as file:
            self.download = {
                "program-url": self.url("/release/toktally"),
                "program-sha256": hashlib.sha256(file.read()).hexdigest(),
            }
        # GitHub lets a checkout fetch a commit by its name.
        self.git("config", "uploadpack.allowReachableSHA1InWant", "true")

    def runner(self, event_name, token="good", action_path=TREE):
        """A runner that has checked out, as deep as actions/checkout does, what the repository holds now."""
        self.commit("now")
        workspace = os.path.join(self.folder, "workspace")
        subprocess.run(["git", "clone", "--quiet", "--depth=1", "file://" + self.repository, workspace], check=True,
                       env={"PATH": os.environ["PATH"], "HOME": self.folder})
        event = {}
        if event_name == "pull_request":
            event = {"pull_request": {"number": 7, "base": {"sha": self.base}}}
        github = {"event_name": event_name, "event": event, "token": token}
        return Runner(self.action, action_path, workspace, self.folder, github, {"GITHUB_API_URL": self.url()})

    def summary(self, runner):
        with open(runner.summary, encoding="utf-8") as file:
            return file.read()

    def monthly(self):
        """What the forecast says of the workload file as it stands."""
        ran = subprocess.run([PROGRAM, "forecast", "--json", *AS_OF.split()], check=True, capture_output=True,
                             text=True, cwd=self.repository)
        return json.loads(ran.stdout)["monthly"]["expected"]

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def test_a_push_checks_the_limits_and_comments_nowhere(self):
        runner = self.runner("push")
        code, outputs = runner.run(arguments=AS_OF, **self.download)
        self.assertEqual((code, outputs["code"], outputs["report"]), (0, "0", "toktally-report.md"), runner.log)
        self.assertEqual((outputs["verdict"], outputs["change"]), ("pass", ""), runner.log)
        self.assertEqual(outputs["monthly"], self.monthly())
        self.assertIn("LLM cost a month: $", self.summary(runner))
        self.assertEqual(self.server.calls, [("GET", "/release/toktally")])

    def test_a_pull_request_that_doubles_a_prompt_fails_after_its_comment(self):
        self.write("prompts/triage.txt", PROMPT * 2)
        runner = self.runner("pull_request")
        code, outputs = runner.run(arguments=AS_OF, **self.download)
        self.assertEqual((code, outputs["code"], outputs["verdict"]), (1, "1", "fail"), runner.log)
        self.assertEqual(outputs["monthly"], self.monthly())
        self.assertGreater(Fraction(outputs["change"]), 0)
        self.assertLess(Fraction(outputs["change"]), Fraction(outputs["monthly"]))
        self.assertIn("(toktally.json:4: limits.max_increase_percent)", runner.log)
        self.assertEqual(len(self.server.comments), 1)
        self.assertEqual(self.server.comments[0]["body"], self.summary(runner))
        self.assertIn("over a limit", self.summary(runner))

    def test_an_unchanged_pull_request_passes_without_a_comment(self):
        runner = self.runner("pull_request")
        code, outputs = runner.run(arguments=AS_OF, **self.download)
        self.assertEqual((code, outputs["code"], outputs["verdict"]), (0, "0", "pass"), runner.log)
        self.assertEqual(Fraction(outputs["change"]), 0)
        self.assertIn("nothing new", runner.log)
        self.assertEqual(self.server.comments, [])

    def test_a_fork_may_not_comment_and_is_judged_all_the_same(self):
        self.write("prompts/triage.txt", PROMPT * 2)
        runner = self.runner("pull_request", token="read-only")
        code, _ = runner.run(arguments=AS_OF, **self.download)
        self.assertEqual(code, 1, runner.log)
        self.assertIn("may not comment here (403)", runner.log)
        self.assertIn("over a limit", self.summary(runner))
        self.assertEqual(self.server.comments, [])

    def test_comment_never_asks_the_api_nothing(self):
        self.write("prompts/triage.txt", PROMPT * 2)
        runner = self.runner("pull_request")
        code, _ = runner.run(arguments=AS_OF + " --warn-only", comment="never", **self.download)
        self.assertEqual(code, 0, runner.log)
        self.assertEqual(self.server.calls, [("GET", "/release/toktally")])

    def test_a_program_with_another_sum_is_not_run(self):
        for url, sum256 in ((self.download["program-url"], "0" * 64), (self.download["program-url"], ""),
                            (self.url("/release/nothing"), self.download["program-sha256"])):
            runner = self.runner("pull_request")
            code, outputs = runner.run(**{"program-url": url, "program-sha256": sum256})
            self.assertNotEqual(code, 0)
            self.assertEqual((runner.ran, outputs["code"]), ([0], ""), runner.log)
            self.assertIn("gate: " if "nothing" not in url else "curl: ", runner.log)
            shutil.rmtree(runner.workspace)
        self.assertEqual(self.server.comments, [])

    def test_a_broken_workload_file_ends_with_two_and_no_comment(self):
        self.write("toktally.json", '{"workloads": {"a": {"modle": "gpt-4o"}}}')
        runner = self.runner("pull_request")
        code, outputs = runner.run(arguments=AS_OF, **self.download)
        self.assertEqual((code, outputs["code"], outputs["verdict"]), (2, "2", "error"), runner.log)
        self.assertEqual((outputs["monthly"], outputs["change"]), ("", ""))
        self.assertIn("toktally.json:1: workloads.a.", runner.log)
        self.assertEqual(self.server.comments, [])

    def test_a_folder_of_its_own_and_a_baseline_file(self):
        for path in ("toktally.json", "prompts"):
            os.makedirs(os.path.join(self.repository, "costs dir"), exist_ok=True)
            shutil.move(os.path.join(self.repository, path), os.path.join(self.repository, "costs dir", path))
        subprocess.run([PROGRAM, "check", "-q", "--save", "base.json"], check=True, capture_output=True,
                       cwd=os.path.join(self.repository, "costs dir"))
        self.write("costs dir/prompts/triage.txt", PROMPT * 2)
        runner = self.runner("pull_request")
        code, _ = runner.run(**{"working-directory": "costs dir", "baseline": "base.json"}, **self.download)
        self.assertEqual(code, 1, runner.log)
        self.assertEqual(len(self.server.comments), 1)

    def test_text_of_a_pull_request_is_no_command(self):
        for hostile in ("$(touch pwned)", "`touch pwned`", "x; touch pwned", '"; touch pwned; "', "--save=pwned"):
            runner = self.runner("pull_request")
            code, _ = runner.run(config=hostile, **self.download)
            self.assertEqual(code, 2, runner.log)
            self.assertEqual([f for f in os.listdir(runner.workspace) if "pwned" in f], [], hostile)
            shutil.rmtree(runner.workspace)

    def test_the_program_is_built_where_none_is_named(self):
        # What is built is not this test's: the tree of the action has a build that takes no time.
        tree = os.path.join(self.folder, "action")
        shutil.copytree(os.path.join(TREE, "scripts"), os.path.join(tree, "scripts"))
        with open(os.path.join(tree, "scripts", "prepare"), "w", encoding="utf-8") as file:
            file.write('build() { echo "built $*"; mkdir -p "$tree/build/$1"; ln -s "%s" "$tree/build/$1/$2"; }' % PROGRAM)
        runner = self.runner("pull_request", action_path=tree)
        code, outputs = runner.run(arguments=AS_OF)
        self.assertEqual((code, outputs["code"]), (0, "0"), runner.log)
        self.assertIn("built release toktally", runner.log)

    def test_the_build_of_this_tree(self):
        # With everything built, this builds nothing: a program elsewhere would take minutes.
        if PROGRAM != os.path.join(TREE, "build", "release", "toktally"):
            self.skipTest("this program is not of the release preset")
        runner = self.runner("push")
        code, outputs = runner.run(arguments=AS_OF)
        self.assertEqual((code, outputs["code"]), (0, "0"), runner.log)

    def test_everything_is_handed_over_as_environment(self):
        self.assertEqual(self.action["runs"]["using"], "composite")
        for step in self.action["runs"]["steps"]:
            self.assertNotIn("${{", step["run"])
            for script in re.findall(r"GITHUB_ACTION_PATH/(\S+?)\"", step["run"]):
                self.assertTrue(os.access(os.path.join(TREE, script), os.X_OK), script)
        used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(self.action)))
        self.assertEqual(used, set(self.action["inputs"]))


if __name__ == "__main__":
    try:
        import yaml
    except ImportError:
        print("skipped: python3-yaml is not installed")
        sys.exit(77)
    main(("git", "bash", "curl", "sha256sum"))
