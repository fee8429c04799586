import { readFile } from 'node:fs/promises';
import { SAMPLE_CONTAINERS, sampleLogObjects, type SampleAppend } from '#local/sample-log-objects.ts';
import { parseLogObjectName } from '#shared/log-object-name.ts';

const NOW = Date.parse('2026-11-20T12:34:56Z');
const HOUR_MS = 3_600_000;
const CORPUS = new URL('../../corpus/', import.meta.url);

/** What stands in each container, told here once more so that nothing can be left out unseen. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'insights-activity-logs': [
    'activity/panther_azure_monitor_activity.jsonl',
    'activity/msdocs_activity_samples.jsonl',
    'activity/otel_activity_all_categories.jsonl',
    'activity/armosec_eventhub_capture.jsonl',
  ],
  'insights-logs-signinlogs': ['entra/datadog_sign_in_logs.json'],
  'insights-logs-noninteractiveusersigninlogs': ['entra/datadog_non_interactive_user_sign_in_logs.json'],
  'insights-logs-serviceprincipalsigninlogs': ['entra/datadog_service_principal_sign_in_logs.json'],
  'insights-logs-auditlogs': ['entra/datadog_audit_logs.json'],
  'insights-logs-functionapplogs': ['resource/datadog_function_app_logs.json'],
};

const { first, second } = await sampleLogObjects(NOW);

/** Lines with their endings, sorted; latin1, so that each byte is one character. */
function linesOf(parts: readonly Buffer[]): string[] {
  return parts
    .flatMap((bytes) => bytes.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [])
    .toSorted((a, b) => (a < b ? -1 : 1));
}

function hourOf({ name }: SampleAppend): number {
  return parseLogObjectName(name)?.hourStart ?? Number.NaN;
}

function namesOf(appends: readonly SampleAppend[]): Set<string> {
  return new Set(appends.map(({ container, name }) => `${container}/${name}`));
}

it.each(Object.entries(FILES))(
  '%s holds its records to the byte, and nothing else',
  async (container, files) => {
    const originals = await Promise.all(files.map((file) => readFile(new URL(file, CORPUS))));
    const logObjects = new Map<string, Buffer[]>();
    for (const append of [...first, ...second].filter((each) => each.container === container)) {
      logObjects.set(append.name, [...(logObjects.get(append.name) ?? []), append.bytes]);
    }

    const written = [...logObjects.values()].map((appends) => Buffer.concat(appends));

    expect(linesOf(written)).toEqual(linesOf(originals));
  },
);

it('no other container is used', () => {
  expect([...SAMPLE_CONTAINERS].toSorted()).toEqual(Object.keys(FILES).toSorted());
  expect(new Set([...first, ...second].map(({ container }) => container))).toEqual(
    new Set(SAMPLE_CONTAINERS),
  );
});

describe('the layout', () => {
  it('is that of Azure: a scope, the hour of arrival, one log object an hour', () => {
    for (const { container, name } of [...first, ...second]) {
      const { scope } = parseLogObjectName(name)!;
      const form =
        container === 'insights-activity-logs'
          ? /^resourceId=\/SUBSCRIPTIONS\/[0-9A-Z-]+\/$/
          : container === 'insights-logs-functionapplogs'
            ? /^resourceId=\/SUBSCRIPTIONS\/[^a-z]+\/PROVIDERS\/[^a-z]+\/$/
            : /^tenantId=[0-9a-f-]+\/$/;

      expect([name, scope]).toEqual([name, expect.stringMatching(form)]);
      expect(name).toMatch(/y=\d{4}\/m=\d\d\/d=\d\d\/h=\d\d\/m=00\/PT1H\.json$/);
    }
  });

  it('has several subscriptions and several hours', () => {
    const activity = first.filter(({ container }) => container === 'insights-activity-logs');

    expect(new Set(activity.map(({ name }) => parseLogObjectName(name)?.scope)).size).toBeGreaterThan(1);
    expect(new Set(activity.map(hourOf)).size).toBeGreaterThan(1);
  });

  it('has no append that is larger than a block may be', () => {
    for (const { bytes } of [...first, ...second]) {
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes.length).toBeLessThan(4 * 1024 * 1024);
    }
  });
});

describe('the second wave', () => {
  const thisHour = Math.floor(NOW / HOUR_MS) * HOUR_MS;

  it('lets the log objects of the last hour grow, of which the first wave left a torn line', () => {
    const lastHour = first.filter((append) => hourOf(append) === thisHour - HOUR_MS);
    const growing = second.filter((append) => hourOf(append) === thisHour - HOUR_MS);

    expect(lastHour.length).toBeGreaterThan(0);
    expect(namesOf(growing)).toEqual(namesOf(lastHour));
    for (const { bytes } of lastHour) expect(bytes.at(-1)).not.toBe(0x0a);
  });

  it('brings log objects of this hour, and no others', () => {
    const others = second.filter((append) => hourOf(append) !== thisHour - HOUR_MS);

    expect(others.length).toBeGreaterThan(0);
    expect(others.map(hourOf).every((hour) => hour === thisHour)).toBe(true);
    expect(first.some((append) => hourOf(append) === thisHour)).toBe(false);
  });

  it('is the same for the same moment', async () => {
    expect(await sampleLogObjects(NOW)).toEqual({ first, second });
  });
});
