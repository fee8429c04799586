import type { QueryFile } from '#cli/query-file.ts';

/** The bound of every query, and how many days it looks back. */
const BOUND = /eventTime >=? (?<start>date_add\('day', -\d+, (?:now\(\)|current_date)\))/g;

/** Most rows of a widget's table. */
const WIDGET_ROWS = 100;

/** A widget of a CloudTrail Lake dashboard, without how it looks. */
export interface WidgetQuery {
  readonly statement: string;
  /** What the question marks stand for, in their order. */
  readonly parameters: readonly string[];
}

/** A query for Athena: beside its bound stands one on the partition column, so that only the days asked for are read. */
export function athenaQuery({ statement }: QueryFile): string {
  return statement.replace(
    BOUND,
    (bound, start: string) => `day >= date_format(${start}, '%Y-%m-%d')\n  AND ${bound}`,
  );
}

/**
 * A query for a dashboard, whose reader chooses the time: a question mark stands in quotes beside eventTime.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-widget-properties.html
 */
export function widgetQuery({ statement }: QueryFile): WidgetQuery {
  const bare = statement.replace(/^ *--.*\n/gm, '').replace(BOUND, "eventTime > '?' AND eventTime < '?'");
  const perPeriod = bare.includes("date_trunc('day', ");
  return {
    statement: perPeriod
      ? bare.replace("date_trunc('day', ", "date_trunc('?', ")
      : `${bare}\nLIMIT ${WIDGET_ROWS}`,
    parameters: [...(perPeriod ? ['$Period$'] : []), '$StartTime$', '$EndTime$'],
  };
}
