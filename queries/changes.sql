-- Who changed what, in subscriptions, in the directory and in Exchange?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.userIdentity.type AS kind,
  eventData.eventName AS operation,
  coalesce(
    element_at(eventData.requestParameters, 'target'),
    element_at(eventData.requestParameters, 'resourceId'),
    element_at(eventData.requestParameters, 'resource')) AS what,
  -- New values of a change in the directory, arguments of a cmdlet.
  coalesce(element_at(eventData.requestParameters, 'changes'), element_at(eventData.requestParameters, 'arguments')) AS how,
  eventData.sourceIPAddress AS address
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND element_at(eventData.responseElements, 'outcome') = 'Success'
  AND (
    element_at(eventData.additionalEventData, 'family') IN ('activity-pim', 'directory-audit', 'intune-audit')
    OR (
      element_at(eventData.additionalEventData, 'family') = 'activity'
      -- What a policy scan, an alert or a health event writes is no change.
      AND element_at(eventData.additionalEventData, 'category') IN ('Administrative', 'Write', 'Delete', 'Action')
      AND regexp_like(eventData.eventName, '/(WRITE|DELETE|ACTION)$')
      -- Actions that read: LISTKEYS/ACTION, GETSECRET/ACTION, READ/ACTION.
      AND NOT regexp_like(eventData.eventName, '/(LIST|GET|READ|CHECK|VALIDATE)[A-Z]*/ACTION$')
    )
    OR (
      element_at(eventData.additionalEventData, 'family') = 'office365-azureactivedirectory'
      AND NOT regexp_like(eventData.eventName, 'LOGON|LOGIN|LOGGEDIN')
    )
    OR (
      -- Cmdlets; the rest of the log is about mail that was read and sent.
      element_at(eventData.additionalEventData, 'family') = 'office365-exchange'
      AND regexp_like(eventData.eventName, '^(NEW|SET|ADD|REMOVE|ENABLE|DISABLE|UPDATE)-')
    )
  )
ORDER BY eventTime DESC, operation, what
