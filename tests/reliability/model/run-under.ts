import { ENOUGH_MS, type Run } from '../in-process/deployment.ts';
import type { Exposure } from '../in-process/instance.ts';
import { serviceError } from '../in-process/service-error.ts';
import type { Conditions } from './command.ts';

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
    return looked > looks ? 1_000 : ENOUGH_MS;
  };
  return { exposure: { fateOf, turn }, remainingMs };
}
