import type { ErrorCode } from '#shared/errors/crosstrail-error.ts';
import { readRangeMessage } from '#shared/ranges/range.ts';
import type { InProcessDeployment } from '../in-process/deployment.ts';
import type { LogObjectLife } from '../in-process/log-object-life.ts';

const GONE: readonly ErrorCode[] = ['LOG_OBJECT_NOT_FOUND', 'LOG_OBJECT_RECREATED', 'LOG_OBJECT_SHRUNK'];

interface Failed {
  readonly container: string;
  readonly logObject: string;
  readonly generation: string;
  readonly error: { readonly code: string };
}

/** What a history took away: bytes that were deleted unread, and messages that were lost. */
export class LossOracle {
  readonly #deployment: InProcessDeployment;
  /** Log objects that were deleted when a range of them still had bytes that nobody had looked at. */
  readonly #deletedUnread = new Map<LogObjectLife, number>();
  readonly #lostMessages: string[] = [];

  constructor(deployment: InProcessDeployment) {
    this.#deployment = deployment;
  }

  deleted(life: LogObjectLife): void {
    this.#deletedUnread.set(life, this.#deployment.knownEnd(life));
  }

  lost(body: string | undefined): void {
    if (body !== undefined) this.#lostMessages.push(body);
  }

  /** True when a message of that log object was lost and its hour has left the horizon since: the audit finds it. */
  isExcused(life: LogObjectLife): boolean {
    const { options, awsNow } = this.#deployment;
    const isLost = this.#lostMessages.some((body) => isOf(body, life));
    return isLost && life.hourStart < awsNow - options.horizonHours * 3_600_000;
  }

  /** Log objects whose unread bytes are gone though they were enqueued, without a word in telemetry. */
  unreported(): string[] {
    const { emitted, checkpoints } = this.#deployment;
    const failures = emitted
      .filter(({ name }) => name === 'range.failed')
      .map(({ fields }) => fields as unknown as Failed);
    return [...this.#deletedUnread]
      .filter(([life, known]) => known > (checkpoints.of(life)?.examined ?? 0))
      .filter(([life]) => !this.#lostMessages.some((body) => isOf(body, life)))
      .filter(
        ([{ logObject }]) =>
          !failures.some(
            ({ container, logObject: name, generation, error }) =>
              container === logObject.container &&
              name === logObject.name &&
              generation === logObject.generation &&
              GONE.some((code) => code === error.code),
          ),
      )
      .map(([{ logObject }]) => `${logObject.name} was deleted unread, and nothing says so`);
  }
}

function isOf(body: string, { logObject }: LogObjectLife): boolean {
  const { container, name, generation } = readRangeMessage(body).logObject;
  return container === logObject.container && name === logObject.name && generation === logObject.generation;
}
