import * as v from 'valibot';

/** The fields of a queue message that name a log object, each within what Azure allows. */
export const LOG_OBJECT_FIELDS = {
  account: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  /** https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
  container: v.pipe(v.string(), v.minLength(3), v.maxLength(63)),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  generation: v.pipe(v.string(), v.isoTimestamp()),
};
