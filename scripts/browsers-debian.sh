#!/usr/bin/env bash
# Installs the browser that tests/cli/report.test.ts and scripts/picture-report.ts drive: Debian's Chromium,
# headless, about 300 MB with what it needs. Called by hand; needs root. No recommended packages: none is used.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
