#!/usr/bin/env bash
# docs/scale/slurm_map.sh and slurm_merge.sh on a Slurm of its own: a controller and two nodes on this host.
# A task is killed in the middle: merge, which waits by afterany, names its shard; the task is requeued, and
# the sum is that of the single run.
#   slurm_test.sh PROGRAM TREE
set -euo pipefail
program=$1
tree=$2
for tool in slurmctld slurmd sbatch munged; do
  command -v "$tool" >/dev/null || [ -x "/usr/sbin/$tool" ] ||
    { echo "skipped: no $tool; apt install slurm-wlm slurm-wlm-basic-plugins munge"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: starting a controller and nodes needs root"; exit 77; }
export PATH=$PATH:/usr/sbin
. "$tree/tests/engines/corpus.sh"
stop() {
  for pid in "$folder"/*.pid; do
    [ ! -f "$pid" ] || kill "$(cat "$pid")" 2>/dev/null || true
  done
  [ -z "${munge-}" ] || kill "$munge" 2>/dev/null || true
  sleep 0.5
  rm -rf "$folder"
}
trap stop EXIT
host=$(hostname -s)
mkdir -p "$folder/state" "$folder/spool" "$folder/run"
export SLURM_CONF=$folder/slurm.conf
cat > "$SLURM_CONF" <<CONF
ClusterName=toktally
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.socket
CryptoType=crypto/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SchedulerParameters=sched_interval=1,bf_interval=1
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd-%n.log
SlurmctldPort=17011
ReturnToService=2
MpiDefault=none
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=17012 CPUs=1
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=17013 CPUs=1
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
# A munge of its own: its key, its socket, nothing of the system's.
dd if=/dev/urandom of="$folder/run/munge.key" bs=1k count=1 status=none
chown -R munge "$folder/run"
chmod 400 "$folder/run/munge.key"
runuser -u munge -- munged --foreground --key-file="$folder/run/munge.key" --socket="$folder/run/munge.socket" \
  --pid-file="$folder/run/munged.pid" --log-file="$folder/run/munged.log" --seed-file="$folder/run/seed" \
  2>/dev/null &
munge=$!
for _ in $(seq 100); do [ ! -S "$folder/run/munge.socket" ] || break; sleep 0.1; done
slurmctld
slurmd -N n1
slurmd -N n2
for _ in $(seq 150); do
  [ "$(sinfo -h -o %t -N | grep -c '^idle$')" != 2 ] || break
  sleep 0.2
done

export TOKTALLY=$program
submit() { sbatch --parsable --output="$folder/out-%j-%a" "$@"; }
wait_for() { # JOB: until it is no longer in the queue
  for _ in $(seq 600); do
    [ -n "$(squeue -h -j "$1" 2>/dev/null)" ] || return 0
    sleep 0.2
  done
  echo "job $1 does not end" >&2
  squeue >&2
  exit 1
}
out() { cat "$folder"/out-"$1"-*; }

# Seven shards of files: the fourth task is killed by a program in its place that dies once.
cat > "$folder/once" <<STUB
#!/bin/sh
case "\$*" in
  *"--shard 4/7"*) [ -f "$folder/died" ] || { touch "$folder/died"; kill -9 \$\$; } ;;
esac
exec "$program" "\$@"
STUB
chmod +x "$folder/once"
map=$(TOKTALLY=$folder/once submit --array=1-7 "$tree/docs/scale/slurm_map.sh" 7 "$folder/corpus" "$folder/files")
merge=$(submit --dependency="afterany:$map" "$tree/docs/scale/slurm_merge.sh" "$folder/files")
wait_for "$merge"
grep -q 'shard 4/7 is missing' <(out "$merge") || { echo "merge did not name the shard" >&2; out "$merge" >&2; exit 1; }
echo "a killed task is named"
touch -d '1 hour' "$folder"/files/*.json
before=$(stat -c %Y "$folder"/files/[123567].json | md5sum)
# Requeued, it is the only one that runs; a requeued task would wait two minutes.
scontrol requeue "${map}_4"
scontrol update "JobId=${map}_4" StartTime=now
wait_for "$map"
merge=$(submit --dependency="afterany:$map" "$tree/docs/scale/slurm_merge.sh" "$folder/files")
wait_for "$merge"
same "files after the requeue" "$total_files" "$("$program" merge --total "$folder"/files/*.json)"
same "left alone" "$before" "$(stat -c %Y "$folder"/files/[123567].json | md5sum)"
# All of it submitted again counts nothing anew.
before=$(stat -c %Y "$folder"/files/*.json | md5sum)
map=$(submit --array=1-7 "$tree/docs/scale/slurm_map.sh" 7 "$folder/corpus" "$folder/files")
merge=$(submit --dependency="afterany:$map" "$tree/docs/scale/slurm_merge.sh" "$folder/files")
wait_for "$merge"
same "left alone" "$before" "$(stat -c %Y "$folder"/files/*.json | md5sum)"
grep -q "$(printf '%s' "$total_files" | sed ':a;s/\B[0-9]\{3\}\>/,&/;ta')" <(out "$merge")

for shards in 2 16; do
  map=$(TOKTALLY_COUNT_OPTIONS='--jsonl-field text' submit --array="1-$shards" \
    "$tree/docs/scale/slurm_map.sh" "$shards" "$folder/records.jsonl" "$folder/records$shards")
  wait_for "$map"
  same "$shards shards of records" "$total_records" "$("$program" merge --total "$folder/records$shards"/*.json)"
done
