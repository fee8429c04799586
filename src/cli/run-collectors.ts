import type { PipelineRun } from '#local/local-deployment.ts';
import {
  SAMPLE_GRAPH_LOG_TYPES,
  SAMPLE_OFFICE365_LOG_TYPES,
  startMicrosoft,
  type LocalMicrosoft,
} from '#local/microsoft/local-microsoft.ts';
import { sampleCollectedRecords } from '#local/sample-collected-records.ts';
import { renderTable } from './table.ts';

/** Log types that the demonstration collects. */
export const COLLECTED: readonly string[] = [...SAMPLE_GRAPH_LOG_TYPES, ...SAMPLE_OFFICE365_LOG_TYPES];

const HOUR_MS = 3_600_000;

/** Starts Microsoft's APIs with the sample records, an hour and more ago, which a first run collects. */
export async function startFilledMicrosoft(): Promise<LocalMicrosoft> {
  const microsoft = await startMicrosoft();
  const wholeHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  microsoft.fill(await sampleCollectedRecords(wholeHour - 2 * HOUR_MS));
  return microsoft;
}

/** What each log type came to, over all runs. */
export function renderCollected(runs: readonly PipelineRun[]): string {
  const collected = runs.flatMap((run) => run.collected);
  const rows = COLLECTED.map((logType) => {
    const own = collected.filter((result) => result.logType === logType);
    const sum = (figure: 'windows' | 'records' | 'repeated'): number =>
      own.reduce((total, result) => total + result[figure], 0);
    return [logType, sum('windows'), sum('records'), sum('repeated')];
  });
  return renderTable(['collected', 'windows read', 'records', 'repeated by the API'], rows);
}
