#!/usr/bin/env bash
# What the shared library shows is what the header declares, and nothing else.
#   symbols_test.sh LIBRARY HEADER
set -euo pipefail
shown=$(nm -D --defined-only "$1" | awk '{print $3}' | sed 's/@.*//' | grep -v '^TOKTALLY_' | sort -u)
declared=$(grep -o '\btoktally_[a-z_]*(' "$2" | tr -d '(' | sort -u)
if [ "$shown" != "$declared" ]; then
  echo "shown and not declared, or declared and not shown:"
  diff <(echo "$declared") <(echo "$shown") || true
  exit 1
fi
echo "$(wc -l <<<"$shown") functions, and nothing else"
