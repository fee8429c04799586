-- Who was refused what, across Azure and Entra ID: failed operations and sign-ins by principal, most failures first.
SELECT
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.userIdentity.type AS kind,
  eventData.eventName AS what,
  eventData.errorCode AS error,
  count(*) AS times,
  max(eventData.sourceIPAddress) AS last_address,
  max(eventData.eventTime) AS last_time
FROM <EventDataStoreId>
WHERE eventTime > date_add('year', -3, now()) AND eventData.errorCode IS NOT NULL
GROUP BY 1, 2, 3, 4
ORDER BY times DESC, last_time DESC
LIMIT 12
