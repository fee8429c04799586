import { trinoToDuckDb } from '#local/trino/trino-to-duckdb.ts';

const ID = '1e2d3c4b-a596-4788-9aab-bccddeeff001';
const ARN = `arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/${ID}`;
const now = Date.UTC(2026, 10, 20, 10, 0, 0, 5);
const context = { now, eventDataStore: { id: ID, arn: ARN } };
const NOW = "(TIMESTAMPTZ '2026-11-20 10:00:00.005+00')";

/** One space between tokens, so that the tables below can be read. */
const squeeze = (sql: string): string => sql.replace(/\s+/g, ' ').trim();

describe('what differs from DuckDB is rewritten', () => {
  it.each([
    ['an unquoted id, also one that begins like a number', `SELECT 1 FROM ${ID}`, `SELECT 1 FROM "${ID}"`],
    ['an id in capitals', `SELECT 1 FROM ${ID.toUpperCase()}`, `SELECT 1 FROM "${ID.toUpperCase()}"`],
    ['a quoted id', `SELECT 1 FROM "${ID}"`, `SELECT 1 FROM "${ID}"`],
    ['the whole ARN', `SELECT 1 FROM ${ARN}`, `SELECT 1 FROM "${ID}"`],
    ['the whole ARN in quotes', `SELECT 1 FROM "${ARN}" t`, `SELECT 1 FROM "${ID}" t`],
    ['the ARN of another store', `SELECT 1 FROM ${ARN.replace('1111', '9999')}`, /FROM "arn:[^"]*9999/],
    ['an id before a column', `SELECT ${ID}.eventid FROM ${ID}`, `SELECT "${ID}" . eventid FROM "${ID}"`],
    ['an id inside a string', `SELECT 'FROM ${ID}'`, `SELECT 'FROM ${ID}'`],
    ['an id inside a comment', `SELECT 1 -- FROM ${ID}\n FROM ${ID}`, `SELECT 1 FROM "${ID}"`],
    ['a block comment', `SELECT /* ' */ 1`, 'SELECT 1'],
    ['a quote in a string', "SELECT 'it''s now()'", "SELECT 'it''s now()'"],
    ['a final semicolon', 'SELECT 1;', 'SELECT 1'],
    ['now()', 'SELECT now()', `SELECT ${NOW}`],
    ['current_timestamp', 'SELECT current_timestamp, current_timestamp(3)', `SELECT ${NOW} , ${NOW}`],
    ['current_date', 'SELECT current_date', "SELECT (DATE '2026-11-20')"],
    ['a column called now', 'SELECT t.now FROM x t', 'SELECT t . now FROM x t'],
    [
      'a timestamp literal',
      "SELECT timestamp '2026-11-20 00:00:00'",
      "SELECT TIMESTAMP '2026-11-20 00:00:00'",
    ],
    ['one with a zone', "SELECT timestamp '2026-11-20 01:00:00 UTC'", /TIMESTAMPTZ '2026/],
    ['one with an offset', "SELECT timestamp '2026-11-20 01:00:00 +02:00'", /TIMESTAMPTZ '2026/],
    ['a renamed function', "SELECT regexp_like(a, 'b')", "SELECT regexp_matches ( a , 'b' )"],
    ['any letter case', "SELECT Element_At(m, 'k')", "SELECT trino_element_at ( m , 'k' )"],
    ['approx_distinct', 'SELECT approx_distinct(a)', 'SELECT count(DISTINCT a)'],
    [
      'a nested call',
      'SELECT approx_distinct(element_at(m, 1))',
      /count\(DISTINCT trino_element_at \( m , 1 \)\)/,
    ],
    [
      'a MySQL date format',
      "SELECT date_format(t, '%Y-%m-%d %H:%i:%s')",
      /strftime\(t, '%Y-%m-%d %H:%M:%S'\)/,
    ],
    ['a Joda date format', "SELECT format_datetime(t, 'yyyy-MM-dd''T''HH')", /strftime\(t, '%Y-%m-%dT%H'\)/],
    ['a bracketed JSON path', `SELECT json_extract_scalar(j, '$["a b"].c')`, /'\$\."a b"\.c'/],
    ['CAST to an array', 'SELECT CAST(j AS ARRAY(VARCHAR))', 'SELECT CAST(j AS VARCHAR[])'],
    ['CAST to a map', 'SELECT CAST(j AS MAP(VARCHAR, ARRAY(BIGINT)))', /MAP\(VARCHAR, BIGINT\[\]\)/],
    ['CAST to a row', 'SELECT CAST(j AS ROW(a VARCHAR, b BIGINT))', /STRUCT\(a VARCHAR, b BIGINT\)/],
    ['CAST to a precise timestamp', 'SELECT CAST(a AS timestamp(3))', 'SELECT CAST(a AS TIMESTAMP)'],
    ['CAST to text', 'SELECT CAST(a AS varchar)', 'SELECT trino_varchar(a)'],
    ['CAST to clipped text', 'SELECT CAST(a AS varchar(3))', 'SELECT left(trino_varchar(a), 3)'],
    ['TRY_CAST', 'SELECT try_cast(a AS bigint)', 'SELECT try_cast(a AS BIGINT)'],
    ['a lambda', 'SELECT transform(a, x -> x + 1)', 'SELECT list_transform ( a , lambda x: x + 1 )'],
    ['a lambda of two', 'SELECT transform(a, (x, i) -> i)', 'SELECT list_transform ( a , lambda x , i: i )'],
    [
      'UNNEST of a map',
      'SELECT k FROM x CROSS JOIN UNNEST(m) AS t(k, v)',
      /unnest\(map_keys\(m\)\).*AS t \( k , v \)/,
    ],
    ['UNNEST of an array', 'SELECT e FROM x CROSS JOIN UNNEST(a) AS t(e)', /JOIN unnest\(a\) AS t \( e \)/],
    ['LISTAGG', "SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b)", "SELECT string_agg(a , ',' ORDER BY b)"],
    ['concat', 'SELECT concat(a, b)', 'SELECT (a || b)'],
  ])('%s', (_, trino, expected) => {
    const { sql } = trinoToDuckDb(trino, context);

    if (typeof expected === 'string') expect(squeeze(sql)).toBe(expected);
    else expect(squeeze(sql)).toMatch(expected);
  });

  it.each([
    ['names for columns are no call', 'SELECT a FROM (VALUES (1)) t(a)'],
    ['names after AS are no call', 'SELECT a FROM (VALUES (1)) AS t (a)'],
    ['names in WITH are no call', 'WITH t (a) AS (SELECT 1), u (b) AS (SELECT 2) SELECT a, b FROM t, u'],
    ['FILTER and OVER are no calls', 'SELECT count(*) FILTER (WHERE a > 1) OVER (PARTITION BY b) FROM x'],
    ['IN, EXISTS and VALUES are no calls', 'SELECT 1 WHERE 1 IN (1, 2) AND EXISTS (SELECT 1)'],
  ])('%s', (_, trino) => {
    const { sql } = trinoToDuckDb(trino, context);

    expect(squeeze(sql).replaceAll(' ', '')).toBe(trino.replaceAll(' ', ''));
  });
});

describe('what Lake would refuse is refused', () => {
  it.each([
    ['another verb', 'DROP TABLE x', /Only a SELECT/],
    ['SHOW', 'SHOW TABLES', /Only a SELECT/],
    ['nothing', '  -- nothing\n', /Only a SELECT/],
    ['two statements', 'SELECT 1; SELECT 2', /line 1:9: mismatched input ';'/],
    ['an unknown function', 'SELECT\n  foo(1)', /line 2:3: Function 'foo' not registered/],
    ["DuckDB's file functions", "SELECT * FROM read_csv('x')", /'read_csv' not registered/],
    ["DuckDB's settings", 'SELECT * FROM duckdb_settings()', /mismatched input|not registered/],
    ["DuckDB's catalog", 'SELECT * FROM information_schema.tables', /mismatched input 'information_schema'/],
    ["DuckDB's cast", "SELECT '1'::int", /mismatched input ':'/],
    ["DuckDB's struct literal", "SELECT {'a': 1}", /mismatched input '\{'/],
    ['ILIKE', "SELECT 'a' ILIKE 'A'", /mismatched input 'ILIKE'/],
    ['an unclosed string', "SELECT 'a", /line 1:8: mismatched input '''/],
    ['an unclosed parenthesis', 'SELECT count(', /Expecting: '\)'/],
    ['an unknown type', 'SELECT CAST(a AS nope)', /Unknown type: nope/],
    ['an unknown date format', "SELECT date_format(t, '%q')", /Date format %q not supported/],
  ])('%s', (_, trino, message) => {
    expect(() => trinoToDuckDb(trino, context)).toThrow(message);
  });
});

describe('a table that is no event data store', () => {
  const athena = { now, hiddenColumn: '$path' };

  it.each([
    ['a star without the hidden column', 'SELECT * FROM events', "SELECT * NOT LIKE '$path' FROM events"],
    ['every star of a list', 'SELECT a, e.*, * FROM events e', /a , e \. \* NOT LIKE '\$path' , \* NOT LIKE/],
    ['no star that counts', 'SELECT count(*) FROM events', 'SELECT count ( * ) FROM events'],
    ['no star that multiplies', 'SELECT a * 2, (3) * b FROM events', 'SELECT a * 2 , ( 3 ) * b FROM events'],
    [
      'the hidden column by its name',
      'SELECT "$path" FROM crosstrail.events',
      /"\$path" FROM crosstrail \. events/,
    ],
  ])('%s', (_, trino, expected) => {
    const { sql } = trinoToDuckDb(trino, athena);

    if (typeof expected === 'string') expect(squeeze(sql)).toBe(expected);
    else expect(squeeze(sql)).toMatch(expected);
  });

  it('needs quotes around an id', () => {
    expect(() => trinoToDuckDb(`SELECT 1 FROM ${ID}`, athena)).toThrow(`mismatched input '${ID}'`);
    expect(squeeze(trinoToDuckDb(`SELECT 1 FROM "aws:cloudtrail"."${ID}"`, athena).sql)).toContain(
      `. "${ID}"`,
    );
  });
});
