-- Who read keys, secrets or certificates: in key vaults, or the keys of an account?
SELECT
  coalesce(lower(element_at(eventData.userIdentity.details, 'upn')), element_at(eventData.userIdentity.details, 'name'), eventData.userIdentity.principalId) AS who,
  element_at(eventData.userIdentity.details, 'appId') AS app_id,
  eventData.eventName AS operation,
  coalesce(element_at(eventData.requestParameters, 'resource'), element_at(eventData.requestParameters, 'resourceId')) AS what,
  count(*) AS reads,
  count_if(eventData.errorCode IS NOT NULL) AS refused,
  array_join(array_sort(array_agg(DISTINCT eventData.sourceIPAddress)), ', ') AS addresses,
  min(eventTime) AS first_time,
  max(eventTime) AS last_time
FROM <EventDataStoreId>
WHERE eventTime > date_add('day', -7, now())
  -- Azure also writes when an operation starts; that has no outcome yet.
  AND element_at(eventData.responseElements, 'outcome') IS NOT NULL
  AND (
    (
      eventData.eventSource = 'MICROSOFT.KEYVAULT'
      -- The vault's own log: SECRETGET, KEYDECRYPT, KEYUNWRAP, CERTIFICATEBACKUP and their kind.
      AND regexp_like(eventData.eventName, '^(SECRET|KEY|CERTIFICATE|STORAGEACCOUNT|SASDEFINITION)(GET|LIST|BACKUP|DECRYPT|UNWRAP|SIGN|EXPORT|RELEASE)|/(SECRETS|KEYS|CERTIFICATES)/(READ|GETSECRET)')
    )
    -- LISTKEYS, LISTACCOUNTSAS, LISTCONNECTIONSTRINGS, LISTCLUSTERADMINCREDENTIAL and their kind.
    OR regexp_like(eventData.eventName, '/(LIST|GET)[A-Z]*(KEYS|KEY|SAS|SECRETS|SECRET|PASSWORDS|PASSWORD|CREDENTIALS|CREDENTIAL|CONNECTIONSTRINGS)/ACTION$')
  )
GROUP BY 1, 2, 3, 4
ORDER BY last_time DESC, who, operation, what
