-- Which operations failed, for whom, how often and why?
SELECT
  coalesce(lower(element_at(eventData.userIdentity.details, 'upn')), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS operation,
  eventData.errorCode AS code,
  max_by(eventData.errorMessage, eventTime) AS last_message,
  count(*) AS failures,
  count(DISTINCT eventData.sourceIPAddress) AS addresses,
  min(eventTime) AS first_time,
  max(eventTime) AS last_time
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND eventData.errorCode IS NOT NULL
GROUP BY 1, 2, 3
ORDER BY failures DESC, who, operation, code
