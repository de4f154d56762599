#!/bin/sh
# The reduce step, after the array, however its tasks ended (afterany): afterok would never be
# satisfied once a task had been killed, and merge refuses what is missing by itself.
#SBATCH --job-name=toktally-merge --ntasks=1
set -eu
exec "${TOKTALLY:-toktally}" merge "$1"/*.json
