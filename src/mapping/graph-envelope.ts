import type { JsonObject } from './audit-event.ts';
import { flatEnvelope, type Envelope } from './envelope.ts';
import { arrayOf, textOf } from './json-value.ts';
import { logTypeOf } from './log-types.ts';
import { graphCategoryByShape } from './record-form.ts';

/** `signInEventTypes`, and the category under which a diagnostic setting writes such sign-ins. */
export const SIGN_IN_EVENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['interactiveUser', 'SignInLogs'],
  ['nonInteractiveUser', 'NonInteractiveUserSignInLogs'],
  ['servicePrincipal', 'ServicePrincipalSignInLogs'],
  ['managedIdentity', 'ManagedIdentitySignInLogs'],
]);

function categoryOf(record: JsonObject, container: string): string | undefined {
  for (const type of arrayOf(record['signInEventTypes'])) {
    const category = SIGN_IN_EVENT_TYPES.get(textOf(type) ?? '');
    if (category !== undefined) return category;
  }
  const known = logTypeOf(container)?.category;
  if (known !== undefined) return known;
  const category = graphCategoryByShape(record);
  // Only the beta version tells the kind of a sign-in; this much stands in both.
  const isQuiet = category === 'SignInLogs' && record['isInteractive'] === false;
  return isQuiet ? 'NonInteractiveUserSignInLogs' : category;
}

/** The operation's name; Microsoft Graph leaves out what the diagnostic setting writes for sign-ins and risks. */
function operationOf(record: JsonObject, category: string | undefined): string | undefined {
  if (category?.endsWith('SignInLogs') === true) return 'Sign-in activity';
  if (category === 'UserRiskEvents') return 'User Risk Detection';
  if (category === 'RiskyUsers') return 'Risky user';
  return textOf(record['activityDisplayName']);
}

/**
 * A record of Microsoft Graph as the diagnostic setting would have written it: the same `properties`, category and
 * operation, so that both roads lead to the same reading.
 */
export function readGraphEnvelope(record: JsonObject, container: string): Envelope {
  const category = categoryOf(record, container);
  return flatEnvelope(record, {
    form: 'graph',
    time: undefined,
    operationName: operationOf(record, category),
    category,
  });
}
