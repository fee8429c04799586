import { readConfiguration, type Settings } from '#shared/configuration/read-configuration.ts';
import {
  AGGREGATOR_SETTINGS,
  AUDITOR_SETTINGS,
  PROCESSOR_SETTINGS,
  REPLAYER_SETTINGS,
} from '#shared/configuration/settings.ts';
import { environmentOf, template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

/** Read by Node.js and by Powertools, not by the handlers. */
const OF_THE_RUNTIME = [
  'NODE_OPTIONS',
  'POWERTOOLS_LOG_LEVEL',
  'POWERTOOLS_METRICS_NAMESPACE',
  'POWERTOOLS_SERVICE_NAME',
];

const FUNCTIONS: [string, Settings][] = [
  ['AggregatorFunction', AGGREGATOR_SETTINGS],
  ['AuditorFunction', AUDITOR_SETTINGS],
  ['ProcessorFunction', PROCESSOR_SETTINGS],
  ['ReplayerFunction', REPLAYER_SETTINGS],
];

function deployedEnvironment(id: string, parameters: Record<string, string> = {}): Record<string, string> {
  return evaluate(environmentOf(id), parameters) as Record<string, string>;
}

describe.each(FUNCTIONS)('the environment of %s', (id, settings) => {
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

    expect(environment['AZURE_STORAGE_CONNECTION_STRING_SECRET']).toEqual({
      Ref: 'AzureStorageConnectionStringSecret',
    });
    expect(JSON.stringify(environment)).not.toMatch(/\{\{resolve:|AccountKey|SharedAccessSignature/i);
  });

  it('lets stack traces name the lines of the sources', () => {
    expect(environmentOf(id)['NODE_OPTIONS']).toBe('--enable-source-maps');
  });
});

it('resolves no secret anywhere in the template, outputs included', () => {
  expect(JSON.stringify(template)).not.toMatch(/\{\{resolve:/);
});
