import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fromItem } from '#shared/checkpoints/checkpoint-item.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { Evidence } from './evidence.ts';
import type { LogObjectLife, Place } from './log-object-life.ts';
import { NO_WATCHED_RULES, type WatchedRules } from './rules.ts';
import type { InProcessStorage } from './storage.ts';

type Item = Record<string, AttributeValue>;

const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Holds every write of a checkpoint against the evidence: I1, and counts that add up. */
export class CheckpointOracle {
  readonly #storage: InProcessStorage;
  readonly #evidence: Evidence;
  readonly #violated: (what: string) => void;
  readonly #rules: WatchedRules;
  readonly #checkpoints = new Map<LogObjectLife, Checkpoint>();

  constructor(
    storage: InProcessStorage,
    evidence: Evidence,
    violated: (what: string) => void,
    rules: WatchedRules = NO_WATCHED_RULES,
  ) {
    this.#rules = rules;
    this.#storage = storage;
    this.#evidence = evidence;
    this.#violated = violated;
  }

  of(life: LogObjectLife): Checkpoint | undefined {
    return this.#checkpoints.get(life);
  }

  written(item: Item): void {
    const after = fromItem(item);
    const { logObject, committed } = after;
    const life = this.#storage.lives.find(
      (each) =>
        each.logObject.container === logObject.container &&
        each.logObject.name === logObject.name &&
        each.logObject.generation === logObject.generation,
    );
    if (life === undefined) return this.#violated(`a checkpoint of a log object that never was`);
    const before = this.#checkpoints.get(life);
    for (const counter of ['committed', 'examined', 'knownEnd'] as const) {
      if (after[counter] < (before?.[counter] ?? 0))
        this.#violated(`${counter} moved back from ${before?.[counter]} to ${after[counter]}`);
    }
    if (committed > after.examined)
      this.#violated(`committed ${committed} beyond examined ${after.examined}`);
    const bytes = after.deliveredBytes + after.rejectedBytes + after.excludedBytes + after.framingBytes;
    if (bytes !== committed) this.#violated(`${bytes} bytes accounted for, ${committed} committed`);
    const open = this.unsettledBefore(life, committed);
    if (open !== undefined) this.#violated(`committed to ${committed}, but byte ${open} is not settled`);
    const { taken, rejected } = this.#evidence.accountOf(life);
    const offsets = [...taken.lake.keys(), ...taken.rows.keys(), ...rejected.keys()];
    const records = new Set(offsets.filter((offset) => offset < committed)).size;
    if (after.deliveredRecords + after.rejectedRecords !== records)
      this.#violated(
        `${after.deliveredRecords} delivered and ${after.rejectedRecords} rejected, but ${records} records`,
      );
    const left = this.#leftOut(life).filter(({ offset }) => offset < committed).length;
    if (after.excludedRecords !== left)
      this.#violated(`${after.excludedRecords} excluded, but rules name ${left} records`);
    this.#checkpoints.set(life, after);
  }

  /** Whole records that the rules leave out. */
  #leftOut(life: LogObjectLife): Place[] {
    return life.records().filter((place) => this.#rules.leavesOut(life.recordAt(place)));
  }

  /** First byte of a record before `end` that is neither delivered, rejected nor left out by the rules. */
  unsettledBefore(life: LogObjectLife, end: number): number | undefined {
    const account = this.#evidence.accountOf(life);
    const leftOut = this.#leftOut(life);
    const isLeftOut = (at: number): boolean =>
      leftOut.some(({ offset, length }) => at >= offset && at < offset + length);
    const isOpen = (at: number): boolean =>
      !account.covers(at) && !WHITE_SPACE.has(life.content[at] ?? 0x20) && !isLeftOut(at);
    if (life.format === 'lines') {
      for (let at = 0; at < end; at += 1) if (isOpen(at)) return at;
      return undefined;
    }
    for (const { offset, length } of life.records())
      for (let at = offset; at < Math.min(end, offset + length); at += 1) if (isOpen(at)) return at;
    return undefined;
  }
}
