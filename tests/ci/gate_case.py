"""What the tests of the gate share: a repository with a workload file, and a stand-in for the APIs of GitHub and
GitLab on loopback."""

import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

TREE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
WORKLOADS = """{
  // What the shop asks of its models.
  "limits": {
    "max_increase_percent": 20
  },
  "workloads": {
    "triage": {
      "model": "gpt-5.4-mini", "input_file": "prompts/triage.txt",
      "output_tokens": {"low": 10, "expected": 40, "high": 90}, "calls_per_month": 2000000
    },
    "answers": {"model": "gpt-4.1", "input_tokens": 800, "output_tokens": 200, "calls_per_month": 10000}
  }
}
"""
PROMPT = "You sort support tickets. Answer with billing, bug or question.\n" * 20


class StandIn(http.server.BaseHTTPRequestHandler):
    """Comments of one pull request (7 of o/r) and one merge request (3 of project 5), and a release file."""

    def log_message(self, *arguments):
        pass

    def answer(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def answer_file(self, path):
        with open(path, "rb") as file:
            data = file.read()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_call(self):
        server = self.server
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        server.calls.append((self.command, path))
        if path == "/release/toktally" and server.release:
            return self.answer_file(server.release)
        token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN")
        if token not in ("Bearer good", "good"):
            return self.answer(403, {"message": "Resource not accessible by integration"})
        if path == "/user":
            return self.answer(200, {"id": 42})
        if path == "/repos/o/r/pulls/7":
            return self.answer(200, {"head": {"sha": "a" * 40}})
        if path in ("/repos/o/r/issues/7/comments", "/projects/5/merge_requests/3/notes"):
            if self.command == "GET":
                page = int(re.search(r"\bpage=(\d+)$", query).group(1))
                return self.answer(200, server.comments[(page - 1) * 100 : page * 100])
            comment = {"id": 1000 + len(server.comments), "body": body["body"]}
            comment.update({"user": {"type": "Bot"}, "author": {"id": 42}})
            server.comments.append(comment)
            return self.answer(201, comment)
        changed = [c for c in server.comments if path.endswith("/%d" % c["id"])]
        if self.command in ("PATCH", "PUT") and changed:
            changed[0]["body"] = body["body"]
            return self.answer(200, changed[0])
        return self.answer(404, {})

    do_GET = do_POST = do_PATCH = do_PUT = handle_call


class GateCase(unittest.TestCase):
    def setUp(self):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
        self.server.comments, self.server.calls, self.server.release = [], [], None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.folder = tempfile.mkdtemp()
        # The gate's own leftovers, a program among them, go with the folder.
        self.temporary = os.path.join(self.folder, "temporary")
        os.mkdir(self.temporary)
        self.repository = os.path.join(self.folder, "shop")
        os.makedirs(os.path.join(self.repository, "prompts"))
        self.git("init", "--quiet")
        self.write("toktally.json", WORKLOADS)
        self.write("prompts/triage.txt", PROMPT)
        self.base = self.commit("workloads")

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.folder)

    def write(self, path, text):
        with open(os.path.join(self.repository, path), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, path):
        with open(os.path.join(self.repository, path), encoding="utf-8") as file:
            return file.read()

    def git(self, *arguments):
        who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *who, *arguments], cwd=self.repository, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "--quiet", "-m", message)
        return self.git("rev-parse", "HEAD")

    def url(self, path=""):
        return "http://127.0.0.1:%d%s" % (self.server.server_port, path)


def main(tools):
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        print("skipped: not installed: " + ", ".join(missing))
        sys.exit(77)
    unittest.main(verbosity=0)
