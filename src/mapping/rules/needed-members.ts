/** Where the record families read the event's own time, at the top level and in `properties`; in lower case. */
const TIMES = [
  'time',
  'eventtimestamp',
  'event_timestamp',
  'createddatetime',
  'activitydatetime',
  'detecteddatetime',
  'lastupdateddatetime',
  'risklastupdateddatetime',
  'timegenerated',
  'creationtime',
];

/** The last two are those of Office 365 and of Microsoft Graph. */
const OPERATIONS = ['operationname', 'operation_name', 'operation', 'activitydisplayname'];

/**
 * Members that stay as they are, whatever a redaction says, because an event cannot be without what they become. By
 * their path, in lower case.
 */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ...TIMES.flatMap((name) => [[name, 'eventTime'] as const, [`properties/${name}`, 'eventTime'] as const]),
  ...OPERATIONS.map((name) => [name, 'eventName'] as const),
  ['category', 'its family'],
]);

/** The paths of needed members, as steps of lower-case names. */
export const NEEDED_PATHS: readonly (readonly string[])[] = [...NEEDED.keys()].map((path) => path.split('/'));

/** What the member at a path (steps of lower-case names) becomes in the event; undefined when it is not needed. */
export function neededFor(steps: readonly string[]): string | undefined {
  return steps.length > 2 ? undefined : NEEDED.get(steps.join('/'));
}

/** True for a member that holds needed ones, so that it is not replaced as a whole. */
export function holdsNeeded(steps: readonly string[]): boolean {
  return steps.length === 1 && steps[0] === 'properties';
}
