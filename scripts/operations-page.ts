import { AGGREGATOR_SETTINGS, PROCESSOR_SETTINGS, SHARED_SETTINGS } from '#shared/configuration/settings.ts';
import type { Settings } from '#shared/configuration/read-configuration.ts';
import { ERRORS } from '#shared/errors/crosstrail-error.ts';
import { CATALOGUE, type TelemetryEvent } from '#shared/telemetry/catalogue.ts';
import { REJECT_REASONS } from '#mapping/reject-reason.ts';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

function settingRows(settings: Settings, users: string): string[][] {
  return Object.entries(settings).map(([name, { description, example, fallback }]) => [
    code(name),
    users,
    description,
    fallback === undefined ? 'required' : code(fallback),
    code(example),
  ]);
}

function only(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !(name in SHARED_SETTINGS)));
}

/** `docs/operations.md`, written from the code: `node scripts/generate-docs.ts`. */
export function operationsPage(): string {
  const events: [string, TelemetryEvent][] = Object.entries(CATALOGUE);
  const metrics = events.flatMap(([name, { metrics: own = {} }]) =>
    Object.values(own).map((metric) => [code(metric.name), metric.unit, code(name)]),
  );
  return `# Operations

<!-- Written from the code by "node scripts/generate-docs.ts"; a test holds the two together. Do not edit. -->

What the Lambdas say, and what to do about it. Log lines are JSON; \`event\` is the name in the first column. No line
holds a record, a claim or a secret.

## Log lines

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

Namespace \`Crosstrail\`, dimension \`service\` (\`aggregator\` or \`processor\`), in embedded metric format.

${table(['metric', 'unit', 'comes with'], metrics)}

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

${table(
  ['variable', 'used by', 'what it is', 'default', 'example'],
  [
    ...settingRows(SHARED_SETTINGS, 'both'),
    ...settingRows(only(AGGREGATOR_SETTINGS), 'Aggregator'),
    ...settingRows(only(PROCESSOR_SETTINGS), 'Processor'),
  ],
)}
`;
}
