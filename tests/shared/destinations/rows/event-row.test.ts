import fc from 'fast-check';
import { toRowJson } from '#local/lake/lake-row.ts';
import type { AuditEvent } from '#mapping/audit-event.ts';
import { mapRecord } from '#mapping/map-record.ts';
import { rawNumber } from '#mapping/json-value.ts';
import { eventRow } from '#shared/destinations/rows/event-row.ts';
import { corpusFiles, recordsOf } from '../../../mapping/corpus-records.ts';
import { originOf } from '../../../mapping/map-one.ts';

const FACTS = { eventId: 'the-id', region: 'eu-central-1', accountId: '111122223333' };

const EVENT: AuditEvent['eventData'] = {
  version: '1.0',
  userIdentity: { type: 'User', principalId: 'a1b2', details: { upn: 'ann@example.com' } },
  eventSource: 'MICROSOFT.STORAGE',
  eventName: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE',
  eventTime: '2026-11-20T10:00:00Z',
  UID: 'uid-1',
  recipientAccountId: '111122223333',
};

interface Row {
  readonly metadata: unknown;
  readonly eventdata: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

function rowOf(changes: Partial<AuditEvent['eventData']> = {}): Row {
  return JSON.parse(eventRow({ ...EVENT, ...changes }, FACTS)) as Row;
}

describe('a row', () => {
  it('has every column of an event data store, and says nothing of when it was written', () => {
    const row = rowOf();

    expect(row).toEqual({
      eventversion: '1.0',
      eventcategory: 'ActivityAuditLog',
      eventtype: 'ActivityLog',
      eventid: 'the-id',
      eventtime: '2026-11-20 10:00:00',
      awsregion: 'eu-central-1',
      recipientaccountid: '111122223333',
      addendum: null,
      metadata: { ingestiontime: null, channelarn: null },
      eventdata: {
        version: '1.0',
        useridentity: { type: 'User', principalid: 'a1b2', details: { upn: 'ann@example.com' } },
        eventsource: 'MICROSOFT.STORAGE',
        eventname: 'MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE',
        eventtime: '2026-11-20T10:00:00Z',
        uid: 'uid-1',
        requestparameters: null,
        responseelements: null,
        recipientaccountid: '111122223333',
        additionaleventdata: null,
      },
    });
  });

  it('has texts as they are, null as null and everything else as its JSON text, digit by digit', () => {
    const { eventdata } = rowOf({
      requestParameters: {
        text: 'a "text"',
        empty: '',
        nothing: null,
        yes: true,
        number: 12,
        long: rawNumber('638799492563154034'),
        nested: { list: [1, rawNumber('1.10')] },
      },
    });

    expect(eventdata['requestparameters']).toEqual({
      text: 'a "text"',
      empty: '',
      nothing: null,
      yes: 'true',
      number: '12',
      long: '638799492563154034',
      nested: '{"list":[1,1.10]}',
    });
  });

  it('of any text is one line of well-formed UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (text, name) => {
        const row = eventRow(
          { ...EVENT, errorMessage: `${text}\ud800`, additionalEventData: { [`${name}\udfff`]: text } },
          FACTS,
        );

        expect(row).not.toMatch(/[\n\r]/);
        expect(Buffer.from(row).toString()).toBe(row);
        expect(row).not.toMatch(/\\ud[89a-f]/i);
        expect(() => JSON.parse(row) as unknown).not.toThrow();
      }),
    );
  });

  it('of each record of the corpus is the one that the event data store makes of the event', () => {
    const container = 'insights-activity-logs';
    let rows = 0;
    for (const { bytes, offset } of corpusFiles().flatMap(recordsOf)) {
      const origin = originOf({ container, offset, length: bytes.length });
      const mapped = mapRecord({ bytes, origin, recipientAccountId: FACTS.accountId });
      if (mapped.outcome !== 'event') continue;
      const { eventData } = mapped.event;

      const ours = eventRow(eventData, FACTS);
      const lakes = toRowJson(JSON.stringify(eventData), { ...FACTS, channelArn: 'arn', ingestedAt: 0 });

      const taken = '"metadata":{"ingestiontime":"1970-01-01T00:00:00","channelarn":"arn"}';
      expect(lakes).toBe(ours.replace('"metadata":{"ingestiontime":null,"channelarn":null}', taken));
      rows += 1;
    }
    expect(rows).toBeGreaterThan(400);
  });
});
