#!/usr/bin/env bash
# Deploys an image of the repository, as the troubleshooting guide calls it:
#     ./scripts/deploy-aws.sh production 1.0.1
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 production|staging|dev TAG" >&2; exit 2; }
cd "$(dirname "$0")/.."
exec .venv/bin/triflow deploy "$2" --stack "${1/#production/prod}" --wait
