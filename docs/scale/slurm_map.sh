#!/bin/sh
# The map step of a Slurm array: task I of N counts its part and leaves a report.
#   N=64; map=$(sbatch --parsable --array=1-$N docs/scale/slurm_map.sh $N corpus/ reports/)
#   sbatch --dependency=afterany:$map docs/scale/slurm_merge.sh reports/
# A task that was killed is run again by `scontrol requeue`; those that are done leave at once.
#SBATCH --job-name=toktally-map --ntasks=1 --requeue
set -eu
shards=$1
corpus=$2
reports=$3
mkdir -p "$reports"
exec "${TOKTALLY:-toktally}" count --quiet --threads "${SLURM_CPUS_PER_TASK:-1}" \
  ${TOKTALLY_COUNT_OPTIONS:-} --shard "$SLURM_ARRAY_TASK_ID/$shards" \
  --report "$reports/$SLURM_ARRAY_TASK_ID.json" --resume "$corpus"
