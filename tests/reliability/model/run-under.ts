import type { Run } from '../in-process/deployment.ts';
import type { BoundaryCall, Exposure } from '../in-process/instance.ts';
import type { Conditions } from './command.ts';

/** What an SDK throws when the service answers 500, in the words of each. */
function serviceError(call: BoundaryCall): Error {
  return Object.assign(new Error(`${call} failed`), {
    name: 'InternalServerError',
    code: 'InternalError',
    statusCode: 500,
    $metadata: { httpStatusCode: 500 },
  });
}

/** An invocation under conditions; `turn` decides when its calls go on. */
export function runUnder({ mishap, looks }: Conditions, turn: Exposure['turn']): Run {
  let calls = 0;
  let looked = 0;
  const fateOf: Exposure['fateOf'] = (name) => {
    calls += 1;
    if (mishap === undefined || calls !== mishap.at) return undefined;
    return { when: mishap.when, error: mishap.crash ? undefined : serviceError(name) };
  };
  const remainingMs = (): number => {
    looked += 1;
    return looked > looks ? 1_000 : 900_000;
  };
  return { exposure: { fateOf, turn }, remainingMs };
}
