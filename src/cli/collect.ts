import { setTimeout as delay } from 'node:timers/promises';
import { GRAPH_LIMITS, GRAPH_LOG_TYPES } from '#graph-collector/graph-log-types.ts';
import { isGraphThrottle } from '#graph-collector/graph-refusal.ts';
import { GraphSource } from '#graph-collector/graph-source.ts';
import { CONTENT_LIMIT, CONTENT_TYPES } from '#office365-collector/content-types.ts';
import { isOffice365Throttle } from '#office365-collector/office365-answer.ts';
import { Office365Source } from '#office365-collector/office365-source.ts';
import { ApiClient, type ApiPorts } from '#shared/collection/api-client.ts';
import type { RawRecord, RecordSource } from '#shared/collection/raw-record.ts';
import { RequestLimit } from '#shared/collection/request-limit.ts';
import { CrosstrailError, isCrosstrailError, type ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { EXIT } from './main.ts';
import { OwnSignIn } from './own-sign-in.ts';
import { RecordFile } from './record-file.ts';
import { createSteps } from './steps.ts';

export interface CollectOptions {
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms, excluded. */
  readonly to?: number;
  readonly types?: readonly string[];
  /** Folder, or - for standard output. */
  readonly out: string;
  readonly format: 'jsonl' | 'json';
  readonly tenant?: string;
  readonly endpoint?: string;
  readonly json?: boolean;
}

/** A log that can be collected. */
interface Collectable {
  readonly logType: string;
  readonly source: RecordSource;
  prepare?(this: void, deadline: AbortSignal): Promise<void>;
}

interface Outcome {
  readonly logType: string;
  readonly records: number;
  readonly file?: string;
  readonly error?: string;
}

const HOUR_MS = 3_600_000;
const GENERAL: ReadonlySet<ErrorCode> = new Set(['OUTPUT_NOT_USABLE', 'SIGN_IN_FAILED']);
const NEVER = new AbortController().signal;

async function sleep(ms: number): Promise<void> {
  await delay(ms);
}

/** A national cloud has services, and so tokens, of its own. */
function scopeOf(endpoint: string): string {
  return `${endpoint.replace(/\/$/, '')}/.default`;
}

function apiPorts(tokens: OwnSignIn): Omit<ApiPorts, 'scope' | 'limit'> {
  return { tokens, now: Date.now, sleep, random: Math.random };
}

function graphLogs(
  tokens: OwnSignIn,
  { endpoint = 'https://graph.microsoft.com' }: CollectOptions,
): Collectable[] {
  const limits = new Map(
    Object.entries(GRAPH_LIMITS).map(([name, limit]) => [name, new RequestLimit(limit, Date.now, sleep)]),
  );
  return GRAPH_LOG_TYPES.map((logType) => {
    const limit = limits.get(logType.limit) ?? new RequestLimit(GRAPH_LIMITS.reports, Date.now, sleep);
    const ports = { ...apiPorts(tokens), scope: scopeOf(endpoint), limit, isThrottle: isGraphThrottle };
    return { logType: logType.logType, source: new GraphSource(new ApiClient(ports), endpoint, logType) };
  });
}

async function office365Logs(tokens: OwnSignIn, options: CollectOptions): Promise<Collectable[]> {
  const { endpoint = 'https://manage.office.com' } = options;
  const scope = scopeOf(endpoint);
  const tenant = options.tenant ?? (await tokens.tenantOf(scope));
  if (tenant === undefined) {
    throw new CrosstrailError(
      'SIGN_IN_FAILED',
      'the token does not say which tenant it is of; give --tenant',
    );
  }
  const limit = new RequestLimit(CONTENT_LIMIT, Date.now, sleep);
  const client = new ApiClient({
    ...apiPorts(tokens),
    scope,
    limit,
    isThrottle: isOffice365Throttle,
  });
  return CONTENT_TYPES.map((contentType) => {
    const source = new Office365Source(contentType, {
      client,
      endpoint,
      tenant,
      // A file is read again from the start of the window that was cut off.
      lists: { load: async () => [], save: async () => undefined },
      telemetry: { emit: (name) => void process.stderr.write(`${contentType.logType}: ${name}\n`) },
    });
    return { logType: contentType.logType, source, prepare: (deadline) => source.subscribe(deadline) };
  });
}

function chosen(logs: readonly Collectable[], types: readonly string[] | undefined): readonly Collectable[] {
  const unknown = types?.filter((type) => !logs.some(({ logType }) => logType === type)) ?? [];
  if (unknown.length > 0) {
    const known = logs.map(({ logType }) => logType).join(', ');
    throw new CrosstrailError('LOG_TYPE_UNKNOWN', `${unknown.join(', ')} is none of ${known}`);
  }
  return types === undefined ? logs : logs.filter(({ logType }) => types.includes(logType));
}

function windowsOf(from: number, to: number): { readonly from: number; readonly to: number }[] {
  const windows = [];
  for (let at = from; at < to; at += HOUR_MS) windows.push({ from: at, to: Math.min(at + HOUR_MS, to) });
  return windows;
}

async function gather(source: RecordSource, window: { from: number; to: number }): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for await (const page of source.read(window, NEVER)) records.push(...page);
  return records;
}

/**
 * Collects logs with the user's own sign-in into files, one for each log type, or onto standard output; no AWS is needed.
 * An interrupted collection goes on where it stopped when it is called with the same span and folder. Gives exit code 1
 * when a log type could not be collected; the others are. Throws LOG_TYPE_UNKNOWN, OUTPUT_NOT_USABLE, SIGN_IN_FAILED and
 * DAYS_INVALID.
 */
export async function runCollect(api: 'graph' | 'office365', options: CollectOptions): Promise<number> {
  const { from, to = Math.floor(Date.now() / 1000) * 1000, out, format } = options;
  if (from >= to) throw new CrosstrailError('DAYS_INVALID', '--from is not before --to');
  const tokens = new OwnSignIn(process.env, options.tenant);
  const logs = api === 'graph' ? graphLogs(tokens, options) : await office365Logs(tokens, options);
  const steps = createSteps();
  const outcomes: Outcome[] = [];
  for (const { logType, source, prepare } of chosen(logs, options.types)) {
    const windows = windowsOf(from, to);
    try {
      const outcome = await steps.counted(`Collecting ${logType}`, windows.length, async (done) => {
        await prepare?.(NEVER);
        if (out === '-') return printed(logType, source, windows, done);
        const file = await RecordFile.open(out, logType, { from, to }, (text) => source.keyOf(text));
        for (const window of windows) {
          if (window.to > file.position) await file.append(await gather(source, window), window.to);
          done();
        }
        const path = format === 'json' ? await file.writeArray() : file.path;
        return { logType, records: file.records, file: path };
      });
      outcomes.push(outcome);
    } catch (error) {
      // What concerns every log type ends all of it.
      if (!isCrosstrailError(error) || GENERAL.has(error.code)) throw error;
      outcomes.push({ logType, records: 0, error: error.message });
      process.stderr.write(`${error.message}\n  What to do: ${error.fix}\n`);
    }
  }
  if (out !== '-') report(outcomes, options.json === true);
  return outcomes.every(({ error }) => error === undefined) ? EXIT.ok : EXIT.unaccounted;
}

async function printed(
  logType: string,
  source: RecordSource,
  windows: readonly { from: number; to: number }[],
  done: () => void,
): Promise<Outcome> {
  const keys = new Set<string>();
  for (const window of windows) {
    for (const { key, text } of await gather(source, window)) {
      if (!keys.has(key)) process.stdout.write(`${text}\n`);
      keys.add(key);
    }
    done();
  }
  return { logType, records: keys.size };
}

function report(outcomes: readonly Outcome[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(outcomes)}\n`);
    return;
  }
  for (const { logType, records, file, error } of outcomes) {
    const what = error === undefined ? `${records} records in ${file}` : 'not collected, see above';
    process.stdout.write(`${logType}: ${what}\n`);
  }
}
