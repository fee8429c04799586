/** The forms in which the collectors' APIs write records: Microsoft Graph, Office 365 Management Activity API. */
export type CollectedForm = 'graph' | 'office365';

/** A log type that a collector fetches: one kind of record, one `container` of its log objects. */
interface LogTypeFacts {
  readonly form: CollectedForm;
  /** Where the log objects lie in the bucket, with a slash at the end. */
  readonly prefix: string;
  /** Microsoft Graph: the category under which a diagnostic setting writes the same records. */
  readonly category?: string;
  /** Office 365: the content type of the subscription. */
  readonly contentType?: string;
}

/**
 * The log types of the collectors by `container`. Their log objects hold the records as the API gave them, one to a
 * line.
 * https://learn.microsoft.com/graph/api/resources/azure-ad-auditlog-overview
 * https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference
 */
export const LOG_TYPES = {
  'entra-signins': { form: 'graph', prefix: 'raw/entra/signins/', category: 'SignInLogs' },
  'entra-signins-noninteractive': {
    form: 'graph',
    prefix: 'raw/entra/signins-noninteractive/',
    category: 'NonInteractiveUserSignInLogs',
  },
  'entra-signins-serviceprincipal': {
    form: 'graph',
    prefix: 'raw/entra/signins-serviceprincipal/',
    category: 'ServicePrincipalSignInLogs',
  },
  'entra-signins-managedidentity': {
    form: 'graph',
    prefix: 'raw/entra/signins-managedidentity/',
    category: 'ManagedIdentitySignInLogs',
  },
  'entra-audits': { form: 'graph', prefix: 'raw/entra/audits/', category: 'AuditLogs' },
  'entra-risk-detections': {
    form: 'graph',
    prefix: 'raw/entra/risk-detections/',
    category: 'UserRiskEvents',
  },
  'entra-risky-users': { form: 'graph', prefix: 'raw/entra/risky-users/', category: 'RiskyUsers' },
  'office365-azureactivedirectory': {
    form: 'office365',
    prefix: 'raw/office365/Audit.AzureActiveDirectory/',
    contentType: 'Audit.AzureActiveDirectory',
  },
  'office365-exchange': {
    form: 'office365',
    prefix: 'raw/office365/Audit.Exchange/',
    contentType: 'Audit.Exchange',
  },
  'office365-sharepoint': {
    form: 'office365',
    prefix: 'raw/office365/Audit.SharePoint/',
    contentType: 'Audit.SharePoint',
  },
  'office365-general': {
    form: 'office365',
    prefix: 'raw/office365/Audit.General/',
    contentType: 'Audit.General',
  },
  'office365-dlp': { form: 'office365', prefix: 'raw/office365/DLP.All/', contentType: 'DLP.All' },
} as const satisfies Readonly<Record<string, LogTypeFacts>>;

/** A log type of a collector: the `container` of its log objects. */
export type LogTypeName = keyof typeof LOG_TYPES;

/** True for the container of a collector's log objects. */
export function isLogType(container: string): container is LogTypeName {
  return Object.hasOwn(LOG_TYPES, container);
}

/** What is known of a container's records; nothing for a container in Azure. */
export function logTypeOf(container: string): LogTypeFacts | undefined {
  return isLogType(container) ? LOG_TYPES[container] : undefined;
}

/** Log types of Microsoft Graph. */
export const GRAPH_LOG_TYPE_NAMES = namesOf('graph');
/** Log types of the Office 365 Management Activity API. */
export const OFFICE365_LOG_TYPE_NAMES = namesOf('office365');

function namesOf(form: CollectedForm): LogTypeName[] {
  return (Object.keys(LOG_TYPES) as LogTypeName[]).filter((name) => LOG_TYPES[name].form === form);
}
