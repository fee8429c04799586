import { readFile } from 'node:fs/promises';

/** What the stand-ins of Microsoft's APIs are given. */
export interface CollectedSamples {
  /** Records of Microsoft Graph by path. */
  readonly graph: readonly { readonly path: string; readonly records: readonly string[] }[];
  /** Records of Office 365 by content type. */
  readonly office365: readonly { readonly contentType: string; readonly records: readonly string[] }[];
}

type Members = Record<string, unknown>;

/** A person of the Activity samples, so that one trail goes through Azure, Entra ID and Microsoft 365. */
export const SAMPLE_PERSON = 'denethor@lotr.com';

const CORPUS = new URL('../../corpus/', import.meta.url);
const MINUTE_MS = 60_000;

async function records(file: string): Promise<Members[]> {
  const text = await readFile(new URL(file, CORPUS), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Members);
}

/**
 * Records of the corpus with their times moved, because both APIs reach back days only, one minute after the other from
 * `from` (epoch ms) on. The first of each kind is given to {@link SAMPLE_PERSON}; everything else is as it was published.
 */
export async function sampleCollectedRecords(from: number): Promise<CollectedSamples> {
  let minute = 0;
  const time = (): string => new Date(from + (minute += 1) * MINUTE_MS).toISOString();
  const text = (all: readonly Members[]): string[] => all.map((record) => JSON.stringify(record));

  const published = await records('graph/msdocs_sign_ins.jsonl');
  // The documentation gives two examples the same id: they would be one event.
  const different = published.filter(
    ({ id }, index) => published.findIndex((each) => each['id'] === id) === index,
  );
  const signIns = different.map((record, index) => ({
    ...record,
    createdDateTime: time(),
    ...(index === 0 ? { userPrincipalName: SAMPLE_PERSON, userDisplayName: 'Denethor' } : {}),
  }));
  const audits = (await records('graph/msdocs_directory_audits.jsonl')).map((record, index) => ({
    ...record,
    activityDateTime: time(),
    ...(index === 0 ? { initiatedBy: initiatedByPerson(record) } : {}),
  }));
  const risks = (await records('graph/synthetic_risk_detections.jsonl')).map((record, index) => ({
    ...record,
    lastUpdatedDateTime: time(),
    ...(index === 0 ? { userPrincipalName: SAMPLE_PERSON, userDisplayName: 'Denethor' } : {}),
  }));
  const exchange = (await records('o365/synthetic_exchange.jsonl')).map((record, index) =>
    index === 0 ? { ...record, UserId: SAMPLE_PERSON, CreationTime: time().slice(0, 19) } : record,
  );
  const general = (await records('o365/synthetic_teams.jsonl')).map((record, index) =>
    index === 0 ? { ...record, UserId: SAMPLE_PERSON, CreationTime: time().slice(0, 19) } : record,
  );
  return {
    graph: [
      { path: '/v1.0/auditLogs/signIns', records: text(signIns) },
      { path: '/v1.0/auditLogs/directoryAudits', records: text(audits) },
      { path: '/v1.0/identityProtection/riskDetections', records: text(risks) },
    ],
    office365: [
      {
        contentType: 'Audit.AzureActiveDirectory',
        records: text(await records('o365/msdocs_azureactivedirectory.jsonl')),
      },
      { contentType: 'Audit.Exchange', records: text(exchange) },
      { contentType: 'Audit.General', records: text(general) },
    ],
  };
}

function initiatedByPerson({ initiatedBy }: Members): Members {
  const { user } = initiatedBy as { readonly user?: Members };
  return { user: { ...user, userPrincipalName: SAMPLE_PERSON, displayName: 'Denethor' }, app: null };
}
