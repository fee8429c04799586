import type { Template } from '#local/read-template.ts';
import { code, table } from './markdown.ts';
import { choiceOf } from './template-words.ts';

/** What `sam delete` leaves in the account: logical id, kind, when the stack makes it, and what a failed first try leaves. */
export function keptTable(template: Template): string {
  return table(
    ['resource', 'kind', 'made', 'left by a first deployment that fails'],
    Object.entries(template.Resources)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain') === true)
      .map(([id, { Type, Condition, DeletionPolicy }]) => [
        code(id),
        code(Type),
        Condition === undefined ? 'always' : `when ${choiceOf(Condition)}`,
        DeletionPolicy === 'RetainExceptOnCreate' ? 'no' : 'yes',
      ]),
  );
}
