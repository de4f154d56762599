#!/usr/bin/env bash
# Collects the second set of real texts, about 4 MB each, that no table of the encoder was made from:
# english, code, korean, cjk, multi and jsonlog. From Debian 12 packages, so that anybody can repeat
# it; the logs are written by programs of this machine on the way, so they differ a little each time.
#
#   bench/second_set.sh [FOLDER]        default: build/second_set
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
out=${1:-$root/build/second_set}
readonly size=4000000
packages=(
  # english
  git-doc perl-doc postgresql-doc-15 fortunes
  # code
  libeigen3-dev libcgal-dev python3-sqlalchemy python3-twisted golang-golang-x-tools-dev
  golang-google-grpc-dev librust-tokio-dev librust-hyper-dev librust-rustls-dev php-doctrine-orm
  roundcube-core ruby-actionpack ruby-activerecord node-lodash openjfx-source elixir
  postgresql-server-dev-15
  # korean
  libreoffice-help-ko installation-guide-amd64
  # cjk
  debian-edu-doc-ja debian-edu-doc-zh-cn scilab-doc-ja lilypond-doc-html-ja lilypond-doc-html-zh
  maint-guide-ja maint-guide-zh-cn maint-guide-zh-tw debian-policy-ja
  # multi
  lilypond-doc-html-de lilypond-doc-html-es scilab-doc-fr scilab-doc-pt-br maint-guide-ru
  maint-guide-vi debian-edu-doc-de debian-edu-doc-es debian-edu-doc-fr debian-edu-doc-pt-br
)

mkdir -p "$out/packages" "$out/unpacked"
out=$(cd "$out" && pwd)
for package in "${packages[@]}"; do
  compgen -G "$out/packages/${package}_*.deb" > /dev/null && continue
  (cd "$out/packages" && apt-get download -q "$package" 2> >(grep -v unsandboxed >&2))
done
for package in "${packages[@]}"; do
  [ -d "$out/unpacked/$package" ] && continue
  mkdir -p "$out/unpacked/$package.part"
  dpkg-deb --fsys-tarfile "$out/packages/${package}"_*.deb |
    tar x -C "$out/unpacked/$package.part" --exclude='*.png' --exclude='*.jpg' --exclude='*.pdf'
  mv "$out/unpacked/$package.part" "$out/unpacked/$package"
done
cd "$out/unpacked"

extract() { nice "$here/extract_text.js" "$@"; }

# share NAME BYTES ARGUMENTS...: appends at most that much of what extract_text.js finds.
share() {
  local name=$1 bytes=$2
  shift 2
  extract --max-bytes "$bytes" "$@" >> "$out/$name.txt"
}

for name in english code korean cjk multi jsonlog; do : > "$out/$name.txt"; done

share english 1600000 --ext .html git-doc postgresql-doc-15
share english 1200000 --ext .pod,.1.gz,.3.gz,.3perl.gz,.1p.gz perl-doc
extract fortunes/usr/share/games | iconv -f utf-8 -t utf-8 -c > fortunes.all
head -c 1200000 fortunes.all | iconv -f utf-8 -t utf-8 -c >> "$out/english.txt"

unzip -qo openjfx-source/usr/share/openjfx/lib/src.zip -d openjfx-source/src
share code 800000 --ext .h,.hpp libeigen3-dev libcgal-dev
share code 300000 --ext .h postgresql-server-dev-15
share code 700000 --ext .py python3-sqlalchemy python3-twisted
share code 500000 --ext .go golang-golang-x-tools-dev golang-google-grpc-dev
share code 500000 --ext .rs librust-tokio-dev librust-hyper-dev librust-rustls-dev
share code 400000 --ext .java openjfx-source/src
share code 300000 --ext .php php-doctrine-orm roundcube-core
share code 200000 --ext .rb ruby-actionpack ruby-activerecord
share code 200000 --ext .js node-lodash roundcube-core
share code 100000 --ext .ex,.exs,.css,.less elixir roundcube-core

share korean 3300000 --ext .html libreoffice-help-ko
share korean 700000 --ext .html installation-guide-amd64/usr/share/doc/installation-guide-amd64/ko

share cjk 900000 --ext .html debian-edu-doc-ja scilab-doc-ja
share cjk 1100000 --ext .ja.html lilypond-doc-html-ja
share cjk 500000 --ext .zh.html lilypond-doc-html-zh
share cjk 900000 --ext .html debian-policy-ja maint-guide-ja
share cjk 1200000 --ext .html debian-edu-doc-zh-cn maint-guide-zh-cn maint-guide-zh-tw

for language in de es; do share multi 450000 --ext ".$language.html" "lilypond-doc-html-$language"; done
share multi 500000 --ext .html,.xml scilab-doc-fr
share multi 400000 --ext .html,.xml scilab-doc-pt-br
for language in ru vi; do share multi 350000 --ext .html "maint-guide-$language"; done
for language in de es fr pt-br; do share multi 200000 --ext .html "debian-edu-doc-$language"; done
for language in cs da el it nl pt sv ru vi ja fr; do
  folder=installation-guide-amd64/usr/share/doc/installation-guide-amd64/$language
  if [ -d "$folder" ]; then share multi 150000 --ext .html "$folder"; fi
done

# log BYTES COMMAND...: appends the beginning of what a program prints, less this folder's name.
log() {
  local bytes=$1
  shift
  { "$@" 2>&1 || true; } | sed "s#$out#/srv/data#g; s#$root#/srv/project#g" |
    head -c "$bytes" | iconv -f utf-8 -t utf-8 -c >> "$out/jsonlog.txt" || true
}
probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
printf 'cmake_minimum_required(VERSION 3.25)\nproject(probe CXX)\nfind_package(Threads)\n' \
  > "$probe/CMakeLists.txt"
printf '#include <string>\nint main() { return int(std::string("x").size()) - 1; }\n' > "$probe/a.cc"
log 900000 cmake --trace-expand --trace-format=json-v1 -S "$probe" -B "$probe/build"
log 800000 strace -f -tt cmake -S "$probe" -B "$probe/build_again"
log 400000 env LD_DEBUG=all cmake --version
log 700000 clang++-14 -std=c++17 -fsyntax-only -Xclang -ast-dump=json "$probe/a.cc"
log 300000 find /usr/lib -xdev -ls
log 300000 dpkg-query -W -f '{"package":"${Package}","version":"${Version}","installed_size":${Installed-Size},"section":"${Section}"}\n'
log 300000 npm ls --global --all --json --long
log 300000 apt-get -s -o Debug::pkgProblemResolver=1 -o Debug::pkgDepCache::AutoInstall=1 install gnome
log 600000 gdb -batch -ex 'info functions' -ex 'info types' /usr/bin/cmake
log 200000 g++ -v -H -fsyntax-only "$probe/a.cc"

for name in english code korean cjk multi jsonlog; do
  head -c "$size" "$out/$name.txt" | iconv -f utf-8 -t utf-8 -c > "$out/$name.cut"
  mv "$out/$name.cut" "$out/$name.txt"
  echo "$(stat -c %s "$out/$name.txt") $out/$name.txt"
done
