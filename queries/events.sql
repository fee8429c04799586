-- How many events are there, by day and kind, and how many of them failed?
SELECT
  date_trunc('day', eventTime) AS period,
  element_at(eventData.additionalEventData, 'family') AS family,
  count(*) AS events,
  count_if(eventData.errorCode IS NOT NULL) AS failed
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
GROUP BY 1, 2
ORDER BY 1, 2
