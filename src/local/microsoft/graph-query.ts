/** A record that the stand-in gives. */
export interface GraphRecord {
  /** JSON text, given as it is. */
  readonly json: string;
  /** Epoch ms from which on it is given: records come late. */
  readonly visibleFrom: number;
}

/** What the service lets one ask of a collection. */
export interface Resource {
  readonly timeProperty: string;
  readonly permission: string;
  readonly premium: boolean;
  readonly largestPage: number;
  readonly ownPage: number;
  readonly descending: boolean;
}

const REPORT = { largestPage: 1000, ownPage: 1000 };
const RISK = { largestPage: 500, ownPage: 20, premium: true, descending: false };

/** https://learn.microsoft.com/graph/api/resources/azure-ad-auditlog-overview, …/identityprotection-overview */
export const RESOURCES: Readonly<Record<string, Resource>> = {
  '/auditlogs/signins': {
    ...REPORT,
    timeProperty: 'createdDateTime',
    permission: 'AuditLog.Read.All',
    premium: true,
    descending: true,
  },
  '/auditlogs/directoryaudits': {
    ...REPORT,
    timeProperty: 'activityDateTime',
    permission: 'AuditLog.Read.All',
    premium: false,
    descending: false,
  },
  '/identityprotection/riskdetections': {
    ...RISK,
    timeProperty: 'lastUpdatedDateTime',
    permission: 'IdentityRiskEvent.Read.All',
  },
  '/identityprotection/riskyusers': {
    ...RISK,
    timeProperty: 'riskLastUpdatedDateTime',
    permission: 'IdentityRiskyUser.Read.All',
  },
};

/** A record with what it is selected by. */
export interface Row extends GraphRecord {
  readonly id: string;
  readonly time: number;
  readonly eventTypes: readonly string[];
}

/** Where a next page goes on. */
export interface Place {
  readonly rows: readonly Row[];
  readonly at: number;
  readonly size: number;
}

/** An answer that is no page. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

interface Filter {
  readonly property: string;
  readonly from: number;
  readonly to: number;
  readonly eventType: string | undefined;
}

const FILTER =
  /^(\w+) ge (\S+) and \1 le (\S+?)(?: and signInEventTypes\/any\(t: ?t eq '(nonInteractiveUser|servicePrincipal|managedIdentity|interactiveUser)'\))?$/;

/** The window that a filter asks for. Throws a Refusal for any other filter than one on time. */
export function readFilter(text: string): Filter {
  const [, property = '', from = '', to = '', eventType] = FILTER.exec(text) ?? [];
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(begin) || Number.isNaN(end)) {
    throw new Refusal(
      400,
      'BadRequest',
      "Invalid filter clause: expected 'property ge time and property le time'.",
    );
  }
  return { property, from: begin, to: end, eventType };
}

/** A record, read once. */
export function rowOf(record: GraphRecord, { timeProperty }: Resource): Row {
  const members = JSON.parse(record.json) as Readonly<Record<string, unknown>>;
  const eventTypes = (members['signInEventTypes'] as readonly string[] | undefined) ?? ['interactiveUser'];
  return {
    ...record,
    id: String(members['id']),
    time: Date.parse(String(members[timeProperty])),
    eventTypes,
  };
}
