-- Why do sign-ins fail, and from which countries?
SELECT
  eventData.errorCode AS code,
  max(eventData.errorMessage) AS cause,
  element_at(eventData.additionalEventData, 'country') AS country,
  count(*) AS failures,
  count(DISTINCT eventData.userIdentity.principalId) AS accounts,
  count(DISTINCT eventData.sourceIPAddress) AS addresses,
  min(eventTime) AS first_time,
  max(eventTime) AS last_time
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND element_at(eventData.additionalEventData, 'family') = 'sign-in'
  AND eventData.errorCode IS NOT NULL
GROUP BY 1, 3
ORDER BY failures DESC, code, country
