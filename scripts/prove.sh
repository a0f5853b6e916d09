#!/usr/bin/env bash
# Runs every check that a change must pass. .ci/run and the workflow both run this script.
set -euo pipefail
cd "$(dirname "$0")/.."
npm test
# Twenty seeds, the kill matrix and the mutants.
npm run faults
# Bounds in milliseconds, the counted rows of the benchmark, processes that are killed.
npm run test:long
npx tsc -p bench
# The console in a browser, which is installed if the machine has none.
for CHROMIUM in "${CHROMIUM:-}" /usr/bin/chromium /usr/bin/google-chrome; do [ -x "$CHROMIUM" ] && break; done
if [ ! -x "$CHROMIUM" ]; then
  root=$([ "$(id -u)" = 0 ] || echo sudo)
  timeout 300 $root sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium'
  CHROMIUM=/usr/bin/chromium
fi
export CHROMIUM
timeout 420 npm run test:browser
npx tsc -p test/browser
