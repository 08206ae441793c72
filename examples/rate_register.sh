#!/bin/sh
# Somebody else's register, rated by the scheme of its own publisher. Usage: sh examples/rate_register.sh [OUT]
set -eu
cd "$(dirname "$0")/register"
out=${1:-../../out/register}
riskengine report inspections.csv --policy nyc-letter-grades --as-of 2025-12-31 --out "$out" --lang en \
  --map operator_id=camis+inspection_date+inspection_type --map points=score
run=$(find "$out/runs" -mindepth 1 -maxdepth 1 -type d -name 'nyc-letter-grades_*' | sort | tail -n 1)
riskengine explain "$run" '90000004|2024-08-12|Cycle Inspection / Reopening Inspection' --lang en
