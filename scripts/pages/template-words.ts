import type { Template } from '#local/read-template.ts';

/** What has to be chosen for a condition of the template to hold. */
const CHOICES: Readonly<Record<string, string>> = {
  AzureFederation: '`AzureAuthentication` is `WorkloadIdentity`',
  ReadAzure: '`AzureStorageContainerName` is given',
  UseConnectionString: '`AzureStorageContainerName` is given and `AzureAuthentication` is `ConnectionString`',
  UseWorkloadIdentity: '`AzureStorageContainerName` is given and `AzureAuthentication` is `WorkloadIdentity`',
  Collect: '`GraphLogTypes` or `Office365LogTypes` is given',
  CollectGraph: '`GraphLogTypes` is given',
  CollectOffice365: '`Office365LogTypes` is given',
  CreateEventDataStore:
    '`Destination` is `CloudTrailLake` or `Both`, and `CloudTrailEventDataStoreArn` is empty',
  DeliverToLake: '`Destination` is `CloudTrailLake` or `Both`',
  DeliverToS3: '`Destination` is `S3` or `Both`',
  EntraSecretGiven: '`EntraCredentialSecret` is given',
  HideFields: '`RedactFields` or `HashFields` is given',
  NotifyByEmail: '`AlarmEmail` is given',
  OwnKey: '`KmsKeyArn` is given',
  SaveQueries: '`Destination` is `S3` or `Both`, or `LakeDashboard` is `yes`',
  ShowOperations: '`OperationsDashboard` is `yes`',
  Trace: '`Tracing` is `Active`',
  UseAthena: '`Destination` is `S3` or `Both`, or a log is collected',
  WatchDelivery: '`NothingDeliveredHours` is not 0',
};

/** When a condition of the template holds, in words; the name of a condition that has none yet. */
export function choiceOf(condition: string): string {
  return CHOICES[condition] ?? `the condition \`${condition}\` holds`;
}

/** When the opposite holds. */
export function otherChoiceOf(condition: string): string {
  const words = choiceOf(condition);
  if (words.includes(' is `WorkloadIdentity`')) return words.replace('WorkloadIdentity', 'ConnectionString');
  return /^`\w+` is given$/.test(words) ? words.replace('is given', 'is empty') : `not: ${words}`;
}

/**
 * The resources of the template, or the names outside of it, that an expression stands for: the logical id, with what
 * follows it (`EventBucket/events/*`). Both branches of a choice are named.
 */
export function namesIn(expression: unknown): string[] {
  if (typeof expression === 'string' || typeof expression === 'number') return [String(expression)];
  if (Array.isArray(expression)) return expression.flatMap(namesIn);
  const [[name, argument] = ['', undefined]] = Object.entries(expression as Record<string, unknown>);
  switch (name) {
    case 'Ref':
      return argument === 'AWS::NoValue' ? [] : [String(argument)];
    case 'Fn::GetAtt':
      return [String((argument as readonly string[])[0])];
    case 'Fn::If':
      return namesIn((argument as readonly unknown[]).slice(1));
    case 'Fn::Sub':
      return [
        String(Array.isArray(argument) ? argument[0] : argument).replaceAll(
          /\$\{([\w:]+)(?:\.\w+)?\}/g,
          '$1',
        ),
      ];
    default:
      throw new Error(`a page cannot name ${name}`);
  }
}

/** Logical ids of the resources of a type, in the order of the template. */
export function resourcesOfType(template: Template, type: string): string[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id]) => id);
}
