import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';
import type { CollectedObject, CollectionPlan, Window } from './plan.ts';
import { rawName, rawNamePrefix } from './raw-names.ts';
import type { RawRecord, RecordSource } from './raw-record.ts';

/** The log objects of a log type, in S3. */
export interface RawLogObjects {
  /** Names and sizes of what begins with a prefix, in name order. */
  list(namePrefix: string): Promise<CollectedObject[]>;
  /** Whole bytes of a log object. */
  read(object: CollectedObject): Promise<Buffer>;
  /** Creates it; undefined, and nothing changed, when it exists. */
  create(name: string, bytes: Uint8Array): Promise<CollectedObject | undefined>;
}

/** Records that were collected before. */
export interface SeenRecords {
  /** Those of `keys` that were not seen. */
  unseen(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Remembers them. */
  remember(keys: readonly string[]): Promise<void>;
}

/** What collecting a window needs of the world. */
export interface WindowPorts {
  readonly source: RecordSource;
  readonly objects: RawLogObjects;
  readonly seen: SeenRecords;
  /** Bytes after which a part is written; {@link PART_BYTES} unless told. */
  readonly partBytes?: number;
}

/** What a window came to. */
export interface CollectedWindow {
  /** Every log object of the window, those of a run that was cut off included. */
  readonly objects: readonly CollectedObject[];
  /** Records written by this run. */
  readonly records: number;
  /** Records that the API gave again. */
  readonly repeated: number;
}

/** Bytes of a part: two windows of the Processor, and what a collector holds in memory. */
export const PART_BYTES = 8 * 1024 * 1024;

/**
 * Reads a window and writes what was not seen before into log objects, in parts, so that memory does not grow with it.
 * A run that was cut off leaves parts behind; the next one takes them as they are and writes only what is missing in
 * them. Nothing counts before the caller has saved the objects with the position.
 */
export async function collectWindow(
  plan: CollectionPlan,
  prefix: string,
  window: Window,
  ports: WindowPorts,
  deadline: AbortSignal,
): Promise<CollectedWindow> {
  const writer = new PartWriter(rawNamePrefix(prefix, plan, window), ports);
  await writer.takeUp();
  let repeated = 0;
  for await (const page of ports.source.read(window, deadline)) {
    const fresh = await ports.seen.unseen([...new Set(page.map(({ key }) => key))]);
    for (const record of page) {
      if (!fresh.has(record.key) || !(await writer.add(record))) repeated += 1;
    }
    if (deadline.aborted) throw new CrosstrailError('OUT_OF_TIME', 'a window was not read to its end');
  }
  await writer.flush();
  return { objects: writer.objects, records: writer.records, repeated };
}

/** Writes the parts of one window. */
class PartWriter {
  readonly objects: CollectedObject[] = [];
  records = 0;
  readonly #namePrefix: string;
  readonly #ports: WindowPorts;
  readonly #partBytes: number;
  /** Keys of everything in the parts and waiting: what an API gives twice in one window. */
  readonly #keys = new Set<string>();
  #waiting: RawRecord[] = [];
  #bytes = 0;

  constructor(namePrefix: string, ports: WindowPorts) {
    this.#namePrefix = namePrefix;
    this.#ports = ports;
    this.#partBytes = ports.partBytes ?? PART_BYTES;
  }

  /** Takes up the parts that a run before this one left. */
  async takeUp(): Promise<void> {
    for (const object of await this.#ports.objects.list(this.#namePrefix)) await this.#adopt(object);
  }

  /** False when the window has the record already. */
  async add(record: RawRecord): Promise<boolean> {
    if (this.#keys.has(record.key)) return false;
    this.#keys.add(record.key);
    this.#waiting.push(record);
    this.#bytes += Buffer.byteLength(record.text) + 1;
    if (this.#bytes >= this.#partBytes) await this.flush();
    return true;
  }

  /** Writes what waits, if anything. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const name = rawName(this.#namePrefix, this.objects.length);
      const bytes = Buffer.from(this.#waiting.map(({ text }) => `${text}\n`).join(''));
      const created = await this.#ports.objects.create(name, bytes);
      if (created !== undefined) {
        this.objects.push(created);
        this.records += this.#waiting.length;
        this.#waiting = [];
      } else {
        // Another run, or a write of this one whose answer was lost. What it holds is no longer ours to write.
        await this.#takeUpNext(name);
      }
      this.#bytes = this.#waiting.reduce((sum, { text }) => sum + Buffer.byteLength(text) + 1, 0);
    }
  }

  async #takeUpNext(name: string): Promise<void> {
    const existing = (await this.#ports.objects.list(name)).find((object) => object.name === name);
    if (existing === undefined) {
      throw new CrosstrailError('COLLECTION_CONFLICT', `${name} exists and is not listed`, { name });
    }
    const held = await this.#adopt(existing);
    this.#waiting = this.#waiting.filter(({ key }) => !held.has(key));
  }

  async #adopt(object: CollectedObject): Promise<ReadonlySet<string>> {
    const held = new Set<string>();
    for (const key of keysIn(await this.#ports.objects.read(object), this.#ports.source)) held.add(key);
    for (const key of held) this.#keys.add(key);
    this.objects.push(object);
    return held;
  }
}

/** Keys of the records in the bytes of a log object. */
export function keysIn(bytes: Buffer, source: Pick<RecordSource, 'keyOf'>): string[] {
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => source.keyOf(line));
}
