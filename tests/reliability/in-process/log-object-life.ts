import { recordId } from '#mapping/ids.ts';
import type { LogObject } from '#mapping/origin.ts';

const LF = 0x0a;

/** Where a record stands. */
export interface Place {
  readonly offset: number;
  /** Bytes, line ending included. */
  readonly length: number;
}

/** One generation of a log object, from its creation on: all that ever stood in it. */
export class LogObjectLife {
  readonly logObject: LogObject;
  /** Start of the hour that its name carries, epoch ms. */
  readonly hourStart: number;
  readonly format: 'lines' | 'document';
  content: Buffer = Buffer.alloc(0);
  /** False once it is deleted. */
  alive = true;
  /** Bytes that an append left out at its end: the next one starts with them. */
  owed: Buffer = Buffer.alloc(0);
  #documentRecords: Place[] = [];
  readonly #ids = new Map<number, string>();

  constructor(logObject: LogObject, hourStart: number, format: 'lines' | 'document') {
    this.logObject = logObject;
    this.hourStart = hourStart;
    this.format = format;
  }

  /** Appends whole lines; the last `cut` bytes are owed until the next append. */
  append(bytes: Buffer, cut = 0): void {
    const all = Buffer.concat([this.owed, bytes]);
    const kept = Math.max(0, all.length - cut);
    this.content = Buffer.concat([this.content, all.subarray(0, kept)]);
    this.owed = all.subarray(kept);
  }

  /** Adds records to a document: its writer replaces the closing brackets. */
  grow(records: readonly string[]): void {
    let text = this.content.length === 0 ? '{"records":[' : this.content.toString('utf8').slice(0, -2);
    for (const record of records) {
      if (!text.endsWith('[')) text += ',';
      this.#documentRecords.push({
        offset: Buffer.byteLength(text),
        length: Buffer.byteLength(record),
      });
      text += record;
    }
    this.content = Buffer.from(`${text}]}`);
  }

  /** Every complete record, in order. Lines are cut at line feeds, in the simplest way there is. */
  records(): readonly Place[] {
    if (this.format === 'document') return this.#documentRecords;
    const places: Place[] = [];
    let offset = 0;
    for (let end = this.content.indexOf(LF); end !== -1; end = this.content.indexOf(LF, offset)) {
      const length = end + 1 - offset;
      if (this.content.toString('latin1', offset, end).trim() !== '') places.push({ offset, length });
      offset = end + 1;
    }
    return places;
  }

  /** The record at a place, without its line ending. */
  recordAt({ offset, length }: Place): Buffer {
    let end = offset + length;
    if (this.content[end - 1] === LF) end -= 1;
    if (this.content[end - 1] === 0x0d) end -= 1;
    return this.content.subarray(offset, end);
  }

  idAt(offset: number): string {
    const known = this.#ids.get(offset);
    if (known !== undefined) return known;
    const id = recordId({ ...this.logObject, offset, length: 0 });
    this.#ids.set(offset, id);
    return id;
  }
}
