#!/usr/bin/env bash
# docs/scale/parallel.sh on this machine and over two sshd on loopback: any number of shards, merged in any
# order, and resumed after a kill, is the single run.
#   parallel_test.sh PROGRAM TREE
set -euo pipefail
program=$1
tree=$2
command -v parallel >/dev/null || { echo "skipped: no GNU parallel; apt install parallel"; exit 77; }
. "$tree/tests/engines/corpus.sh"
stop() {
  [ ! -f "$folder/sshd1.pid" ] || kill "$(cat "$folder/sshd1.pid")" 2>/dev/null || true
  [ ! -f "$folder/sshd2.pid" ] || kill "$(cat "$folder/sshd2.pid")" 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
export TOKTALLY=$program HOME=$folder
run() { "$tree/docs/scale/parallel.sh" "$@"; }
merged() { "$program" merge --total $(printf '%s\n' "$1"/*.json | shuf); }

for shards in 1 2 7 64; do
  run "$shards" "$folder/corpus" "$folder/files$shards" -j2 >/dev/null
  same "$shards shards of files" "$total_files" "$(merged "$folder/files$shards")"
  TOKTALLY_COUNT_OPTIONS='--jsonl-field text' run "$shards" "$folder/records.jsonl" "$folder/records$shards" -j2 >/dev/null
  same "$shards shards of records" "$total_records" "$(merged "$folder/records$shards")"
done

# One report is lost, as if its job had been killed: merge names it, and the next run makes only it.
rm "$folder/files7/3.json"
if "$program" merge "$folder"/files7/*.json 2>"$folder/error"; then exit 1; fi
grep -q 'shard 3/7 is missing' "$folder/error"
touch -d '1 hour' "$folder"/files7/*.json
before=$(stat -c %Y "$folder"/files7/*.json | sort | md5sum)
run 7 "$folder/corpus" "$folder/files7" -j2 >/dev/null 2>"$folder/error"
same "resumed" "$total_files" "$(merged "$folder/files7")"
same "left alone" "$before" "$(stat -c %Y "$folder"/files7/[124567].json | sort | md5sum)"

# Two hosts, as far as parallel can tell.
[ -x /usr/sbin/sshd ] && [ "$(id -u)" = 0 ] || { echo "not over ssh: no sshd here, or not root; apt install openssh-server"; exit 0; }
mkdir -p /run/sshd "$folder/.ssh"
ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
ssh-keygen -q -t ed25519 -N '' -f "$folder/host"
cp "$folder/key.pub" "$folder/authorized"
for node in 1 2; do
  printf '%s\n' "ListenAddress 127.0.0.1" "Port $((22010 + node))" "HostKey $folder/host" "UsePAM no" "StrictModes no" \
    "AuthorizedKeysFile $folder/authorized" "PidFile $folder/sshd$node.pid" "MaxStartups 100" > "$folder/sshd$node.conf"
  printf '%s\n' "Host n$node" "HostName 127.0.0.1" "Port $((22010 + node))" "User root" "IdentityFile $folder/key" \
    "StrictHostKeyChecking no" "UserKnownHostsFile /dev/null" "LogLevel ERROR" >> "$folder/ssh.conf"
  /usr/sbin/sshd -f "$folder/sshd$node.conf"
done
run 8 "$folder/corpus" "$folder/remote" --ssh "ssh -F $folder/ssh.conf" --sshlogin 1/n1,1/n2 --joblog "$folder/log" --resume >/dev/null
same "over ssh" "$total_files" "$(merged "$folder/remote")"
same "hosts that took part" 2 "$(awk 'NR > 1 {print $2}' "$folder/log" | sort -u | wc -l)"
