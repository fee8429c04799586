import { framedWindow, portionsOf } from '#processor/framed-window.ts';
import { noProgress } from '#processor/process-range.ts';
import { WindowSettler, type SettlingPorts } from '#processor/window-settler.ts';
import { initialCheckpoint, type Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { WITHOUT_LAKE } from '#shared/destinations/connect-destinations.ts';
import type { RowObject } from '#shared/destinations/rows/row-object.ts';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import { mapFrame, type MappedFrame } from '#shared/records/map-frames.ts';

const LOG_OBJECT = {
  account: 'auditlogs',
  container: 'insights-activity-logs',
  name: 'resourceId=/SUBSCRIPTIONS/A/y=2026/m=11/d=20/h=10/m=00/PT1H.json',
  generation: '2026-11-20T10:00:12Z',
};
const LENGTH = 100;

/** The record at a place, of that day; `not a day`: it is rejected. */
function frameAt(index: number, day: string): MappedFrame {
  const bytes = Buffer.from(`{"time":"${day}T10:00:00Z","category":"Administrative","operationName":"A/B"}`);
  const frame = { kind: 'record', offset: index * LENGTH, length: LENGTH, bytes } as const;
  return mapFrame(LOG_OBJECT, frame, '111122223333');
}

function framesOf(...days: string[]): MappedFrame[] {
  return days.map((day, index) => frameAt(index, day));
}

/** A settler on a table, a bucket and a failure queue that tell what they got, in order. */
class Stage {
  readonly log: string[] = [];
  /** What is in the table. */
  stored: Checkpoint | undefined;
  refuses = false;

  async settle(frames: readonly MappedFrame[], ports: Partial<SettlingPorts> = {}): Promise<void> {
    const current = this.stored ?? initialCheckpoint(LOG_OBJECT);
    const all = { ...this.#ports(), ...ports };
    const settler = new WindowSettler(
      this.stored,
      current,
      5_000,
      all,
      noProgress(),
      new AbortController().signal,
    );
    await settler.settle(framedWindow(frames, 'lines'));
  }

  #ports(): SettlingPorts {
    return {
      checkpoints: {
        commit: async (before, after) => {
          if (before !== this.stored) throw new CrosstrailError('CHECKPOINT_CONFLICT', 'for a test');
          this.stored = after;
          const { openWindow } = after;
          const open =
            openWindow === undefined ? 'closed' : `${openWindow.days.join(' ')} to ${openWindow.end}`;
          this.log.push(`${after.committed} ${open}`);
        },
      },
      destination: WITHOUT_LAKE,
      rows: {
        write: async (objects) => {
          this.log.push(...objects.map(describeObject));
          const error = new CrosstrailError('EVENT_BUCKET_REFUSED', 'for a test');
          return objects.map(() => (this.refuses ? error : undefined));
        },
      },
      failures: { send: async (messages) => void this.log.push(...messages.map(() => 'reject')) },
      onReject: () => undefined,
      onDrift: () => undefined,
    };
  }
}

function describeObject({ key, events }: RowObject): string {
  const [, day] = /day=([^/]+)/.exec(key) ?? [];
  const start = Number(/-(\d+)\.jsonl/.exec(key)?.[1]);
  return `${day} from ${start}: ${events.map(({ offset }) => offset).join(' ')}`.trimEnd();
}

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

describe('a window with rows', () => {
  it('is opened, written, its rejects kept, and then committed', async () => {
    await stage.settle(framesOf('2026-11-20', 'no day', '2026-11-19'));

    expect(stage.log).toEqual([
      '0 2026-11-19 2026-11-20 to 300',
      '2026-11-19 from 0: 200',
      '2026-11-20 from 0: 0',
      'reject',
      '300 closed',
    ]);
  });

  it('without an event opens nothing and writes nothing', async () => {
    await stage.settle(framesOf('no day'));

    expect(stage.log).toEqual(['reject', '100 closed']);
  });

  it('that was left open is written over: a day that has no event any more gets an empty object', async () => {
    stage.refuses = true;
    await expect(stage.settle(framesOf('2026-11-19', '2026-11-20'))).rejects.toThrow('EVENT_BUCKET_REFUSED');
    stage.refuses = false;
    stage.log.length = 0;

    // As after a deployment with another mapping, or another filter.
    await stage.settle(framesOf('2026-11-21', '2026-11-20'));

    expect(stage.log).toEqual([
      '0 2026-11-19 2026-11-20 2026-11-21 to 200',
      '2026-11-19 from 0:',
      '2026-11-20 from 0: 100',
      '2026-11-21 from 0: 0',
      '200 closed',
    ]);
  });

  it('that was left open is settled all or not at all', async () => {
    stage.refuses = true;
    await expect(stage.settle(framesOf('2026-11-19', '2026-11-20'))).rejects.toThrow('EVENT_BUCKET_REFUSED');
    stage.refuses = false;
    stage.log.length = 0;
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

    const settling = stage.settle(framesOf('2026-11-19', '2026-11-20'), {
      destination: { deliver: async () => [{ kind: 'delivered' }, { kind: 'unsettled', error }] },
    });

    await expect(settling).rejects.toBe(error);
    expect(stage.log).toEqual([]);
  });

  it('that a destination settles in part is committed as far, with the rows of that part', async () => {
    const error = new CrosstrailError('DELIVERY_INCOMPLETE', 'for a test');

    const settling = stage.settle(framesOf('2026-11-19', '2026-11-20', '2026-11-21'), {
      destination: {
        deliver: async () => [{ kind: 'delivered' }, { kind: 'unsettled', error }, { kind: 'delivered' }],
      },
    });

    await expect(settling).rejects.toBe(error);
    expect(stage.log).toEqual(['0 2026-11-19 to 100', '2026-11-19 from 0: 0', '100 closed']);
  });

  it('is closed by the first commit after S3 ceased to be a destination', async () => {
    stage.refuses = true;
    await expect(stage.settle(framesOf('2026-11-19'))).rejects.toThrow('EVENT_BUCKET_REFUSED');
    stage.log.length = 0;

    await stage.settle(framesOf('2026-11-19'), { rows: undefined });

    expect(stage.log).toEqual(['100 closed']);
  });
});

describe('the portions of a window', () => {
  it('keep every frame in order, each of at most so many days, and end as the window does', () => {
    const frames = framesOf('2026-11-18', 'no day', '2026-11-19', '2026-11-18', '2026-11-20', '2026-11-18');
    const ending = { end: 700, tail: 'open', mapped: undefined, torn: true } as const;

    const portions = portionsOf(framedWindow(frames, 'lines', ending), 2);

    expect(portions.map(({ mapped }) => mapped.map(({ frame }) => frame.offset))).toEqual([
      [0, 100, 200, 300],
      [400, 500],
    ]);
    expect(portions.map((portion) => portion.ending)).toEqual([undefined, ending]);
  });
});
