import {
  FILTER_SETTINGS,
  filterProblems,
  type FilterConfiguration,
} from '#shared/configuration/filter-settings.ts';
import { readConfiguration } from '#shared/configuration/read-configuration.ts';

const SECRET = { HASH_KEY_SECRET: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:HashKey-1A2B3C-x' };

function configurationOf(environment: Record<string, string>): FilterConfiguration {
  return readConfiguration(FILTER_SETTINGS, environment);
}

it('nothing is left out and nothing hidden unless it is said', () => {
  const configuration = configurationOf({});

  expect(configuration).toEqual({
    INCLUDE_RECORDS: [],
    EXCLUDE_RECORDS: [],
    REDACT_FIELDS: [],
    HASH_FIELDS: [],
    HASH_KEY_SECRET: '',
  });
  expect(filterProblems(configuration)).toEqual([]);
});

it('every example is right', () => {
  const examples = Object.entries(FILTER_SETTINGS).map(([name, { example }]) => [name, example] as const);

  expect(filterProblems(configurationOf(Object.fromEntries(examples)))).toEqual([]);
});

it('every wrong entry of every list is named in one error, with what is allowed, an example, and no value', () => {
  const wrong = {
    INCLUDE_RECORDS: 'category:Policy, categroy:Secret1',
    EXCLUDE_RECORDS: 'scope:Secret2',
    REDACT_FIELDS: 'callerIpAddress, a..Secret3, operationName',
    HASH_FIELDS: '**',
    HASH_KEY_SECRET: 'not a name',
  };

  expect(() => configurationOf(wrong)).toThrow(
    expect.objectContaining({ code: 'CONFIGURATION_INVALID', fields: { problems: 5 } }),
  );
  let message = '';
  try {
    configurationOf(wrong);
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch(
    /INCLUDE_RECORDS entry 2 is not of the form .*category, operation.*; for example category:/,
  );
  expect(message).toContain('EXCLUDE_RECORDS entry 1 has a scope');
  expect(message).toMatch(
    /REDACT_FIELDS entry 2 is no path .*, entry 3 names a member that every event needs/,
  );
  expect(message).toContain('HASH_FIELDS entry 1');
  expect(message).toContain('HASH_KEY_SECRET must be the name or ARN of a secret');
  expect(message).not.toMatch(/Secret\d/);
});

it.each([
  [{ REDACT_FIELDS: 'a' }, ['HASH_KEY_SECRET is not set, and REDACT_FIELDS needs it']],
  [{ HASH_FIELDS: 'a' }, ['HASH_KEY_SECRET is not set, and HASH_FIELDS needs it']],
  [{ REDACT_FIELDS: 'a', HASH_FIELDS: 'a', ...SECRET }, []],
  [{ INCLUDE_RECORDS: 'category:a', EXCLUDE_RECORDS: 'category:b' }, []],
])('with %j the key of hashes is asked for when it is needed', (environment, problems) => {
  expect(filterProblems(configurationOf(environment))).toEqual(problems);
});
