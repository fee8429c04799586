import { contentUid, sha256Hex } from '#mapping/ids.ts';
import type { AuditEventEntry } from '#local/lake/put-request.ts';
import type { RejectMessage } from '#shared/rejects/reject-message.ts';
import type { StoredRow } from '../../pipeline/stored-rows.ts';
import { Account, type DestinationName, type Taker } from './account.ts';
import type { LogObjectLife, Place } from './log-object-life.ts';
import { NO_WATCHED_RULES, type WatchedRules } from './rules.ts';
import type { InProcessStorage } from './storage.ts';

/** What an audit event says of itself and of where it comes from. */
interface Claims extends Place {
  readonly id: string;
  readonly UID: string;
  readonly logObject: string;
  readonly generation: string;
}

/**
 * Ledger of everything that a destination accepted and of every reject, held against the bytes of the log objects:
 * nothing invented, nothing changed, the same record under the same id and UID; and of the rows that are in the bucket
 * at any moment: no record in two of them, none that CloudTrail Lake has not taken when it is a destination too.
 */
export class Evidence {
  /** Entries accepted, repeats included. */
  accepted = 0;
  /** Entries accepted whose id was accepted before, and rejects that were there before. */
  repeats = 0;
  rejects = 0;
  /** Bytes of the repeats by log object, since the count was last taken. */
  #repeatedBytes = new Map<LogObjectLife, number>();
  /** Objects written, repeats included. */
  writes = 0;
  /** Key of the object that has the row of an id. */
  readonly #keys = new Map<string, string>();
  readonly #storage: InProcessStorage;
  readonly #destination: DestinationName;
  readonly #violated: (what: string) => void;
  readonly #rules: WatchedRules;
  readonly #accounts = new Map<LogObjectLife, Account>();

  constructor(
    storage: InProcessStorage,
    destination: DestinationName,
    violated: (what: string) => void,
    rules: WatchedRules = NO_WATCHED_RULES,
  ) {
    this.#rules = rules;
    this.#storage = storage;
    this.#destination = destination;
    this.#violated = violated;
  }

  accountOf(life: LogObjectLife): Account {
    const account = this.#accounts.get(life) ?? new Account(this.#destination);
    this.#accounts.set(life, account);
    return account;
  }

  /** Rows in the bucket. */
  get rows(): number {
    return this.#keys.size;
  }

  /** True when the bucket has a row of the record at that offset. */
  hasRow(life: LogObjectLife, offset: number): boolean {
    return this.#keys.has(life.idAt(offset));
  }

  /** Largest number of bytes of one log object that were repeated since this was last asked. */
  takeRepeatedBytes(): number {
    const most = Math.max(0, ...this.#repeatedBytes.values());
    this.#repeatedBytes = new Map();
    return most;
  }

  /** CloudTrail Lake accepted an entry. */
  accept({ id, eventData }: AuditEventEntry): void {
    this.accepted += 1;
    this.#findHidden(eventData, 'an event');
    const { UID, additionalEventData } = JSON.parse(eventData) as {
      readonly UID: string;
      readonly additionalEventData: Omit<Claims, 'id' | 'UID'>;
    };
    const claims = { ...additionalEventData, id, UID };
    const life = this.#judge(claims, 'lake');
    if (life !== undefined) this.#take(life, claims, 'lake');
  }

  /** The bucket took an object. */
  write(key: string, after: readonly StoredRow[], before: readonly StoredRow[]): void {
    this.writes += 1;
    this.#findHidden(JSON.stringify(after), 'a row');
    for (const { eventid } of before) this.#keys.delete(eventid);
    for (const row of after) {
      const { eventid: id, eventtime } = row;
      const { uid: UID, additionaleventdata: origin } = row.eventdata;
      const { logObject = '', generation = '', offset, length } = origin;
      const claims = {
        id,
        UID,
        logObject: String(logObject),
        generation: String(generation),
        offset: Number(offset),
        length: Number(length),
      };
      const life = this.#judge(claims, 'rows');
      if (life === undefined) continue;
      const where = this.#keys.get(id);
      if (where !== undefined) this.#violated(`the record at ${offset} is a row of ${where} and of ${key}`);
      this.#keys.set(id, key);
      const folder = `events/source=${life.logObject.container}/day=${eventtime.slice(0, 10)}/`;
      if (!key.startsWith(folder)) this.#violated(`a row of ${folder} lies in ${key}`);
      const account = this.accountOf(life);
      if (this.#destination === 'Both' && !account.taken.lake.has(claims.offset))
        this.#violated(`the record at ${offset} has a row, and Lake has not taken it`);
      this.#take(life, claims, 'rows');
    }
  }

  /** The log object that an event comes from, when what it says of itself is true. */
  #judge(claims: Claims, by: Taker): LogObjectLife | undefined {
    const { id, UID, offset } = claims;
    const life = this.#lifeOf(claims.logObject, claims.generation);
    if (life === undefined) {
      this.#violated(`an event of a log object that never was: ${claims.logObject}`);
      return undefined;
    }
    if (id !== life.idAt(offset)) this.#violated(`the id of the event at ${offset} is not that of its place`);
    const record = life.recordAt(claims);
    if (!isWhole(record)) this.#violated(`an event at ${offset}, where no whole record stands`);
    if (this.#rules.leavesOut(record)) this.#violated(`the record at ${offset} is to be left out`);
    const before = this.accountOf(life).taken[by].get(offset);
    if (before !== undefined && before !== UID) this.#violated(`two UIDs for the record at ${offset}`);
    const expected = this.#uidOf(record, UID);
    if (UID !== expected) this.#violated(`the UID of the event at ${offset} is not that of its bytes`);
    return life;
  }

  #uidOf(record: Buffer, UID: string): string {
    if (UID.startsWith('sha256:')) return contentUid(record);
    return UID.startsWith('hmac-sha256:') ? this.#rules.uidOf(record) : UID;
  }

  #findHidden(text: string, where: string): void {
    const { hidden } = this.#rules;
    if (hidden !== undefined && text.includes(hidden)) this.#violated(`${where} holds what is to be hidden`);
  }

  #take(life: LogObjectLife, claims: Claims, by: Taker): void {
    const account = this.accountOf(life);
    const { taken } = account;
    account.cover(claims, by);
    // A row that is written again is no repeat: it is there once.
    if (by === 'lake') this.#count(life, claims, taken.lake.has(claims.offset));
    taken[by].set(claims.offset, claims.UID);
  }

  /** The failure queue took a message. */
  reject(message: RejectMessage): void {
    this.rejects += 1;
    this.#findHidden(JSON.stringify(message), 'a reject');
    const { account, container, name, generation, offset, sha256, id, reason } = message;
    const life = this.#lifeOf(`${account}/${container}/${name}`, generation);
    if (life === undefined) return this.#violated(`a reject of a log object that never was: ${name}`);
    if (id !== life.idAt(offset))
      this.#violated(`the id of the reject at ${offset} is not that of its place`);
    if (sha256 !== sha256Hex(life.recordAt(message)))
      this.#violated(`the reject at ${offset} is not what stands there`);
    const reject = this.accountOf(life);
    reject.cover(message, 'rejects');
    this.#count(life, message, reject.rejected.has(offset));
    reject.rejected.set(offset, reason);
  }

  #count(life: LogObjectLife, place: Place, repeated: boolean): void {
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
