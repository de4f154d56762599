#!/usr/bin/env python3
"""No file of ours is longer than 500 lines but tables, no function longer than 60.

sizes_test.py SOURCE. The code is formatted by clang-format, so a function ends at the first closing
bracket that stands as far to the right as its first line.
"""

import pathlib
import re
import sys

MOST_FILE = 500
MOST_FUNCTION = 60
FOLDERS = ["base", "bench", "bindings", "bpe", "chat", "cli", "data", "forecast", "pricing", "tests", "usage"]
# Tables: one row after the other, and nothing to follow.
TABLES = {"bpe/split/char_class_table.inc"}
NO_FUNCTION = re.compile(
    r"^(if|else|for|while|switch|do|try|catch|namespace|class|struct|enum|union|extern|return|case|default)\b"
)
FUNCTION_END = re.compile(r"\)( const| noexcept| override| final| mutable| &&?| -> [^{}]+)* \{$")


def without_texts(source):
    """Raw strings and comments hold brackets that are none."""
    blank = lambda match: "\n" * match.group(0).count("\n")
    source = re.sub(r'R"(\w*)\(.*?\)\1"', lambda m: '""' + blank(m), source, flags=re.S)
    source = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', source.replace("'\"'", "' '"))  # "docs/**" begins no comment
    source = re.sub(r"/\*.*?\*/", blank, source, flags=re.S)
    return re.sub(r"[ \t]*//[^\n]*", "", source)


def functions(lines):
    """(first line, lines) of each, counted from 1."""
    for end, line in enumerate(lines):
        if line.lstrip().startswith("[") or not FUNCTION_END.search(line):
            continue  # a lambda is part of its function
        first = end
        while first > 0 and lines[first - 1].strip() and not re.search(r"[;{}:]$|^#", lines[first - 1]):
            first -= 1
        indent = len(lines[first]) - len(lines[first].lstrip())
        if NO_FUNCTION.match(lines[first].strip()) or "= [" in lines[first]:
            continue
        closing = re.compile(rf"^ {{{indent}}}\}}")
        for last in range(end + 1, len(lines)):
            if closing.match(lines[last]):
                yield first + 1, last - first + 1
                break


def main():
    root = pathlib.Path(sys.argv[1])
    files = [
        path
        for folder in FOLDERS
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in {".h", ".cc", ".inc"}
    ]
    failures = []
    seen = 0
    for path in files:
        name = str(path.relative_to(root))
        text = path.read_text(encoding="utf-8")
        count = text.count("\n")
        if count > MOST_FILE and name not in TABLES:
            failures.append(f"{name}: {count} lines; a file has at most {MOST_FILE}")
        for first, length in functions(without_texts(text).split("\n")):
            seen += 1
            if length > MOST_FUNCTION:
                failures.append(f"{name}:{first}: a function of {length} lines; at most {MOST_FUNCTION}")
    if len(files) < 100 or seen < 1000:
        failures.append(f"only {len(files)} files and {seen} functions found")
    print("\n".join(failures) or f"{len(files)} files and {seen} functions are short enough")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
