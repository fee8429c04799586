import type { JsonObject } from './audit-event.ts';
import { flatEnvelope, readDiagnosticEnvelope, type Envelope } from './envelope.ts';
import { readGraphEnvelope } from './graph-envelope.ts';
import { scalarText } from './json-value.ts';
import { memberOf } from './office365/member-of.ts';
import { formOf, type RecordForm } from './record-form.ts';

/** Reads the shared members of a record, in the form that its container or its shape tells unless it is known. */
export function readEnvelope(
  record: JsonObject,
  container: string,
  form: RecordForm = formOf(container, record),
): Envelope {
  if (form === 'graph') return readGraphEnvelope(record, container);
  if (form === 'diagnostic') return readDiagnosticEnvelope(record);
  return flatEnvelope(record, {
    form,
    time: memberOf(record, 'CreationTime'),
    operationName: scalarText(memberOf(record, 'Operation')),
    category: undefined,
  });
}
