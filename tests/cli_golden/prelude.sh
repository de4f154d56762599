# Read before every command of a .golden file, in a directory of the file's own. ctest sets TOKTALLY (the
# program), TREE, SAMPLES and NOTEBOOK; nothing else of the environment is kept.
umask 022
# README.md's examples name files of the tree.
mkdir -p data && ln -sfn "$SAMPLES" data/samples
toktally() { "$TOKTALLY" "$@"; }
# Runs the program as somebody to whom permissions apply.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --regid=65534 --clear-groups "$TOKTALLY" "$@"
  else
    "$TOKTALLY" "$@"
  fi
}
# Runs the program as somebody who may have one thread, under a number that nobody else has.
lonely() {
  if [ "$(id -u)" = 0 ]; then
    prlimit --nproc=1 setpriv --reuid=$((200000 + $$)) --regid=65534 --clear-groups "$TOKTALLY" "$@"
  else
    "$TOKTALLY" "$@"
  fi
}
