import type { JsonObject } from './audit-event.ts';
import { clipJsonText, MAX_DERIVED_BYTES } from './clip-text.ts';
import type { EventMaps } from './derived-members.ts';
import type { Envelope } from './envelope.ts';
import type { FamilyName, Reading } from './families/family.ts';
import type { Origin } from './origin.ts';
import { scopeOfRecord } from './scope-of-record.ts';

/** Longest `logObject`, bytes of JSON: Azure allows blob names of 1,024 characters. */
const MAX_LOG_OBJECT_BYTES = 4096;

/** What the derived members are made of. */
export interface DerivedFacts {
  readonly envelope: Envelope;
  readonly origin: Origin;
  readonly reading: Reading;
  readonly family: FamilyName;
  /** The event's time as the record wrote it. */
  readonly eventTime: string;
  /** The source address as the record wrote it, only when it is no valid address. */
  readonly rawAddress: string | undefined;
  readonly parsed: readonly string[];
  readonly repeated: readonly string[];
  /** How the hidden members are named; empty when nothing was hidden. */
  readonly redacted: readonly string[];
  readonly hashed: readonly string[];
}

/** Longest name of a place or of a number, bytes of JSON: longer ones are none. */
const MAX_FACT_BYTES = 128;

function addTexts(
  map: JsonObject,
  texts: Readonly<Record<string, string | undefined>>,
  limit: number = MAX_DERIVED_BYTES,
): void {
  for (const name of Object.keys(texts)) {
    const text = texts[name];
    if (text !== undefined) map[name] = clipJsonText(text, limit);
  }
}

/**
 * Adds the flattened, normalised members that people filter on (in Lake, nested objects are JSON text) and where the
 * record comes from. Texts that are longer than a filter needs are clipped: they repeat what stands whole elsewhere.
 */
export function addDerivedMembers(maps: EventMaps, facts: DerivedFacts): void {
  const { envelope, origin, reading } = facts;
  const { tenantId, subscriptionId, resourceGroup } = scopeOfRecord(envelope, origin);
  addTexts(maps.details, reading.principal.details);
  addTexts(maps.requestParameters, { ...reading.request, resourceGroup });
  for (const [name, list] of Object.entries(reading.lists ?? {})) {
    if (list !== undefined) maps.requestParameters[name] = list;
  }
  addTexts(maps.responseElements, {
    ...reading.response,
    outcome: reading.outcome.result,
    httpStatus: reading.outcome.httpStatus,
  });

  const rest = maps.additionalEventData;
  addTexts(rest, {
    family: facts.family,
    eventTime: facts.eventTime,
    eventName: envelope.operationName,
    tenantId,
    subscriptionId,
    sourceIPAddress: facts.rawAddress,
    generation: origin.generation,
  });
  addTexts(rest, reading.facts ?? {}, MAX_FACT_BYTES);
  rest['logObject'] = clipJsonText(
    `${origin.account}/${origin.container}/${origin.name}`,
    MAX_LOG_OBJECT_BYTES,
  );
  rest['offset'] = origin.offset;
  rest['length'] = origin.length;
  for (const name of ['parsed', 'repeated', 'redacted', 'hashed'] as const) {
    if (facts[name].length > 0) rest[name] = [...facts[name]];
  }
}
