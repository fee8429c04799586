import { QueryStatementError } from '../service-error.ts';

/** Format letters of `date_format` and `date_parse`, to strftime. https://trino.io/docs/current/functions/datetime.html#mysql-date-functions */
const MYSQL_LETTERS: Readonly<Record<string, string>> = {
  a: '%a',
  b: '%b',
  c: '%-m',
  d: '%d',
  e: '%-d',
  f: '%f',
  H: '%H',
  h: '%I',
  I: '%I',
  i: '%M',
  j: '%j',
  k: '%-H',
  l: '%-I',
  M: '%B',
  m: '%m',
  p: '%p',
  r: '%I:%M:%S %p',
  S: '%S',
  s: '%S',
  T: '%H:%M:%S',
  v: '%V',
  W: '%A',
  x: '%G',
  Y: '%Y',
  y: '%y',
  '%': '%%',
};

/** Format runs of `format_datetime` and `parse_datetime` (Joda), to strftime. https://www.joda.org/joda-time/key_format.html */
const JODA_RUNS: Readonly<Record<string, string>> = {
  y: '%Y',
  yy: '%y',
  yyyy: '%Y',
  YYYY: '%Y',
  xxxx: '%G',
  ww: '%V',
  e: '%u',
  E: '%a',
  EEE: '%a',
  EEEE: '%A',
  D: '%-j',
  DDD: '%j',
  M: '%-m',
  MM: '%m',
  MMM: '%b',
  MMMM: '%B',
  d: '%-d',
  dd: '%d',
  a: '%p',
  h: '%-I',
  hh: '%I',
  H: '%-H',
  HH: '%H',
  m: '%-M',
  mm: '%M',
  s: '%-S',
  ss: '%S',
  SSS: '%g',
};

/**
 * A MySQL format as strftime.
 * @throws {QueryStatementError} on a letter that Trino has and this stand-in has not.
 */
export function mysqlToStrftime(format: string): string {
  return format.replace(/%([^])/g, (_, letter: string) => {
    const known = MYSQL_LETTERS[letter];
    if (known === undefined) throw new QueryStatementError(`Date format %${letter} not supported`);
    return known;
  });
}

/**
 * A Joda format as strftime; text in single quotes stands for itself.
 * @throws {QueryStatementError} on letters that Trino has and this stand-in has not.
 */
export function jodaToStrftime(format: string): string {
  return format.replace(/'([^']*)'|([A-Za-z])\2*|%/g, (run: string, quoted: string | undefined) => {
    if (run === '%') return '%%';
    if (quoted !== undefined) return quoted === '' ? "'" : quoted.replaceAll('%', '%%');
    const known = JODA_RUNS[run];
    if (known === undefined) throw new QueryStatementError(`Date format ${run} not supported`);
    return known;
  });
}
