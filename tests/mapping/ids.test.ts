import { createHash } from 'node:crypto';
import { contentUid, placedUid, recordId } from '#mapping/ids.ts';
import { mapRecord } from '#mapping/map-record.ts';
import { ID_PATTERN } from '#mapping/target-schema.ts';
import { eventDataOf, originOf } from './map-one.ts';

it('makes an id that PutAuditEvents takes: 43 characters, the same each time', () => {
  const id = recordId(originOf());

  expect(id).toHaveLength(43);
  expect(id).toMatch(ID_PATTERN);
  expect(recordId(originOf())).toBe(id);
});

it('makes a different id for each part of where a record stands', () => {
  const ids = [
    originOf(),
    originOf({ account: 'b' }),
    originOf({ container: 'b' }),
    originOf({ name: 'b' }),
    originOf({ generation: 'b' }),
    originOf({ offset: 1 }),
    // The same characters, divided otherwise.
    originOf({ account: 'auditlogsa', container: 'b' }),
    originOf({ account: 'auditlogs', container: 'ab' }),
  ].map(recordId);

  expect(new Set(ids).size).toBe(ids.length);
});

it('does not depend on the length, which a retry may see differently', () => {
  expect(recordId(originOf({ length: 5 }))).toBe(recordId(originOf({ length: 6 })));
});

it('makes the content UID that `sha256sum` gives for the line', () => {
  const bytes = Buffer.from('{"time":"2026-11-20T10:00:12Z"}');

  expect(contentUid(bytes)).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
});

it('makes placed UIDs from bytes and place, without the generation', () => {
  const bytes = Buffer.from('{}');
  const uid = placedUid(originOf(), bytes);

  expect(uid).toMatch(/^sha256-placed:[0-9a-f]{64}$/);
  expect(placedUid(originOf({ generation: 'later' }), bytes)).toBe(uid);
  expect(placedUid(originOf(), Buffer.from('{ }'))).not.toBe(uid);
  for (const change of [{ account: 'b' }, { container: 'b' }, { name: 'b' }, { offset: 1 }]) {
    expect(placedUid(originOf(change), bytes)).not.toBe(uid);
  }
});

describe('the UID of a record', () => {
  const TIME = '2026-11-20T10:00:12Z';

  it.each([
    ['sign-ins', { category: 'SignInLogs', properties: { id: 'S-1' } }, 'S-1'],
    [
      'sign-ins of applications',
      { category: 'ServicePrincipalSignInLogs', properties: { id: 'S-2' } },
      'S-2',
    ],
    ['audits', { category: 'AuditLogs', properties: { id: 'Directory_1_A B' } }, 'Directory_1_A B'],
    ['Intune audits', { category: 'AuditLogs', properties: { AuditEventId: 'I-1' } }, 'I-1'],
    ['Graph activity', { category: 'MicrosoftGraphActivityLogs', properties: { requestId: 'G-1' } }, 'G-1'],
    [
      'risk detections without a time of update',
      { category: 'UserRiskEvents', properties: { id: 'R-1' } },
      'R-1',
    ],
    [
      'risk detections, which are written again',
      {
        category: 'UserRiskEvents',
        properties: { id: 'R-1', lastUpdatedDateTime: '2025-04-14T11:17:05.0680000Z' },
      },
      'R-1:2025-04-14T11:17:05.068Z',
    ],
    [
      'risk states, which are written again',
      {
        category: 'RiskyUsers',
        properties: { id: 'U-1', riskLastUpdatedDateTime: '2025-04-14T11:35:37.331Z' },
      },
      'U-1:2025-04-14T11:35:37.331Z',
    ],
    ['PIM', { category: 'Administrative', properties: { EventID: 'P-1', CallerInfo: '[]' } }, 'P-1'],
    ['Activity with an event id', { category: 'Recommendation', eventDataId: 'A-1' }, 'A-1'],
    ['Activity with an event id inside', { category: 'Policy', properties: { eventDataId: 'A-2' } }, 'A-2'],
  ])("of %s is the record's own id", (_case, members, uid) => {
    expect(eventDataOf({ time: TIME, ...members }).UID).toBe(uid);
  });

  it.each([
    ['is absent', {}],
    ['is null', { id: null }],
    ['is empty', { id: '' }],
    ['is blank', { id: '  ' }],
    ['is a number', { id: 7 }],
    ['is an object', { id: {} }],
  ])('is a hash of the line when the id %s', (_case, properties) => {
    const record = { time: TIME, category: 'SignInLogs', properties };

    expect(eventDataOf(record).UID).toBe(contentUid(Buffer.from(JSON.stringify(record))));
  });

  it('of a risk state without a time of its change is a hash, because its id names the account', () => {
    const record = { time: TIME, category: 'RiskyUsers', properties: { id: 'U-1' } };

    expect(eventDataOf(record).UID).toMatch(/^sha256:/);
  });

  it('of a Key Vault record is not `properties.id`, which is the address of the secret', () => {
    const record = {
      time: TIME,
      category: 'AuditEvent',
      resourceId: '/subscriptions/s/providers/Microsoft.KeyVault/vaults/v',
      properties: { id: 'https://v.vault.azure.net/secrets/s' },
    };

    expect(eventDataOf(record).UID).toMatch(/^sha256-placed:/);
  });
});

it('a defect in the mapping is a reject that names itself and quotes nothing', () => {
  const hostile = new Proxy(originOf(), {
    get() {
      throw new TypeError('secret');
    },
  });

  const outcome = mapRecord({
    bytes: Buffer.from('{"time":"2026-11-20T10:00:12Z"}'),
    origin: hostile,
    recipientAccountId: '123456789012',
  });

  expect(outcome).toEqual({
    outcome: 'reject',
    reason: 'MAPPING_FAILED',
    message: 'The mapping stopped with a TypeError; please report it.',
  });
});
