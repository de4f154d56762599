# Read before every command of a .golden file. TOKTALLY is the program, SAMPLES and GOLDEN_PRELUDE are
# set by ctest; nothing else of the environment is kept.
umask 022
toktally() { "$TOKTALLY" "$@"; }
# Runs the program as somebody to whom permissions apply.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups "$TOKTALLY" "$@"
  else
    "$TOKTALLY" "$@"
  fi
}
