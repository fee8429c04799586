import type { ProxiedRequest, ProxyFault } from '#local/fault-proxy.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import { CONTAINER } from '../../pipeline/pipeline.ts';
import { FaultStage, TRANSPORT_FAULTS } from './stage.ts';

let stage: FaultStage;
beforeEach(async () => {
  stage = await FaultStage.start();
  await stage.reset();
});
afterEach(async () => stage.close());

/** The page that lists the log objects of the day of this test. */
const isDayPage = ({ url }: ProxiedRequest): boolean =>
  url.includes('comp=list') && !url.includes('delimiter') && decodeURIComponent(url).includes('/m=01/d=01/');

const FAULTS: readonly (readonly [what: string, fault: ProxyFault, code: string])[] = [
  ...TRANSPORT_FAULTS.map(([what, fault]) => [what, fault, 'AZURE_UNREACHABLE'] as const),
  ['429', { kind: 'answer', status: 429 }, 'AZURE_REQUEST_FAILED'],
  ['500', { kind: 'answer', status: 500 }, 'AZURE_REQUEST_FAILED'],
  ['503', { kind: 'answer', status: 503, headers: { 'retry-after': '1.5' } }, 'AZURE_REQUEST_FAILED'],
  [
    'an answer that is no listing',
    { kind: 'answer', status: 200, body: Buffer.from('<html>Sign in</html>') },
    'AZURE_REQUEST_FAILED',
  ],
  ['an empty answer', { kind: 'answer', status: 200 }, 'READ_INCOMPLETE'],
];

async function watermark(): Promise<number | undefined> {
  const { watermarks } = stage.pipeline.aggregation;
  return (await watermarks.read(stage.pipeline.cloud.azureBlob.accountName, CONTAINER)).watermark;
}

describe('a listing that meets', () => {
  it.each(FAULTS)('%s once lists again, and enqueues each log object once', async (_what, fault) => {
    const { range } = await stage.append(stage.line('a'));
    stage.fail(stage.azure, isDayPage, fault, 1);

    const result = await stage.pipeline.aggregate();

    expect(result).toMatchObject({ outcome: 'finished', rangesEnqueued: 1, logObjectsListed: 1 });
    const messages = await stage.pipeline.takeRanges();
    expect(messages.map(({ Body = '' }) => readRangeMessage(Body))).toEqual([range]);
    expect(stage.seen(stage.azure, isDayPage)).toBe(2);
  });

  it.each(FAULTS)('%s for ever fails with a code, and leaves the watermark', async (_what, fault, code) => {
    await stage.append(stage.line('a'));
    stage.fail(stage.azure, isDayPage, fault);

    const failing = stage.pipeline.aggregate();

    await expect(failing).rejects.toMatchObject({ code, message: expect.stringContaining(CONTAINER) });
    expect(stage.seen(stage.azure, isDayPage)).toBe(4);
    expect(await watermark()).toBeUndefined();
    stage.mend();
    expect(await stage.pipeline.aggregate()).toMatchObject({ outcome: 'finished', rangesEnqueued: 1 });
  });
});
