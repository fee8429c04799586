-- What changed in network security: rules, firewalls, routes, networks, captures of traffic?
SELECT
  eventTime,
  coalesce(element_at(eventData.userIdentity.details, 'upn'), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  eventData.eventName AS operation,
  element_at(eventData.requestParameters, 'resourceId') AS what,
  -- Of a security rule what it allows, from where; absent when Azure did not record the request.
  json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.access') AS access,
  json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.direction') AS direction,
  json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.sourceAddressPrefix') AS source,
  json_extract_scalar(element_at(eventData.requestParameters, 'properties'), '$.requestbody.properties.destinationPortRange') AS ports,
  eventData.sourceIPAddress AS address,
  element_at(eventData.responseElements, 'outcome') AS outcome
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  AND element_at(eventData.additionalEventData, 'family') = 'activity'
  AND element_at(eventData.responseElements, 'outcome') IS NOT NULL
  AND regexp_like(eventData.eventName, '/(WRITE|DELETE|ACTION)$')
  AND NOT regexp_like(eventData.eventName, '/(JOIN|READ|LIST[A-Z]*|GET[A-Z]*)/ACTION$')
  -- Firewalls of databases, vaults, registries and storage accounts are resources of theirs.
  AND regexp_like(eventData.eventName, '^MICROSOFT\.NETWORK/|/(FIREWALLRULES|VIRTUALNETWORKRULES|NETWORKRULESETS|NETWORKSECURITYPERIMETERCONFIGURATIONS|PRIVATEENDPOINTCONNECTIONS)/')
ORDER BY eventTime DESC, operation, what
