import { createHmac } from 'node:crypto';
import type { RecordRules } from '#mapping/rules/record-rules.ts';
import { KEY, rulesOf } from '../../mapping/rules/rules.ts';

/** Rules of a deployment, and what an onlooker knows of them without the code that carries them out. */
export interface WatchedRules {
  readonly rules: RecordRules;
  /** True for a record that must be delivered nowhere. */
  readonly leavesOut: (record: Buffer) => boolean;
  /** What must stand in no event and no reject. */
  readonly hidden: string | undefined;
  /** UID of a record of which something is hidden. */
  readonly uidOf: (record: Buffer) => string;
}

/** Policy records are left out, and the resource is redacted. */
export const POLICY_LEFT_OUT: WatchedRules = {
  rules: rulesOf({ exclude: 'category:Policy', redact: 'resourceId' }),
  leavesOut: (record) => record.includes('"category": "Policy"') && record.at(-1) === 0x7d,
  hidden: 'RESOURCEGROUPS/RG',
  uidOf: (record) => `hmac-sha256:${createHmac('sha256', KEY).update(record).digest('hex')}`,
};

export const NO_WATCHED_RULES: WatchedRules = {
  rules: {},
  leavesOut: () => false,
  hidden: undefined,
  uidOf: () => '',
};
