import { readdir, readFile } from 'node:fs/promises';

/**
 * Every defect known of the reference, aws-samples/aws-cloudtrail-lake-analyze-azure-audit-logs at 2b7dc41: a Lambda
 * that lists blobs (A), one that processes them (P), and a template (T). For each id a test of this folder, named
 * after it, shows that Crosstrail does not have it.
 */
const DEFECTS: Readonly<Record<string, string>> = {
  // lost-data.test.ts
  L1: 'A: the watermark is the time after listing, by the clock of AWS; what is appended meanwhile is missed',
  L2: 'A: a failed send is logged and swallowed, and the watermark moves on',
  L3: 'A: the deduplication id is the path of the blob, which may have more than the 128 characters allowed',
  L4: 'A: the same deduplication id within five minutes, so that SQS drops the message though the blob grew',
  L5: 'A: an error becomes a return value, so that nobody repeats, counts or notices it',
  L6: 'T: one message group and no dead-letter queue: a poisoned or deleted blob blocks all others',
  L7: 'T: the failure queue keeps rejects for four days, without consumer or alarm',
  L8: 'A: the whole container is listed in one invocation of 300 s, all names in memory',
  L9: 'A: the watermark is written unconditionally, so that overlapping runs move it back or too far',
  L10: 'A: only names that end in /PT1H.json are found, and the first run enqueues everything at once',
  L11: 'A: a malformed watermark silently means 1970',
  // duplicates.test.ts
  D1: 'A, P: no byte offset: a blob is sent as a whole each hour in which it grew',
  D2: 'P: id and UID are random',
  D3: 'P: a rejected event raises after the good ones were taken, so that SQS repeats all of them',
  D4: 'P: an exception in a batch forgets the batches that were accepted before',
  D5: 'P: what cannot be transformed is queued again at each retry',
  // limits.test.ts
  LIMIT1: 'P: 1 MB of a request',
  LIMIT2: 'P: 256 characters, 28 kB and 100 kB of a field',
  LIMIT3: 'P: 100 requests a second',
  LIMIT4: 'P: neither throttling nor back-off is handled',
  LIMIT5: 'P: codes in failed[] that pass by themselves are taken for permanent',
  LIMIT6: 'P: blob, lines and mapped copy in 128 MB of memory',
  LIMIT7: 'P: the size of an SQS message, for rejects',
  LIMIT8: 'P: a list of events is indexed by the id of a failed one',
  LIMIT9: 'T: reserved concurrency of 3, which a single message group cannot use',
  LIMIT10: 'P: dead code',
  // mapping.test.ts
  MAP1: 'P: 1.0.0.0, a routable address, stands for none',
  MAP2: 'P: an address with a port is rejected',
  MAP3: 'P: errorCode is always set, also to "Success"',
  MAP4: 'P: errorMessage is the result signature',
  MAP5: 'P: a missing time is a TypeError, or now',
  MAP6: 'P: a time is written with Z without conversion to UTC',
  MAP7: 'P: fractions of a second are lost',
  MAP8: 'P: an identity that is null, a text or a list is a crash',
  MAP9: 'P: operationName null becomes a required field that is null',
  MAP10: 'P: a principal of None is rejected for ever',
  MAP11: 'P: version is a constant that means nothing',
  MAP12: 'P: lines are split at U+2028, U+2029, U+0085, VT and FF too',
  MAP13: 'P: an incomplete last line becomes a corrupt event',
  MAP14: 'P: {"records":[…]} documents are not read',
  MAP15: 'P: rejects have two forms, one of them encoded twice',
  MAP16: 'P: rejects have no reason, no blob and no offset',
  MAP17: 'P: errors whose text is never put together: raise Exception("%s", x)',
  // secrets-and-operations.test.ts
  OPS1: 'T: the connection string is resolved into an environment variable when deploying',
  OPS2: 'T: a rotation is not picked up',
  OPS3: 'T: the permission to read the secret is unused, and its ARN lacks the random suffix',
  OPS4: 'P: every event is logged, with claims and addresses',
  OPS5: 'T: logs and events are kept for seven days',
  OPS6: 'T: termination protection is off',
  OPS7: 'T: no alarms',
  OPS8: 'T: no metrics to look at, and no traces',
  OPS9: 'no tests, no CI, no lint, no pinned versions',
  OPS10: 'the README says Scheduler, the template uses a rule',
  OPS11: 'one account and one container',
};

const FOLDER = new URL('./', import.meta.url);

/** Ids that stand at the start of a test's name, in this folder. */
async function testedIds(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.test.ts'));
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, FOLDER), 'utf8')));
  return sources.flatMap((source) => [...source.matchAll(/^it\('([A-Z]+\d+): /gm)].map(([, id = '']) => id));
}

it('each known defect of the reference has one test that is named after it', async () => {
  const tested = await testedIds();

  expect(tested.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
    Object.keys(DEFECTS).toSorted((a, b) => (a < b ? -1 : 1)),
  );
});
