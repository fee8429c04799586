const UNITS = {
  millisecond: 'to_milliseconds(n)',
  second: 'to_seconds(n)',
  minute: 'to_minutes(n)',
  hour: 'to_hours(n)',
  day: 'to_days(CAST(n AS INTEGER))',
  week: 'to_weeks(CAST(n AS INTEGER))',
  month: 'to_months(CAST(n AS INTEGER))',
  quarter: 'to_months(CAST(3 * n AS INTEGER))',
  year: 'to_years(CAST(n AS INTEGER))',
};
const unitCases = Object.entries(UNITS)
  .map(([unit, interval]) => `WHEN '${unit}' THEN ${interval}`)
  .join(' ');

/** Scheme, host, port, path, query and fragment of a URL (RFC 3986, appendix B); a group that is empty is NULL. */
const URL_PARTS = String.raw`^(?:([^:/?#]+):)?(?://(?:[^/?#@]*@)?([^/?#:]*)(?::(\d+))?)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?`;
const urlPart = (name: string, group: number): string =>
  `trino_url_extract_${name}(url) AS regexp_extract(url, '${URL_PARTS}', ${group})`;

/** Text of a moment as Trino casts it: milliseconds always there. */
const MOMENT_TEXT = "'%Y-%m-%d %H:%M:%S.%g'";

const MACROS = [
  // DuckDB's element_at gives a list; its subscript gives the value, or NULL for a missing key or index.
  'trino_element_at(container, k) AS container[k]',
  // A NULL replacement leaves NULLs out, as Trino does without one.
  `trino_array_join(a, separator) AS array_to_string(a, separator),
     (a, separator, null_text) AS array_to_string(list_transform(a, lambda e: coalesce(CAST(e AS VARCHAR), null_text)), separator)`,
  'trino_array_position(a, e) AS coalesce(list_position(a, e), 0)',
  // NULLs come last in Trino.
  `trino_array_sort(a) AS list_sort(a, 'ASC', 'NULLS LAST')`,
  // cardinality takes maps and arrays; only JSON functions of DuckDB bind to both.
  `trino_cardinality(container) AS CASE WHEN typeof(container) LIKE 'MAP(%'
     THEN len(json_keys(to_json(container))) ELSE json_array_length(to_json(container)) END`,
  `trino_date_add(unit, n, moment) AS moment + CASE lower(unit) ${unitCases}
     ELSE error('''' || unit || ''' is not a valid Timestamp field') END`,
  // Digits 0-9 and a-z in either letter case, with or without a sign.
  `trino_from_base(t, radix) AS CASE WHEN t IS NULL OR radix IS NULL THEN NULL
     WHEN regexp_matches(lower(t), '^[+-]?[0-9a-z]+$')
       AND list_bool_and([strpos('0123456789abcdefghijklmnopqrstuvwxyz', c) <= radix
         FOR c IN string_split(ltrim(lower(t), '+-'), '')])
     THEN CASE WHEN starts_with(t, '-') THEN -1 ELSE 1 END * list_reduce(
       [CAST(strpos('0123456789abcdefghijklmnopqrstuvwxyz', c) - 1 AS BIGINT)
         FOR c IN string_split(ltrim(lower(t), '+-'), '')], lambda a, b: a * radix + b)
     ELSE CAST('Not a valid base-' || radix || ' number: ' || t AS BIGINT) END`,
  'trino_from_iso8601_date(t) AS CAST(t AS DATE)',
  'trino_from_iso8601_timestamp(t) AS CAST(t AS TIMESTAMPTZ)',
  `trino_to_iso8601(moment) AS CASE typeof(moment) WHEN 'DATE' THEN CAST(moment AS VARCHAR)
     WHEN 'TIMESTAMP' THEN strftime(TRY_CAST(CAST(moment AS VARCHAR) AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%g')
     ELSE strftime(TRY_CAST(CAST(moment AS VARCHAR) AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ') END`,
  'trino_millisecond(moment) AS millisecond(moment) % 1000',
  // Text that is not JSON gives NULL in Trino and an error in DuckDB.
  `trino_json_extract(j, p) AS CASE WHEN json_valid(CAST(j AS VARCHAR)) THEN json_extract(CAST(j AS VARCHAR), p) END`,
  `trino_json_extract_scalar(j, p) AS CASE WHEN json_valid(CAST(j AS VARCHAR)) THEN
     CASE WHEN json_type(CAST(j AS VARCHAR), p) IN ('OBJECT', 'ARRAY') THEN NULL
     ELSE json_extract_string(CAST(j AS VARCHAR), p) END END`,
  `trino_json_array_length(j) AS CASE WHEN json_valid(CAST(j AS VARCHAR)) THEN
     CASE WHEN json_type(CAST(j AS VARCHAR)) = 'ARRAY' THEN json_array_length(CAST(j AS VARCHAR)) END END`,
  'trino_json_parse(t) AS CAST(t AS JSON)',
  'trino_json_format(j) AS CAST(CAST(j AS JSON) AS VARCHAR)',
  'trino_map_agg(k, v) AS map_from_entries(list(row(k, v)))',
  'trino_md5(bytes) AS unhex(md5(bytes))',
  'trino_sha256(bytes) AS unhex(sha256(bytes))',
  'trino_regexp_count(t, p) AS len(regexp_extract_all(t, p))',
  // No match is NULL in Trino and an empty string in DuckDB.
  `trino_regexp_extract(t, p) AS CASE WHEN regexp_matches(t, p) THEN regexp_extract(t, p) END,
     (t, p, g) AS CASE WHEN regexp_matches(t, p) THEN regexp_extract(t, p, g) END`,
  // Trino replaces every match and names groups $1; DuckDB replaces the first and says \1.
  String.raw`trino_regexp_replace(t, p) AS regexp_replace(t, p, '', 'g'),
     (t, p, r) AS regexp_replace(t, p, regexp_replace(r, '\$(\d)', '\\\1', 'g'), 'g')`,
  'trino_slice(a, first, n) AS list_slice(a, first, first + n - 1)',
  'trino_split_part(t, delimiter, n) AS string_split(t, delimiter)[n]',
  `trino_varchar(value) AS CASE typeof(value)
     WHEN 'TIMESTAMP' THEN strftime(TRY_CAST(CAST(value AS VARCHAR) AS TIMESTAMP), ${MOMENT_TEXT})
     WHEN 'TIMESTAMP WITH TIME ZONE' THEN strftime(TRY_CAST(CAST(value AS VARCHAR) AS TIMESTAMP), ${MOMENT_TEXT}) || ' UTC'
     WHEN 'JSON' THEN json_extract_string(CAST(value AS VARCHAR), '$')
     ELSE CAST(value AS VARCHAR) END`,
  urlPart('protocol', 1),
  urlPart('host', 2),
  `trino_url_extract_port(url) AS TRY_CAST(regexp_extract(url, '${URL_PARTS}', 3) AS BIGINT)`,
  urlPart('path', 4),
  urlPart('query', 5),
  urlPart('fragment', 6),
  `trino_url_extract_parameter(url, name) AS
     url_decode(nullif(regexp_extract('&' || regexp_extract(url, '${URL_PARTS}', 5), '&' || name || '=([^&]*)', 1), ''))`,
];

/**
 * Makes Trino's functions that differ from DuckDB's, under the names that `trino-functions.ts` maps them to. One
 * statement each, to be run before queries; running them again changes nothing.
 */
export const TRINO_MACROS: readonly string[] = MACROS.map((macro) => `CREATE OR REPLACE MACRO ${macro}`);
