-- Which events does CloudTrail Lake hold and S3 not, or S3 and Lake not?
-- Empty when both hold the same. Compares every column but those that each assigns itself, eventid and metadata.
-- Runs in Athena, which reads Lake by its federation (aws cloudtrail enable-federation).
SELECT 'Lake only' AS held_by, eventTime, eventData.uid, eventData.eventName,
  element_at(eventData.additionalEventData, 'logObject') AS log_object,
  element_at(eventData.additionalEventData, 'offset') AS byte_offset
FROM (
  SELECT eventversion, eventcategory, eventtype, eventtime, awsregion, recipientaccountid, addendum, eventdata
  FROM "aws:cloudtrail"."<EventDataStoreId>"
  WHERE eventTime > date_add('day', -7, now())
  EXCEPT
  SELECT eventversion, eventcategory, eventtype, eventtime, awsregion, recipientaccountid, addendum, eventdata
  FROM crosstrail.events
  WHERE eventTime > date_add('day', -7, now())
)
UNION ALL
SELECT 'S3 only' AS held_by, eventTime, eventData.uid, eventData.eventName,
  element_at(eventData.additionalEventData, 'logObject') AS log_object,
  element_at(eventData.additionalEventData, 'offset') AS byte_offset
FROM (
  SELECT eventversion, eventcategory, eventtype, eventtime, awsregion, recipientaccountid, addendum, eventdata
  FROM crosstrail.events
  WHERE eventTime > date_add('day', -7, now())
  EXCEPT
  SELECT eventversion, eventcategory, eventtype, eventtime, awsregion, recipientaccountid, addendum, eventdata
  FROM "aws:cloudtrail"."<EventDataStoreId>"
  WHERE eventTime > date_add('day', -7, now())
)
ORDER BY held_by, eventTime
