#!/usr/bin/env bash
# The PostgreSQL extension on a server of its own, in a copy of the installation, so that nothing of the
# system's is touched:
#   extension_test.sh PG_CONFIG EXTENSION FOLDER-OF-LIBTOKTALLY PROGRAM TREE [ROWS]
set -euo pipefail
pg_config=$1 extension=$2 library=$3 program=$4 tree=$5 rows=${6:-200000}
[ -x "$("$pg_config" --bindir)/initdb" ] || { echo "skipped: no initdb; apt install postgresql-15"; exit 77; }
folder=$(mktemp -d)
stop() {
  [ ! -f "$folder/data/postmaster.pid" ] || as "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
if [ "$(id -u)" = 0 ]; then
  as() { runuser -u postgres -- "$@"; }
else
  as() { "$@"; }
fi
trap stop EXIT
# The server finds its files from where its program lies.
for what in bindir sharedir pkglibdir; do
  path=$("$pg_config" --$what)
  mkdir -p "$folder$path"
  cp -rL "$path/." "$folder$path/"
done
bin=$folder$("$pg_config" --bindir)
share=$folder$("$pg_config" --sharedir)
lib=$folder$("$pg_config" --pkglibdir)
cp "$tree"/bindings/postgresql/toktally.control "$tree"/bindings/postgresql/toktally--*.sql "$share/extension/"
cp "$extension" "$lib/toktally.so"
cp -L "$library/libtoktally.so.0" "$lib/"
chmod -R a+rX "$folder"
[ "$(id -u)" != 0 ] || chown postgres "$folder"
as "$bin/initdb" -D "$folder/data" -A trust --locale=C.UTF-8 -E UTF8 >/dev/null
as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
  -o "-k $folder -c listen_addresses='' -c fsync=off -c max_parallel_workers_per_gather=2" start >/dev/null ||
  { cat "$folder/log" >&2; exit 1; }
user=$(as id -un)
ask() { "$bin/psql" -X -q -A -t -h "$folder" -U "$user" -d postgres -v ON_ERROR_STOP=1 -v VERBOSITY=sqlstate "$@" 2>&1; }
expect() { # EXPECTED SQL
  local actual
  actual=$(ask -c "$2") || true
  [ "$actual" = "$1" ] || { printf '%s\nexpected: %s\nactual:   %s\n' "$2" "$1" "$actual" >&2; exit 1; }
}
ask -c 'CREATE EXTENSION toktally'
expect '2|2|2' "SELECT toktally_count('hello world'), toktally_count('hello world', 'cl100k_base'), toktally_count('hello world', 'gpt-4o')"
expect '0|' "SELECT toktally_count(''), toktally_count(NULL)"
expect '{24912,2375}|{}' "SELECT toktally_encode('hello world'), toktally_encode('')"
expect 'hello world|' "SELECT convert_from(toktally_decode(toktally_encode('hello world')), 'UTF8'), convert_from(toktally_decode('{}'), 'UTF8')"
expect 'hello||hello world' "SELECT toktally_truncate('hello world', 1), toktally_truncate('hello world', 0), toktally_truncate('hello world', 2)"
expect '0.0035|' "SELECT toktally_cost('gpt-4o', 1000, 100, 0, '2026-11-22'), toktally_cost('nobody', 1, 1, 0, '2026-11-22')"
expect 't' "SELECT toktally_cost('gpt-4.1', 1000, 100) > 0"
# Errors by their codes.
expect 'ERROR:  42704' "SELECT toktally_count('x', 'none-such')"
expect 'ERROR:  22023' "SELECT toktally_truncate('x', -1)"
expect 'ERROR:  22023' "SELECT toktally_count_up_to('x', -1)"
expect 'ERROR:  22023' "SELECT toktally_cost('gpt-4o', -1, 1, 0, '2026-11-22')"
expect 'ERROR:  22023' "SELECT toktally_cost('gpt-4o', 1, 1, 2, '2026-11-22')"
expect 'ERROR:  22004' "SELECT toktally_decode('{1,NULL}')"
expect 'ERROR:  42704' "SELECT toktally_decode('{2000000000}')"
expect 'ERROR:  22008' "SELECT toktally_cost('gpt-4o', 1, 1, 0, 'infinity')"
# In one line that says what there is.
message=$("$bin/psql" -X -q -h "$folder" -U "$user" -d postgres -c "SELECT toktally_count('x', E'none\\nsuch')" 2>&1) || true
case $message in
  *$'\n'*) echo "several lines: $message" >&2; exit 1 ;;
  *'none?such'*'o200k_base'*) ;;
  *) echo "does not say what there is: $message" >&2; exit 1 ;;
esac

# What README.md shows, as it shows it.
readme=$tree/bindings/postgresql/README.md
while IFS= read -r line; do
  case $line in
    '=# SELECT '*) statement=${line#=# }; IFS= read -r shown; expect "$shown" "$statement" ;;
  esac
done <"$readme"
[ -n "${statement-}" ] || { echo "README.md shows nothing" >&2; exit 1; }
# shellcheck disable=SC2016  # backquotes of Markdown, not of the shell
expect '' "$(sed -n '/^```sql$/,/^```$/{/^```/!p}' "$readme")"
ask -c 'DROP TABLE documents'

# Texts of every kind, where they are: each line a row, and the whole a row that is TOASTed.
corpora=$tree/../shared/corpora
for corpus in "$corpora"/*.txt; do
  [ -e "$corpus" ] || { echo "no ../shared/corpora here: sums of README.md and ko.md only"; break; }
  # Without what a text of PostgreSQL cannot hold, and what is not in the lines of \copy.
  tr -d '\000\001\002\r' <"$corpus" | grep -av '^$' >"$folder/corpus"
  expected=$("$program" count --lines "$folder/corpus")
  ask -c 'DROP TABLE IF EXISTS rows, whole' -c 'CREATE TABLE rows (line int GENERATED ALWAYS AS IDENTITY, text text)' \
    -c "\\copy rows (text) FROM '$folder/corpus' WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')" >/dev/null
  actual=$(ask -c 'SELECT sum(toktally_count(text)) FROM rows')
  if [ "$expected" -lt 100000 ] || [ "$actual" != "$expected" ]; then
    echo "$corpus: $actual, not $expected" >&2
    exit 1
  fi
  expected=$(head -c -1 "$folder/corpus" | "$program" count)
  ask -c "CREATE TABLE whole AS SELECT string_agg(text, E'\\n' ORDER BY line) AS text FROM rows"
  expect "$expected|$expected|1000001" "SELECT toktally_count(text), toktally_count_up_to(text, 1000000000), toktally_count_up_to(text || text, 1000000) FROM whole"
done

# Texts of every kind, each a row; one of 100 MB; what is TOASTed is counted up to a limit by slices.
ask -c 'CREATE TABLE lines (text text)' -c "\\copy lines FROM PROGRAM 'cat $tree/README.md $tree/docs/ko.md' WITH (FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02')"
expected=$(cat "$tree/README.md" "$tree/docs/ko.md" | grep -v '^$' | "$program" count --lines -)
expect "$expected" "SELECT sum(toktally_count(text)) FROM lines WHERE text <> ''"
ask -c "CREATE TABLE large AS SELECT repeat('several words of a long text ', 3500000) AS text"
large=$(awk 'BEGIN {for (i = 0; i < 3500000; i++) printf "several words of a long text "}' | "$program" count)
expect "$large" "SELECT toktally_count(text) FROM large"
expect "$large|1001|$large|$large" "SELECT toktally_count_up_to(text, 1000000000), toktally_count_up_to(text, 1000), toktally_count_up_to(text, $large), toktally_count_up_to(text, $large - 1) FROM large"
expect "" "SELECT text FROM lines WHERE toktally_count_up_to(text, 5) <> LEAST(toktally_count(text), 6)"

# An index on the expression, a generated column, a check.
expect 't' "CREATE TABLE documents (body text CHECK (toktally_count_up_to(body, 1000) <= 1000), tokens bigint GENERATED ALWAYS AS (toktally_count(body)) STORED);
  INSERT INTO documents SELECT text FROM lines; CREATE INDEX ON documents (toktally_count(body));
  SELECT bool_and(tokens = toktally_count(body)) FROM documents"
expect 'ERROR:  23514' "INSERT INTO documents SELECT text FROM large"
ask -c 'SET enable_seqscan = off; ANALYZE documents; EXPLAIN SELECT * FROM documents WHERE toktally_count(body) = 7' | grep -q 'Index'
# A plan for several processes, with the same sum.
ask -c "CREATE TABLE many AS SELECT 'row ' || i || ' of a table with some words in it' AS text FROM generate_series(1, $rows) i" -c 'ANALYZE many'
parallel='SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;'
ask -c "$parallel EXPLAIN SELECT sum(toktally_count(text)) FROM many" | grep -q 'Parallel Seq Scan'
alone=$(ask -c 'SET max_parallel_workers_per_gather = 0; SELECT sum(toktally_count(text)) FROM many')
expect "$alone" "$parallel SELECT sum(toktally_count(text)) FROM many"

# Rows a second beside the engine's own function, in one run and one process: the best of five each, in turns,
# since other work on the machine only ever adds time.
turns=()
for _ in 1 2 3 4 5; do
  turns+=(-c 'SELECT sum(toktally_count(text)) FROM many' -c 'SELECT sum(length(text)) FROM many')
done
ask -c 'SET max_parallel_workers_per_gather = 0' -c '\timing on' "${turns[@]}" |
  awk -v rows="$rows" '/^Time:/ {i = n++ % 2; if (!(i in best) || $2 < best[i]) best[i] = $2} END {
    if (n != 10) { print n " timings, not 10"; exit 1 }
    printf "%d rows: toktally_count %.2f M rows/s, length %.2f, ratio %.2f\n", rows, rows / best[0] / 1e3, rows / best[1] / 1e3, best[1] / best[0] }'
ask -c 'DROP EXTENSION toktally CASCADE' >/dev/null
