-- What happened to storage accounts?
SELECT eventData.uid, eventData.eventName, eventData.sourceipaddress, eventData.recipientaccountid, eventData.eventtime
FROM <EventDataStoreId>
WHERE eventData.eventSource = 'MICROSOFT.STORAGE' AND eventData.eventName LIKE 'MICROSOFT.STORAGE/STORAGEACCOUNTS%' AND eventData.uid IS NOT NULL
  AND eventTime > date_add('day', -7, now())
