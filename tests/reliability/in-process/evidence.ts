import { contentUid, sha256Hex } from '#mapping/ids.ts';
import type { AuditEventEntry } from '#local/lake/put-request.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import type { LogObjectLife, Place } from './log-object-life.ts';
import type { InProcessStorage } from './storage.ts';

/** What an audit event says of itself and of where it comes from. */
interface Claims {
  readonly UID: string;
  readonly additionalEventData: {
    readonly logObject: string;
    readonly generation: string;
    readonly offset: number;
    readonly length: number;
  };
}

/** What is known to be safe of one log object. */
class Account {
  /** 1 for each byte that a delivered or rejected record covers. */
  #covered = new Uint8Array(4096);
  /** Offsets of the records delivered, with their UID. */
  readonly delivered = new Map<number, string>();
  /** Offsets of the records rejected, with the last reason. */
  readonly rejected = new Map<number, string>();

  cover({ offset, length }: Place): void {
    const end = offset + length;
    if (end > this.#covered.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(this.#covered);
      this.#covered = larger;
    }
    this.#covered.fill(1, offset, end);
  }

  covers(at: number): boolean {
    return this.#covered[at] === 1;
  }
}

/**
 * Ledger of everything that a destination accepted and of every reject, held against the bytes of the log objects:
 * nothing invented, nothing changed, the same record under the same id and UID.
 */
export class Evidence {
  /** Entries accepted, repeats included. */
  accepted = 0;
  /** Entries accepted whose id was accepted before, and rejects that were there before. */
  repeats = 0;
  rejects = 0;
  /** Bytes of the repeats by log object, since the count was last taken. */
  #repeatedBytes = new Map<LogObjectLife, number>();
  readonly #storage: InProcessStorage;
  readonly #violated: (what: string) => void;
  readonly #accounts = new Map<LogObjectLife, Account>();

  constructor(storage: InProcessStorage, violated: (what: string) => void) {
    this.#storage = storage;
    this.#violated = violated;
  }

  accountOf(life: LogObjectLife): Account {
    const account = this.#accounts.get(life) ?? new Account();
    this.#accounts.set(life, account);
    return account;
  }

  /** Largest number of bytes of one log object that were repeated since this was last asked. */
  takeRepeatedBytes(): number {
    const most = Math.max(0, ...this.#repeatedBytes.values());
    this.#repeatedBytes = new Map();
    return most;
  }

  /** A destination accepted an entry. */
  accept({ id, eventData }: AuditEventEntry): void {
    this.accepted += 1;
    const { UID, additionalEventData: origin } = JSON.parse(eventData) as Claims;
    const life = this.#lifeOf(origin.logObject, origin.generation);
    if (life === undefined)
      return this.#violated(`an event of a log object that never was: ${origin.logObject}`);
    const { offset } = origin;
    if (id !== life.idAt(offset)) this.#violated(`the id of the event at ${offset} is not that of its place`);
    const record = life.recordAt(origin);
    if (!isWhole(record)) this.#violated(`an event at ${offset}, where no whole record stands`);
    const { delivered } = this.accountOf(life);
    const before = delivered.get(offset);
    if (before !== undefined && before !== UID) this.#violated(`two UIDs for the record at ${offset}`);
    const expected = UID.startsWith('sha256:') ? contentUid(record) : UID;
    if (UID !== expected) this.#violated(`the UID of the event at ${offset} is not that of its bytes`);
    this.#count(life, origin, before !== undefined);
    delivered.set(offset, UID);
  }

  /** The failure queue took a message. */
  reject(message: RejectMessage): void {
    this.rejects += 1;
    const { account, container, name, generation, offset, sha256, id, reason } = message;
    const life = this.#lifeOf(`${account}/${container}/${name}`, generation);
    if (life === undefined) return this.#violated(`a reject of a log object that never was: ${name}`);
    if (id !== life.idAt(offset))
      this.#violated(`the id of the reject at ${offset} is not that of its place`);
    if (sha256 !== sha256Hex(life.recordAt(message)))
      this.#violated(`the reject at ${offset} is not what stands there`);
    const { rejected } = this.accountOf(life);
    this.#count(life, message, rejected.has(offset));
    rejected.set(offset, reason);
  }

  #count(life: LogObjectLife, place: Place, repeated: boolean): void {
    this.accountOf(life).cover(place);
    if (!repeated) return;
    this.repeats += 1;
    this.#repeatedBytes.set(life, (this.#repeatedBytes.get(life) ?? 0) + place.length);
  }

  #lifeOf(path: string, generation: string): LogObjectLife | undefined {
    return this.#storage.lives.find(
      ({ logObject }) =>
        `${logObject.account}/${logObject.container}/${logObject.name}` === path &&
        logObject.generation === generation,
    );
  }
}

/** Every record of the tests that can be delivered is a JSON object, and no other is. */
export function isWhole(record: Buffer): boolean {
  try {
    return typeof JSON.parse(record.toString('utf8')) === 'object';
  } catch {
    return false;
  }
}
