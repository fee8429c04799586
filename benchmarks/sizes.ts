import { readFile, readdir } from 'node:fs/promises';
import { mapRecord } from '#mapping/map-record.ts';
import { encodeRows, type PlacedEvent } from '#shared/destinations/rows/row-object.ts';
import { RecordFramer } from '#shared/framing/frame-records.ts';

const FOLDERS = ['activity', 'entra', 'resource', 'graph', 'o365'] as const;
const CONTAINERS: Readonly<Record<string, string>> = {
  activity: 'insights-activity-logs',
  entra: 'insights-logs-signinlogs',
  resource: 'insights-logs-resource',
  graph: 'entra-signins',
  o365: 'office365-general',
};
const FACTS = { region: 'us-east-1', accountId: '111122223333' };
const CORPUS = new URL('../corpus/', import.meta.url);

/** Events of a folder of real records, with the bytes of the records. */
async function eventsOf(folder: string): Promise<{ events: PlacedEvent[]; bytes: number }> {
  const events: PlacedEvent[] = [];
  let bytes = 0;
  for (const name of await readdir(new URL(`${folder}/`, CORPUS))) {
    const framer = new RecordFramer(0, 'undecided');
    const frames = framer.push(await readFile(new URL(`${folder}/${name}`, CORPUS)));
    const tail = framer.tail();
    if (tail.kind === 'torn') frames.push(tail.frame);
    for (const frame of frames) {
      if (frame.kind !== 'record') continue;
      const { offset, length } = frame;
      const origin = {
        account: 'corpus',
        container: CONTAINERS[folder] ?? '',
        name,
        generation: '2026-11-20T10:00:12Z',
        offset,
        length,
      };
      const outcome = mapRecord({ bytes: frame.bytes, origin, recipientAccountId: FACTS.accountId });
      if (outcome.outcome !== 'event') continue;
      events.push({ event: outcome.event, offset });
      bytes += length;
    }
  }
  return { events, bytes };
}

/**
 * What a record becomes: bytes as Azure writes it, as an event of CloudTrail Lake, as a row of S3 in gzip. The windows of
 * a deployment hold about 1,600 records, and the corpus has fewer of each kind: repeated, they would compress too well.
 */
export async function measureSizes(): Promise<Readonly<Record<string, string | number>>[]> {
  const rows = [];
  for (const folder of FOLDERS) {
    const { events, bytes } = await eventsOf(folder);
    const eventBytes = events.reduce(
      (sum, { event }) => sum + Buffer.byteLength(JSON.stringify(event.eventData)),
      0,
    );
    const object = encodeRows({ key: '', events, metadata: {} }, FACTS);
    rows.push({
      records: folder,
      count: events.length,
      'bytes of a record': Math.round(bytes / events.length),
      'event / record': Number((eventBytes / bytes).toFixed(2)),
      'gzip row / record': Number((object.length / bytes).toFixed(2)),
    });
  }
  return rows;
}
