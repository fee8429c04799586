import { readFile } from 'node:fs/promises';
import { parseTemplate } from '#local/read-template.ts';
import { properties, resource } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

const nested = parseTemplate(
  await readFile(
    new URL(`../../${String(properties('SavedQueries')['TemplateURL'])}`, import.meta.url),
    'utf8',
  ),
);
const STORE =
  'arn:aws:cloudtrail:eu-central-1:111122223333:eventdatastore/11111111-2222-4333-8444-555555555555';

function given(parameters: Record<string, string>): unknown {
  return evaluate(properties('SavedQueries')['Parameters'], parameters);
}

function isMade(parameters: Record<string, string>): unknown {
  return evaluate({ Condition: resource('SavedQueries').Condition }, parameters);
}

describe('the stack of saved queries', () => {
  it('is given the parameters that it has', () => {
    const names = Object.keys(given({ Destination: 'Both', LakeDashboard: 'yes' }) as object);

    expect(names.toSorted()).toEqual(Object.keys(nested.Parameters).toSorted());
  });

  it('is made for Athena, and for CloudTrail Lake only when somebody asks for the dashboard', () => {
    expect(isMade({ Destination: 'CloudTrailLake' })).toBe(false);
    expect(isMade({ Destination: 'S3' })).toBe(true);
    expect(isMade({ Destination: 'CloudTrailLake', LakeDashboard: 'yes' })).toBe(true);
    expect(given({ Destination: 'Both' })).toMatchObject({ SaveInAthena: 'yes', ShowDashboard: 'no' });
    expect(given({ Destination: 'S3', LakeDashboard: 'yes' })).toMatchObject({ ShowDashboard: 'no' });
  });

  it('asks the store that the stack made, and may give it a policy', () => {
    expect(given({ LakeDashboard: 'yes' })).toMatchObject({
      ShowDashboard: 'yes',
      LetDashboardQuery: 'yes',
      EventDataStoreArn: expect.stringMatching(/:eventdatastore\/EventDataStore$/) as unknown,
      EventDataStoreId: 'EventDataStore',
      SaveInAthena: 'no',
    });
  });

  it('asks the store that was given, and leaves its policy alone', () => {
    expect(given({ LakeDashboard: 'yes', CloudTrailEventDataStoreArn: STORE })).toMatchObject({
      ShowDashboard: 'yes',
      LetDashboardQuery: 'no',
      EventDataStoreArn: STORE,
      EventDataStoreId: '11111111-2222-4333-8444-555555555555',
    });
  });
});
