-- What did one principal do, across all sources?
-- Put a user principal name, an object id, a client id or a display name in place of <Principal>.
SELECT
  eventTime,
  element_at(eventData.additionalEventData, 'family') AS family,
  CASE element_at(eventData.additionalEventData, 'family')
    WHEN 'kube-audit' THEN element_at(eventData.requestParameters, 'action')
    ELSE eventData.eventName
  END AS operation,
  coalesce(
    element_at(eventData.requestParameters, 'target'),
    element_at(eventData.requestParameters, 'resource'),
    element_at(eventData.requestParameters, 'resourceId')) AS what,
  eventData.sourceIPAddress AS address,
  element_at(eventData.responseElements, 'outcome') AS outcome,
  eventData.errorCode AS code
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND lower('<Principal>') IN (
    lower(eventData.userIdentity.principalId),
    lower(element_at(eventData.userIdentity.details, 'upn')),
    lower(element_at(eventData.userIdentity.details, 'objectId')),
    lower(element_at(eventData.userIdentity.details, 'appId')),
    lower(element_at(eventData.userIdentity.details, 'name')))
ORDER BY eventTime, operation
