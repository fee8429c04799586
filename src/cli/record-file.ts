import { appendFile, mkdir, open, readFile, rename, stat, truncate, writeFile } from 'node:fs/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CrosstrailError } from '#shared/errors/crosstrail-error.ts';

/** How far a file came, so that an interrupted collection goes on where it stopped. */
interface Progress {
  /** Epoch ms of the span that was asked for. */
  readonly from: number;
  readonly to: number;
  /** Epoch ms up to which the file holds everything. */
  readonly position: number;
  /** Bytes of the file at that point; what stands behind them is of a window that was cut off. */
  readonly bytes: number;
}

const PROGRESS_FOLDER = '.crosstrail-collect';

/** Records of one log type in a folder, one JSON text on a line, written window by window. */
export class RecordFile {
  readonly path: string;
  readonly #progressPath: string;
  readonly #span: { readonly from: number; readonly to: number };
  readonly #keys = new Set<string>();
  #position: number;
  #bytes = 0;

  private constructor(folder: string, name: string, span: { readonly from: number; readonly to: number }) {
    this.path = join(folder, `${name}.jsonl`);
    this.#progressPath = join(folder, PROGRESS_FOLDER, `${name}.json`);
    this.#span = span;
    this.#position = span.from;
  }

  /**
   * Opens the file of a log type, new or where a collection of the same span stopped. `keyOf` tells records apart. Throws
   * OUTPUT_NOT_USABLE when the folder cannot be written to or holds records of another span.
   */
  static async open(
    folder: string,
    name: string,
    span: { readonly from: number; readonly to: number },
    keyOf: (text: string) => string,
  ): Promise<RecordFile> {
    const file = new RecordFile(folder, name, span);
    try {
      await mkdir(join(folder, PROGRESS_FOLDER), { recursive: true });
      await file.#resume(keyOf);
      return file;
    } catch (error) {
      if (error instanceof CrosstrailError) throw error;
      throw new CrosstrailError(
        'OUTPUT_NOT_USABLE',
        `${file.path} cannot be written`,
        { path: file.path },
        error,
      );
    }
  }

  /** Epoch ms up to which the file holds everything. */
  get position(): number {
    return this.#position;
  }

  /** Records in it. */
  get records(): number {
    return this.#keys.size;
  }

  /** Appends the records of a window that were not there before; only afterwards does the position move. */
  async append(
    records: readonly { readonly key: string; readonly text: string }[],
    to: number,
  ): Promise<void> {
    const fresh = records.filter(({ key }) => !this.#keys.has(key) && this.#keys.add(key));
    const bytes = Buffer.from(fresh.map(({ text }) => `${text}\n`).join(''));
    if (bytes.length > 0) await appendFile(this.path, bytes);
    this.#bytes += bytes.length;
    this.#position = to;
    await this.#save();
  }

  /** Writes all of it as one JSON array (`NAME.json`) beside it; gives its path. */
  async writeArray(): Promise<string> {
    const path = this.path.replace(/\.jsonl$/, '.json');
    const output = createWriteStream(path);
    let separator = '[\n';
    for await (const line of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
      if (!output.write(`${separator}${line}`)) await once(output, 'drain');
      separator = ',\n';
    }
    output.end(separator === '[\n' ? '[]\n' : '\n]\n');
    await once(output, 'finish');
    return path;
  }

  async #resume(keyOf: (text: string) => string): Promise<void> {
    const text = await readFile(this.#progressPath, 'utf8').catch(() => undefined);
    if (text === undefined) {
      const size = await stat(this.path).then(
        (found) => found.size,
        () => 0,
      );
      if (size > 0) throw this.#otherSpan();
      await (await open(this.path, 'a')).close();
      return;
    }
    const { from, to, position, bytes } = JSON.parse(text) as Progress;
    if (from !== this.#span.from || to !== this.#span.to) throw this.#otherSpan();
    await truncate(this.path, bytes);
    for await (const line of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity }))
      this.#keys.add(keyOf(line));
    this.#bytes = bytes;
    this.#position = position;
  }

  async #save(): Promise<void> {
    const progress: Progress = { ...this.#span, position: this.#position, bytes: this.#bytes };
    const written = `${this.#progressPath}.new`;
    await writeFile(written, JSON.stringify(progress));
    await rename(written, this.#progressPath);
  }

  #otherSpan(): CrosstrailError {
    const what = `${this.path} holds records that were not collected with these --from and --to`;
    return new CrosstrailError('OUTPUT_NOT_USABLE', what, { path: this.path });
  }
}
