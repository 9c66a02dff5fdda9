#!/usr/bin/env bash
# wf: name=deploy-release description="Unpacks a version, asks a person, switches to it, and goes back if it is not well"
# wf: timeout=3d concurrency=1
#
# Input: version (a tag or commit), target (a folder), health (a command that fails while the service is not well; default true),
#        watch (how long to wait before that is asked; default 10m), pause (between two tries; default 5s).
# Needs: git, tar.
set -euo pipefail

version=${WF_INPUT_VERSION:?say which: wf run deploy-release version=v1.2.3 target=/srv/app}
target=${WF_INPUT_TARGET:?say where: wf run deploy-release version=v1.2.3 target=/srv/app}
health=${WF_INPUT_HEALTH:-true}
watch=${WF_INPUT_WATCH:-10m}
pause=${WF_INPUT_PAUSE:-5s}
case $target in /*) ;; *) target=$PWD/$target ;; esac

# A tag can be moved while a person thinks about it; a commit cannot.
commit=$(wf step commit -- git rev-parse --verify "$version^{commit}")
release=$target/releases/$commit
# shellcheck disable=SC2016 # the inner shell is to expand it
before=$(wf step before -- sh -c 'readlink "$1" || true' sh "$target/current")

wf step folder -- mkdir -p "$release"
wf step archive -- git archive --format=tar --output="$release.tar" "$commit"
wf step unpack -- tar -xf "$release.tar" -C "$release"

# `wf send <id> approval '{"approved": true}'` answers. 124: nobody did in time. 5: it parks here, and goes on with the answer.
code=0
answer=$(wf wait-event approval --timeout 2d) || code=$?
if [ "$code" -eq 124 ]; then
  echo "nobody has approved $version" >&2
  exit 1
fi
[ "$code" -eq 0 ] || exit "$code"
case $answer in
*'"approved":true'*) ;;
*)
  echo "$version was rejected: $answer" >&2
  exit 1
  ;;
esac

wf step switch -- ln -sfn "$release" "$target/current"
wf sleep watch "$watch"
if ! wf step health --retry 3 --delay "$pause" -- sh -c "$health"; then
  [ -z "$before" ] || wf step back -- ln -sfn "$before" "$target/current"
  echo "$version is not well; ${before:-nothing} is there again" >&2
  exit 1
fi
wf end --output "$(printf '{"commit": "%s", "before": "%s"}' "$commit" "$before")"
