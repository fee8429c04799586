import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LogObjectLife } from './log-object-life.ts';
import type { InProcessStorage } from './storage.ts';

type Item = Record<string, AttributeValue>;

/** Holds every move of a watermark against what was enqueued (I5). */
export class WatermarkOracle {
  readonly #storage: InProcessStorage;
  readonly #horizonMs: number;
  readonly #isEnqueued: (life: LogObjectLife, length: number) => boolean;
  readonly #violated: (what: string) => void;
  /** What stood in each container when a listing started, by container and start. */
  readonly #starts = new Map<string, readonly { life: LogObjectLife; length: number }[]>();

  constructor(
    storage: InProcessStorage,
    horizonMs: number,
    isEnqueued: (life: LogObjectLife, length: number) => boolean,
    violated: (what: string) => void,
  ) {
    this.#storage = storage;
    this.#horizonMs = horizonMs;
    this.#isEnqueued = isEnqueued;
    this.#violated = violated;
  }

  /** A listing of a container looks at the clock (epoch ms), and may take this moment as its start. */
  starts(container: string, now: number): void {
    const key = `${container}\n${now}`;
    if (this.#starts.has(key)) return;
    const standing = this.#storage.lives.filter(
      ({ alive, logObject }) => alive && logObject.container === container,
    );
    this.#starts.set(
      key,
      standing.map((life) => ({ life, length: life.content.length })),
    );
  }

  written(item: Item, before: Item | undefined): void {
    const [after, earlier] = [momentOf(item), momentOf(before)];
    if (after === undefined || after === earlier) return;
    if (after < (earlier ?? -Infinity)) return this.#violated('the watermark moved back');
    const container = item['pk']?.S?.split('/')[1] ?? '';
    const standing = this.#starts.get(`${container}\n${after}`);
    if (standing === undefined) return this.#violated('the watermark moved to where no listing started');
    const since = (earlier ?? after) - this.#horizonMs;
    for (const { life, length } of standing) {
      if (!life.alive || life.hourStart < since || this.#isEnqueued(life, length)) continue;
      this.#violated(
        `the watermark passed ${life.logObject.name}, ${length} bytes of which were not enqueued`,
      );
    }
  }
}

function momentOf(item: Item | undefined): number | undefined {
  const text = item?.['watermark']?.S;
  return text === undefined ? undefined : Date.parse(text);
}
