"""Runs a composite action as a runner of GitHub's does: expressions, outputs, conditions and the environment of
its steps. Only what our action.yml uses."""

import json
import os
import re
import subprocess

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(\d+)|([A-Za-z_][\w.-]*)|(==|!=|&&|\|\||<|\(|\)))")


class Expression:
    """An expression of the workflow language over a context of nested dicts."""

    def __init__(self, text, context):
        self.tokens, self.context = [], context
        text = text.strip()
        while text:
            match = TOKEN.match(text)
            if not match:
                raise ValueError("not understood: " + text)
            self.tokens.append(match.groups())
            text = text[match.end():].strip()

    def value(self):
        result = self.either()
        if self.tokens:
            raise ValueError("left over: %s" % self.tokens)
        return result

    def take(self, *operators):
        if self.tokens and self.tokens[0][3] in operators:
            return self.tokens.pop(0)[3]
        return None

    def either(self):
        left = self.both()
        while self.take("||"):
            right = self.both()
            left = left or right
        return left

    def both(self):
        left = self.comparison()
        while self.take("&&"):
            right = self.comparison()
            left = left and right
        return left

    def comparison(self):
        left = self.operand()
        operator = self.take("==", "!=", "<")
        if operator is None:
            return left
        right = self.operand()
        if operator == "<":
            return number(left) < number(right)
        texts = isinstance(left, str) and isinstance(right, str)
        same = left.lower() == right.lower() if texts else number(left) == number(right)
        return same == (operator == "==")

    def operand(self):
        if self.take("("):
            result = self.either()
            assert self.take(")")
            return result
        text, digits, name, _ = self.tokens.pop(0)
        if text is not None:
            return text[1:-1].replace("''", "'")
        if digits is not None:
            return int(digits)
        place = self.context
        for part in name.split("."):
            place = place.get(part, "") if isinstance(place, dict) else ""
        return place


def number(value):
    if value in ("", False, None):
        return 0
    try:
        return float(value)
    except ValueError:
        return float("nan")


def fill_in(text, context):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: str(Expression(m.group(1), context).value()), text)


class Runner:
    """`action` is the parsed action.yml in the folder `path`; `workspace` is what was checked out."""

    def __init__(self, action, path, workspace, folder, github, environment):
        self.action, self.workspace, self.folder, self.github = action, workspace, folder, github
        event = os.path.join(folder, "event.json")
        with open(event, "w", encoding="utf-8") as file:
            json.dump(github["event"], file)
        self.summary = os.path.join(folder, "summary.md")
        open(self.summary, "w").close()
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "CI": "true", "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": path, "GITHUB_WORKSPACE": workspace, "GITHUB_EVENT_PATH": event,
            "GITHUB_EVENT_NAME": github["event_name"], "GITHUB_REPOSITORY": "o/r",
            "GITHUB_STEP_SUMMARY": self.summary, "RUNNER_TEMP": folder, "RUNNER_OS": "Linux", **environment,
        }
        self.log, self.ran = "", []

    def run(self, **inputs):
        """Runs the steps; returns the exit code of the first that failed, else 0, and the action's outputs."""
        context = {"github": self.github, "steps": {}, "inputs": {}}
        assert set(inputs) <= set(self.action["inputs"]), inputs
        for name, about in self.action["inputs"].items():
            context["inputs"][name] = inputs.get(name, fill_in(str(about.get("default", "")), context))
        failed = 0
        for index, step in enumerate(self.action["runs"]["steps"]):
            condition = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", str(step.get("if", "")).strip())
            # Without always() and the like, a step runs only after success.
            if failed or (condition and not Expression(condition, context).value()):
                continue
            code, outputs = self.run_step(step, context, index)
            context["steps"][step.get("id", index)] = {"outputs": outputs}
            if code != 0 and not step.get("continue-on-error"):
                failed = code
        results = {name: fill_in(about["value"], context) for name, about in self.action["outputs"].items()}
        return failed, results

    def run_step(self, step, context, index):
        assert step["shell"] == "bash"
        self.ran.append(index)
        script = os.path.join(self.folder, "step%d.sh" % index)
        with open(script, "w", encoding="utf-8") as file:
            file.write(fill_in(step["run"], context))
        output = os.path.join(self.folder, "output%d" % index)
        open(output, "w").close()
        environment = {**self.environment, "GITHUB_OUTPUT": output}
        for name, value in step.get("env", {}).items():
            environment[name] = fill_in(str(value), context)
        where = os.path.join(self.workspace, fill_in(step.get("working-directory", "."), context))
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=where, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.log += done.stdout + done.stderr
        with open(output, encoding="utf-8") as file:
            return done.returncode, dict(line.rstrip("\n").split("=", 1) for line in file)
