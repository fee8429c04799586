import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type AnswerMessage,
  END_MARK,
  type InvokeMessage,
  type LogLine,
  type ReadyMessage,
} from './invocation.ts';
import { lineSplitter } from '../line-splitter.ts';

const BOOTSTRAP = fileURLToPath(new URL('./bootstrap.ts', import.meta.url));
const STREAMS = ['stdout', 'stderr'] as const;

/** How the process ended, or that it did not answer in time, in place of its answer. */
export type Ending = { readonly type: 'exited'; readonly reason: string } | { readonly type: 'timed-out' };

/** What a process is started with. */
export interface ProcessSettings {
  /** Absolute path of an ES module that exports `handler`. */
  readonly bundle: string;
  /** All that the process sees of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
}

/**
 * One process with the bundle loaded: Lambda's execution environment. It handles one event at a time. Once it failed
 * to load the bundle, timed out or exited, it is `dead` and is never used again.
 */
export class ExecutionEnvironment {
  dead = false;
  /** Takes every line that the process writes; replaced for each invocation. */
  onLine: (line: LogLine) => void = () => {};
  readonly #process: ChildProcess;
  readonly #exited: Promise<Ending>;
  readonly #ended = { stdout: () => {}, stderr: () => {} };

  constructor({ bundle, environment, memoryMegabytes }: ProcessSettings) {
    this.#process = fork(BOOTSTRAP, [bundle], {
      env: environment,
      execArgv: [`--max-old-space-size=${memoryMegabytes}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of STREAMS) {
      const lines = lineSplitter((line) => {
        const marked = line.endsWith(END_MARK);
        const text = marked ? line.slice(0, -END_MARK.length) : line;
        if (text !== '' || !marked) this.onLine({ stream, text });
        if (marked) this.#ended[stream]();
      });
      this.#process[stream]?.on('data', (chunk: Buffer) => lines.push(chunk)).on('end', () => lines.end());
    }
    this.#exited = new Promise((resolve) => {
      this.#process.on('error', ({ message }) => resolve({ type: 'exited', reason: message }));
      this.#process.once('close', (code, signal) => {
        resolve({ type: 'exited', reason: signal === null ? `exit status ${code}` : `signal: ${signal}` });
      });
    });
  }

  /** Resolves with undefined when the bundle is loaded, else with the reason why it is not. */
  async start(timeoutMilliseconds: number): Promise<AnswerMessage | Ending | undefined> {
    const outcome = await this.#firstOf(timeoutMilliseconds);
    if (outcome.type === 'ready') return undefined;
    await this.kill();
    return outcome;
  }

  async invoke(message: InvokeMessage, timeoutMilliseconds: number): Promise<AnswerMessage | Ending> {
    const outcome = this.#firstOf<AnswerMessage>(timeoutMilliseconds);
    this.#process.send(message);
    return outcome;
  }

  /** The next message with all that was written before it, or the end of the process, or of its time. */
  async #firstOf<Message extends AnswerMessage | ReadyMessage = AnswerMessage | ReadyMessage>(
    timeoutMilliseconds: number,
  ): Promise<Message | Ending> {
    const timer = new AbortController();
    const written = Promise.all(
      STREAMS.map((stream) => new Promise<void>((resolve) => (this.#ended[stream] = resolve))),
    );
    const answered = new Promise<Message>((resolve) => {
      this.#process.once('message', (message) => {
        const answer = message as Message;
        if (answer.type === 'ready') resolve(answer);
        else void written.then(() => resolve(answer));
      });
    });
    const timedOut = delay<Ending>(timeoutMilliseconds, { type: 'timed-out' }, { signal: timer.signal });
    const outcome = await Promise.race([answered, this.#exited, timedOut]);
    timer.abort();
    if (outcome.type === 'exited' || outcome.type === 'timed-out') await this.kill();
    return outcome;
  }

  /** Ends the process at once, as Lambda does, and resolves when all that it wrote was read. */
  async kill(): Promise<void> {
    this.dead = true;
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
