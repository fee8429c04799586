import { readQuery } from '#cli/query-file.ts';
import { ALL_DAYS, BACKENDS } from './backends.ts';
import { evidence, type Evidence } from './evidence.ts';

/** What the two queries about delivery answer when CloudTrail Lake holds this. */
async function answers(delivered: readonly Evidence[]) {
  const lake = await BACKENDS[0][1](delivered);
  const rows = async (name: string) => {
    const { statement } = await readQuery(name, lake.table, { days: ALL_DAYS });
    return (await lake.query(statement)).rows;
  };
  try {
    return { duplicates: await rows('duplicates'), sums: await rows('lake-and-s3') };
  } finally {
    await lake.close();
  }
}

it('what a crash delivers twice is a duplicate of one place, and changes no sum', async () => {
  const once = evidence().slice(0, 20);
  const repeat = once[0] as Evidence;

  const [before, after] = [await answers(once), await answers([...once, repeat])];

  expect(before.duplicates).toEqual([]);
  expect(after.duplicates.map((row) => row.slice(0, 3))).toEqual([[repeat.event.eventData.UID, '2', '1']]);
  expect(after.sums).toEqual(before.sums);
});
