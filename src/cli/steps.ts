import cliProgress from 'cli-progress';

/** Tells how long work goes on: bars on a terminal, one line for each step elsewhere. Writes to standard error. */
export interface Steps {
  /** Runs a step of unknown length. */
  step<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /** Runs a step of `total` parts; `work` calls `done` after each. */
  counted<Result>(what: string, total: number, work: (done: () => void) => Promise<Result>): Promise<Result>;
}

const WIDTH = 44;

export function createSteps(stream: NodeJS.WriteStream = process.stderr): Steps {
  const counted = async <Result>(
    what: string,
    total: number,
    work: (done: () => void) => Promise<Result>,
  ): Promise<Result> => {
    const startedAt = performance.now();
    const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    if (!stream.isTTY) {
      const result = await work(() => undefined);
      stream.write(`${what.padEnd(WIDTH)} ${seconds()}\n`);
      return result;
    }
    const bar = new cliProgress.SingleBar({
      stream,
      format: `${what.padEnd(WIDTH)} {bar} {value}/{total} {seconds}`,
      barsize: 20,
      hideCursor: true,
      clearOnComplete: true,
    });
    bar.start(total, 0, { seconds: '' });
    try {
      const result = await work(() => bar.increment({ seconds: seconds() }));
      return result;
    } finally {
      bar.stop();
      stream.write(`${what.padEnd(WIDTH)} ${seconds()}\n`);
    }
  };
  return {
    counted,
    step: (what, work) =>
      counted(what, 1, async (done) => {
        const result = await work();
        done();
        return result;
      }),
  };
}
