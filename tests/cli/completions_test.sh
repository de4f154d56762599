#!/usr/bin/env bash
# The completion scripts in the shells that they are for, each driven for real:
#   completions_test.sh bash|zsh|fish PROGRAM
# Exit code 77: the shell is not installed.
set -euo pipefail

shell=$1
program=$2
command -v "$shell" >/dev/null || { echo "skipped: no $shell here; apt install $shell"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$program" "$folder/toktally"
export PATH=$folder:/usr/bin:/bin HOME=$folder
toktally completions "$shell" >"$folder/script"

# offers LINE: what the shell offers behind the line, a word a line.
offers() {
  case $shell in
  bash)
    bash --norc -c '. "$1"; read -ra COMP_WORDS <<<"$2"; [ "${2% }" = "$2" ] || COMP_WORDS+=("")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _toktally; printf "%s\n" "${COMPREPLY[@]}"' \
      bash "$folder/script" "$1" 2>/dev/null
    ;;
  zsh)
    # The completion system needs a terminal; its two doors are held open here.
    zsh -f -c 'compdef() { : }; _describe() { print -l -- ${offers%%:*} }; _files() { print FILES }
      . "$1"; words=(${(z)2}); [[ $2 == *" " ]] && words+=(""); CURRENT=$#words; _toktally' \
      zsh "$folder/script" "$1"
    ;;
  fish)
    fish -N -c "source $folder/script; complete -C '$1'" | cut -f1
    ;;
  esac
}

check() {
  local offered
  offered=$(offers "$1")
  if ! grep -qx -e "$2" <<<"$offered"; then
    echo "$shell: '$1' does not offer '$2', but:"
    head <<<"$offered"
    exit 1
  fi
}

check 'toktally cou' count
check 'toktally count --tre' --tree
check 'toktally count -m gpt-4o-m' gpt-4o-mini
check 'toktally encode -e cl' cl100k_base
check 'toktally count --sort ' tokens
check 'toktally cost --tier b' batch
check 'toktally prices val' validate
check 'toktally prices show gpt-4o-m' gpt-4o-mini
check 'toktally count --format js' jsonl
echo "$shell offers what the program knows"
