import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogLine } from '#local/lambda/invocation.ts';
import {
  createLambdaFunction,
  type LambdaFunctionOptions,
  type LocalLambdaFunction,
} from '#local/lambda/runtime.ts';

let directory: string;
const functions: LocalLambdaFunction[] = [];
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crosstrail-lambda-'));
});
afterEach(async () => {
  await Promise.all(functions.splice(0).map((lambda) => lambda.close()));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

let bundles = 0;
/** A function whose bundle is this source, as esbuild would have written it. */
async function lambdaOf(
  source: string,
  options: Partial<LambdaFunctionOptions> = {},
): Promise<LocalLambdaFunction> {
  const bundle = join(directory, `bundle-${(bundles += 1)}.mjs`);
  await writeFile(bundle, source);
  const lambda = createLambdaFunction({ functionName: 'crosstrail-test', bundle, ...options });
  functions.push(lambda);
  return lambda;
}

const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

describe('an invocation', () => {
  it('gives the handler event and context, and its result back', async () => {
    const lambda = await lambdaOf(
      `export const handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() });`,
      { timeoutSeconds: 30, memoryMegabytes: 256, region: 'eu-central-1' },
    );

    const { payload, error, requestId } = await lambda.invoke({ ключ: [1, null] });

    expect(error).toBeUndefined();
    expect(payload).toMatchObject({
      event: { ключ: [1, null] },
      context: {
        awsRequestId: requestId,
        functionName: 'crosstrail-test',
        functionVersion: '$LATEST',
        invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:crosstrail-test',
        memoryLimitInMB: '256',
      },
    });
    const { left } = payload as { left: number };
    expect(left).toBeGreaterThan(20_000);
    expect(left).toBeLessThanOrEqual(30_000);
  });

  it('sees its own variables and those of the runtime, and nothing else', async () => {
    process.env['CROSSTRAIL_TEST_OUTSIDE'] = 'must not be seen';
    const lambda = await lambdaOf('export const handler = async () => process.env;', {
      environment: { TABLE_NAME: 'checkpoints' },
      region: 'eu-central-1',
    });

    const { payload } = await lambda.invoke({});

    delete process.env['CROSSTRAIL_TEST_OUTSIDE'];
    expect(payload).toMatchObject({
      TABLE_NAME: 'checkpoints',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'crosstrail-test',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      PATH: process.env['PATH'],
    });
    expect(payload).not.toHaveProperty('CROSSTRAIL_TEST_OUTSIDE');
    expect(payload).not.toHaveProperty('HOME');
  });

  it('reuses the warm process, and what it kept', async () => {
    const lambda = await lambdaOf(
      'let n = 0; export const handler = async () => ({ n: ++n, pid: process.pid });',
    );

    const first = await lambda.invoke({});
    const second = await lambda.invoke({});

    expect([first.coldStart, second.coldStart]).toEqual([true, false]);
    expect(second.payload).toEqual({ n: 2, pid: (first.payload as { pid: number }).pid });
  });

  it('at the same time as another has a process of its own', async () => {
    const lambda = await lambdaOf(
      'export const handler = async () => { await new Promise((r) => setTimeout(r, 50)); return process.pid; };',
    );

    const [one, other] = await Promise.all([lambda.invoke({}), lambda.invoke({})]);

    expect(one?.payload).not.toBe(other?.payload);
  });

  it('gives every line that was written, the last ones too, whole and in order', async () => {
    const seen: string[] = [];
    const lambda = await lambdaOf(
      `console.log('loading');
       export const handler = async (event) => {
         for (let i = 0; i < 2000; i += 1) console.log(JSON.stringify({ i, text: 'ü\u2028 ' + 'x'.repeat(100) }));
         console.error('to stderr');
         process.stdout.write('no line ending');
       };`,
      { onLogLine: ({ text }) => seen.push(text) },
    );

    const first = await lambda.invoke({});
    const second = await lambda.invoke({});

    const stdout = texts(first.logLines.filter(({ stream }) => stream === 'stdout'));
    expect(stdout).toHaveLength(2002);
    expect(stdout[0]).toBe('loading');
    expect(stdout.slice(1, 2001).map((line) => (JSON.parse(line) as { i: number }).i)).toEqual(
      Array.from({ length: 2000 }, (_, i) => i),
    );
    expect(stdout.at(-1)).toBe('no line ending');
    expect(texts(first.logLines.filter(({ stream }) => stream === 'stderr'))).toEqual(['to stderr']);
    expect(second.logLines).toHaveLength(2002);
    expect(seen).toHaveLength(first.logLines.length + second.logLines.length);
  });
});

describe('a failure', () => {
  it('of the handler comes back with type, message and stack, and the process stays warm', async () => {
    const lambda = await lambdaOf(
      `export class WatermarkMoved extends Error { name = 'WatermarkMoved'; }
       export const handler = async (event) => { if (event.fail) throw new WatermarkMoved('it moved'); return 'fine'; };`,
    );

    const failed = await lambda.invoke({ fail: true });
    const next = await lambda.invoke({});

    expect(failed.error).toMatchObject({ errorType: 'WatermarkMoved', errorMessage: 'it moved' });
    expect(failed.error?.stackTrace?.[0]).toContain('it moved');
    expect(next).toMatchObject({ coldStart: false, payload: 'fine' });
  });

  it('to end in time kills the process, whatever it does, and the next invocation starts a new one', async () => {
    const lambda = await lambdaOf(
      `console.log('started');
       export const handler = async ({ spin }) => { console.log('working'); while (spin); return 'fine'; };`,
      { timeoutSeconds: 0.3 },
    );

    const killed = await lambda.invoke({ spin: true });
    const next = await lambda.invoke({ spin: false });

    expect(killed.error).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${killed.requestId} Error: Task timed out after 0.30 seconds`,
    });
    expect(texts(killed.logLines)).toEqual(['started', 'working']);
    expect(next).toMatchObject({ coldStart: true, payload: 'fine' });
  });

  it('to stay alive is an ExitError with the status', async () => {
    const lambda = await lambdaOf(
      `export const handler = async () => { console.error('going down'); process.exit(7); };`,
    );

    const { error, logLines } = await lambda.invoke({});

    expect(error?.errorType).toBe('Runtime.ExitError');
    expect(error?.errorMessage).toContain('Runtime exited with error: exit status 7');
    expect(texts(logLines)).toEqual(['going down']);
  });

  it.each([
    [
      'a missing import',
      `import 'not-bundled'; export const handler = async () => {};`,
      'Runtime.ImportModuleError',
    ],
    ['no handler', 'export const handle = async () => {};', 'Runtime.HandlerNotFound'],
    ['an error while loading', `throw new RangeError('bad setting');`, 'RangeError'],
    ['a result that JSON cannot hold', 'export const handler = async () => 1n;', 'Runtime.MarshalError'],
  ])('by %s is named', async (_what, source, errorType) => {
    const lambda = await lambdaOf(source);

    const { error } = await lambda.invoke({});

    expect(error?.errorType).toBe(errorType);
  });
});

it('a closed function leaves no process behind', async () => {
  const lambda = await lambdaOf('export const handler = async () => process.pid;');
  const { payload } = await lambda.invoke({});

  await lambda.close();

  expect(() => process.kill(payload as number, 0)).toThrow('ESRCH');
});
