#!/usr/bin/env bash
# Installs the peers of `npm run bench -- peers` that Debian packages: igraph, graph-tool, networkx and
# scipy with numpy, into the interpreter that Debian's packages are for. About 500 MB with what they need.
# Called by hand, or by the bench with --install; needs root. No recommended packages: none is used.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
  python3-igraph python3-graph-tool python3-networkx python3-scipy python3-numpy
