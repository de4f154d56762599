#!/bin/sh
# Map and reduce by GNU parallel, on this machine or on others that see the same folders:
#   docs/scale/parallel.sh 64 corpus/ reports/ --sshlogin 8/node1,8/node2 --joblog log --resume
# The arguments behind the folder of the reports are parallel's. Started again after a crash it counts
# only what has no report yet.
set -eu
shards=$1
corpus=$(realpath "$2")
mkdir -p "$3"
reports=$(realpath "$3")
shift 3
toktally=$(command -v "${TOKTALLY:-toktally}")
# shellcheck disable=SC2086
seq "$shards" | parallel --will-cite -q "$@" "$toktally" count --quiet --threads 1 \
  ${TOKTALLY_COUNT_OPTIONS:-} --shard "{}/$shards" --report "$reports/{}.json" --resume "$corpus" \
  >/dev/null
exec "$toktally" merge "$reports"/*.json
