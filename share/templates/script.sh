#!/usr/bin/env bash
# Try it: wf run template-name
# wf: name=template-name description="What it does, in a few words"
#
# Input: folder (default: workflows).
set -euo pipefail

folder=${WF_INPUT_FOLDER:-workflows}

# A finished step is not run again when the script is taken up: its output comes from the record, byte for byte.
list=$(wf step list -- find "$folder" -type f)
sum=$(wf step sum --retry 3 -- cksum <<<"$list")
# Nobody has to stay for it: the script ends here with exit code 5, and is started again when the time has come.
wf sleep "a moment" 2s
wf step say -- echo "the list has the sum $sum"
wf end --output "{\"files\": $(wc -l <<<"$list")}"
