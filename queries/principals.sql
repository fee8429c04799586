-- Who was active across Azure and Entra ID, from how many addresses, and how often refused?
SELECT
  coalesce(lower(element_at(eventData.userIdentity.details, 'upn')), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.userIdentity.type AS kind,
  count(*) AS events,
  count_if(eventData.errorCode IS NOT NULL) AS refused,
  count(DISTINCT eventData.sourceIPAddress) AS addresses,
  max_by(eventData.eventName, eventTime) AS last_action,
  max(eventTime) AS last_seen
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND eventData.userIdentity.type <> 'Unknown'
GROUP BY 1, 2
ORDER BY events DESC, who
