import { ACCESS_CASES } from './access.ts';
import { ACTIVITY_CASES } from './activity.ts';
import type { QueryCase } from './case.ts';
import { DELIVERY_CASES } from './delivery.ts';
import { SIGN_IN_CASES } from './sign-ins.ts';

/** One case for each query. */
export const CASES: readonly QueryCase[] = [
  ...ACTIVITY_CASES,
  ...ACCESS_CASES,
  ...SIGN_IN_CASES,
  ...DELIVERY_CASES,
];
