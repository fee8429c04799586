import type { Envelope } from './envelope.ts';
import type { Family, Reading } from './families/family.ts';
import type { Outcome } from './outcome.ts';
import type { Principal } from './principal.ts';
import { isHidden, REDACTED } from './rules/hidden-value.ts';
import { placeOfAddress } from './source-ip.ts';

/**
 * The principal's id stands where it stood before: when that place is hidden, another one must not be taken for it.
 */
function idAfterHiding(before: string | undefined, after: string | undefined): string | undefined {
  if (before === undefined || after === before) return before;
  return after !== undefined && isHidden(after) ? after : REDACTED;
}

function principalAfterHiding(before: Principal, after: Principal): Principal {
  return { type: before.type, id: idAfterHiding(before.id, after.id), details: after.details };
}

function outcomeAfterHiding(before: Outcome, after: Outcome): Outcome {
  return {
    result: before.result,
    httpStatus: before.httpStatus === undefined ? undefined : after.httpStatus,
    code: before.code === undefined ? undefined : (after.code ?? REDACTED),
    message: before.message === undefined ? undefined : after.message,
  };
}

/**
 * What a family reads out of a record of which something was hidden. Texts come from what is left; what the record
 * means (kind of principal, success or failure) is one of few words of ours and comes from the whole record, because
 * hiding a value must not make a person a platform, or a success a failure.
 */
export function readHidden(family: Family, before: Reading, envelope: Envelope): Reading {
  const after = family.read(envelope);
  // The address stands where it stood before: one that is hidden must not be found again at another place.
  const place = placeOfAddress(before.addresses);
  return {
    ...after,
    times: before.times,
    addresses: place === -1 ? after.addresses : [after.addresses[place]],
    principal: principalAfterHiding(before.principal, after.principal),
    outcome: outcomeAfterHiding(before.outcome, after.outcome),
  };
}
