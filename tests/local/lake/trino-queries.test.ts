import { startLocalLake, type LocalLake } from '#local/lake/local-lake.ts';
import { eventData, put } from './lake-fixtures.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
let lake: LocalLake;
beforeAll(async () => {
  lake = await startLocalLake({ now: () => NOW });
  const event = eventData({
    additionalEventData: {
      url: 'https://u@example.com:8443/a/b?x=1&y=a%20b#top',
      tags: ['a', 'b'],
      text: "it's",
    },
  });
  await put(lake, [{ id: 'one', eventData: JSON.stringify(event) }]);
});
afterAll(async () => lake.close());

/** The first value of `SELECT expression` over the one event. */
async function valueOf(expression: string): Promise<string | null | undefined> {
  const { rows } = await lake.query(`SELECT ${expression} FROM ${lake.eventDataStoreId}`);
  return rows[0]?.[0];
}

const URL = "element_at(eventData.additionalEventData, 'url')";
const TAGS = "element_at(eventData.additionalEventData, 'tags')";

describe('functions answer as in Trino', () => {
  it.each([
    ["element_at(eventData.requestParameters, 'resourceId')", '/subscriptions/1'],
    ["element_at(eventData.requestParameters, 'missing')", null],
    ["element_at(eventData.requestParameters, 'none')", null],
    ["element_at(eventData.requestParameters, 'attempt')", '2'],
    ["element_at(eventData.responseElements, 'any')", null],
    ['element_at(ARRAY[1, 2], 2)', '2'],
    ['element_at(ARRAY[1, 2], 3)', null],
    ["json_extract_scalar(element_at(eventData.requestParameters, 'body'), '$.sku')", 'Standard'],
    ["json_extract_scalar(element_at(eventData.requestParameters, 'body'), '$.nope')", null],
    ["json_extract_scalar('not json', '$.a')", null],
    [`json_extract_scalar('{"a":{"b":1}}', '$.a')`, null],
    [`json_extract_scalar('{"a b":true}', '$["a b"]')`, 'true'],
    [`json_extract('{"a":{"b":1}}', '$.a')`, '{"b":1}'],
    [`json_array_length(${TAGS})`, '2'],
    [`CAST(json_parse(${TAGS}) AS ARRAY(VARCHAR))`, '[a, b]'],
    [`json_format(json_parse('["x"]'))`, '["x"]'],
    [`CAST(json_extract('{"a":"b"}', '$.a') AS varchar)`, 'b'],
    ["from_iso8601_timestamp('2026-11-20T10:00:00Z')", '2026-11-20 10:00:00.000 UTC'],
    ['from_iso8601_timestamp(eventData.eventTime) = eventTime', 'true'],
    ["date_trunc('day', eventTime)", '2026-11-20 00:00:00.000'],
    ["date_add('day', -1, now())", '2026-11-19 12:00:00.000 UTC'],
    ["date_add('month', 1, timestamp '2026-01-31 00:00:00')", '2026-02-28 00:00:00.000'],
    ["date_diff('day', timestamp '2026-11-19 23:00:00', timestamp '2026-11-20 01:00:00')", '0'],
    ["date_diff('hour', eventTime, now())", '2'],
    ['current_timestamp', '2026-11-20 12:00:00.000 UTC'],
    ['current_date', '2026-11-20'],
    ["now() - interval '1' day", '2026-11-19 12:00:00.000 UTC'],
    ['now() - eventTime', '0 02:00:00.000'],
    ["date_format(eventTime, '%Y/%m/%d %H:%i')", '2026/11/20 10:00'],
    ["format_datetime(eventTime, 'yyyy-MM-dd HH:mm')", '2026-11-20 10:00'],
    ["date_parse('20.11.2026', '%d.%m.%Y')", '2026-11-20 00:00:00.000'],
    ['to_iso8601(eventTime)', '2026-11-20T10:00:00.000'],
    ['to_unixtime(eventTime)', '1.7951688E9'],
    ['day_of_week(eventTime)', '5'],
    ['CAST(eventTime AS varchar)', '2026-11-20 10:00:00.000'],
    ['CAST(eventTime AS date)', '2026-11-20'],
    ["split_part('a/b/c', '/', 2)", 'b'],
    ["split_part('a', '/', 2)", null],
    ["regexp_like(eventData.eventName, '^MICROSOFT')", 'true'],
    ["regexp_extract('abc123', '[0-9]+')", '123'],
    ["regexp_extract('abc', '[0-9]+')", null],
    ["regexp_extract('abc123', '([a-z]+)([0-9]+)', 2)", '123'],
    ["regexp_replace('a1b2', '([0-9])', '<$1>')", 'a<1>b<2>'],
    ["strpos('abc', 'c')", '3'],
    ['cardinality(ARRAY[1, 2, 3])', '3'],
    ['cardinality(eventData.requestParameters)', '4'],
    ["cardinality(split('a,b', ','))", '2'],
    ['map_keys(eventData.userIdentity.details)', '[upn]'],
    ['approx_distinct(eventData.uid)', '1'],
    ["count_if(eventData.uid = 'x')", '0'],
    ["array_join(ARRAY['a', NULL, 'b'], '-')", 'a-b'],
    ["array_join(ARRAY['a', NULL], '-', '?')", 'a-?'],
    ['array_agg(eventData.version)', '[1.0]'],
    ["try_cast('x' AS integer)", null],
    ["try(CAST('x' AS integer))", null],
    ["coalesce(eventData.errorCode, 'none')", 'none'],
    ["if(eventData.errorCode IS NULL, 'ok')", 'ok'],
    ["greatest('a', NULL)", null],
    ["concat('a', NULL)", null],
    ['7 / 2', '3'],
    ['7.0e0 / 2', '3.5'],
    ['CAST(4 AS double)', '4.0'],
    ['1e10', '1.0E10'],
    ['1 = 1', 'true'],
    ['0.25e-3', '2.5E-4'],
    ['1.50', '1.50'],
    ["interval '26' hour", '1 02:00:00.000'],
    ["interval '14' month", '1-2'],
    ["eventTime - timestamp '2026-11-20 10:00:01'", '-0 00:00:01.000'],
    ["to_utf8('a%')", '61 25'],
    ["ROW(1, 'x')", '{field0=1, field1=x}'],
    ["CAST(ROW(1, 'x') AS ROW(a integer, b varchar))", '{a=1, b=x}'],
    ['MAP(ARRAY[1], ARRAY[NULL])', '{1=null}'],
    ["date_add('day', 1, current_date) > current_date", 'true'],
    ['year(eventTime)', '2026'],
    ['length(eventData.uid)', '5'],
    ['slice(ARRAY[1, 2, 3], 2, 2)', '[2, 3]'],
    ['array_position(ARRAY[1], 9)', '0'],
    ["contains(ARRAY['a'], 'a')", 'true'],
    ["array_sort(ARRAY['b', NULL, 'a'])", '[a, b, null]'],
    ["from_base('ff', 16)", '255'],
    ["from_base('-Zz', 36)", '-1295'],
    ["from_base('7fffffffffffffff', 16)", '9223372036854775807'],
    ['from_base(CAST(NULL AS varchar), 16)', null],
    ["try(from_base('g', 16))", null],
    ["try(from_base('2', 2))", null],
    ["try(from_base('', 10))", null],
    ["replace('a-b', '-')", 'ab'],
    ['map_agg(eventData.uid, eventData.version)', '{uid-1=1.0}'],
    ['max_by(eventData.uid, eventTime)', 'uid-1'],
    ['approx_percentile(1.0e0, 0.5e0)', '1.0'],
    ['from_unixtime(0)', '1970-01-01 00:00:00.000 UTC'],
    ["eventTime AT TIME ZONE 'UTC'", '2026-11-20 10:00:00.000 UTC'],
    ['extract(hour FROM eventTime)', '10'],
    ["CASE WHEN eventData.uid LIKE 'uid\\_%' ESCAPE '\\' THEN 'y' ELSE 'n' END", 'n'],
    ["to_hex(sha256(to_utf8('a')))", 'CA978112CA1BBDCAFAC231B39A23DC4DA786EFF8147C4E72B9807785AFEE48BB'],
    [`url_extract_host(${URL})`, 'example.com'],
    [`url_extract_path(${URL})`, '/a/b'],
    [`url_extract_port(${URL})`, '8443'],
    [`url_extract_parameter(${URL}, 'y')`, 'a b'],
    ['transform(ARRAY[1, 2], x -> x * 2)', '[2, 4]'],
    ['any_match(ARRAY[1, 2], x -> x > 1)', 'true'],
    ['none_match(ARRAY[1, 2], x -> x > 1)', 'false'],
    ['row_number() OVER (PARTITION BY eventData.uid ORDER BY eventTime)', '1'],
    ["LISTAGG(eventData.uid, ',') WITHIN GROUP (ORDER BY eventData.uid)", 'uid-1'],
  ])('%s is %s', async (expression, expected) => {
    const value = await valueOf(expression);

    expect(value).toBe(expected);
  });
});

describe('queries of a security engineer run as they stand', () => {
  it.each([
    ["WHERE eventTime > '2026-11-20 00:00:00'", 1],
    ["WHERE eventtime >= '2026-11-20 10:00:00' AND eventtime < '2026-11-20 10:00:01'", 1],
    ["WHERE eventTime > '2026-11-20 10:00:00'", 0],
    ["WHERE eventTime > now() - interval '1' day", 1],
    ["WHERE eventTime BETWEEN timestamp '2026-11-20 00:00:00' AND timestamp '2026-11-21 00:00:00'", 1],
    ["WHERE eventData.userIdentity.principalId = 'a1b2'", 1],
    ["WHERE EVENTDATA.useridentity.PRINCIPALID = 'a1b2'", 1],
    ["WHERE eventData.eventName LIKE 'microsoft%'", 0],
    ["WHERE element_at(eventData.additionalEventData, 'text') = 'it''s'", 1],
    ["WHERE metadata.channelarn LIKE '%:channel/%' AND addendum IS NULL", 1],
  ])('%s', async (where, count) => {
    const { rows } = await lake.query(`SELECT eventID FROM ${lake.eventDataStoreId} ${where}`);

    expect(rows).toHaveLength(count);
  });

  it('joins, unions, CTEs and subqueries read the store', async () => {
    const id = lake.eventDataStoreId;

    const { rows } = await lake.query(`
      WITH writes (uid) AS (SELECT eventData.uid FROM ${id} WHERE eventData.eventName LIKE '%/WRITE')
      SELECT a.eventData.uid, count(*) FROM ${id} a JOIN writes w ON w.uid = a.eventData.uid
      WHERE a.eventData.uid IN (SELECT eventData.uid FROM "${id}") GROUP BY 1
      UNION ALL SELECT 'none', 0 ORDER BY 1`);

    expect(rows).toEqual([
      ['none', '0'],
      ['uid-1', '1'],
    ]);
  });

  it('the value at the greatest or smallest key may be NULL, but a NULL key is none', async () => {
    const extremes = `SELECT max_by(v, k), min_by(v, k) FROM (VALUES (NULL, 2), ('a', 1), ('b', NULL)) t (v, k)`;

    const { rows } = await lake.query(extremes);

    expect(rows).toEqual([[null, 'a']]);
  });

  it('a map unnests into keys and values', async () => {
    const { columns, rows } = await lake.query(
      `SELECT key, value FROM ${lake.eventDataStoreId} CROSS JOIN UNNEST(eventData.requestParameters) AS t (key, value)`,
    );

    expect(columns).toEqual(['key', 'value']);
    expect(rows).toContainEqual(['body', '{"sku":"Standard"}']);
    expect(rows).toContainEqual(['none', null]);
    expect(rows).toHaveLength(4);
  });

  it('columns are named as written, expressions by their place', async () => {
    const { columns } = await lake.query(
      `SELECT eventData.eventName, eventID AS id, count(*) AS "how many", max(eventTime), NULL, 'x'
       FROM ${lake.eventDataStoreId} GROUP BY 1, 2`,
    );

    expect(columns).toEqual(['eventName', 'id', 'how many', '_col3', '_col4', '_col5']);
  });

  it('SELECT * shows every column of Lake with its type', async () => {
    const { columns, rows } = await lake.query(`SELECT * FROM ${lake.eventDataStoreId}`);
    const row = Object.fromEntries(columns.map((name, index) => [name, rows[0]?.[index]]));

    expect(row).toEqual({
      eventversion: '1.0',
      eventcategory: 'ActivityAuditLog',
      eventtype: 'ActivityLog',
      eventid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      eventtime: '2026-11-20 10:00:00.000',
      awsregion: 'us-east-1',
      recipientaccountid: '111122223333',
      addendum: null,
      metadata: `{ingestiontime=2026-11-20T12:00:00, channelarn=${lake.channelArn}}`,
      eventdata: expect.stringContaining(
        'useridentity={type=User, principalid=a1b2, details={upn=ann@example.com}}, useragent=null',
      ) as string,
    });
  });

  it.each([
    ['a file', "SELECT * FROM '/etc/hosts'"],
    ['another store', 'SELECT * FROM 00000000-0000-0000-0000-000000000000'],
    ['another table', 'SELECT * FROM events'],
  ])('%s is no event data store', async (_, sql) => {
    await expect(lake.query(sql)).rejects.toMatchObject({ type: 'EventDataStoreNotFoundException' });
  });

  it.each([
    ['an unknown column', 'SELECT eventData.nope FROM $'],
    ['wrong syntax', 'SELECT FROM WHERE $'],
    ['writing behind a WITH', 'WITH a AS (SELECT 1) DELETE FROM $'],
  ])('%s is an invalid statement', async (_, sql) => {
    const query = lake.query(sql.replace('$', lake.eventDataStoreId));

    await expect(query).rejects.toMatchObject({ type: 'InvalidQueryStatementException' });
  });
});
