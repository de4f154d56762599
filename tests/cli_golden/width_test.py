#!/usr/bin/env python3
"""Runs the commands of the .golden files on terminals of several widths: no line of standard output may be wider.

  width_test.py PROGRAM PRELUDE TREE SAMPLES FILE...
"""
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import unicodedata

WIDTHS = (40, 60, 80, 120)
# What prints a text or a document, whose lines are as long as they are.
AS_IT_IS = re.compile(r'--(json|jsonl|format|html|help)\b|toktally (cut|split|encode|decode|man|completions|trim|help|--help)\b|'
                      r'-h\b|\bcat\b|--as-workload|--statusline|\|')


def width_of(line):
    columns = 0
    for c in re.sub(r'\x1b\[[0-9;]*m', '', line):
        if unicodedata.combining(c):
            continue
        columns += 2 if unicodedata.east_asian_width(c) in 'WF' else 1
    return columns


def commands(file):
    with open(file, encoding='utf-8') as f:
        for line in f:
            if line.startswith('  $ '):
                yield line[4:].rstrip('\n')


def run(command, width, folder, environment, prelude):
    """What the command prints to a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, width, 0, 0))
    process = subprocess.Popen(['bash', '-c', f'. {prelude}\n{command}'], cwd=folder, env=environment,
                               stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    output = b''
    while True:
        try:
            part = os.read(ours, 1 << 16)
        except OSError:
            break
        if not part:
            break
        output += part
    os.close(ours)
    process.wait()
    return output.decode('utf-8', 'replace').replace('\r\n', '\n')


def main():
    program, prelude, tree, samples, *files = sys.argv[1:]
    checked = 0
    wrong = []
    for file in files:
        for width in WIDTHS:
            with tempfile.TemporaryDirectory(prefix='toktally_width_') as folder:
                environment = {'PATH': '/usr/bin:/bin', 'TOKTALLY': program, 'TREE': tree, 'SAMPLES': samples,
                               'HOME': folder, 'TERM': 'xterm'}
                for command in commands(file):
                    output = run(command, width, folder, environment, prelude)
                    if AS_IT_IS.search(command):
                        continue
                    checked += 1
                    wide = [line for line in output.split('\n') if width_of(line) > width]
                    # A number is never cut, and one long word cannot be.
                    wide = [line for line in wide if len(line.split()) > 1]
                    if wide:
                        wrong.append((os.path.basename(file), width, command, wide))
    for file, width, command, lines in wrong:
        print(f'{file}, {width} columns: {command}')
        for line in lines[:3]:
            print(f'    {width_of(line):4} {line}')
    print(f'{checked} commands on terminals, {len(wrong)} wider than theirs')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
