-- What was deleted or purged, or should have been, and by whom?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  CASE element_at(eventData.additionalEventData, 'family')
    WHEN 'kube-audit' THEN element_at(eventData.requestParameters, 'action')
    ELSE eventData.eventName
  END AS operation,
  coalesce(
    element_at(eventData.requestParameters, 'target'),
    element_at(eventData.requestParameters, 'resource'),
    element_at(eventData.requestParameters, 'resourceId')) AS what,
  eventData.sourceIPAddress AS address,
  element_at(eventData.responseElements, 'outcome') AS outcome
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  -- Azure also writes when an operation starts; that has no outcome yet. SharePoint never writes one.
  AND (
    element_at(eventData.responseElements, 'outcome') IS NOT NULL
    OR element_at(eventData.additionalEventData, 'family') = 'office365-sharepoint'
  )
  AND (
    -- Resource Manager; the directory and storage (DELETE USER, DELETEBLOB); key vaults (SECRETDELETE, KEYPURGE).
    regexp_like(eventData.eventName, '/(DELETE|PURGE)($|/ACTION$)|^(DELETE|HARD DELETE|BULK DELETE)|^(VAULT|SECRET|KEY|CERTIFICATE)[A-Z]*(DELETE|PURGE)$')
    OR (
      -- Files and sites, mailboxes and mail that nobody can bring back; not what goes to the deleted items.
      element_at(eventData.additionalEventData, 'family') LIKE 'office365-%'
      AND regexp_like(eventData.eventName, '(DELETED|RECYCLED)$|^HARDDELETE$|^REMOVE-')
    )
    OR (
      element_at(eventData.additionalEventData, 'family') = 'kube-audit'
      AND element_at(eventData.requestParameters, 'action') IN ('delete', 'deletecollection')
    )
  )
ORDER BY eventTime DESC, operation, what
