-- Who got or lost a role, in Azure or in the directory, by assignment or by PIM activation?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS operation,
  -- The role: of PIM by name, of Resource Manager by the id of its definition, of Entra ID as it tells it.
  CASE element_at(eventData.additionalEventData, 'family')
    WHEN 'activity-pim' THEN element_at(eventData.userIdentity.details, 'role')
    WHEN 'activity' THEN coalesce(
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.Properties.RoleDefinitionId'),
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.roleDefinitionId'))
    ELSE coalesce(
      json_extract_scalar(element_at(eventData.requestParameters, 'changes'), '$["Role.DisplayName"]'),
      json_extract_scalar(element_at(eventData.requestParameters, 'extras'), '$.RoleName'),
      CASE element_at(eventData.requestParameters, 'resource') WHEN 'Role' THEN element_at(eventData.requestParameters, 'target') END)
  END AS role,
  -- Who gets or loses it: where the first target is the role, the accounts among the others.
  CASE
    WHEN element_at(eventData.additionalEventData, 'family') = 'activity' THEN coalesce(
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.Properties.PrincipalId'),
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.principalId'))
    WHEN element_at(eventData.requestParameters, 'resource') = 'Role' THEN array_join(
      transform(
        try_cast(
          coalesce(
            json_extract(element_at(eventData.requestParameters, 'properties'), '$.targetResources'),
            json_extract(element_at(eventData.requestParameters, 'targetResources'), '$')) AS ARRAY(JSON)),
        target -> CASE WHEN json_extract_scalar(target, '$.type') IN ('User', 'Group', 'ServicePrincipal')
          THEN coalesce(json_extract_scalar(target, '$.userPrincipalName'), json_extract_scalar(target, '$.displayName'), json_extract_scalar(target, '$.id')) END),
      ', ')
    ELSE element_at(eventData.requestParameters, 'target')
  END AS assignee,
  coalesce(
    json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.Properties.Scope'),
    json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.scope'),
    json_extract_scalar(element_at(eventData.requestParameters, 'extras'), '$.Scope'),
    element_at(eventData.requestParameters, 'scope'),
    element_at(eventData.requestParameters, 'resourceId')) AS scope,
  coalesce(
    json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.Justification'),
    json_extract_scalar(element_at(eventData.requestParameters, 'extras'), '$.Justification')) AS justification,
  element_at(eventData.responseElements, 'outcome') AS outcome
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND (
    element_at(eventData.additionalEventData, 'family') = 'activity-pim'
    OR regexp_like(eventData.eventName, '^MICROSOFT\.AUTHORIZATION/(ROLE[A-Z]+|ELEVATEACCESS)/')
    OR (
      element_at(eventData.additionalEventData, 'family') IN ('directory-audit', 'office365-azureactivedirectory')
      AND regexp_like(eventData.eventName, ' ROLE\b|ELEVATED THEIR ACCESS')
      AND NOT regexp_like(eventData.eventName, ' APP ROLE ')
    )
  )
ORDER BY eventTime DESC, operation
