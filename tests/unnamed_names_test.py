#!/usr/bin/env python3
"""No two files of a library define the same name in their unnamed namespaces.

unnamed_names_test.py SOURCE. Where there is no compiler cache, a library's files are compiled in groups
(toktally_together), in which such a name does not compile; which files make a group changes with every
file that is added. Functions may overload one another. Most of what clashes is one thing written twice.
"""

import collections
import pathlib
import re
import sys

FOLDERS = ["chat", "cli", "forecast", "pricing", "usage"]
UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace$", re.S | re.M)
CONSTANT = re.compile(r"(?:constexpr|const|inline) [^(]*?\b(k[A-Z]\w*)\b")
TYPE = re.compile(r"(?:struct|class|enum class) (\w+)(?: final)? ?[{:]|using (\w+) =")
FUNCTION = re.compile(r"(?!struct|class|using|template|static_assert)[\w:<>*&, \[\]]+?\b(\w+)\(([^{]*)")
PARAMETER_NAME = re.compile(r"\b\w+(?=[,)])")


def names(source):
    """What stands at the left of an unnamed namespace: constants, types, functions with their first line."""
    for part in UNNAMED.findall(source):
        for line in part.splitlines():
            if not line[:1].isalpha():
                continue
            if found := CONSTANT.match(line) or TYPE.match(line):
                yield next(name for name in found.groups() if name)
            elif found := FUNCTION.match(line):
                yield f"{found[1]}({PARAMETER_NAME.sub('', found[2]).strip()}"


def main():
    source = pathlib.Path(sys.argv[1])
    clashes, seen = [], 0
    for folder in FOLDERS:
        files = collections.defaultdict(set)
        for path in sorted((source / folder).rglob("*.cc")):
            for name in names(path.read_text(encoding="utf-8")):
                files[name].add(str(path.relative_to(source)))
        seen += len(files)
        clashes += [f"{name}: {', '.join(sorted(where))}" for name, where in files.items() if len(where) > 1]
    for clash in clashes:
        print(f"defined more than once: {clash}")
    if seen < 500:
        print(f"only {seen} names were found: this test no longer reads the code")
    elif not clashes:
        print(f"{seen} names of unnamed namespaces are distinct")
    return 1 if clashes or seen < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
