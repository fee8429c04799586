import type { Template } from '#local/read-template.ts';
import { code, table } from './markdown.ts';
import { choiceOf } from './template-words.ts';

/** What `sam delete` leaves in the account: logical id, kind, and when the stack makes it at all. */
export function keptTable(template: Template): string {
  return table(
    ['resource', 'kind', 'made'],
    Object.entries(template.Resources)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
      .map(([id, { Type, Condition }]) => [
        code(id),
        code(Type),
        Condition === undefined ? 'always' : `when ${choiceOf(Condition)}`,
      ]),
  );
}
