-- Who changed what, in subscriptions and in the directory?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.userIdentity.type AS kind,
  eventData.eventName AS operation,
  coalesce(element_at(eventData.requestParameters, 'target'), element_at(eventData.requestParameters, 'resourceId')) AS what,
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
  )
ORDER BY eventTime DESC, operation, what
