#!/usr/bin/env bash
# wf: name=compress-logs description="Compresses the logs of a folder, some at a time"
#
# Input: folder (default logs), at-once (default 4).
# Needs: gzip.
set -euo pipefail

folder=${WF_INPUT_FOLDER:-logs}
at_once=${WF_INPUT_AT_ONCE:-4}

# The list is a step too: it is the same when the script is taken up again, and a file that comes meanwhile belongs to the next run.
list=$(wf step list -- find "$folder" -type f -name '*.log')

running=0 failed=0 files=0
while IFS= read -r file; do
  [ -n "$file" ] || continue
  files=$((files + 1))
  if [ "$running" -ge "$at_once" ]; then
    wait -n || failed=$((failed + 1))
    running=$((running - 1))
  fi
  # Side by side, steps of one name need a key each: which of them comes first is not the same on every pass.
  wf step compress --key "$file" -- gzip --force --best "$file" </dev/null &
  running=$((running + 1))
done <<<"$list"
while [ "$running" -gt 0 ]; do
  wait -n || failed=$((failed + 1))
  running=$((running - 1))
done

if [ "$failed" -gt 0 ]; then
  echo "$failed of $files files could not be compressed" >&2
  exit 1
fi
wf end --output "{\"files\": $files}"
