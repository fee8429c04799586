-- Which sign-ins and accounts does Identity Protection call risky?
-- Needs Entra ID P2: without it Azure writes the level "hidden".
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS event,
  element_at(eventData.responseElements, 'riskLevel') AS level,
  element_at(eventData.responseElements, 'riskState') AS state,
  coalesce(
    element_at(eventData.requestParameters, 'action'),
    json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskDetail'),
    element_at(eventData.responseElements, 'riskDetail')) AS detail,
  element_at(eventData.requestParameters, 'resource') AS application,
  eventData.sourceIPAddress AS address,
  element_at(eventData.additionalEventData, 'country') AS country,
  eventData.errorCode AS code
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND element_at(eventData.additionalEventData, 'family') IN ('sign-in', 'risk')
  AND (
    -- Entra ID calls most sign-ins of applications "low", and means nothing by it unless their state is at risk.
    element_at(eventData.responseElements, 'riskLevel') IN ('medium', 'high')
    OR element_at(eventData.responseElements, 'riskState') IN ('atRisk', 'confirmedCompromised')
  )
ORDER BY eventTime DESC, who
