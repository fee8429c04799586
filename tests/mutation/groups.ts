/** Modules that are mutated together. */
export interface Group {
  /** Source files. */
  readonly mutate: readonly string[];
  /** The tests that hold them: fast ones, so that a mutant is judged in a second. */
  readonly tests: readonly string[];
}

/** What decides whether anything is lost or repeated. */
export const GROUPS: Readonly<Record<string, Group>> = {
  framing: {
    mutate: ['src/shared/framing/*.ts'],
    tests: ['tests/shared/framing/{frame-records,envelope,oversize}.test.ts'],
  },
  offsets: {
    mutate: [
      'src/processor/{process-range,framed-window,window-settler,settle}.ts',
      'src/shared/ranges/{decide-ranges,enqueue-grown,range,tail}.ts',
    ],
    tests: [
      'tests/processor/{settle,process-range,open-window,window-settler}.test.ts',
      'tests/shared/ranges/*.test.ts',
    ],
  },
  batching: {
    mutate: ['src/shared/destinations/{pack-requests,request-pace}.ts'],
    tests: ['tests/shared/destinations/{pack-requests,request-pace}.test.ts'],
  },
  retry: {
    mutate: [
      'src/shared/destinations/{cloudtrail-lake,lake-answer,judge-answer}.ts',
      'src/shared/aws/failed-answer.ts',
      'src/shared/retry-after.ts',
      'src/processor/retry-delay.ts',
    ],
    tests: [
      'tests/shared/destinations/{cloudtrail-lake-patience,lake-answer,judge-answer}.test.ts',
      'tests/shared/aws/failed-answer.test.ts',
      'tests/shared/retry-after.test.ts',
      'tests/processor/retry-delay.test.ts',
    ],
  },
  checkpoints: {
    mutate: [
      'src/shared/checkpoints/{checkpoint,checkpoint-item,checkpoint-keys,checkpoint-store}.ts',
      'src/shared/checkpoints/{watermark-store,was-repeated,backfill-position}.ts',
    ],
    tests: ['tests/shared/checkpoints/*.test.ts'],
  },
};

/** Environment variable that says which group a run of Stryker is for. */
export const GROUP_VARIABLE = 'CROSSTRAIL_MUTATION_GROUP';

/** The group of this run. Throws when there is none. */
export function currentGroup(): Group & { readonly name: string } {
  const name = process.env[GROUP_VARIABLE] ?? '';
  const group = GROUPS[name];
  if (group === undefined) throw new Error(`${GROUP_VARIABLE} names no group: ${name}`);
  return { name, ...group };
}
