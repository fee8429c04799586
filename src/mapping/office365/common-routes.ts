/** Where the members of the common schema go, with those that most services add; others to `additionalEventData`. */
export const COMMON_ROUTES = {
  details: ['UserId', 'UserKey', 'UserType', 'AppAccessContext'],
  requestParameters: ['ObjectId', 'Parameters', 'ModifiedProperties', 'ExtendedProperties'],
  responseElements: ['ResultStatus'],
} as const;
