import { InvalidArgumentError, Option } from 'commander';
import type { DestinationName } from '#local/event-tables.ts';

const NAMES: Readonly<Record<string, DestinationName>> = {
  lake: 'CloudTrailLake',
  cloudtraillake: 'CloudTrailLake',
  s3: 'S3',
  both: 'Both',
};

/** `--destination`, as the command line takes it (`lake`, `s3`, `both`) or as the template says it. */
export function destinationOption(): Option {
  return new Option('--destination <name>', 'where events go: lake, s3 or both')
    .argParser(destinationName)
    .default('CloudTrailLake', 'lake');
}

function destinationName(text: string): DestinationName {
  const name = NAMES[text.toLowerCase()];
  if (name === undefined) throw new InvalidArgumentError('must be lake, s3 or both.');
  return name;
}
