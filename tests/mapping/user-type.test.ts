import { USER_TYPES } from '#mapping/user-type.ts';
import { corpusFiles, recordsOf } from './corpus-records.ts';
import { mapOne } from './map-one.ts';

it('uses only the documented user types, for the whole corpus', () => {
  const types = new Set(
    corpusFiles()
      .flatMap(recordsOf)
      .map(({ bytes }) => mapOne(bytes))
      .map((outcome) =>
        outcome.outcome === 'event' ? outcome.event.eventData.userIdentity.type : 'Unknown',
      ),
  );

  expect(Object.keys(USER_TYPES)).toEqual(expect.arrayContaining([...types]));
});
