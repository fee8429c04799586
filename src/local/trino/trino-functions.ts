import { jodaToStrftime, mysqlToStrftime } from './trino-formats.ts';
import { quoteText } from './trino-tokens.ts';

/** One argument of a call, already translated; `literal` is its value when it is a plain string literal. */
export interface Argument {
  readonly sql: string;
  readonly literal?: string;
}

/**
 * How a Trino function is said in DuckDB: `true` the same; a string: another name (a macro of `trino-macros.ts` or a
 * function of DuckDB), same arguments; a function: the arguments are rewritten.
 */
export type FunctionRule = true | string | ((args: readonly Argument[]) => string);

const list = (args: readonly Argument[]): string => args.map((each) => each.sql).join(', ');

/** Trino's greatest, least and concat give NULL when one argument is NULL; DuckDB's skip it. */
const nullWhenAnyIsNull =
  (name: string): FunctionRule =>
  (args) =>
    `CASE WHEN ${args.map((each) => `${each.sql} IS NULL`).join(' OR ')} THEN NULL ELSE ${name}(${list(args)}) END`;

const withFormat =
  (name: string, translate: (format: string) => string): FunctionRule =>
  ([value, format, ...rest]) => {
    const strftime = format?.literal === undefined ? format?.sql : quoteText(translate(format.literal));
    return `${name}(${[value?.sql, strftime, ...rest.map((each) => each.sql)].join(', ')})`;
  };

/** `$["a b"]` and `$['a b']` are Trino's; DuckDB says `$."a b"`. */
const withJsonPath =
  (name: string): FunctionRule =>
  ([json, path, ...rest]) => {
    const text = path?.literal?.replace(/\[(["'])(.*?)\1\]/g, '."$2"');
    const duckPath = text === undefined ? path?.sql : quoteText(text);
    return `${name}(${[json?.sql, duckPath, ...rest.map((each) => each.sql)].join(', ')})`;
  };

const overEach =
  (name: string, whenEmpty: boolean): FunctionRule =>
  (args) =>
    `coalesce(${name}(list_transform(${list(args)})), ${whenEmpty})`;

const SAME =
  // Aggregates and windows
  'count sum avg min max count_if array_agg arbitrary any_value bool_and bool_or histogram ' +
  'stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp ' +
  'row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value ' +
  // Conditions and casts
  'coalesce nullif try map ' +
  // Text
  'length lower upper trim ltrim rtrim reverse strpos position starts_with lpad rpad chr translate ' +
  'substr substring concat_ws to_base64 from_base64 regexp_extract_all extract ' +
  // Numbers
  'abs ceil ceiling floor round sqrt cbrt power pow mod sign ln log2 log10 exp pi random ' +
  // Dates
  'date_trunc year quarter month day hour minute second date ' +
  // Arrays and maps
  'map_keys map_values map_entries map_concat map_from_entries flatten uuid grouping';

const OTHER_NAMES: Readonly<Record<string, string>> = {
  // Exact instead of approximate, as approx_distinct below.
  approx_percentile: 'quantile_disc',
  array_distinct: 'list_distinct',
  array_intersect: 'list_intersect',
  array_join: 'trino_array_join',
  array_max: 'list_max',
  array_min: 'list_min',
  array_position: 'trino_array_position',
  array_sort: 'trino_array_sort',
  cardinality: 'trino_cardinality',
  codepoint: 'unicode',
  contains: 'list_contains',
  date_add: 'trino_date_add',
  // Trino counts whole units that passed, as DuckDB's date_sub; DuckDB's date_diff counts boundaries crossed.
  date_diff: 'date_sub',
  day_of_month: 'dayofmonth',
  day_of_week: 'isodow',
  day_of_year: 'dayofyear',
  dow: 'isodow',
  doy: 'dayofyear',
  element_at: 'trino_element_at',
  every: 'bool_and',
  filter: 'list_filter',
  format: 'printf',
  from_base: 'trino_from_base',
  from_hex: 'unhex',
  from_iso8601_date: 'trino_from_iso8601_date',
  from_iso8601_timestamp: 'trino_from_iso8601_timestamp',
  from_unixtime: 'to_timestamp',
  from_utf8: 'decode',
  json_array_length: 'trino_json_array_length',
  json_format: 'trino_json_format',
  json_parse: 'trino_json_parse',
  last_day_of_month: 'last_day',
  levenshtein_distance: 'levenshtein',
  map_agg: 'trino_map_agg',
  // Trino answers NULL when the value at the extreme is NULL; DuckDB's max_by passes over such rows.
  max_by: 'arg_max_null',
  md5: 'trino_md5',
  millisecond: 'trino_millisecond',
  min_by: 'arg_min_null',
  rand: 'random',
  regexp_count: 'trino_regexp_count',
  regexp_extract: 'trino_regexp_extract',
  regexp_like: 'regexp_matches',
  regexp_replace: 'trino_regexp_replace',
  regexp_split: 'regexp_split_to_array',
  sequence: 'generate_series',
  sha256: 'trino_sha256',
  slice: 'trino_slice',
  split: 'string_split',
  split_part: 'trino_split_part',
  to_hex: 'hex',
  to_iso8601: 'trino_to_iso8601',
  to_unixtime: 'epoch',
  to_utf8: 'encode',
  transform: 'list_transform',
  truncate: 'trunc',
  url_decode: 'url_decode',
  url_encode: 'url_encode',
  url_extract_fragment: 'trino_url_extract_fragment',
  url_extract_host: 'trino_url_extract_host',
  url_extract_parameter: 'trino_url_extract_parameter',
  url_extract_path: 'trino_url_extract_path',
  url_extract_port: 'trino_url_extract_port',
  url_extract_protocol: 'trino_url_extract_protocol',
  url_extract_query: 'trino_url_extract_query',
  week: 'weekofyear',
  week_of_year: 'weekofyear',
  year_of_week: 'isoyear',
  yow: 'isoyear',
};

const REWRITTEN: Readonly<Record<string, FunctionRule>> = {
  all_match: overEach('list_bool_and', true),
  any_match: overEach('list_bool_or', false),
  none_match: (args) => `NOT coalesce(list_bool_or(list_transform(${list(args)})), false)`,
  // Exact instead of approximate: an estimate within 2.3 % of a small local store would only puzzle.
  approx_distinct: ([value]) => `count(DISTINCT ${value?.sql ?? ''})`,
  at_timezone: ([moment, zone]) => `timezone(${zone?.sql ?? ''}, ${moment?.sql ?? ''})`,
  concat: (args) => `(${args.map((each) => each.sql).join(' || ')})`,
  date_format: withFormat('strftime', mysqlToStrftime),
  date_parse: withFormat('strptime', mysqlToStrftime),
  format_datetime: withFormat('strftime', jodaToStrftime),
  greatest: nullWhenAnyIsNull('greatest'),
  if: (args) => (args.length === 2 ? `if(${list(args)}, NULL)` : `if(${list(args)})`),
  json_extract: withJsonPath('trino_json_extract'),
  json_extract_scalar: withJsonPath('trino_json_extract_scalar'),
  least: nullWhenAnyIsNull('least'),
  parse_datetime: withFormat('strptime', jodaToStrftime),
  // Anonymous fields are called field0, field1... in Athena's answers; DuckDB leaves them without a name.
  row: (args) => `struct_pack(${args.map((each, index) => `field${index} := ${each.sql}`).join(', ')})`,
  replace: (args) => (args.length === 2 ? `replace(${list(args)}, '')` : `replace(${list(args)})`),
};

/**
 * The functions of Trino that the local cloud knows, by lower-case name. A name that is missing is refused, DuckDB's
 * own functions included: a query that runs here should run in Lake.
 * https://trino.io/docs/current/functions/list.html
 */
export const TRINO_FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map<string, FunctionRule>([
  ...SAME.split(' ').map((name): [string, FunctionRule] => [name, true]),
  ...Object.entries(OTHER_NAMES),
  ...Object.entries(REWRITTEN),
]);
