import type { DestinationName } from '#local/event-tables.ts';
import type { LocalCloud } from '#local/local-cloud.ts';
import { EVENT_BUCKET } from '#local/s3.ts';
import { renderTable } from './table.ts';

/** Days that hold all sample records. */
const ALL_DAYS = 3650;

function services({ awsEnvironment: aws, azureBlob, lake, s3, workloadIdentity }: LocalCloud): string {
  return renderTable(
    ['service', 'endpoint'],
    [
      ['Azure Blob', azureBlob.endpoint],
      ['SQS', aws['AWS_ENDPOINT_URL_SQS'] ?? ''],
      ['DynamoDB', aws['AWS_ENDPOINT_URL_DYNAMODB'] ?? ''],
      ['Secrets Manager', aws['AWS_ENDPOINT_URL_SECRETS_MANAGER'] ?? ''],
      ['CloudTrail, CloudTrail Data', lake.endpoint],
      ['S3', s3.endpoint],
      ...(workloadIdentity === undefined
        ? []
        : [
            ['STS', workloadIdentity.sts.endpoint],
            ['Entra ID', workloadIdentity.entra.authorityHost],
          ]),
    ],
  );
}

/** What a running local cloud says of itself: where its services are, where the events are, and how to ask. */
export function localGuide(cloud: LocalCloud, destination: DestinationName, environmentFile: string): string {
  const { channelArn, eventDataStoreId } = cloud.lake;
  const inLake = destination !== 'S3';
  const inS3 = destination !== 'CloudTrailLake';
  const places = [
    ...(inLake ? [`channel           ${channelArn}`, `event data store  ${eventDataStoreId}`] : []),
    ...(inS3 ? [`event bucket      ${EVENT_BUCKET}`] : []),
  ];
  const commands = [
    `set -a; . ${environmentFile}; set +a`,
    `npx crosstrail query storage-accounts --days ${ALL_DAYS}`,
    ...(inLake
      ? [
          `aws cloudtrail start-query --query-statement "SELECT eventData.eventName, count(*) AS events FROM ${eventDataStoreId} GROUP BY 1 ORDER BY 2 DESC"`,
          'aws cloudtrail get-query-results --query-id ID',
        ]
      : []),
    ...(inS3 ? [`aws s3 ls --recursive s3://${EVENT_BUCKET}/events/`] : []),
    ...(inLake && inS3 ? [`npx crosstrail query athena/difference --on s3 --days ${ALL_DAYS}`] : []),
  ];
  return `
${services(cloud)}

${places.join('\n')}

In another shell
  ${commands.join('\n  ')}

Ctrl-C ends it.
`;
}
