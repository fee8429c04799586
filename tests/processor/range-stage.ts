import { processRange, type RangeProgress } from '#processor/process-range.ts';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { DynamoCheckpointStore } from '#shared/checkpoints/checkpoint-store.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { DeliveryOutcome } from '#shared/destinations/destination.ts';
import type { Range } from '#shared/ranges/range.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import { Instance } from '../reliability/in-process/instance.ts';
import { ACTIVITY, activityName } from '../reliability/in-process/records.ts';
import { InProcessTable } from '../reliability/in-process/table.ts';

export const LOG_OBJECT = {
  account: 'logs',
  container: ACTIVITY,
  name: activityName(Date.parse('2026-11-20T10:00:00Z'), 'A'),
  generation: '2026-11-20T10:00:12Z',
};

export type Ports = Parameters<typeof processRange>[1];

/** One log object, whose ranges are processed with the shipped code and the shipped store of checkpoints. */
export class RangeStage {
  content = Buffer.alloc(0);
  /** What happened, in order. */
  happened: string[] = [];
  readonly rejects: RejectMessage[] = [];
  /** What the readings were told to stop by. */
  readonly signals: AbortSignal[] = [];
  readonly checkpoints: DynamoCheckpointStore;

  constructor() {
    const table = new InProcessTable(({ committed, openWindow }) => {
      this.happened.push(openWindow === undefined ? `committed ${committed?.N}` : `opened ${openWindow.S}`);
    });
    this.checkpoints = new DynamoCheckpointStore(table.client(new Instance()), 'checkpoints');
  }

  /** Appends records with their line endings; gives the bytes that there are now. */
  append(...records: string[]): number {
    this.content = Buffer.concat([this.content, ...records.map((record) => Buffer.from(`${record}\r\n`))]);
    return this.content.length;
  }

  async read(_: unknown, offset: number, count: number, signal?: AbortSignal): Promise<Buffer> {
    if (signal !== undefined) this.signals.push(signal);
    if (count > 0) this.happened.push(`read ${offset} to ${offset + count}`);
    return this.content.subarray(offset, offset + count);
  }

  delivered(event: AuditEvent): DeliveryOutcome {
    this.happened.push(`delivered ${markerOf(event)}`);
    return { kind: 'delivered' };
  }

  /** Processes the range up to `end`, or up to all bytes. */
  settle(
    { end = this.content.length, tail = 'open' }: Partial<Range> = {},
    ports: Partial<Ports> = {},
    deadline?: AbortSignal,
  ): Promise<RangeProgress> {
    return processRange(
      { logObject: LOG_OBJECT, end, tail },
      {
        reader: { read: (...place) => this.read(...place) },
        checkpoints: this.checkpoints,
        destination: { deliver: async (events) => events.map((event) => this.delivered(event)) },
        failures: {
          send: async (messages) => {
            this.rejects.push(...messages.map(({ body }) => JSON.parse(body) as RejectMessage));
            if (messages.length > 0) this.happened.push('sent rejects');
          },
        },
        recipientAccountId: '111122223333',
        remainingMs: () => 900_000,
        onReject: ({ rejection }) => this.happened.push(`told of ${rejection.reason}`),
        onDrift: () => undefined,
        ...ports,
      },
      deadline,
    );
  }

  async stored(): Promise<Checkpoint | undefined> {
    return this.checkpoints.read(LOG_OBJECT);
  }
}

/** The marker of the record that an event was made of. */
export function markerOf({ eventData }: AuditEvent): string {
  return /🙂(\w+)/u.exec(JSON.stringify(eventData))?.[1] ?? '';
}
