#!/usr/bin/env bash
# The real AWS CLI against the local Lake: puts events, lists the store, runs a query and reads it page by page.
# Needs aws on the PATH and, from `crosstrail local` or `start-local-lake.ts`:
#   AWS_ENDPOINT_URL_CLOUDTRAIL AWS_ENDPOINT_URL_CLOUDTRAIL_DATA CROSSTRAIL_CHANNEL_ARN CROSSTRAIL_EVENT_DATA_STORE_ID
# Prints what it checked; ends with 1 at the first answer that is not as expected.
set -euo pipefail

for name in AWS_ENDPOINT_URL_CLOUDTRAIL AWS_ENDPOINT_URL_CLOUDTRAIL_DATA \
  CROSSTRAIL_CHANNEL_ARN CROSSTRAIL_EVENT_DATA_STORE_ID; do
  if [[ -z "${!name:-}" ]]; then
    echo "$name is not set: start the local Lake and export what it prints." >&2
    exit 2
  fi
done

# Any credentials do; none of the caller's profiles may come into play.
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-AKIDEXAMPLE}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-example}"
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export AWS_PAGER='' AWS_MAX_ATTEMPTS=1
AWS_REGION="$(cut -d: -f4 <<<"$CROSSTRAIL_CHANNEL_ARN")"
export AWS_REGION AWS_DEFAULT_REGION="$AWS_REGION"
account="$(cut -d: -f5 <<<"$CROSSTRAIL_CHANNEL_ARN")"
store="$CROSSTRAIL_EVENT_DATA_STORE_ID"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
run="cli-$$-$(date +%s)"

check() { # check WHAT ACTUAL EXPECTED
  if [[ "$2" != "$3" ]]; then
    printf 'FAILED  %s\n  expected: %s\n  actual:   %s\n' "$1" "$3" "$2" >&2
    exit 1
  fi
  printf 'ok      %s: %s\n' "$1" "$2"
}

refused() { # refused WHAT ERROR_TYPE COMMAND...
  local what="$1" type="$2"
  shift 2
  if "$@" >"$work/out" 2>&1; then
    printf 'FAILED  %s: accepted, expected %s\n' "$what" "$type" >&2
    exit 1
  fi
  if ! grep -q "($type)" "$work/out"; then
    printf 'FAILED  %s: expected %s, got: %s\n' "$what" "$type" "$(cat "$work/out")" >&2
    exit 1
  fi
  printf 'ok      %s: %s\n' "$what" "$(tr -d '\n' <"$work/out")"
}

event() { # event UID EVENT_NAME: eventData, as JSON inside JSON
  printf '{"version":"1.0","userIdentity":{"type":"User","principalId":"ann"},"eventSource":"MICROSOFT.STORAGE",' >"$work/event"
  printf '"eventName":"%s","eventTime":"2026-11-20T10:00:00Z","UID":"%s",' "$2" "$1" >>"$work/event"
  printf '"sourceIPAddress":"203.0.113.7","recipientAccountId":"%s"}' "$account" >>"$work/event"
  sed 's/"/\\"/g' "$work/event"
}

write='MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE'
cat >"$work/events.json" <<JSON
[
  {"id": "$run-1", "eventData": "$(event "$run-1" "$write")"},
  {"id": "$run-2", "eventData": "$(event "$run-2" "$write")"},
  {"id": "$run-bad", "eventData": "$(event "$run-bad" '')"}
]
JSON

put=(aws cloudtrail-data put-audit-events --channel-arn "$CROSSTRAIL_CHANNEL_ARN" --audit-events "file://$work/events.json")
"${put[@]}" --output json >"$work/put.json"
cat "$work/put.json"
check 'stored' "$(grep -c '"eventID"' "$work/put.json")" 2
check 'refused' "$(grep -c '"errorCode": "FieldNotFound"' "$work/put.json")" 1

printf '[{"id":"a","eventData":"{}"},{"id":"a","eventData":"{}"}]' >"$work/twice.json"
refused 'one id twice' DuplicatedAuditEventId aws cloudtrail-data put-audit-events \
  --channel-arn "$CROSSTRAIL_CHANNEL_ARN" --audit-events "file://$work/twice.json"
refused 'another account' ChannelInsufficientPermission aws cloudtrail-data put-audit-events \
  --channel-arn "${CROSSTRAIL_CHANNEL_ARN/:$account:/:999999999999:}" --audit-events "file://$work/events.json"

check 'list-event-data-stores' \
  "$(aws cloudtrail list-event-data-stores --output text --query 'EventDataStores[0].EventDataStoreArn' | sed 's|.*/||')" \
  "$store"
check 'get-event-data-store' \
  "$(aws cloudtrail get-event-data-store --event-data-store "$store" --output text --query Status)" ENABLED

refused 'a statement that is no SELECT' InvalidQueryStatementException \
  aws cloudtrail start-query --query-statement "DELETE FROM $store"

query="$(aws cloudtrail start-query --output text --query QueryId --query-statement \
  "SELECT eventData.uid, eventTime, eventData.errorCode FROM $store WHERE eventData.uid LIKE '$run-%' AND eventTime > '2026-11-20 00:00:00' ORDER BY 1")"
echo "ok      start-query: $query"

status=QUEUED
for _ in $(seq 1 50); do
  status="$(aws cloudtrail describe-query --query-id "$query" --output text --query QueryStatus)"
  if [[ "$status" != QUEUED && "$status" != RUNNING ]]; then break; fi
done
check 'describe-query' "$status" FINISHED

aws cloudtrail get-query-results --query-id "$query" --output json | tee "$work/results.json"
check 'rows in all' "$(grep -o '"TotalResultsCount": [0-9]*' "$work/results.json")" '"TotalResultsCount": 2'
results=(aws cloudtrail get-query-results --query-id "$query" --output text)
check 'first row' \
  "$("${results[@]}" --max-query-results 1 --query 'QueryResultRows[0].[[0].uid, [1].eventTime, [2].errorCode]')" \
  "$run-1"$'\t2026-11-20 10:00:00.000\tNone'
token="$("${results[@]}" --max-query-results 1 --query NextToken)"
check 'second page' "$("${results[@]}" --next-token "$token" --query 'QueryResultRows[*][0].uid')" "$run-2"
refused 'an unknown query' QueryIdNotFoundException \
  aws cloudtrail get-query-results --query-id 00000000-0000-0000-0000-000000000000

echo 'The AWS CLI works with the local Lake.'
