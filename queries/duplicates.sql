-- Which events are there more than once?
-- One place: a repeat after a crash. Several places: Azure itself wrote the event more than once.
SELECT
  eventData.uid AS uid,
  count(*) AS copies,
  count(DISTINCT concat(
    element_at(eventData.additionalEventData, 'logObject'), ' ',
    element_at(eventData.additionalEventData, 'generation'), ' ',
    element_at(eventData.additionalEventData, 'offset'))) AS places,
  min(eventData.eventName) AS operation,
  min(eventTime) AS first_time,
  max(eventTime) AS last_time
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
GROUP BY 1
HAVING count(*) > 1
ORDER BY copies DESC, uid
