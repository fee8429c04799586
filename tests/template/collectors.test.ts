import {
  GRAPH_LOG_TYPE_NAMES,
  LOG_TYPES,
  OFFICE365_LOG_TYPE_NAMES,
  type LogTypeName,
} from '#mapping/log-types.ts';
import {
  GRAPH_COLLECTOR_SETTINGS,
  graphCollectorProblems,
  OFFICE365_COLLECTOR_SETTINGS,
} from '#shared/configuration/collector-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';
import { environmentOf, properties, resource, template, type Json } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { COLLECTING, GRAPH_ONLY, OFFICE365_ONLY, type Parameters } from './permissions.ts';
import { exists, resourcesOf } from './references.ts';

const OF_GRAPH = /^Graph/;
const OF_OFFICE365 = /^Office365/;
/** The bucket, its policy and its tables, and the table of positions. */
const OF_BOTH = /^(Raw|Collection)/;

function accepts(parameter: string, value: string): boolean {
  return new RegExp(template.Parameters[parameter]?.AllowedPattern ?? '$^').test(value);
}

function made(pattern: RegExp, parameters: Parameters): string[] {
  return resourcesOf(parameters).filter((id) => pattern.test(id));
}

describe('without logs to collect', () => {
  it('there is no collector, and nothing of one', () => {
    for (const Destination of ['CloudTrailLake', 'S3', 'Both']) {
      expect(made(/Graph|Office365|^Raw|^Collection|Entra/, { Destination })).toEqual([]);
    }
    expect(
      Object.entries(template.Outputs)
        .filter(([, output]) => exists(output, {}))
        .map(([name]) => name)
        .filter((name) => /Graph|Office365|Raw|Collection|Entra/.test(name)),
    ).toEqual([]);
  });

  it('the stack is by default', () => {
    for (const name of ['GraphLogTypes', 'Office365LogTypes', 'EntraTenants', 'EntraCredentialSecret']) {
      expect(template.Parameters[name]?.Default).toBe('');
    }
  });

  it('Processor and Replayer know no bucket of raw records', () => {
    for (const id of ['ProcessorFunction', 'ReplayerFunction']) {
      expect(evaluate(environmentOf(id)['RAW_BUCKET_NAME'])).toBe('');
      expect(evaluate(environmentOf(id)['RAW_BUCKET_NAME'], OFFICE365_ONLY)).toBe(
        evaluate(environmentOf('Office365CollectorFunction')['RAW_BUCKET_NAME']),
      );
    }
  });
});

describe('with logs to collect', () => {
  it('there is the collector of these logs, and what both need', () => {
    expect(made(OF_GRAPH, GRAPH_ONLY)).toEqual(
      expect.arrayContaining(['GraphCollectorFunction', 'GraphCollectorRole', 'GraphCollectorSchedule']),
    );
    expect(made(OF_OFFICE365, GRAPH_ONLY)).toEqual([]);
    expect(made(OF_GRAPH, OFFICE365_ONLY)).toEqual([]);
    expect(made(OF_OFFICE365, OFFICE365_ONLY)).toHaveLength(made(OF_OFFICE365, COLLECTING).length);
    expect(made(OF_BOTH, GRAPH_ONLY)).toEqual(
      expect.arrayContaining(['CollectionTable', 'RawBucket', 'RawBucketPolicy']),
    );
    expect(made(OF_BOTH, OFFICE365_ONLY)).toEqual(made(OF_BOTH, GRAPH_ONLY));
  });

  it('Athena can query them, whatever the destination is', () => {
    const ofAthena = ['AthenaResultsBucket', 'AthenaResultsBucketPolicy', 'AthenaWorkGroup', 'EventDatabase'];

    expect(resourcesOf(GRAPH_ONLY)).toEqual(expect.arrayContaining(ofAthena));
    expect(resourcesOf(GRAPH_ONLY)).not.toContain('EventTable');
    for (const name of ['AthenaDatabase', 'AthenaWorkGroupName']) {
      expect(exists(template.Outputs[name] ?? {}, GRAPH_ONLY)).toBe(true);
    }
  });

  it('the roles to federate are told, unless a secret takes their place', () => {
    const output = template.Outputs['EntraFederationSubjects'] ?? { Value: '' };

    expect(evaluate(output.Value, COLLECTING)).toBe('GraphCollectorRole.Arn Office365CollectorRole.Arn');
    expect(evaluate(output.Value, GRAPH_ONLY)).toBe('GraphCollectorRole.Arn');
    expect(exists(output, { ...COLLECTING, EntraCredentialSecret: 'crosstrail/entra' })).toBe(false);
  });
});

describe.each([
  ['GraphLogTypes', GRAPH_LOG_TYPE_NAMES],
  ['Office365LogTypes', OFFICE365_LOG_TYPE_NAMES],
])('%s', (parameter, names) => {
  it('takes each log type of its API, one or several, and no other', () => {
    const others = (Object.keys(LOG_TYPES) as LogTypeName[]).filter((name) => !names.includes(name));

    for (const name of names) expect(accepts(parameter, name)).toBe(true);
    expect(accepts(parameter, names.join(','))).toBe(true);
    for (const name of others) expect(accepts(parameter, name)).toBe(false);
    for (const wrong of [
      `${names[0]},`,
      `${names[0]}, ${names[1]}`,
      `${names[0]}x`,
      'insights-activity-logs',
    ])
      expect(accepts(parameter, wrong)).toBe(false);
  });

  it('names each of them in its description', () => {
    const { Description = '' } = template.Parameters[parameter] ?? {};

    for (const name of names) expect(Description).toMatch(new RegExp(`\\b${name}\\b(?!-)`));
  });
});

describe('EntraTenants', () => {
  const [one = '', other = ''] = (COLLECTING['EntraTenants'] ?? '').split(',');

  it('takes ids of tenants, as the collectors do', () => {
    for (const right of ['', one, `${one},${other}`]) expect(accepts('EntraTenants', right)).toBe(true);
    for (const wrong of ['contoso.onmicrosoft.com', `${one},`, `${one}, ${other}`])
      expect(accepts('EntraTenants', wrong)).toBe(false);
  });
});

describe('the days back', () => {
  it('of Microsoft Graph that the rules let pass are those that the collector takes', () => {
    for (const kept of ['7', '30']) {
      for (let back = 0; back <= 30; back += 1) {
        const parameters = { ...GRAPH_ONLY, EntraLogRetentionDays: kept, GraphDaysBack: String(back) };
        const environment = evaluate(environmentOf('GraphCollectorFunction'), parameters);
        const settings = readConfiguration(GRAPH_COLLECTOR_SETTINGS, environment as Record<string, string>);
        const rule = template.Rules['GraphDaysBackAreKept'];

        const refused =
          evaluate(rule?.RuleCondition, parameters) === true &&
          evaluate(rule?.Assertions[0]?.Assert, parameters) !== true;

        expect([kept, back, refused]).toEqual([kept, back, graphCollectorProblems(settings).length > 0]);
      }
    }
  });

  it('have the bounds and defaults of the settings', () => {
    const { GRAPH_DAYS_BACK: graph, ENTRA_LOG_RETENTION_DAYS: kept } = GRAPH_COLLECTOR_SETTINGS;
    const { OFFICE365_DAYS_BACK: office365 } = OFFICE365_COLLECTOR_SETTINGS;

    expect(String(template.Parameters['GraphDaysBack']?.Default)).toBe(graph.fallback);
    expect(String(template.Parameters['Office365DaysBack']?.Default)).toBe(office365.fallback);
    expect(String(template.Parameters['EntraLogRetentionDays']?.Default)).toBe(kept.fallback);
  });
});

describe('the bucket of raw records', () => {
  const lifecycle = (parameters: Parameters = {}): Json[] =>
    (evaluate(properties('RawBucket')['LifecycleConfiguration'], parameters) as { Rules: Json[] }).Rules;

  it('keeps what was deleted for ninety days, and versions', () => {
    expect(properties('RawBucket')['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    expect(lifecycle()).toContainEqual({
      Id: 'deleted',
      Status: 'Enabled',
      NoncurrentVersionExpiration: { NoncurrentDays: 90 },
      ExpiredObjectDeleteMarker: true,
    });
  });

  it('forgets lists of content a day after Office 365 forgets the content', () => {
    expect(lifecycle()).toContainEqual({
      Id: 'content-lists',
      Status: 'Enabled',
      Prefix: 'raw/office365/_content-lists/',
      ExpirationInDays: 8,
      NoncurrentVersionExpiration: { NoncurrentDays: 1 },
    });
  });

  it('expires records only when asked to, and never while a range of them may still wait in a queue', () => {
    const { MessageRetentionPeriod } = properties('RangeDeadLetterQueue');
    const days = (template.Parameters['RawRetentionDays']?.AllowedValues ?? []).map(Number).slice(1);

    expect(lifecycle().filter(({ Id }) => Id === 'expire-raw-records')).toEqual([]);
    expect(lifecycle({ RawRetentionDays: '90' })).toContainEqual({
      Id: 'expire-raw-records',
      Status: 'Enabled',
      Prefix: 'raw/',
      ExpirationInDays: '90',
    });
    expect(Math.min(...days) * 86_400).toBeGreaterThan(Number(MessageRetentionPeriod));
  });

  it('holds every log type where the role of its collector may write', () => {
    for (const { form, prefix } of Object.values(LOG_TYPES)) {
      expect(prefix.startsWith(form === 'graph' ? 'raw/entra/' : 'raw/office365/')).toBe(true);
    }
  });
});

it('the collectors log to groups of their own, named as the runbook names them', () => {
  for (const [id, name] of [
    ['GraphCollectorLogGroup', 'graph-collector'],
    ['Office365CollectorLogGroup', 'office365-collector'],
  ] as const) {
    expect(evaluate(resource(id).Properties?.['LogGroupName'])).toBe(`/aws/lambda/crosstrail-${name}`);
  }
});
