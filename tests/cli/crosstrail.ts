import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const CROSSTRAIL = fileURLToPath(new URL('../../bin/crosstrail.js', import.meta.url));

/** A command that ended. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  /** What stands on standard input; empty without it. */
  readonly stdin?: string | Uint8Array;
  /** Variables beside PATH. */
  readonly variables?: Readonly<Record<string, string>>;
}

function start(
  args: readonly string[],
  cwd?: string,
  variables: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  // Nothing of this process's environment: what works here works in any shell.
  const env = { PATH: process.env['PATH'], ...variables };
  return spawn(process.execPath, [CROSSTRAIL, ...args], { env, ...(cwd === undefined ? {} : { cwd }) });
}

/** Runs `crosstrail ARGS` in a process of its own. */
export async function crosstrail(
  args: readonly string[],
  { cwd, stdin = '', variables }: RunOptions = {},
): Promise<Finished> {
  const child = start(args, cwd, variables);
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  child.stdin.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: await stdout, stderr: await stderr };
}

/** A command that runs until it is told to end. */
export interface Running {
  /** Ends it as Ctrl-C does, or as a supervisor does. */
  end(signal: 'SIGINT' | 'SIGTERM'): Promise<Finished>;
}

/** Starts `crosstrail ARGS` and resolves once it has printed `sign`; throws with what it said when it ends before. */
export async function startCrosstrail(args: readonly string[], cwd: string, sign: string): Promise<Running> {
  const child = start(args, cwd);
  const closed = once(child, 'close') as Promise<[number | null]>;
  const said = { stdout: '', stderr: '' };
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said.stdout += chunk.toString();
      if (said.stdout.includes(sign)) resolve();
    });
    child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
    void closed.then(() => reject(new Error(`it ended: ${said.stdout}${said.stderr}`)));
  });
  return {
    async end(signal) {
      child.kill(signal);
      const [code] = await closed;
      return { code, ...said };
    },
  };
}
