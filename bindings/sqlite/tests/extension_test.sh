#!/usr/bin/env bash
# The SQLite extension in the sqlite3 shell: extension_test.sh SQLITE EXTENSION PROGRAM TREE [ROWS]
set -euo pipefail
sqlite=$1 extension=$2 program=$3 tree=$4 rows=${5:-200000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ask() { "$sqlite" -batch -noheader "$folder/test.db" ".load ${extension%.so}" "$@" 2>&1; }
expect() { # EXPECTED SQL
  local actual
  actual=$(ask "$2") || true
  [ "$actual" = "$1" ] || { printf '%s\nexpected: %s\nactual:   %s\n' "$2" "$1" "$actual" >&2; exit 1; }
}
fails() { # PART-OF-THE-MESSAGE SQL
  local actual
  if actual=$(ask "$2"); then echo "no error: $2 gave $actual" >&2; exit 1; fi
  case $actual in *"$1"*) ;; *) printf '%s\nsays: %s\n' "$2" "$actual" >&2; exit 1 ;; esac
}
expect 2 "SELECT toktally_count('hello world')"
expect '2|2' "SELECT toktally_count('hello world', 'cl100k_base'), toktally_count('hello world', 'gpt-4o')"
expect '0|' "SELECT toktally_count(''), toktally_count(NULL)"
expect '[24912,2375]|[]' "SELECT toktally_encode('hello world'), toktally_encode('')"
expect 24912 "SELECT value FROM json_each(toktally_encode('hello world')) LIMIT 1"
expect 'hello world||blob' "SELECT CAST(toktally_decode('[24912,2375]') AS TEXT), CAST(toktally_decode('[ ]') AS TEXT), typeof(toktally_decode('[]'))"
expect '|1' "SELECT toktally_decode(NULL), toktally_decode(' [ 24912 , 2375 ] ', 'gpt-4o') = CAST('hello world' AS BLOB)"
expect "hello||hello world" "SELECT toktally_truncate('hello world', 1), toktally_truncate('hello world', 0), toktally_truncate('hello world', 9)"
expect 0.0035 "SELECT toktally_cost('gpt-4o', 1000, 100, 0, '2026-11-22')"
expect '|' "SELECT toktally_cost('nobody', 1, 1, 0, '2026-11-22'), toktally_cost('gpt-4o', NULL, 1)"
# What is not UTF-8 is U+FFFD, as count has it; numbers are their text.
expect "$(printf '\xffA' | "$program" count -q)|1" "SELECT toktally_count(x'FF41'), toktally_count(42)"
expect "$(head -c 10000000 /dev/zero | tr '\0' 'a' | "$program" count)" "SELECT toktally_count(replace(hex(zeroblob(5000000)), '0', 'a'))"
fails 'none-such' "SELECT toktally_count('x', 'none-such')"
fails 'give a model of OpenAI' "SELECT toktally_count('x', 'none-such')"
fails 'o200k_base' "SELECT toktally_count('x', 'none-such')"
[ "$(ask "SELECT toktally_count('x', 'a' || char(10) || 'b')" | wc -l)" = 1 ] || { echo "an error has several lines" >&2; exit 1; }
for ids in '' '[' '[1' '[1,' '[1,]' '[,1]' '[1 2]' '[1]x' '[-1]' '[1.5]' '[01]' '[4294967296]' '["1"]' '[null]' '1'; do
  fails 'JSON array' "SELECT toktally_decode('$ids')"
done
fails '2000000000' "SELECT toktally_decode('[2000000000]')"
fails 'negative' "SELECT toktally_cost('gpt-4o', -1, 1)"
fails 'cache' "SELECT toktally_cost('gpt-4o', 1, 1, 2)"
fails 'whole numbers' "SELECT toktally_cost('gpt-4o', 'many', 1)"
fails 'YYYY-MM-DD' "SELECT toktally_cost('gpt-4o', 1, 1, 0, 'yesterday')"
fails '0 or more' "SELECT toktally_truncate('x', -1)"

# What README.md shows, as it shows it: a prompt's statement, then what it prints.
while IFS= read -r line; do
  case $line in
    'sqlite> SELECT '*) statement=${line#sqlite> }; IFS= read -r shown; expect "$shown" "$statement" ;;
  esac
done <"$tree/bindings/sqlite/README.md"
[ -n "${statement-}" ] || { echo "README.md shows nothing" >&2; exit 1; }
"$sqlite" "$folder/test.db" 'CREATE TABLE documents (body)'
# shellcheck disable=SC2016  # backquotes of Markdown, not of the shell
expect '' "$(sed -n '/^```sql$/,/^```$/{/^```/!p}' "$tree/bindings/sqlite/README.md")"
"$sqlite" "$folder/test.db" 'DROP TABLE documents'

# Texts of every kind, where they are: each line a row.
corpora=$tree/../shared/corpora
for corpus in "$corpora"/*.txt; do
  [ -e "$corpus" ] || { echo "no ../shared/corpora here: sums of the README only"; break; }
  # Without NUL, at which the shell of SQLite ends a text; \r, which csv eats; and empty lines.
  tr -d '\000\r\037\036' <"$corpus" | grep -av '^$' >"$folder/corpus"
  tr '\n' '\036' <"$folder/corpus" >"$folder/rows"
  "$sqlite" "$folder/corpora.db" 'DROP TABLE IF EXISTS rows; CREATE TABLE rows (text)' '.mode ascii' ".import '$folder/rows' rows"
  expected=$("$program" count --lines "$folder/corpus")
  actual=$("$sqlite" -batch "$folder/corpora.db" ".load ${extension%.so}" 'SELECT sum(toktally_count(text)) FROM rows')
  if [ "$expected" -lt 100000 ] || [ "$actual" != "$expected" ]; then
    echo "$corpus: $actual, not $expected" >&2
    exit 1
  fi
done

# All lines of the README: the sum is that of the program; an index on the expression serves a query.
{
  echo "CREATE TABLE lines (text); BEGIN;"
  sed "s/'/''/g; s/.*/INSERT INTO lines VALUES ('&');/" "$tree/README.md"
  echo "COMMIT;"
} | "$sqlite" "$folder/test.db"
lines=$("$sqlite" "$folder/test.db" "SELECT count(*) FROM lines")
[ "$lines" -gt 50 ]
expected=$("$sqlite" "$folder/test.db" "SELECT text FROM lines" | "$program" count --lines -)
expect "$expected" "SELECT sum(toktally_count(text)) FROM lines"
expect "1" "CREATE INDEX by_tokens ON lines(toktally_count(text)); SELECT count(*) > 0 FROM lines WHERE toktally_count(text) > 3"
case $(ask "EXPLAIN QUERY PLAN SELECT * FROM lines WHERE toktally_count(text) = 3") in
  *by_tokens*) ;; *) echo "the index is not used" >&2; exit 1 ;;
esac

# Rows a second beside the engine's own function, in one run: the best of five each, in turns, since other
# work on the machine only ever adds time.
{
  printf '%s\n' ".load ${extension%.so}" "CREATE TABLE many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $rows)
    SELECT 'row ' || i || ' of a table with some words in it' AS text FROM n;" '.timer on'
  for _ in 1 2 3 4 5; do
    # Each in a line of its own: the shell times lines.
    printf '%s\n' 'SELECT sum(toktally_count(text)) FROM many;' 'SELECT sum(length(text)) FROM many;'
  done
} | "$sqlite" -batch "$folder/test.db" |
  awk -v rows="$rows" '/^Run Time/ {i = n++ % 2; if (!(i in best) || $4 < best[i]) best[i] = $4} END {
    if (n != 10) { print n " timings, not 10"; exit 1 }
    printf "%d rows: toktally_count %.2f M rows/s, length %.2f, ratio %.2f\n", rows, rows / best[0] / 1e6, rows / best[1] / 1e6, best[1] / best[0] }'
