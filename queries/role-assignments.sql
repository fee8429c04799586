-- Who got or lost a role, in Azure or in the directory, by assignment or by PIM activation?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS operation,
  -- The role: of PIM by name, of Resource Manager by the id of its definition, of Entra ID the changed role.
  CASE element_at(eventData.additionalEventData, 'family')
    WHEN 'activity-pim' THEN element_at(eventData.userIdentity.details, 'role')
    WHEN 'activity' THEN coalesce(
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.Properties.RoleDefinitionId'),
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.roleDefinitionId'))
    ELSE array_join(
      transform(
        try_cast(json_extract(element_at(eventData.requestParameters, 'properties'), '$.targetResources') AS ARRAY(JSON)),
        target -> CASE json_extract_scalar(target, '$.type') WHEN 'Role' THEN json_extract_scalar(target, '$.displayName') END),
      ', ')
  END AS role,
  -- Who gets or loses it.
  CASE element_at(eventData.additionalEventData, 'family')
    WHEN 'activity' THEN coalesce(
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.Properties.PrincipalId'),
      json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.principalId'))
    WHEN 'activity-pim' THEN element_at(eventData.requestParameters, 'target')
    ELSE array_join(
      transform(
        try_cast(json_extract(element_at(eventData.requestParameters, 'properties'), '$.targetResources') AS ARRAY(JSON)),
        target -> CASE WHEN json_extract_scalar(target, '$.type') IN ('User', 'Group', 'ServicePrincipal')
          THEN coalesce(json_extract_scalar(target, '$.userPrincipalName'), json_extract_scalar(target, '$.displayName'), json_extract_scalar(target, '$.id')) END),
      ', ')
  END AS assignee,
  coalesce(
    json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.Properties.Scope'),
    json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.scope'),
    element_at(eventData.requestParameters, 'scope'),
    element_at(eventData.requestParameters, 'resourceId')) AS scope,
  json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.Justification') AS justification,
  element_at(eventData.responseElements, 'outcome') AS outcome
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND (
    element_at(eventData.additionalEventData, 'family') = 'activity-pim'
    OR regexp_like(eventData.eventName, '^MICROSOFT\.AUTHORIZATION/(ROLE[A-Z]+|ELEVATEACCESS)/')
    OR (
      element_at(eventData.additionalEventData, 'family') = 'directory-audit'
      AND regexp_like(eventData.eventName, ' ROLE\b|ELEVATED THEIR ACCESS')
      AND NOT regexp_like(eventData.eventName, ' APP ROLE ')
    )
  )
ORDER BY eventTime DESC, operation
