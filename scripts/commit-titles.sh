#!/usr/bin/env bash
# Refuses titles of more than 72 characters among the commits since the given one. Without a known one, it checks only the last.
set -euo pipefail
export LC_ALL=C.UTF-8
git cat-file -e "${1:-none}^{commit}" 2>/dev/null && range="$1..HEAD" || range='-1'
while IFS= read -r title; do
  [ "${#title}" -le 72 ] || { echo "${#title} characters, 72 at most: $title" >&2; long=1; }
done < <(git log --no-merges --format=%s "$range")
exit "${long:-0}"
