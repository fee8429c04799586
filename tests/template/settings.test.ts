import {
  GRAPH_COLLECTOR_SETTINGS,
  OFFICE365_COLLECTOR_SETTINGS,
} from '#shared/configuration/collector-settings.ts';
import { readConfiguration, type Settings } from '#shared/configuration/read-configuration.ts';
import {
  AGGREGATOR_SETTINGS,
  AUDITOR_SETTINGS,
  PROCESSOR_SETTINGS,
  REPLAYER_SETTINGS,
} from '#shared/configuration/settings.ts';
import { environmentOf, idsOf, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { COLLECTING } from './permissions.ts';

/** Read by Node.js and by Powertools, not by the handlers. */
const OF_THE_RUNTIME = [
  'NODE_OPTIONS',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_METRICS_NAMESPACE',
  'POWERTOOLS_SERVICE_NAME',
];

/** Setting and parameter that name a secret. */
const AZURE_SECRET = [
  'AZURE_STORAGE_CONNECTION_STRING_SECRET',
  'AzureStorageConnectionStringSecret',
] as const;
const ENTRA_SECRET = ['ENTRA_CREDENTIAL_SECRET', 'EntraCredentialSecret'] as const;

const FUNCTIONS: [string, Settings, readonly [string, string]][] = [
  ['AggregatorFunction', AGGREGATOR_SETTINGS, AZURE_SECRET],
  ['AuditorFunction', AUDITOR_SETTINGS, AZURE_SECRET],
  ['ProcessorFunction', PROCESSOR_SETTINGS, AZURE_SECRET],
  ['ReplayerFunction', REPLAYER_SETTINGS, AZURE_SECRET],
  ['GraphCollectorFunction', GRAPH_COLLECTOR_SETTINGS, ENTRA_SECRET],
  ['Office365CollectorFunction', OFFICE365_COLLECTOR_SETTINGS, ENTRA_SECRET],
];

function deployedEnvironment(id: string, parameters: Record<string, string> = {}): Record<string, string> {
  return evaluate(environmentOf(id), { ...COLLECTING, ...parameters }) as Record<string, string>;
}

it('every function of the template is looked at', () => {
  expect(FUNCTIONS.map(([id]) => id).toSorted()).toEqual(idsOf('AWS::Serverless::Function').toSorted());
});

describe.each(FUNCTIONS)('the environment of %s', (id, settings, [secret, secretParameter]) => {
  it('sets each setting of its handler, and no other', () => {
    const names = Object.keys(environmentOf(id));

    expect(names.toSorted()).toEqual([...Object.keys(settings), ...OF_THE_RUNTIME].toSorted());
  });

  it('is a configuration that the handler accepts, with the defaults of the template', () => {
    const read = (): unknown => readConfiguration(settings, deployedEnvironment(id));

    expect(read).not.toThrow();
  });

  it('is accepted at both ends of every number that a user may give', () => {
    for (const [name, parameter] of Object.entries(template.Parameters)) {
      const ends = parameter.AllowedValues ?? [parameter.MinValue, parameter.MaxValue];
      for (const end of ends.filter((value) => typeof value === 'number')) {
        const read = (): unknown =>
          readConfiguration(settings, deployedEnvironment(id, { [name]: String(end) }));

        expect(read).not.toThrow();
      }
    }
  });

  it('names the secret and never resolves its value', () => {
    const environment = environmentOf(id);

    expect(environment[secret]).toEqual({ Ref: secretParameter });
    expect(JSON.stringify(environment)).not.toMatch(/\{\{resolve:|AccountKey|SharedAccessSignature/i);
  });

  it('lets stack traces name the lines of the sources', () => {
    expect(environmentOf(id)['NODE_OPTIONS']).toBe('--enable-source-maps');
  });
});

it('resolves no secret anywhere in the template, outputs included', () => {
  expect(JSON.stringify(template)).not.toMatch(/\{\{resolve:/);
});
