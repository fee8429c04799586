import { LAKE_COLUMNS } from '#local/lake/lake-schema.ts';
import { FIRST_DAY } from '#shared/destinations/rows/object-key.ts';
import { idsOf, properties, resource, template, type Json } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import { COLLECTING, OFFICE365_ONLY } from './permissions.ts';
import { resourcesOf } from './references.ts';

const LAKE = idsOf('AWS::CloudTrail::EventDataStore').concat(idsOf('AWS::CloudTrail::Channel'));
/** All of S3 and Athena but for what the collectors add. */
const S3 = Object.keys(template.Resources).filter(
  (id) => /^AWS::(S3|Glue|Athena)::/.test(resource(id).Type) && !id.startsWith('Raw'),
);

describe('the destination', () => {
  it('S3 makes no resource of CloudTrail Lake, which an account may be unable to create', () => {
    const resources = resourcesOf({ Destination: 'S3' });

    expect(resources.filter((id) => LAKE.includes(id))).toEqual([]);
    expect(resources).toEqual(expect.arrayContaining(S3));
  });

  it('CloudTrailLake, the default, makes no bucket, no table and no workgroup', () => {
    expect(resourcesOf({})).toEqual(resourcesOf({ Destination: 'CloudTrailLake' }));
    expect(resourcesOf({}).filter((id) => S3.includes(id))).toEqual([]);
    expect(resourcesOf({})).toEqual(expect.arrayContaining(LAKE));
  });

  it('Both makes both', () => {
    expect(resourcesOf({ Destination: 'Both' })).toEqual(expect.arrayContaining([...LAKE, ...S3]));
  });

  it('is told by the outputs', () => {
    const outputs = (Destination: string): string[] =>
      Object.entries(template.Outputs)
        .filter(
          ([, { Condition }]) =>
            Condition !== undefined &&
            Condition !== 'ReadAzure' &&
            evaluate({ Condition }, { Destination }) === true,
        )
        .map(([name]) => name);

    expect(outputs('CloudTrailLake')).toEqual(['EventDataStoreId', 'ChannelArn', 'QueryCommand']);
    expect(outputs('S3')).toEqual([
      'EventBucketName',
      'AthenaDatabase',
      'AthenaWorkGroupName',
      'AthenaQueryCommand',
    ]);
    expect(outputs('Both').toSorted()).toEqual([...outputs('S3'), ...outputs('CloudTrailLake')].toSorted());
  });
});

describe('the buckets', () => {
  it.each(idsOf('AWS::S3::Bucket'))('%s is private, encrypted, and has no ACL', (id) => {
    expect(properties(id)).toMatchObject({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(properties(id)['BucketEncryption']).toBeDefined();
  });

  it.each(idsOf('AWS::S3::Bucket'))('%s refuses connections without TLS', (id) => {
    const policy = properties(`${id}Policy`);

    expect(policy['Bucket']).toEqual({ Ref: id });
    expect(evaluate(policy['PolicyDocument'])).toMatchObject({
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: [expect.anything(), expect.stringMatching(/\/\*$/)],
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  });

  it('of the rows keeps what was overwritten or deleted for ninety days', () => {
    expect(properties('EventBucket')['VersioningConfiguration']).toEqual({ Status: 'Enabled' });
    expect(lifecycle({})).toEqual([
      {
        Id: 'unfinished-uploads',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      {
        Id: 'overwritten-and-deleted',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        ExpiredObjectDeleteMarker: true,
      },
    ]);
  });

  it('of the rows expires and moves them only when asked to', () => {
    expect(lifecycle({ EventRetentionDays: '400', EventInfrequentAccessDays: '30' }).slice(2)).toEqual([
      { Id: 'expire-rows', Status: 'Enabled', Prefix: 'events/', ExpirationInDays: '400' },
      {
        Id: 'rows-to-infrequent-access',
        Status: 'Enabled',
        Prefix: 'events/',
        Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: '30' }],
      },
    ]);
  });

  function lifecycle(parameters: Record<string, string>): Json[] {
    const { Rules } = evaluate(properties('EventBucket')['LifecycleConfiguration'], parameters) as {
      Rules: Json[];
    };
    return Rules;
  }
});

describe('the table of the rows', () => {
  const input = (parameters: Record<string, string> = {}): Json =>
    evaluate(properties('EventTable')['TableInput'], { Destination: 'S3', ...parameters }) as Json;
  const projection = (parameters: Record<string, string> = {}): Record<string, string> =>
    input(parameters)['Parameters'] as Record<string, string>;

  it('has the columns of an event data store, by name, order and type', () => {
    const { Columns } = input()['StorageDescriptor'] as { Columns: { Name: string; Type: string }[] };

    expect(Columns).toEqual(
      Object.entries<unknown>(LAKE_COLUMNS).map(([Name, type]) => ({ Name, Type: glueType(type) })),
    );
  });

  it('reads JSON lines by a SerDe that keeps the keys of maps as they are, and skips no line', () => {
    expect(input()['StorageDescriptor']).toMatchObject({
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe' },
    });
    expect(JSON.stringify(input())).not.toContain('ignore.malformed');
  });

  it('finds the partitions where rows are written', () => {
    expect(input()['PartitionKeys']).toMatchObject([
      { Name: 'source', Type: 'string' },
      { Name: 'day', Type: 'string' },
    ]);
    expect(projection()['storage.location.template']).toBe(
      's3://EventBucket/events/source=${source}/day=${day}/',
    );
  });

  it('hides no row by its day: from before there were log objects, to tomorrow for a clock that is ahead', () => {
    expect(projection()).toMatchObject({
      'projection.enabled': 'true',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'projection.day.range': `${FIRST_DAY},NOW+1DAYS`,
      'projection.day.interval': '1',
      'projection.day.interval.unit': 'DAYS',
    });
  });

  it.each([
    [
      'insights-activity-logs,insights-logs-signinlogs',
      '',
      'insights-activity-logs,insights-logs-signinlogs',
    ],
    [
      'insights-activity-logs',
      'insights-activity-logs,insights-logs-old',
      'insights-activity-logs,insights-logs-old',
    ],
    ['one/insights-activity-logs', 'insights-activity-logs', 'insights-activity-logs'],
  ])('shows the sources of the containers %s and of AthenaSources "%s"', (containers, sources, values) => {
    const parameters = { AzureStorageContainerName: containers, AthenaSources: sources };

    expect(projection(parameters)).toMatchObject({
      'projection.source.type': 'enum',
      'projection.source.values': values,
    });
  });

  it('shows the logs that are collected beside the containers', () => {
    const values = (parameters: Record<string, string>): unknown =>
      projection(parameters)['projection.source.values'];

    expect(values(COLLECTING)).toBe('insights-activity-logs,entra-signins,entra-audits,office365-exchange');
    expect(values({ ...OFFICE365_ONLY, AthenaSources: 'insights-logs-old,entra-signins' })).toBe(
      'insights-logs-old,entra-signins,office365-exchange',
    );
  });

  it('asks each query for its source rather than hide rows when containers name accounts', () => {
    const asking = projection({
      AzureStorageContainerName: 'one/insights-activity-logs,insights-logs-b',
    });

    expect(asking['projection.source.type']).toBe('injected');
    expect(asking['projection.source.values']).toBeUndefined();
  });
});

/** The Glue type of a column of the local Lake. */
function glueType(type: unknown): string {
  switch (type) {
    case 'VARCHAR':
      return 'string';
    case 'TIMESTAMP':
      return 'timestamp';
    case 'MAP(VARCHAR, VARCHAR)':
      return 'map<string,string>';
    default:
      return `struct<${Object.entries(type as object)
        .map(([name, member]) => `${name}:${glueType(member)}`)
        .join(',')}>`;
  }
}

describe('the Athena workgroup', () => {
  const configuration = (parameters: Record<string, string> = {}): unknown =>
    evaluate(properties('AthenaWorkGroup')['WorkGroupConfiguration'], parameters);

  it('overrides its clients: encrypted results in their own bucket, on engine version 3', () => {
    expect(configuration()).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
      ResultConfiguration: {
        OutputLocation: 's3://AthenaResultsBucket/',
        EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
      },
    });
  });

  it.each((template.Parameters['AthenaScanLimitGigabytes']?.AllowedValues ?? []).map(String))(
    'cancels a query that reads more than %s GB',
    (gigabytes) => {
      expect(configuration({ AthenaScanLimitGigabytes: gigabytes })).toMatchObject({
        BytesScannedCutoffPerQuery: String(Number(gigabytes) * 1e9),
      });
    },
  );

  it('forgets results after a month', () => {
    expect(properties('AthenaResultsBucket')['LifecycleConfiguration']).toMatchObject({
      Rules: [{ Status: 'Enabled', ExpirationInDays: 30 }],
    });
  });
});
