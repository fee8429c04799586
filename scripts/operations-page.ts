import {
  AGGREGATOR_SETTINGS,
  AUDITOR_SETTINGS,
  PROCESSOR_SETTINGS,
  REPLAYER_SETTINGS,
} from '#shared/configuration/settings.ts';
import {
  GRAPH_COLLECTOR_SETTINGS,
  OFFICE365_COLLECTOR_SETTINGS,
} from '#shared/configuration/collector-settings.ts';
import type { Settings } from '#shared/configuration/read-configuration.ts';
import { ERRORS } from '#shared/errors/crosstrail-error.ts';
import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { REJECT_REASONS } from '#mapping/reject-reason.ts';
import { alarmRunbook } from './pages/alarm-runbook.ts';
import { code, listed, table } from './pages/markdown.ts';
import type { PageFacts } from './pages/page-facts.ts';

/** The Lambdas by name, with what each reads from its environment. */
const SETTINGS_OF: Readonly<Record<string, Settings>> = {
  Aggregator: AGGREGATOR_SETTINGS,
  Auditor: AUDITOR_SETTINGS,
  'Graph collector': GRAPH_COLLECTOR_SETTINGS,
  'Office 365 collector': OFFICE365_COLLECTOR_SETTINGS,
  Processor: PROCESSOR_SETTINGS,
  Replayer: REPLAYER_SETTINGS,
};

function defaultOf({ fallback, optionalWith }: Settings[string]): string {
  if (optionalWith !== undefined) return `required without ${code(optionalWith)}`;
  if (fallback === undefined) return 'required';
  return fallback === '' ? 'empty' : code(fallback);
}

/** One row for each variable; several when it has another default in another function. */
function settingRows(): string[][] {
  const rows = new Map<string, { readonly users: string[]; readonly cells: string[] }>();
  for (const [user, settings] of Object.entries(SETTINGS_OF)) {
    for (const [name, setting] of Object.entries(settings)) {
      const { description, example } = setting;
      const cells = [description, defaultOf(setting), code(example)];
      const key = JSON.stringify([name, ...cells]);
      const row = rows.get(key) ?? { users: [], cells: [code(name), ...cells] };
      row.users.push(user);
      rows.set(key, row);
    }
  }
  const all = Object.keys(SETTINGS_OF).length;
  return [...rows.values()].map(({ users, cells: [name = '', ...others] }) => [
    name,
    users.length === all ? 'all' : users.join(', '),
    ...others,
  ]);
}

/** `docs/operations.md`, written from the code and the template: `node scripts/generate-docs.ts`. */
export function operationsPage(facts: PageFacts): string {
  const events: [string, TelemetryEvent][] = Object.entries(CATALOGUE);
  const metrics = events.flatMap(([name, { metrics: own = {}, fields }]) =>
    Object.values(own).map(({ name: metric, unit, dimension, inAll }) => [
      code(metric),
      unit,
      dimension === undefined
        ? ''
        : `${code(dimension.name)}: ${fields[dimension.field] ?? ''}${inAll ? '; and without it' : ''}`,
      code(name),
    ]),
  );
  return `# Operations

<!-- Written from the code by "node scripts/generate-docs.ts"; a test holds the two together. Do not edit. -->

What the stack says, and what to do about it: [alarms](#alarms), [log lines](#log-lines), [metrics](#metrics),
[errors](#errors), [reject reasons](#reject-reasons) and [environment variables](#environment-variables).

## Alarms

Each asks for a person; none rings for what passes by itself. When several ring, begin with the errors of a function, then
the dead-letter queues, then the rest: most of them follow from one cause. What is not settled is read again, as long as it is
in Azure; what waits in a queue is kept for 14 days.

The commands below want the stack's name, the Region and two helpers for the shell: \`log\` prints what a function said in
the last day, \`queue\` what waits in a queue (it stays there).

\`\`\`sh
export STACK=crosstrail AWS_REGION=eu-central-1
log() {
  aws logs filter-log-events --log-group-name "/aws/lambda/$STACK-$1" --filter-pattern "$2" \\
    --start-time $((($(date +%s) - 86400) * 1000)) --query 'events[].message' --output text
}
queue() {
  aws sqs receive-message --max-number-of-messages 10 --visibility-timeout 0 --message-attribute-names All --queue-url \\
    "$(aws cloudformation describe-stacks --stack-name "$STACK" --output text \\
      --query "Stacks[0].Outputs[?OutputKey=='$1Url'].OutputValue")"
}
\`\`\`

Two commands answer most questions, in any state: \`npx crosstrail audit --stack $STACK\` says what is missing and why, and
\`npx crosstrail replay --stack $STACK --dry-run\` what was rejected and why.

${alarmRunbook(facts)}

## Log lines

Log lines are JSON; \`event\` is the name in the first column. No line holds a record, a claim or a secret.

${table(
  ['event', 'level', 'what happened', 'fields', 'what to do'],
  events.map(([name, { level, message, fields, action }]) => [
    code(name),
    level,
    message,
    Object.entries(fields)
      .map(([field, meaning]) => `${code(field)}: ${meaning}`)
      .join('; '),
    action === '' ? 'Nothing.' : action,
  ]),
)}

## Metrics

Namespace \`Crosstrail/<stack>\`, dimension \`service\` (${listed([...facts.events.keys()].map(code), 'or')}), in embedded metric format.

${table(['metric', 'unit', 'split by', 'comes with'], metrics)}

## Errors

A log line's \`error.code\`. "Passes" means that trying again may succeed without a person.

${table(
  ['code', 'passes', 'what to do'],
  Object.entries(ERRORS).map(([name, { passing, fix }]) => [code(name), passing ? 'yes' : 'no', fix]),
)}

## Reject reasons

Why a record is in the failure queue.

${table(
  ['reason', 'meaning'],
  Object.entries(REJECT_REASONS).map(([reason, meaning]) => [code(reason), meaning]),
)}

## Environment variables

The template sets them; the functions check them all at start and name every problem together.

${table(['variable', 'used by', 'what it is', 'default', 'example'], settingRows())}
`;
}
