import { alarmsOf, type Alarm, type Watched } from './alarms.ts';
import { code, listed } from './markdown.ts';
import { detailsOf, eventsWith, type PageFacts } from './page-facts.ts';
import { choiceOf } from './template-words.ts';

/** A length of time as a person says it: whole hours or minutes. */
function duration(seconds: number): string {
  const [count, unit] = seconds % 3600 === 0 ? [seconds / 3600, 'hour'] : [seconds / 60, 'minute'];
  return count === 1 ? (unit === 'hour' ? 'an hour' : 'a minute') : `${count} ${unit}s`;
}

function sentenceOfPeriods({ periods, periodSeconds }: Alarm): string {
  if (periods === 1) return `in ${duration(periodSeconds)}`;
  if (typeof periods === 'number') return `in each of ${periods} periods of ${duration(periodSeconds)}`;
  return `in each of ${code(periods)} periods of ${duration(periodSeconds)}`;
}

const STATISTICS: Readonly<Record<string, string>> = { Maximum: 'the highest', Sum: 'the sum of' };

/** The service of a function, as its log group is called: `GraphCollectorFunction` has `graph-collector`. */
function serviceOf(functionId: string): string {
  return functionId
    .replace(/Function$/, '')
    .replaceAll(/\B[A-Z]/g, '-$&')
    .toLowerCase();
}

/** Where a person looks first: the command that shows what the alarm is about. `log` and `queue` are at the page's top. */
function lookAt(facts: PageFacts, { namespace, metric, of }: Watched): string {
  if (metric === 'Throttles') return 'aws lambda get-account-settings --query AccountLimit';
  if (namespace === 'AWS/Lambda') return `log ${serviceOf(of)} '?ERROR ?WARN ?"timed out" ?exited'`;
  if (namespace === 'Crosstrail') {
    const names = [...eventsWith(facts, of, metric), ...detailsOf(facts, of)].map(([name]) => name);
    return `log ${of} '{ ${names.map((name) => `$.event = "${name}"`).join(' || ')} }'`;
  }
  switch (of) {
    case 'FailureQueue':
      return 'npx crosstrail replay --stack $STACK --dry-run';
    case 'RangeDeadLetterQueue':
      return `npx crosstrail replay --stack $STACK --ranges --dry-run\n${FAILING_RANGES}`;
    case 'RangeQueue':
      return FAILING_RANGES;
    default:
      return `queue ${of}`;
  }
}

const FAILING_RANGES = `log processor '{ $.event = "range.unfinished" || $.event = "range.failed" }'`;

function thresholdOf({ threshold }: Alarm, metric: string): string {
  if (typeof threshold !== 'number') return code(threshold);
  return /Age|Lag/.test(metric) ? duration(threshold) : String(threshold);
}

function section(facts: PageFacts, alarm: Alarm): string {
  const [first] = alarm.watched;
  if (first === undefined) throw new Error(`${alarm.id} watches nothing`);
  const { namespace, metric } = first;
  const whose = listed(alarm.watched.map(({ of }) => code(of)));
  const events = namespace === 'Crosstrail' ? eventsWith(facts, first.of, metric) : [];
  const lines = [
    `Rings when ${STATISTICS[alarm.statistic] ?? alarm.statistic} ${code(metric)} of ${whose} is ${
      alarm.below ? 'below' : 'above'
    } ${thresholdOf(alarm, metric)} ${sentenceOfPeriods(alarm)}.`,
    ...(alarm.condition === undefined ? [] : [`There only when ${choiceOf(alarm.condition)}.`]),
    ...events
      .filter(([, { action }]) => action !== '')
      .map(([name, { action }]) => `Log line ${code(name)}: ${action}`),
  ];
  return `### ${alarm.id}

${alarm.description}

${lines.map((line) => `- ${line}`).join('\n')}

\`\`\`sh
${[...new Set(alarm.watched.map((watched) => lookAt(facts, watched)))].join('\n')}
\`\`\``;
}

/** Each alarm of the template: what it means, what to do, when it rings, and the command to look with. */
export function alarmRunbook(facts: PageFacts): string {
  return alarmsOf(facts.template)
    .map((alarm) => section(facts, alarm))
    .join('\n\n');
}
