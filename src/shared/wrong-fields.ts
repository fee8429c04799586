import * as v from 'valibot';

/**
 * The fields of a message that are wrong or missing, for an error. Members that the schema does not know are counted and
 * not named: their names are content of whoever wrote the message.
 */
export function wrongFields(issues: readonly v.BaseIssue<unknown>[]): string {
  const unknown = issues.filter(({ expected }) => expected === 'never').length;
  const known = issues
    .filter(({ expected }) => expected !== 'never')
    .map((issue) => v.getDotPath(issue) ?? '(message)');
  return [...known, ...(unknown === 0 ? [] : [`${unknown} unknown`])].join(', ');
}
