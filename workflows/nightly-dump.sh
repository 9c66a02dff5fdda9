#!/usr/bin/env bash
# wf: name=nightly-dump description="Dumps a database at night, uploads the dump, and removes old ones"
# wf: schedule="30 2 * * *" timezone=UTC overlap=skip timeout=6h concurrency=1
#
# Input: database (default app), bucket (default s3://example-backups), keep (days, default 14).
# Needs: pg_dump, sha256sum, aws.
set -euo pipefail

database=${WF_INPUT_DATABASE:-app}
bucket=${WF_INPUT_BUCKET:-s3://example-backups}
keep=${WF_INPUT_KEEP:-14}

# What must stay the same when the script is taken up again comes out of a step: later passes are given the text of the first.
stamp=$(wf step stamp -- date -u +%Y%m%dT%H%M%SZ)
dump=backups/$database-$stamp.dump

wf step folder -- mkdir -p backups
wf step dump --timeout 2h -- pg_dump --format=custom --no-owner --file="$dump" "$database"
sum=$(wf step checksum -- sha256sum "$dump")

# Networks fail: up to five more attempts, with growing pauses. A long pause takes up no process.
wf step upload --retry 5 --timeout 1h -- aws s3 cp --only-show-errors "$dump" "$bucket/"
wf step tidy -- find backups -name "$database-*.dump" -mtime +"$keep" -delete

wf end --output "$(printf '{"dump": "%s", "sha256": "%s"}' "$dump" "${sum%% *}")"
