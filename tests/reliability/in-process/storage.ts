import { StorageSharedKeyCredential } from '@azure/storage-blob';
import type { LogObject } from '#mapping/origin.ts';
import type { ListedLogObject } from '#shared/azure/log-object-listing.ts';
import { parseLogObjectName } from '#shared/log-object-name.ts';
import { LogObjectLife } from './log-object-life.ts';

export const ACCOUNT = 'crosstrailtest';

/** What the Azure SDK throws for an answer that is an error. */
export class RestAnswer extends Error {
  readonly statusCode: number;
  readonly code: string;

  constructor(statusCode: number, code: string) {
    super(code);
    this.statusCode = statusCode;
    this.code = code;
  }
}

function generationAt(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

function accountKey(key: string): string {
  return Buffer.from(key).toString('base64');
}

function signatureBy(key: string): string {
  return new StorageSharedKeyCredential(ACCOUNT, accountKey(key)).computeHMACSHA256('');
}

/** A storage account in memory, with Azure's clock and an access key. */
export class InProcessStorage {
  /** Every generation that there ever was, in order of creation. */
  readonly lives: LogObjectLife[] = [];
  /** Epoch ms. */
  readonly #now: () => number;
  #key = 'first';
  #signature = signatureBy('first');
  /** What each credential signs with: a signature is by far the dearest part of a call here. */
  readonly #signatures = new WeakMap<StorageSharedKeyCredential, string>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get connectionString(): string {
    const key = accountKey(this.#key);
    return `DefaultEndpointsProtocol=https;AccountName=${ACCOUNT};AccountKey=${key};EndpointSuffix=core.windows.net`;
  }

  rotateKey(): void {
    this.#key += '+';
    this.#signature = signatureBy(this.#key);
  }

  admits(credential: unknown): boolean {
    if (!(credential instanceof StorageSharedKeyCredential)) return false;
    const signature = this.#signatures.get(credential) ?? credential.computeHMACSHA256('');
    this.#signatures.set(credential, signature);
    return signature === this.#signature;
  }

  find(container: string, name: string): LogObjectLife | undefined {
    return this.lives.find(
      ({ logObject, alive }) => alive && logObject.container === container && logObject.name === name,
    );
  }

  /** The log object of that name, created now when there is none. */
  open(container: string, name: string, format: 'lines' | 'document' = 'lines'): LogObjectLife {
    const current = this.find(container, name);
    if (current !== undefined) return current;
    const hourStart = parseLogObjectName(name)?.hourStart;
    if (hourStart === undefined) throw new Error(`${name} is no name of a log object`);
    const logObject = { account: ACCOUNT, container, name, generation: this.#newGeneration(container, name) };
    const life = new LogObjectLife(logObject, hourStart, format);
    this.lives.push(life);
    return life;
  }

  /** The creation time has seconds: one that is deleted is not created again within the same second here. */
  #newGeneration(container: string, name: string): string {
    const earlier = this.lives
      .filter(({ logObject }) => logObject.container === container && logObject.name === name)
      .map(({ logObject }) => Date.parse(logObject.generation) + 1_000);
    return generationAt(Math.max(this.#now(), ...earlier));
  }

  /** Prefixes and names right below `prefix`, in name order. */
  level(container: string, prefix: string): string[] {
    const children = this.#alive(container, prefix).map(({ logObject: { name } }) => {
      const slash = name.indexOf('/', prefix.length);
      return slash === -1 ? name : name.slice(0, slash + 1);
    });
    return [...new Set(children)];
  }

  /** Everything below `prefix`, in name order. */
  below(container: string, prefix: string): ListedLogObject[] {
    return this.#alive(container, prefix).map(({ logObject: { name, generation }, content }) => ({
      name,
      generation,
      length: content.length,
    }));
  }

  /** What a ranged GET gives: the generation that stands there, its length, and the bytes. */
  read({ container, name }: LogObject, offset: number, count: number) {
    const life = this.find(container, name);
    if (life === undefined) throw new RestAnswer(404, 'BlobNotFound');
    const { content, logObject } = life;
    if (offset >= content.length) throw new RestAnswer(416, 'InvalidRange');
    return {
      generation: logObject.generation,
      total: content.length,
      bytes: Buffer.from(content.subarray(offset, offset + count)),
    };
  }

  #alive(container: string, prefix: string): LogObjectLife[] {
    return this.lives
      .filter(
        ({ logObject, alive }) =>
          alive && logObject.container === container && logObject.name.startsWith(prefix),
      )
      .sort((left, right) =>
        Buffer.compare(Buffer.from(left.logObject.name), Buffer.from(right.logObject.name)),
      );
  }
}
