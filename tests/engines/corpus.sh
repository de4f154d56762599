# shellcheck shell=bash
# Read by the tests of schedulers: a folder of its own with a corpus in it, and what one run counts.
# Sets folder, total_files, total_records; needs $program and $tree.
folder=$(mktemp -d)
chmod 755 "$folder"
mkdir "$folder/corpus"
cp -r "$tree/docs" "$tree/cli" "$folder/corpus/"
# Records of very different length, an empty line among them.
"$program" split --tokens 300 "$tree/README.md" > "$folder/records.jsonl"
for copy in 1 2 3 4 5 6; do
  "$program" split --tokens $((copy * 17)) "$tree/docs/ko.md" >> "$folder/records.jsonl"
done
total_files=$("$program" count --quiet --total "$folder/corpus")
total_records=$("$program" count --quiet --jsonl-field text "$folder/records.jsonl")

# same WHAT EXPECTED ACTUAL: ends the test if they differ.
same() {
  [ "$2" = "$3" ] || { echo "$1: expected $2, got $3" >&2; exit 1; }
  echo "$1: $3"
}
