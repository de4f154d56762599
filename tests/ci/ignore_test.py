#!/usr/bin/env python3
"""Which files a folder is counted by, against git's own answer on trees that are made at random.

    ignore_test.py PROGRAM [TREES]

Every tree has rules in .gitignore files at several depths, .git/info/exclude and core.excludesFile.
`git ls-files --others --exclude-standard` and `toktally count --files --hidden` must name the same files.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

if shutil.which('git') is None:
    print('skipped: git is not installed')
    sys.exit(77)

PROGRAM = os.path.abspath(sys.argv[1])
TREES = int(sys.argv[2]) if len(sys.argv) > 2 else 400
NAMES = ['a', 'b', 'ab', 'a.txt', 'b.log', 'run7.log', 'runx.log', 'build', 'src', 'third', '.env', 'é', 'a b',
         'x-y', '[abc', 'note\\', '#c', '!d', 'A', 'a ', ']']
PARTS = ['*', '?', '**', '[a-c]', '[!a]', '[[:digit:]]', '[^[:upper:]]', '[abc', '[]x]', '[[:foo:]]', '[\\]]', '\\',
         '\\*', '*.log', '*.txt', 'run*', '[a\\-c]', '[[:alpha:][:punct:]]', '***', '[a-', '[--/]']


def pattern(random_):
    pieces = []
    for _ in range(random_.choice([1, 1, 1, 2, 2, 3])):
        kind = random_.random()
        if kind < 0.5:
            pieces.append(random_.choice(NAMES))
        elif kind < 0.65:
            pieces.append('**')
        else:
            pieces.append(''.join(random_.choice(PARTS + NAMES) for _ in range(random_.choice([1, 1, 2]))))
    line = '/'.join(pieces)
    if random_.random() < 0.2:
        line = '/' + line
    if random_.random() < 0.25:
        line += '/'
    if random_.random() < 0.25:
        line = '!' + line
    if random_.random() < 0.1:
        line += random_.choice([' ', '  ', '\\ ', '\t', '\\'])
    return line


def rules(random_):
    lines = [pattern(random_) for _ in range(random_.randint(1, 5))]
    if random_.random() < 0.2:
        lines.insert(random_.randint(0, len(lines)), random_.choice(['', '# a comment', '\\#c', '\\!d', '/', '//', '!']))
    text = random_.choice(['\n', '\n', '\n', '\r\n']).join(lines)
    return random_.choice(['', '', '\ufeff']) + text + random_.choice(['', '\n'])


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', newline='') as f:
        f.write(text)


def make(random_, top):
    folders = [top]
    for _ in range(random_.randint(2, 6)):
        folders.append(os.path.join(random_.choice(folders), random_.choice(NAMES)))
    for folder in folders:
        os.makedirs(folder, exist_ok=True)
    for _ in range(random_.randint(6, 16)):
        path = os.path.join(random_.choice(folders), random_.choice(NAMES))
        if not os.path.exists(path):
            write(path, 'one\n')
    for folder in folders:
        if random_.random() < 0.6 or folder == top:
            write(os.path.join(folder, '.gitignore'), rules(random_))
    subprocess.run(['git', 'init', '-q', top], check=True)
    write(os.path.join(top, '.git/info/exclude'), rules(random_) if random_.random() < 0.3 else '')
    if random_.random() < 0.3:
        write(os.path.join(top, '..', 'excludes'), rules(random_))
        name = random_.choice(['~/excludes', '"~/excludes"', os.path.join(top, '..', 'excludes') + ' ; mine'])
        with open(os.path.join(top, '.git/config'), 'a') as f:
            f.write(f'[Core]\n\texcludesFile = {name}\n')


def main():
    different = 0
    counted = 0
    for seed in range(TREES):
        random_ = random.Random(seed)
        home = tempfile.mkdtemp(prefix='toktally_ignore_')
        os.environ.update(HOME=home, GIT_CONFIG_NOSYSTEM='1')
        for name in ('XDG_CONFIG_HOME', 'GIT_CONFIG_GLOBAL', 'GIT_DIR'):
            os.environ.pop(name, None)
        top = os.path.join(home, 'tree')
        try:
            try:
                make(random_, top)
            except (FileExistsError, NotADirectoryError):
                continue  # a name was to be a file and a folder
            listed = subprocess.run(['git', 'ls-files', '-z', '--others', '--exclude-standard'], cwd=top,
                                    capture_output=True, check=True).stdout
            expected = {name.decode() for name in listed.split(b'\0') if name}
            report = subprocess.run([PROGRAM, 'count', '--files', '--hidden', '--json', '-q', '.'], cwd=top,
                                    capture_output=True, check=True).stdout
            found = {row['path'][2:] for row in json.loads(report)['rows']}
        finally:
            shutil.rmtree(home)
        counted += 1
        if found != expected:
            different += 1
            print(f'tree {seed}: only toktally {sorted(found - expected)}, only git {sorted(expected - found)}')
    print(f'{counted} trees, {different} differ')
    return 1 if different or counted < TREES * 3 // 4 else 0


if __name__ == '__main__':
    sys.exit(main())
