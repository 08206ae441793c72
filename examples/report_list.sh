#!/bin/sh
# A list of operators in, a report out: the main job on the command line. Usage: sh examples/report_list.sh [OUT]
set -eu
cd "$(dirname "$0")"
out=${1:-../out/example}
riskengine validate operators.csv violations.csv inspections.csv --as-of 2022-12-31 --lang en
riskengine report operators.csv --violations violations.csv --inspections inspections.csv \
  --as-of 2022-12-31 --out "$out" --lang en
riskengine runs verify "$out/runs" --lang en
