import { QueryStatementError } from '../service-error.ts';
import { refuseOtherThanSelect } from './one-select.ts';
import { writtenNames } from './select-list.ts';
import { TRINO_FUNCTIONS, type Argument } from './trino-functions.ts';
import { isKeyword, namesColumns } from './trino-keywords.ts';
import { closingParenthesis, lastOutside, splitAtCommas } from './trino-nesting.ts';
import { is, literalText, positionIn, quoteName, quoteText, tokenize, type Token } from './trino-tokens.ts';
import { translateType } from './trino-types.ts';

/** What a statement is translated against. */
export interface TranslationContext {
  /** What `now()` and its kin stand for, ms since the epoch. */
  readonly now: number;
  /** In Lake: the table of this id (a UUID) holds the events, and the id and the ARN stand without quotes. */
  readonly eventDataStore?: { readonly id: string; readonly arn: string };
  /** A column that `*` leaves out, as Athena's `$path`; also the `*` over a subselect that names it. */
  readonly hiddenColumn?: string;
}

export interface TranslatedQuery {
  readonly sql: string;
  /** Identifiers that stood in double quotes, without them. */
  readonly quotedNames: ReadonlySet<string>;
  /** Per column of the result: its name as the statement writes it, where it does. */
  readonly writtenNames: readonly (string | undefined)[];
}

const ZONED_MOMENT = /\d\s*(?:[+-]\d\d(?::?\d\d)?|Z|[A-Z][\w/]+)$/i;

/**
 * A SELECT as CloudTrail Lake (the event data store's id as table name) and Athena take it, Trino SQL, in DuckDB's.
 * Only what differs is rewritten. DuckDB stays more lenient in places: it compares some types that Trino refuses to
 * compare, a map subscript with a missing key is NULL, and GROUP BY takes an alias.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html
 * @throws {QueryStatementError} when it is not one SELECT, or holds a function or a character that Trino has not.
 */
export function trinoToDuckDb(statement: string, context: TranslationContext): TranslatedQuery {
  const tokens = tokenize(statement);
  if (is(tokens.at(-1), ';')) tokens.pop();
  refuseOtherThanSelect(statement, tokens, context.eventDataStore !== undefined);
  const quoted = tokens.filter((token) => token.kind === 'quoted');
  return {
    sql: new Translation(statement, context).translate(tokens),
    quotedNames: new Set(quoted.map((token) => token.text.slice(1, -1).replaceAll('""', '"'))),
    writtenNames: writtenNames(tokens),
  };
}

/** One step: what replaces the tokens up to (not including) `next`. */
interface Step {
  readonly sql: string;
  readonly next: number;
}

class Translation {
  readonly #statement: string;
  readonly #context: TranslationContext;
  readonly #nowText: string;

  constructor(statement: string, context: TranslationContext) {
    this.#statement = statement;
    this.#context = context;
    this.#nowText = new Date(context.now).toISOString().replace('T', ' ').replace('Z', '');
  }

  translate(tokens: readonly Token[]): string {
    const parts: string[] = [];
    for (let index = 0; index < tokens.length;) {
      const step = this.#step(tokens, index);
      parts.push(step.sql);
      index = step.next;
    }
    return parts.join(' ');
  }

  #step(tokens: readonly Token[], index: number): Step {
    const token = tokens[index] as Token;
    const asItIs = { sql: token.text, next: index + 1 };
    if (is(token, '*') && is(tokens[index - 1], 'SELECT', 'DISTINCT', 'ALL', ',', '.')) {
      return { sql: this.#allColumns(), next: index + 1 };
    }
    if (token.kind === 'store' || token.kind === 'quoted') {
      return { sql: this.#tableName(token), next: index + 1 };
    }
    const lambda = lambdaParameters(tokens, index);
    if (lambda !== undefined) return lambda;
    if (token.kind !== 'word' || is(tokens[index - 1], '.')) return asItIs;
    const moment = this.#moment(tokens, index);
    if (moment !== undefined) return moment;
    if (is(tokens[index + 1], '(')) return this.#beforeParenthesis(tokens, index) ?? asItIs;
    return asItIs;
  }

  #tableName(token: Token): string {
    const name = token.kind === 'quoted' ? token.text.slice(1, -1) : token.text;
    const { eventDataStore } = this.#context;
    if (eventDataStore !== undefined && name.toLowerCase() === eventDataStore.arn.toLowerCase()) {
      return quoteName(eventDataStore.id);
    }
    return token.kind === 'quoted' ? token.text : quoteName(name);
  }

  #allColumns(): string {
    const { hiddenColumn } = this.#context;
    return hiddenColumn === undefined ? '*' : `* NOT LIKE ${quoteText(hiddenColumn)}`;
  }

  /** `now()`, `current_timestamp` and kin, and timestamp literals with a zone. */
  #moment(tokens: readonly Token[], index: number): Step | undefined {
    const token = tokens[index] as Token;
    const next = tokens[index + 1];
    if (is(token, 'TIMESTAMP') && next?.kind === 'string') {
      const type = ZONED_MOMENT.test(literalText(next)) ? 'TIMESTAMPTZ' : 'TIMESTAMP';
      return { sql: `${type} ${next.text}`, next: index + 2 };
    }
    const literal = {
      NOW: `TIMESTAMPTZ '${this.#nowText}+00'`,
      CURRENT_TIMESTAMP: `TIMESTAMPTZ '${this.#nowText}+00'`,
      LOCALTIMESTAMP: `TIMESTAMP '${this.#nowText}'`,
      CURRENT_DATE: `DATE '${this.#nowText.slice(0, 10)}'`,
    }[token.text.toUpperCase()];
    if (literal === undefined || (is(token, 'NOW') && !is(next, '('))) return undefined;
    return {
      sql: `(${literal})`,
      next: is(next, '(') ? closingParenthesis(tokens, index + 1) + 1 : index + 1,
    };
  }

  #beforeParenthesis(tokens: readonly Token[], index: number): Step | undefined {
    const token = tokens[index] as Token;
    const close = closingParenthesis(tokens, index + 1);
    const inside = tokens.slice(index + 2, close);
    if (is(token, 'CAST', 'TRY_CAST')) return { sql: this.#cast(token, inside), next: close + 1 };
    if (is(token, 'UNNEST')) return this.#unnest(tokens, inside, close);
    if (is(token, 'LISTAGG')) return this.#listagg(tokens, inside, close);
    if (isKeyword(token) || namesColumns(tokens, index, close)) return undefined;

    const rule = TRINO_FUNCTIONS.get(token.text.toLowerCase());
    if (rule === undefined) {
      const position = positionIn(this.#statement, token.at);
      throw new QueryStatementError(
        `${position}: Function '${token.text.toLowerCase()}' not registered on the laptop`,
      );
    }
    if (typeof rule === 'function') {
      return { sql: rule(splitAtCommas(inside).map((each) => this.#argument(each))), next: close + 1 };
    }
    return rule === true ? undefined : { sql: rule, next: index + 1 };
  }

  #argument(tokens: readonly Token[]): Argument {
    const [only] = tokens;
    const sql = this.translate(tokens);
    return tokens.length === 1 && only?.kind === 'string' ? { sql, literal: literalText(only) } : { sql };
  }

  #cast(cast: Token, inside: readonly Token[]): string {
    const as = lastOutside(inside, 'AS');
    const typeTokens = inside.slice(as + 1);
    const type = translateType(typeTokens);
    const before = inside.slice(0, Math.max(as, 0));
    const value = is(before[0], 'ROW') ? this.#fieldsByPlace(before) : this.translate(before);
    const maxLength = is(typeTokens[1], '(') ? typeTokens[2]?.text : undefined;
    if (type === 'VARCHAR') {
      return maxLength === undefined
        ? `trino_varchar(${value})`
        : `left(trino_varchar(${value}), ${maxLength})`;
    }
    // In Trino a text cast to JSON is a JSON string; DuckDB's cast would parse it.
    if (type === 'JSON') return `to_json(${value})`;
    return `${cast.text}(${value} AS ${type})`;
  }

  /** CAST names the fields of a ROW by their place, so none may have a name before. */
  #fieldsByPlace(row: readonly Token[]): string {
    return `row(${this.translate(row.slice(2, -1))})`;
  }

  /** A map unnests into two columns in Trino; DuckDB only unnests lists. Two names say that it is a map. */
  #unnest(tokens: readonly Token[], inside: readonly Token[], close: number): Step {
    const value = this.translate(inside);
    let next = close + 1;
    const withOrdinality = is(tokens[next], 'WITH') && is(tokens[next + 1], 'ORDINALITY');
    if (withOrdinality) return { sql: `unnest(${value})`, next };
    if (is(tokens[next], 'AS')) next += 1;
    const names = is(tokens[next + 1], '(')
      ? splitAtCommas(tokens.slice(next + 2, closingParenthesis(tokens, next + 1)))
      : [];
    const isMap = names.length === 2 && splitAtCommas(inside).length === 1;
    const sql = isMap
      ? `(SELECT unnest(map_keys(${value})), unnest(map_values(${value})))`
      : `unnest(${value})`;
    return { sql, next: close + 1 };
  }

  #listagg(tokens: readonly Token[], inside: readonly Token[], close: number): Step {
    const value = this.translate(inside);
    if (!is(tokens[close + 1], 'WITHIN') || !is(tokens[close + 3], '(')) {
      throw new QueryStatementError('LISTAGG needs WITHIN GROUP (ORDER BY ...)');
    }
    const end = closingParenthesis(tokens, close + 3);
    const separator = splitAtCommas(inside).length === 1 ? ", ''" : '';
    const order = this.translate(tokens.slice(close + 4, end));
    return { sql: `string_agg(${value}${separator} ${order})`, next: end + 1 };
  }
}

/** `x ->` and `(k, v) ->`: DuckDB says `lambda x:`. */
function lambdaParameters(tokens: readonly Token[], index: number): Step | undefined {
  if (tokens[index]?.kind === 'word' && is(tokens[index + 1], '->')) {
    return { sql: `lambda ${tokens[index].text}:`, next: index + 2 };
  }
  if (!is(tokens[index], '(')) return undefined;
  const close = tokens.findIndex((token, at) => at > index && !(token.kind === 'word' || is(token, ',')));
  if (!is(tokens[close], ')') || !is(tokens[close + 1], '->')) return undefined;
  const names = tokens.slice(index + 1, close).map((token) => token.text);
  return { sql: `lambda ${names.join(' ')}:`, next: close + 2 };
}
