import { queryNames, readQuery, type QueryFile } from '#cli/query-file.ts';
import { athenaQuery, widgetQuery } from './query-forms.ts';

/** Queries of the dashboard, ten at most, in the order of the page. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const WIDGETS = [
  'events',
  'failed-operations',
  'changes',
  'role-assignments',
  'key-and-secret-reads',
  'network-security-changes',
  'sign-in-failures',
  'risky-sign-ins',
  'applications-and-consents',
  'deletions',
];

const HEAD = `# Made by scripts/generate-saved-queries.ts from the .sql files beside it; change those, and run it. A test compares.
AWSTemplateFormatVersion: '2010-09-09'
Description: >-
  The questions of Crosstrail as saved queries of Athena, and as a dashboard of CloudTrail Lake. template.yaml makes
  this stack inside its own.

Parameters:
  Name:
    Type: String
    Description: Name of the dashboard.
    AllowedPattern: ^[a-zA-Z0-9_-]{1,128}$
  SaveInAthena:
    Type: String
    Description: Whether the queries are saved in Athena.
    AllowedValues: ['yes', 'no']
    Default: 'no'
  AthenaDatabase:
    Type: String
    Description: Glue database of the table "events".
    Default: crosstrail
  AthenaWorkGroup:
    Type: String
    Description: Athena workgroup that the queries are saved in.
    Default: primary
  ShowDashboard:
    Type: String
    Description: Whether there is a dashboard in CloudTrail Lake.
    AllowedValues: ['yes', 'no']
    Default: 'no'
  EventDataStoreArn:
    Type: String
    Description: Event data store that the dashboard asks.
    Default: none
  EventDataStoreId:
    Type: String
    Description: The last part of that ARN, which is the table's name in SQL.
    Default: none
  LetDashboardQuery:
    Type: String
    Description: Whether the store gets a policy that lets CloudTrail run the queries of the dashboard.
    AllowedValues: ['yes', 'no']
    Default: 'no'

Conditions:
  SaveInAthena: !Equals [!Ref SaveInAthena, 'yes']
  ShowDashboard: !Equals [!Ref ShowDashboard, 'yes']
  LetDashboardQuery: !And
    - !Condition ShowDashboard
    - !Equals [!Ref LetDashboardQuery, 'yes']

Resources:
`;

/**
 * The store's policy is its only one, so that a store of somebody else's keeps what it has.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/security_iam_resource-based-policy-examples.html
 */
const DASHBOARD = `  # CloudTrail runs the queries itself, also when a person asks for a refresh, and needs leave for it.
  EventDataStorePolicy:
    Type: AWS::CloudTrail::ResourcePolicy
    Condition: LetDashboardQuery
    Properties:
      ResourceArn: !Ref EventDataStoreArn
      ResourcePolicy:
        Version: '2012-10-17'
        Statement:
          - Sid: LetTheDashboardQuery
            Effect: Allow
            Principal: { Service: cloudtrail.amazonaws.com }
            Action: cloudtrail:StartQuery
            Resource: !Ref EventDataStoreArn
            Condition:
              StringEquals:
                aws:SourceAccount: !Ref AWS::AccountId
                aws:SourceArn: !Sub arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:dashboard/\${Name}

  # Without a schedule: each refresh runs all of its queries, and each query is billed by what it reads.
  Dashboard:
    Type: AWS::CloudTrail::Dashboard
    Condition: ShowDashboard
    Properties:
      Name: !Ref Name
      TerminationProtectionEnabled: false
      Widgets:
`;

function logicalId(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The lines of a block scalar. */
function indented(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns));
}

/** Letters, digits, blanks, `.`, `_` and `-` are all that a title may hold. */
function titleOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('-', ' ')}`;
}

function namedQuery(name: string, query: QueryFile): string {
  return `  ${logicalId(name)}Query:
    Type: AWS::Athena::NamedQuery
    Condition: SaveInAthena
    Properties:
      Name: ${name}
      Description: >-
        ${query.question}
      WorkGroup: !Ref AthenaWorkGroup
      Database: !Ref AthenaDatabase
      QueryString: !Sub |
${indented(athenaQuery(query), 8)}

`;
}

function widget(name: string, query: QueryFile): string {
  const { statement, parameters } = widgetQuery(query);
  const view = parameters.includes('$Period$')
    ? ['View: LineChart', 'XAxisColumn: period', 'YAxisColumn: events', 'FilterColumn: family']
    : ['View: Table'];
  return `        - ViewProperties:
            Title: ${titleOf(name)}
${indented(view.join('\n'), 12)}
            Height: '2'
            Width: '4'
          QueryParameters: [${parameters.join(', ')}]
          QueryStatement: !Sub |
${indented(statement, 12)}
`;
}

/** The text of `queries/template.yaml`. */
export async function savedQueriesTemplate(): Promise<string> {
  const names = await queryNames();
  const saved = await Promise.all(
    names.map(async (name) => namedQuery(name, await readQuery(name, '${AthenaDatabase}.events'))),
  );
  const widgets = await Promise.all(
    WIDGETS.map(async (name) => widget(name, await readQuery(name, '${EventDataStoreId}'))),
  );
  return `${HEAD}${saved.join('')}${DASHBOARD}${widgets.join('')}`;
}
