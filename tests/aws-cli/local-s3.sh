#!/usr/bin/env bash
# The real AWS CLI against the local S3: lists the rows, reads them, and counts them against CloudTrail Lake.
# Needs aws on the PATH and the variables of `crosstrail local --destination both`.
# Prints what it checked; ends with 1 at the first answer that is not as expected.
set -euo pipefail

for name in AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL_CLOUDTRAIL EVENT_BUCKET_NAME CROSSTRAIL_EVENT_DATA_STORE_ID; do
  if [[ -z "${!name:-}" ]]; then
    echo "$name is not set: start crosstrail local --destination both and source what it writes." >&2
    exit 2
  fi
done
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export AWS_PAGER='' AWS_MAX_ATTEMPTS=1

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

check() { # check WHAT ACTUAL EXPECTED
  if [[ "$2" != "$3" ]]; then
    printf 'FAILED  %s\n  expected: %s\n  actual:   %s\n' "$1" "$3" "$2" >&2
    exit 1
  fi
  printf 'ok      %s: %s\n' "$1" "$2"
}

# The second is that of the collectors.
check 'buckets' "$(aws s3 ls | awk '{ print $3 }' | tr '\n' ' ')" "$EVENT_BUCKET_NAME crosstrail-raw "
aws s3 ls "s3://$EVENT_BUCKET_NAME/events/"
aws s3 ls --recursive "s3://$EVENT_BUCKET_NAME/events/" > "$work/listing"
objects="$(wc -l < "$work/listing" | tr -d ' ')"

aws s3 sync --quiet "s3://$EVENT_BUCKET_NAME/events/" "$work/events/"
check 'objects that come down' "$(find "$work/events" -name '*.jsonl.gz' | wc -l | tr -d ' ')" "$objects"

key="$(awk 'NR == 1 { print $4 }' "$work/listing")"
rows="$(aws s3 cp "s3://$EVENT_BUCKET_NAME/$key" - | gunzip | wc -l | tr -d ' ')"
check 'rows that the metadata of an object counts' \
  "$(aws s3api head-object --bucket "$EVENT_BUCKET_NAME" --key "$key" --output text --query Metadata.rows)" "$rows"

query="$(aws cloudtrail start-query --output text --query QueryId \
  --query-statement "SELECT count(*) AS events FROM $CROSSTRAIL_EVENT_DATA_STORE_ID")"
for _ in $(seq 1 50); do
  events="$(aws cloudtrail get-query-results --query-id "$query" --output text --query 'QueryResultRows[0][0].events')"
  if [[ "$events" != None ]]; then break; fi
done
check 'rows in all, as many as events in CloudTrail Lake' \
  "$(find "$work/events" -name '*.jsonl.gz' -exec gunzip -c {} + | wc -l | tr -d ' ')" "$events"

if aws s3api get-object --bucket "$EVENT_BUCKET_NAME" --key none "$work/none" > "$work/out" 2>&1; then
  echo 'FAILED  an object that is not there: it came' >&2
  exit 1
fi
grep -q '(NoSuchKey)' "$work/out"
printf 'ok      an object that is not there: %s\n' "$(tr -d '\n' < "$work/out")"

echo 'The AWS CLI works with the local S3.'
