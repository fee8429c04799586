/**
 * Runs `work` over `inputs`, at most `limit` at a time, and gives the results in input order. The first failure is
 * thrown after what runs has ended, so that nothing goes on behind the caller's back.
 */
export async function mapConcurrently<Input, Result>(
  inputs: readonly Input[],
  limit: number,
  work: (input: Input, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < inputs.length && failures.length === 0) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(inputs[index] as Input, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, inputs.length) }, lane));
  if (failures.length > 0) throw failures[0];
  return results;
}
