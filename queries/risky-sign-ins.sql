-- Which sign-ins and accounts does Identity Protection call risky?
-- Needs Entra ID P2: without it Azure writes the level "hidden".
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS event,
  coalesce(
    json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskLevelDuringSignIn'),
    json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskLevel')) AS level,
  json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskState') AS state,
  coalesce(
    json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskEventType'),
    json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskDetail')) AS detail,
  element_at(eventData.requestParameters, 'resource') AS application,
  eventData.sourceIPAddress AS address,
  coalesce(
    nullif(json_extract_scalar(element_at(eventData.additionalEventData, 'properties'), '$.location.countryOrRegion'), ''),
    -- Of a detection this is a data centre.
    CASE element_at(eventData.additionalEventData, 'family') WHEN 'sign-in' THEN element_at(eventData.additionalEventData, 'location') END) AS country,
  eventData.errorCode AS code
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND element_at(eventData.additionalEventData, 'family') IN ('sign-in', 'risk')
  AND (
    -- Entra ID calls most sign-ins of applications "low", and means nothing by it unless their state is at risk.
    coalesce(
      json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskLevelDuringSignIn'),
      json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskLevel')) IN ('medium', 'high')
    OR json_extract_scalar(element_at(eventData.responseElements, 'properties'), '$.riskState') IN ('atRisk', 'confirmedCompromised')
  )
ORDER BY eventTime DESC, who
