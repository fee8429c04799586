import { readFile } from 'node:fs/promises';
import { queryNames, readQuery } from '#cli/query-file.ts';
import { parseTemplate } from '#local/read-template.ts';
import { savedQueriesTemplate } from '../../scripts/saved-queries.ts';
import { ALL_DAYS, BACKENDS, NOW, type Answer, type Backend } from './backends.ts';
import { CASES } from './cases/all.ts';
import { evidence } from './evidence.ts';

interface Widget {
  readonly QueryStatement: { readonly 'Fn::Sub': string };
  readonly QueryParameters: readonly string[];
  readonly ViewProperties: Readonly<Record<string, string>>;
}

interface NamedQuery {
  readonly Name: string;
  readonly Description: string;
  readonly QueryString: { readonly 'Fn::Sub': string };
}

const text = await readFile(new URL('../../queries/template.yaml', import.meta.url), 'utf8');
const { Resources: resources } = parseTemplate(text);
const names = await queryNames();
const saved = Object.values(resources)
  .filter(({ Type }) => Type === 'AWS::Athena::NamedQuery')
  .map(({ Properties }) => Properties as unknown as NamedQuery);
const widgets = resources['Dashboard']?.Properties?.['Widgets'] as readonly Widget[];

const [[, startLake], [, startAthena]] = BACKENDS;
let lake: Backend;
let athena: Backend;
beforeAll(async () => {
  const all = evidence();
  lake = await startLake(all);
  athena = await startAthena(all);
});
afterAll(async () => {
  await lake.close();
  await athena.close();
});

/** The rows of a query of `queries/`, as it stands there. */
async function rowsOf(name: string, backend: Backend): Promise<string[]> {
  const principal = CASES.find((each) => each.name === name)?.principal ?? '';
  const { statement } = await readQuery(name, backend.table, { days: ALL_DAYS, principal });
  return textsOf(await backend.query(statement));
}

function textsOf({ rows }: Answer): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}

it('queries/template.yaml is what scripts/generate-saved-queries.ts makes of the queries', async () => {
  expect(text).toBe(await savedQueriesTemplate());
});

describe('in Athena', () => {
  it('every query is saved with its question, in the workgroup and database of the stack', async () => {
    const questions = await Promise.all(
      names.map(async (name) => [name, (await readQuery(name, '')).question]),
    );

    expect(saved.map(({ Name, Description }) => [Name, Description])).toEqual(questions);
    for (const query of saved) {
      expect(query).toMatchObject({
        WorkGroup: { Ref: 'AthenaWorkGroup' },
        Database: { Ref: 'AthenaDatabase' },
      });
    }
  });

  it.each(saved)(
    '$Name reads only the days asked for, and gives the same rows',
    async ({ Name, QueryString }) => {
      const { 'Fn::Sub': sql } = QueryString;
      const principal = CASES.find((each) => each.name === Name)?.principal ?? '';
      const asked = sql
        .replaceAll('${AthenaDatabase}', 'crosstrail')
        .replaceAll('<Principal>', principal)
        .replaceAll("'day', -7,", `'day', -${ALL_DAYS},`);

      const answer = await athena.query(asked);

      expect(sql).toMatch(
        /day >= date_format\(date_add\('day', -7, (now\(\)|current_date)\), '%Y-%m-%d'\)\n +AND eventTime/,
      );
      expect(textsOf(answer)).toEqual(await rowsOf(Name, athena));
    },
  );
});

describe('in CloudTrail Lake', () => {
  const nameOf = ({ ViewProperties }: Widget): string =>
    (ViewProperties['Title'] ?? '').toLowerCase().replaceAll(' ', '-');
  const named = widgets.map((widget): [string, Widget] => [nameOf(widget), widget]);

  it('the dashboard has ten widgets at most, and no schedule that would cost unasked', () => {
    expect(widgets.length).toBeLessThanOrEqual(10);
    expect(resources['Dashboard']?.Properties).not.toHaveProperty('RefreshSchedule');
    expect(named.map(([name]) => name).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(named)(
    '%s looks as the service allows',
    (_, { ViewProperties, QueryStatement, QueryParameters }) => {
      // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RequestWidget.html
      for (const [key, value] of Object.entries(ViewProperties)) {
        expect(key).toMatch(/^[a-zA-Z0-9._-]{3,128}$/);
        expect(value).toMatch(/^[a-zA-Z0-9._ -]{1,128}$/);
      }
      const { 'Fn::Sub': sql } = QueryStatement;
      expect(Object.keys(ViewProperties)).toEqual(
        expect.arrayContaining(['Title', 'View', 'Height', 'Width']),
      );
      expect(sql.length).toBeLessThanOrEqual(10_000);
      expect(sql.split("'?'")).toHaveLength(QueryParameters.length + 1);
      expect(sql.replaceAll("'?'", '')).not.toContain('?');
      expect(sql).toContain("eventTime > '?' AND eventTime < '?'");
    },
  );

  it.each(named)('%s gives the rows of its query, a hundred at most', async (name, widget) => {
    const values: Readonly<Record<string, string>> = {
      $Period$: 'day',
      $StartTime$: new Date(NOW - ALL_DAYS * 86_400_000).toISOString().slice(0, 19).replace('T', ' '),
      $EndTime$: new Date(NOW).toISOString().slice(0, 19).replace('T', ' '),
    };
    const { QueryParameters: parameters, QueryStatement } = widget;
    let sql = QueryStatement['Fn::Sub'].replaceAll('${EventDataStoreId}', lake.table);
    for (const parameter of parameters) sql = sql.replace("'?'", `'${values[parameter]}'`);

    const shown = textsOf(await lake.query(sql));

    const all = await rowsOf(name, lake);
    expect(shown).toHaveLength(name === 'events' ? all.length : Math.min(all.length, 100));
    expect(all).toEqual(expect.arrayContaining(shown));
  });

  it('CloudTrail may query the store for this dashboard only', () => {
    expect(resources['EventDataStorePolicy']?.Properties).toMatchObject({
      ResourceArn: { Ref: 'EventDataStoreArn' },
      ResourcePolicy: {
        Statement: [
          {
            Principal: { Service: 'cloudtrail.amazonaws.com' },
            Action: 'cloudtrail:StartQuery',
            Condition: {
              StringEquals: {
                'aws:SourceAccount': { Ref: 'AWS::AccountId' },
                'aws:SourceArn': { 'Fn::Sub': expect.stringMatching(/:dashboard\/\$\{Name\}$/) as unknown },
              },
            },
          },
        ],
      },
    });
    expect(resources['Dashboard']?.Properties?.['Name']).toEqual({ Ref: 'Name' });
  });
});
