import { partitionOfKey, projectionOf } from '#local/athena/event-partition.ts';

const projection = projectionOf(
  ['insights-activity-logs', 'insights-logs-auditlogs'],
  Date.UTC(2026, 10, 20, 23),
);
const at = (source: string, day: string, name = 'x.jsonl.gz'): string =>
  `events/source=${source}/day=${day}/${name}`;

it.each(['2015-01-01', '2026-11-20', '2026-11-21'])('a key says source and day, here %s', (day) => {
  expect(partitionOfKey(at('insights-logs-auditlogs', day), projection)).toEqual({
    source: 'insights-logs-auditlogs',
    day,
  });
});

it.each([
  ['another container', at('another', '2026-11-20'), 'no partition source=another'],
  ['a day that is none', at('insights-activity-logs', '2026-02-30'), 'day=2026-02-30 is no day'],
  ['a day in another form', at('insights-activity-logs', '2026-11-2'), 'is no day'],
  ['a day before all', at('insights-activity-logs', '2014-12-31'), 'from day=2015-01-01'],
  ['the day after tomorrow', at('insights-activity-logs', '2026-11-22'), 'to day=2026-11-21'],
  ['a name that Athena skips', at('insights-activity-logs', '2026-11-20', '_x.gz'), 'Athena ignores'],
  ['a name without .gz', at('insights-activity-logs', '2026-11-20', 'x.jsonl'), 'ends in .gz'],
  ['a folder below the day', at('insights-activity-logs', '2026-11-20', 'a/x.gz'), 'its key is not'],
  ['no day', 'events/source=insights-activity-logs/x.gz', 'its key is not'],
])('Athena would not see an object of %s', (_, key, problem) => {
  expect(partitionOfKey(key, projection)).toContain(problem);
});
