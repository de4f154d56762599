"""The HTML reports as a browser shows them: a phone and a desk, light and dark. Argument: the program. Needs
Chromium (Debian's package chromium); skips, saying so, where it is absent."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
WORKLOADS = {
    "limits": {"max_monthly": 100},
    "workloads": {
        "a-rather-long-name-of-a-workload/with-a-path/that-does-not-end": {
            "model": "gpt-6.2-sol", "input_tokens": 12000, "cached_share": 0.5, "calls_per_month": 100000,
            "output_tokens": {"low": 100, "expected": 900, "high": 4000},
        },
        "small": {"model": "gpt-4o-mini", "input_tokens": 100, "output_tokens": 10, "calls_per_month": 1},
    },
}
# Appended to a copy of the page: what the browser made of it ends up in an attribute.
PROBE = """<script>
const bars = [...document.querySelectorAll('.track i')].map(i => i.getBoundingClientRect().width);
document.body.setAttribute('data-probe', JSON.stringify({
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  background: getComputedStyle(document.body).backgroundColor,
  bars: bars, smallest: Math.min(...bars),
  text: document.body.innerText.length}));
</script>"""


class PageTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        with open(os.path.join(self.folder, "toktally.json"), "w", encoding="utf-8") as file:
            json.dump(WORKLOADS, file)
        with open(os.path.join(self.folder, "usage.jsonl"), "w", encoding="utf-8") as file:
            for model, prompt, reply in (("gpt-4o", 2900, 200), ("gpt-5.4", 9000, 2000)):
                usage = {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}
                file.write(json.dumps({"model": model, "usage": usage}) + "\n")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def page(self, *command):
        done = subprocess.run([PROGRAM, *command, "--as-of", "2026-11-22", "--format", "html"],
                              cwd=self.folder, capture_output=True)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.stdout

    def browse(self, html, width, *flags):
        path = os.path.join(self.folder, "page.html")
        with open(path, "wb") as file:
            file.write(html)
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                   "--user-data-dir=" + os.path.join(self.folder, "profile"),
                   "--window-size=%d,1200" % width, *flags, "file://" + path]
        return subprocess.run(command, capture_output=True, timeout=100).stdout

    def probe(self, html, width, *flags):
        dom = self.browse(html + PROBE.encode(), width, "--dump-dom", *flags).decode()
        found = re.search(r'data-probe="([^"]*)"', dom)
        self.assertIsNotNone(found, dom[-400:])
        return json.loads(found.group(1).replace("&quot;", '"'))

    def test_it_fits_a_phone_and_follows_the_colour_scheme(self):
        for command in (["forecast", "--compare", "gpt-4o"], ["check"], ["usage", "usage.jsonl"]):
            html = self.page(*command)
            # The narrowest window that Chromium opens is 500 pixels wide.
            light = self.probe(html, 500)
            self.assertLessEqual(light["overflow"], 0)
            self.assertGreater(light["text"], 200)
            self.assertGreater(light["smallest"], 1)
            self.assertEqual(light["background"], "rgb(255, 255, 255)")
            dark = self.probe(html, 1000, "--force-dark-mode")
            self.assertLessEqual(dark["overflow"], 0)
            self.assertEqual(dark["background"], "rgb(15, 18, 22)")

    def test_a_screenshot_can_be_taken(self):
        picture = os.path.join(os.environ.get("TOKTALLY_SCREENSHOTS", self.folder), "forecast.png")
        self.browse(self.page("forecast"), 900, "--screenshot=" + picture)
        with open(picture, "rb") as file:
            data = file.read()
        self.assertEqual(data[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(struct.unpack(">II", data[16:24])[0], 900)
        self.assertGreater(len(data), 10_000)


if __name__ == "__main__":
    if BROWSER is None:
        print("skipped: Chromium is not installed (apt-get install chromium)")
        sys.exit(77)
    unittest.main(verbosity=0)
