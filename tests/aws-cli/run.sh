#!/usr/bin/env bash
# Starts the local cloud as a user does, runs the real AWS CLI against it with the file that it writes, and stops it.
# Needs aws on the PATH.
set -euo pipefail
cd "$(dirname "$0")/../.."

log=$(mktemp)
rm -f .crosstrail/local.env
# Not through npx: the signal at the end must reach Node itself.
npm exec --call 'exec node bin/crosstrail.js local --destination both' > "$log" 2>&1 &
local_cloud=$!
trap 'kill "$local_cloud" 2> /dev/null || true; wait "$local_cloud" 2> /dev/null || true; rm -f "$log"' EXIT

for _ in $(seq 120); do
  [[ -s .crosstrail/local.env ]] && break
  kill -0 "$local_cloud" 2> /dev/null || break
  sleep 0.5
done
if [[ ! -s .crosstrail/local.env ]]; then
  echo 'The local cloud did not start:' >&2
  cat "$log" >&2
  exit 1
fi

set -a
. .crosstrail/local.env
set +a
# Version 1 of the AWS CLI has an SQS endpoint of its own for us-east-1 and heeds the option only.
aws sqs get-queue-attributes --endpoint-url "$AWS_ENDPOINT_URL_SQS" --queue-url "$FAILURE_QUEUE_URL" --attribute-names ApproximateNumberOfMessages
aws dynamodb scan --table-name "$CHECKPOINT_TABLE_NAME" --select COUNT --query Count
bash tests/aws-cli/local-s3.sh
bash tests/aws-cli/local-lake.sh
