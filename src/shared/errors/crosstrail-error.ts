/**
 * The closed family of errors that Crosstrail raises on purpose: what went wrong, whether it may pass by itself when
 * tried again, and what a person does about it when not.
 */
export const ERRORS = {
  CONFIGURATION_INVALID: { passing: false, fix: 'Correct the settings named above and deploy again.' },
  SECRET_NOT_READABLE: {
    passing: false,
    fix: 'Check that the secret exists in this Region and that the function may call secretsmanager:GetSecretValue on it.',
  },
  CONNECTION_STRING_INVALID: {
    passing: false,
    fix: 'Store the storage account connection string (Azure portal: Storage account > Access keys, or a SAS connection string) as the plain secret value; of several accounts one on each line, each account once.',
  },
  AWS_FEDERATION_DISABLED: {
    passing: false,
    fix: 'Switch outbound identity federation on, once for the AWS account: aws iam enable-outbound-web-identity-federation (needs iam:EnableOutboundWebIdentityFederation).',
  },
  AWS_IDENTITY_DENIED: {
    passing: false,
    fix: 'Allow the role sts:GetWebIdentityToken on * for the audience api://AzureADTokenExchange, the algorithm RS256 and at most 300 seconds, as template.yaml does; look for a service control policy that denies it.',
  },
  AWS_SESSION_ENDING: {
    passing: true,
    fix: 'The role’s session ends within five minutes or has ended. A Lambda gets a new one by itself; on the command line sign in to AWS again.',
  },
  AWS_CREDENTIALS_MISSING: {
    passing: false,
    fix: 'Sign in to AWS (aws sso login, or AWS_PROFILE), and check that the credentials are those of this account.',
  },
  AWS_IDENTITY_UNAVAILABLE: {
    passing: true,
    fix: 'AWS STS did not answer or throttled; it is asked again. A function in a VPC needs a way to sts.REGION.amazonaws.com.',
  },
  ENTRA_CREDENTIAL_PENDING: {
    passing: true,
    fix: 'A federated identity credential that was just created takes some minutes to be known everywhere; it is tried again. If none was created: "crosstrail doctor --setup" prints the line.',
  },
  ENTRA_CREDENTIAL_MISSING: {
    passing: false,
    fix: 'Give the application a federated identity credential with exactly this issuer, subject and audience, letter case included: "crosstrail doctor --setup" prints the line (az ad app federated-credential create). Check AzureClientId.',
  },
  ENTRA_ASSERTION_EXPIRED: {
    passing: true,
    fix: 'A new token is asked for. If it persists, the clock here, or the token’s way to Entra, is minutes off.',
  },
  ENTRA_TENANT_UNKNOWN: {
    passing: false,
    fix: 'Correct AzureTenantId (az account show --query tenantId) or, in a national cloud, AzureAuthorityHost.',
  },
  ENTRA_CLIENT_UNKNOWN: {
    passing: false,
    fix: 'Correct AzureClientId: the application (client) id, not the object id, of an application of this tenant that has a service principal there (az ad sp create --id CLIENT_ID).',
  },
  ENTRA_REFUSED: {
    passing: false,
    fix: 'Look the number up at https://login.microsoftonline.com/error, and the sign-in in Entra ID > Sign-in logs > Service principal sign-ins.',
  },
  ENTRA_UNAVAILABLE: {
    passing: true,
    fix: 'Entra ID did not answer, throttled or failed; it is asked again. Check AzureAuthorityHost and the way to it if it persists.',
  },
  AZURE_ROLE_MISSING: {
    passing: false,
    fix: 'Run: az role assignment create --role "Storage Blob Data Reader" --assignee CLIENT_ID --scope "$(az storage account show --name ACCOUNT --query id --output tsv)". It takes up to ten minutes to be known everywhere.',
  },
  AZURE_TOKEN_REFUSED: {
    passing: false,
    fix: 'The storage account must belong to the tenant of AzureTenantId (az storage account show --name ACCOUNT), and AzureStorageAccountUrls must name it.',
  },
  HASH_KEY_INVALID: {
    passing: false,
    fix: 'Restore the value that the secret had (Secrets Manager keeps the previous version): with another key, hashes of the same value are no longer equal.',
  },
  RULES_INVALID: {
    passing: false,
    fix: 'Correct what is named above; docs/filter.md shows the form of rules, paths and keys.',
  },
  AZURE_UNREACHABLE: {
    passing: true,
    fix: 'Check the endpoint in the connection string or AzureStorageAccountUrls, DNS, and that the storage account firewall admits this caller.',
  },
  AZURE_ACCESS_DENIED: {
    passing: false,
    fix: 'Renew the connection string in the secret (the key or SAS may be rotated or expired; a SAS needs the permissions read and list), and check the storage account firewall. With workload identity only the firewall is left.',
  },
  AZURE_REQUEST_FAILED: {
    passing: true,
    fix: 'Azure answered with an error that may pass; it is tried again.',
  },
  STORAGE_ACCOUNT_UNKNOWN: {
    passing: false,
    fix: 'Correct the account in AzureStorageContainerName, or add its connection string to the secret (its URL to AzureStorageAccountUrls).',
  },
  CONTAINER_NOT_FOUND: {
    passing: false,
    fix: 'Check the container name. Azure creates the container only when the first event is exported by the diagnostic setting.',
  },
  LOG_OBJECT_NOT_FOUND: {
    passing: false,
    fix: 'The log object was deleted before it was read to its end. Shorten the schedule or lengthen the lifecycle rule of the storage account.',
  },
  LOG_OBJECT_RECREATED: {
    passing: false,
    fix: 'The log object was deleted and created again since it was listed. The next listing finds the new one; what the old one held beyond its checkpoint is gone.',
  },
  LOG_OBJECT_SHRUNK: {
    passing: false,
    fix: 'The log object is shorter than when it was listed. Look in the storage account for who rewrote it.',
  },
  LOG_OBJECT_ARCHIVED: {
    passing: false,
    fix: 'The log object lies in the archive tier. Rehydrate it, or move the lifecycle rule later than the schedule.',
  },
  READ_INCOMPLETE: { passing: true, fix: 'Azure sent fewer bytes than asked for; the range is read again.' },
  CHANNEL_REFUSED: {
    passing: false,
    fix: 'Check the channel ARN, its Region and account, the function’s cloudtrail-data:PutAuditEvents permission, and that the event data store ingests.',
  },
  DELIVERY_INCOMPLETE: {
    passing: true,
    fix: 'CloudTrail Lake did not take every event in time; what it took is committed and the rest is sent again.',
  },
  EVENT_BUCKET_REFUSED: {
    passing: false,
    fix: 'Check the name of the event bucket, its Region and account, the function’s s3:PutObject permission on it and, when it is encrypted with a KMS key, kms:GenerateDataKey on that key. Nothing is lost: the rows are written when it is mended.',
  },
  EVENT_BUCKET_UNAVAILABLE: {
    passing: true,
    fix: 'S3 did not take every row in time; they are written again, over what it took.',
  },
  CHECKPOINT_CONFLICT: {
    passing: true,
    fix: 'Another invocation moved the same checkpoint; the range is looked at again.',
  },
  AUDIT_UNFINISHED: {
    passing: false,
    fix: 'Lower AuditDays, or run "crosstrail audit", which has no time limit. An audit of a part proves nothing.',
  },
  AUDIT_SPAN_INVALID: {
    passing: false,
    fix: 'Give --from before --to, and not before the time that checkpoints are kept for (CheckpointRetentionDays).',
  },
  OUT_OF_TIME: { passing: true, fix: 'What was delivered is committed; the rest is taken up again.' },
  RANGE_MESSAGE_INVALID: {
    passing: false,
    fix: 'Something other than the Aggregator wrote to the range queue. Find the sender; the message goes to the dead-letter queue.',
  },
  RANGE_REFUSED: {
    passing: false,
    fix: 'The range names a storage account or container that is not configured. Add the container to AzureStorageContainerName and the account to the secret or AzureStorageAccountUrls, or find who sent the message.',
  },
  QUEUE_REFUSED: {
    passing: true,
    fix: 'Check the queue URL and the function’s permissions on it (sqs:SendMessage, sqs:ChangeMessageVisibility).',
  },
  QUEUE_NOT_READABLE: {
    passing: true,
    fix: 'Check the queue URL and the permissions to receive, delete and change the visibility of its messages.',
  },
  REJECT_MESSAGE_INVALID: {
    passing: false,
    fix: 'Something other than Crosstrail wrote to the failure queue, or changed a message. Find the sender; the message is left where it is.',
  },
  REPLAY_REQUEST_INVALID: {
    passing: false,
    fix: 'Give "reason" and "limit", or "ranges", and "dryRun" as docs/replay.md shows.',
  },
  REPLAY_BOUND_REACHED: {
    passing: false,
    fix: 'Replay without a reason, or one of the reasons that the queue holds most of, so that fewer messages are in the way.',
  },
  CONTAINER_UNKNOWN: {
    passing: false,
    fix: 'Name one of the configured containers, or leave --container out.',
  },
  DAYS_INVALID: { passing: false, fix: 'Give --from a day that is not after that of --to.' },
  FILE_NOT_READABLE: { passing: false, fix: 'Check the path and that you may read the file.' },
  QUERY_FAILED: {
    passing: false,
    fix: 'Correct the statement (the SELECT of Trino, as Lake and Athena take it), or what the message names.',
  },
  STACK_NOT_READABLE: {
    passing: false,
    fix: 'Check the stack name, the Region (AWS_REGION) and your credentials; cloudformation:DescribeStacks must be allowed.',
  },
  DATA_FOLDER_UNUSABLE: {
    passing: false,
    fix: 'End the other local cloud that keeps its state there, or name another folder with --data, one that you may write to.',
  },
  PORT_TAKEN: { passing: false, fix: 'Choose another --port-base, or leave it out for free ports.' },
  COLLECTION_CONFLICT: {
    passing: true,
    fix: 'Another run of the collector works on the same log type; the next run goes on from what was saved.',
  },
  API_UNAVAILABLE: {
    passing: true,
    fix: 'Microsoft did not answer, or asked to wait longer than this run had; the next run reads the same window.',
  },
  API_LINK_REFUSED: {
    passing: false,
    fix: 'The API named a next page at another host; nothing was sent there. Look for a proxy that rewrites answers, and report it when there is none.',
  },
  GRAPH_LICENCE_MISSING: {
    passing: false,
    fix: 'The tenant needs Microsoft Entra ID P1 or P2 for this log. Leave the log type out, or export it with a diagnostic setting where the licence allows that.',
  },
  GRAPH_PERMISSION_MISSING: {
    passing: false,
    fix: 'Grant the application permission named above to the app in Microsoft Entra ID, with admin consent; if it has it, add Directory.Read.All. Consent takes some minutes.',
  },
  GRAPH_WINDOW_TOO_OLD: {
    passing: false,
    fix: 'The tenant does not keep this log for so long (7 days without, 30 with a P1 or P2 licence). Lower the retention that is set for the collector.',
  },
  GRAPH_REQUEST_REFUSED: {
    passing: false,
    fix: 'Microsoft Graph refused the request itself. If it goes on, report it with the code named above.',
  },
  OFFICE365_PERMISSION_MISSING: {
    passing: false,
    fix: 'Grant ActivityFeed.Read (for DLP.All also ActivityFeed.ReadDlp) of the Office 365 Management APIs to the app, with admin consent. The other content types are collected.',
  },
  OFFICE365_AUDITING_OFF: {
    passing: false,
    fix: 'Switch on unified auditing for the tenant (Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true), check the tenant id and the endpoint of its cloud. It takes up to a day to begin.',
  },
  OFFICE365_WINDOW_TOO_OLD: {
    passing: false,
    fix: 'The API gives what became available in the last seven days. Begin later; Microsoft Purview audit search reaches further back.',
  },
  OFFICE365_REQUEST_REFUSED: {
    passing: false,
    fix: 'The Office 365 Management Activity API refused the request itself; the code named above says why. If it goes on, report it.',
  },
  OUTPUT_NOT_USABLE: {
    passing: false,
    fix: 'Name another folder with --out, or give the --from and --to of the collection that is to go on.',
  },
  SIGN_IN_FAILED: {
    passing: false,
    fix: 'Run "az login" (with --tenant for another tenant), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of an app that has the permissions.',
  },
  LOG_TYPE_UNKNOWN: { passing: false, fix: 'Name log types of this API, with commas between them.' },
  APPLICATION_SECRET_INVALID: {
    passing: false,
    fix: 'Store {"clientSecret": "…"}, or {"certificate": "…"} with a PEM of certificate and private key, or that PEM itself, as the secret value.',
  },
  ENTRA_SECRET_REFUSED: {
    passing: false,
    fix: 'The client secret or certificate is wrong or over. Create a new one for the application (Microsoft Entra admin center > App registrations > Certificates & secrets) and store it in the secret; no deployment is needed.',
  },
  RAW_BUCKET_FAILED: {
    passing: true,
    fix: 'Check the bucket’s name and Region, and the function’s permissions on it (s3:GetObject, s3:PutObject, s3:ListBucket, and kms:GenerateDataKey and kms:Decrypt with a key of yours).',
  },
  STATE_TABLE_FAILED: {
    passing: true,
    fix: 'Check the checkpoint table’s name and the function’s DynamoDB permissions.',
  },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** What one needs to act. Values are names, offsets, status codes and request ids; never content or secrets. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** An error of {@link ERRORS}. Its message says what and where; `fix` says what to do; `cause` is kept. */
export class CrosstrailError extends Error {
  readonly code: ErrorCode;
  readonly passing: boolean;
  readonly fields: ErrorFields;
  readonly fix: string;

  constructor(code: ErrorCode, what: string, fields: ErrorFields = {}, cause?: unknown) {
    super(`${code}: ${what}`, cause === undefined ? undefined : { cause });
    this.name = 'CrosstrailError';
    this.code = code;
    this.passing = ERRORS[code].passing;
    this.fields = fields;
    this.fix = ERRORS[code].fix;
  }
}

/** True for a {@link CrosstrailError}, of the given code when one is given. */
export function isCrosstrailError(error: unknown, code?: ErrorCode): error is CrosstrailError {
  return error instanceof CrosstrailError && (code === undefined || error.code === code);
}
