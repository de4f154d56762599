#!/bin/sh
# run.sh find_package|pkg_config|subdirectory SOURCE BUILD SCRATCH: builds tests/package/consumer as
# somebody outside of the tree would, runs it, and looks at what it prints.
set -eu
mode=$1 source=$2 build=$3 scratch=$4/$1
expected='2 o200k_base 9 875 $3,477.50'

rm -rf "$scratch"
mkdir -p "$scratch"
case $mode in
find_package)
  cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/install.log"
  cmake -S "$source/tests/package/consumer" -B "$scratch/build" -G Ninja \
    -DCMAKE_PREFIX_PATH="$scratch/prefix"
  cmake --build "$scratch/build"
  program=$scratch/build/consumer
  # Every header by itself, with one -I.
  (cd "$scratch/prefix/include" && find toktally -name '*.h') |
    xargs -P "$(nproc)" -I HEADER sh -c "echo '#include <HEADER>' |
      ${CXX:-c++} -std=c++20 -fsyntax-only -I'$scratch/prefix/include' -x c++ - || exit 255"
  # Nothing is tied to this machine: what toktally needs is found where it is used.
  if grep -rn -e '-L/' -e "$source" "$scratch/prefix/lib" --include='*.cmake' --include='*.pc'; then
    exit 1
  fi
  # The installed program and its papers.
  [ "$(printf 'hello world' | "$scratch/prefix/bin/toktally" count)" = 2 ]
  grep -q '^.TH TOKTALLY 1' "$scratch/prefix/share/man/man1/toktally.1"
  [ -s "$scratch/prefix/share/bash-completion/completions/toktally" ]
  ;;
pkg_config)
  cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/install.log"
  PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name toktally.pc)")
  export PKG_CONFIG_PATH
  # The flags are words of the command.
  # shellcheck disable=SC2046
  "${CXX:-c++}" -std=c++20 -I"$source/tests/package/consumer" \
    "$source/tests/package/consumer/main.cc" "$source/tests/package/consumer/examples.cc" \
    -o "$scratch/consumer" $(pkg-config --cflags --libs toktally)
  program=$scratch/consumer
  ;;
subdirectory)
  cmake -S "$source/tests/package/consumer" -B "$scratch/build" -G Ninja \
    -DTOKTALLY_SOURCE="$source" -DCMAKE_BUILD_TYPE=None
  cmake --build "$scratch/build" --target consumer
  program=$scratch/build/consumer
  ;;
*)
  echo "unknown mode $mode" >&2
  exit 2
  ;;
esac

printed=$("$program")
echo "$printed"
[ "$printed" = "$expected" ]
rm -rf "$scratch"
