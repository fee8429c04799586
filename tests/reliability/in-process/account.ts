import type { Place } from './log-object-life.ts';

/** Who takes records. */
export type Taker = 'lake' | 'rows';

/** Where a deployment delivers to. */
export type DestinationName = 'CloudTrailLake' | 'S3' | 'Both';

const BITS: Readonly<Record<Taker | 'rejects', number>> = { lake: 1, rows: 2, rejects: 4 };

/** Bits of those that have to take every record. */
const NEEDED: Readonly<Record<DestinationName, number>> = { CloudTrailLake: 1, S3: 2, Both: 3 };

/** What is known to be safe of one log object. */
export class Account {
  readonly #needed: number;
  /** For each byte, who has a record that covers it. */
  #covered = new Uint8Array(4096);
  /** Offsets of the records that each took, with their UID. */
  readonly taken: Readonly<Record<Taker, Map<number, string>>> = { lake: new Map(), rows: new Map() };
  /** Offsets of the records rejected, with the last reason. */
  readonly rejected = new Map<number, string>();

  constructor(destination: DestinationName) {
    this.#needed = NEEDED[destination];
  }

  cover({ offset, length }: Place, by: Taker | 'rejects'): void {
    const end = offset + length;
    if (end > this.#covered.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#covered);
      this.#covered = larger;
    }
    for (let at = offset; at < end; at += 1) this.#covered[at] = (this.#covered[at] ?? 0) | BITS[by];
  }

  /** True when a byte is rejected, or taken by everyone who has to. */
  covers(at: number): boolean {
    const by = this.#covered[at] ?? 0;
    return (by & BITS.rejects) !== 0 || (by & this.#needed) === this.#needed;
  }

  /** True when everyone who has to took the record at that offset. */
  isDelivered(offset: number): boolean {
    const { lake, rows } = this.taken;
    return (
      ((this.#needed & BITS.lake) === 0 || lake.has(offset)) &&
      ((this.#needed & BITS.rows) === 0 || rows.has(offset))
    );
  }
}
