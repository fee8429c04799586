-- Do CloudTrail Lake and S3 hold the same events?
-- Run it on both: the tables are equal, except for what is on its way right now.
SELECT
  day,
  container,
  count(*) AS events,
  sum(bytes) AS bytes,
  -- Adds up 32 bits of a hash of each event: equal for equal events, in whatever order and however often delivered.
  sum(from_base(substr(to_hex(md5(to_utf8(concat(uid, ' ', place)))), 1, 8), 16)) AS fingerprint
FROM (
  SELECT DISTINCT
    CAST(date_trunc('day', eventTime) AS date) AS day,
    split_part(element_at(eventData.additionalEventData, 'logObject'), '/', 2) AS container,
    eventData.uid AS uid,
    try_cast(element_at(eventData.additionalEventData, 'length') AS bigint) AS bytes,
    concat(
      element_at(eventData.additionalEventData, 'logObject'), ' ',
      element_at(eventData.additionalEventData, 'generation'), ' ',
      element_at(eventData.additionalEventData, 'offset')) AS place
  FROM <EventDataStoreId>
  -- Whole days, so that both are asked for the same.
  WHERE eventTime >= date_add('day', -7, current_date)
    AND element_at(eventData.additionalEventData, 'logObject') IS NOT NULL
)
GROUP BY day, container
ORDER BY day, container
