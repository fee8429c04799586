import type { BoundaryCall } from './instance.ts';

/** What an SDK throws when the service answers 500, in the words of each. */
export function serviceError(call: BoundaryCall): Error {
  return Object.assign(new Error(`${call} failed`), {
    name: 'InternalServerError',
    code: 'InternalError',
    statusCode: 500,
    $metadata: { httpStatusCode: 500 },
  });
}
