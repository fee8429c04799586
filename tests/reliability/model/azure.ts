import type { InProcessDeployment } from '../in-process/deployment.ts';
import { REFUSED_MARKER } from '../in-process/lake.ts';
import type { LogObjectLife } from '../in-process/log-object-life.ts';
import {
  ACTIVITY,
  activityName,
  activityRecord,
  brokenRecord,
  flowName,
  flowRecord,
  FLOWS,
  recordOfSomeDay,
} from '../in-process/records.ts';
import { OLDEST_APPEND_HOURS } from './any-history.ts';
import type { Change, LineKind, Where } from './command.ts';
import type { LossOracle } from './loss-oracle.ts';

const HOUR_MS = 3_600_000;

/** Azure Monitor as it writes log objects, and those who delete them. */
export class Azure {
  readonly #deployment: InProcessDeployment;
  readonly #losses: LossOracle;
  #marker = 0;

  constructor(deployment: InProcessDeployment, losses: LossOracle) {
    this.#deployment = deployment;
    this.#losses = losses;
  }

  change(change: Change): void {
    const { storage } = this.#deployment;
    switch (change.do) {
      case 'append':
        this.append(change.where, change.lines, change.cut);
        return;
      case 'grow-document':
        storage
          .open(FLOWS, flowName(this.#hourOf(change.hoursAgo)), 'document')
          .grow(this.#flows(change.records));
        return;
      case 'delete':
        this.#delete(change.logObject);
        return;
      case 'recreate':
        this.#recreate(this.#delete(change.logObject), change.records);
        return;
      case 'rotate-secret':
        storage.rotateKey();
    }
  }

  append({ subscription, hoursAgo }: Where, kinds: readonly LineKind[], cut = 0): void {
    const name = activityName(this.#hourOf(hoursAgo), subscription);
    this.#deployment.storage.open(ACTIVITY, name).append(this.#lines(kinds), cut);
  }

  #hourOf(hoursAgo: number): number {
    return Math.floor(this.#deployment.now / HOUR_MS - hoursAgo) * HOUR_MS;
  }

  #delete(index: number): LogObjectLife | undefined {
    const alive = this.#deployment.storage.lives.filter((life) => life.alive);
    const life = alive[index % Math.max(1, alive.length)];
    if (life === undefined) return undefined;
    life.alive = false;
    this.#losses.deleted(life);
    return life;
  }

  #recreate(life: LogObjectLife | undefined, records: number): void {
    // What is created in an hour beyond the horizon is found by the audit, not by a listing.
    if (life === undefined || life.hourStart < this.#hourOf(OLDEST_APPEND_HOURS)) return;
    const { container, name } = life.logObject;
    const again = this.#deployment.storage.open(container, name, life.format);
    if (life.format === 'document') again.grow(this.#flows(records));
    else again.append(this.#lines(Array.from({ length: records }, () => 'good' as const)));
  }

  #flows(count: number): string[] {
    return Array.from({ length: count }, () => flowRecord(this.#nextMarker()));
  }

  #lines(kinds: readonly LineKind[]): Buffer {
    return Buffer.from(kinds.map((kind) => this.#line(kind)).join(''));
  }

  #line(kind: LineKind): string {
    if (kind === 'blank') return ' \r\n';
    if (kind === 'same') return `${activityRecord('same')}\n`;
    const marker = this.#nextMarker();
    if (kind === 'broken') return `${brokenRecord(marker)}\r\n`;
    return `${recordOfSomeDay(kind === 'refused' ? REFUSED_MARKER + marker : marker)}\r\n`;
  }

  #nextMarker(): string {
    this.#marker += 1;
    return String(this.#marker);
  }
}
