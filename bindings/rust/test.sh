#!/usr/bin/env bash
# test.sh RUSTC FOLDER: compiles toktally.rs against the library in the folder and runs it.
set -euo pipefail
source=$(dirname "$0")/toktally.rs
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" -D warnings --edition 2021 "$source" -L "native=$2" -o "$scratch/toktally"
printed=$(LD_LIBRARY_PATH=$2 "$scratch/toktally" 'hello world')
echo "$printed"
[ "$printed" = '2 [24912, 2375]' ]
