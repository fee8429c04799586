-- Which applications came, got credentials, owners or permissions, and who consented?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS operation,
  element_at(eventData.requestParameters, 'target') AS target,
  -- What was set: a consent's permissions, a credential's kind, an app role.
  element_at(eventData.requestParameters, 'changes') AS changes,
  eventData.sourceIPAddress AS address,
  element_at(eventData.responseElements, 'outcome') AS outcome
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND element_at(eventData.additionalEventData, 'family') IN ('directory-audit', 'office365-azureactivedirectory')
  AND regexp_like(
    eventData.eventName,
    '^CONSENT TO APPLICATION|^ADD (APPLICATION|SERVICE PRINCIPAL|DELEGATED PERMISSION GRANT|OAUTH2PERMISSIONGRANT|APP ROLE ASSIGNMENT|OWNER TO (APPLICATION|SERVICE PRINCIPAL))|^UPDATE APPLICATION .* SECRETS MANAGEMENT')
ORDER BY eventTime DESC, operation
