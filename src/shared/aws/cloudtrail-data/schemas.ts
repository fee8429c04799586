import { TypeRegistry } from '@smithy/core/schema';
import type {
  $SchemaRef,
  StaticListSchema,
  StaticOperationSchema,
  StaticStructureSchema,
} from '@smithy/types';
import * as exceptions from './exceptions.ts';

// Smithy model: https://github.com/aws/aws-sdk-js-v3/blob/main/codegen/sdk-codegen/aws-models/cloudtrail-data.json
const NAMESPACE = 'com.amazonaws.cloudtraildata';
const SYNTHETIC_NAMESPACE = `smithy.ts.sdk.synthetic.${NAMESPACE}`;

// The numbers are the SDK's: 0 string, 1 list, 3 structure, 9 operation, -3 error (@smithy/types, static-schemas).
const STRING = 0;

/** Members in the model's order, the required ones first. */
function structure(
  name: string,
  members: Record<string, $SchemaRef>,
  required: number,
): StaticStructureSchema {
  return [3, NAMESPACE, name, 0, Object.keys(members), Object.values(members), required];
}

function list(name: string, member: StaticStructureSchema): StaticListSchema {
  return [1, NAMESPACE, name, 0, () => member];
}

const AUDIT_EVENT = structure('AuditEvent', { id: STRING, eventData: STRING, eventDataChecksum: STRING }, 2);
const RESULT_ENTRY = structure('AuditEventResultEntry', { id: STRING, eventID: STRING }, 2);
const ERROR_ENTRY = structure('ResultErrorEntry', { id: STRING, errorCode: STRING, errorMessage: STRING }, 3);

const REQUEST = structure(
  'PutAuditEventsRequest',
  {
    auditEvents: list('AuditEvents', AUDIT_EVENT),
    channelArn: [STRING, { httpQuery: 'channelArn' }],
    externalId: [STRING, { httpQuery: 'externalId' }],
  },
  2,
);
const RESPONSE = structure(
  'PutAuditEventsResponse',
  {
    successful: list('AuditEventResultEntries', RESULT_ENTRY),
    failed: list('ResultErrorEntries', ERROR_ENTRY),
  },
  2,
);

export const PUT_AUDIT_EVENTS: StaticOperationSchema = [
  9,
  NAMESPACE,
  'PutAuditEvents',
  { http: ['POST', '/PutAuditEvents', 200] },
  () => REQUEST,
  () => RESPONSE,
];

const { CloudTrailDataServiceException, ...modelled } = exceptions;
const synthetic = TypeRegistry.for(SYNTHETIC_NAMESPACE);
synthetic.registerError(
  [-3, SYNTHETIC_NAMESPACE, 'CloudTrailDataServiceException', 0, [], []],
  CloudTrailDataServiceException,
);
const registry = TypeRegistry.for(NAMESPACE);
for (const [name, constructor] of Object.entries(modelled)) {
  registry.registerError([-3, NAMESPACE, name, { error: 'client' }, ['message'], [STRING]], constructor);
}

/** What the REST-JSON protocol needs to know of this service. */
export const PROTOCOL_SETTINGS = {
  defaultNamespace: NAMESPACE,
  errorTypeRegistries: [synthetic, registry],
  version: '2021-08-11',
  serviceTarget: 'CloudTrailDataService',
};
