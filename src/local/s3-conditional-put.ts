import type { FauxqsApp, FauxqsStores } from './fauxqs.ts';

function refusal(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}

/**
 * Keeps `If-None-Match: *` on a PUT, which the emulator does not look at: 412 when the object exists, 409 while another
 * PUT of the same name is on its way.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function createOnlyOnce(app: FauxqsApp, { s3Store }: FauxqsStores): void {
  const onTheirWay = new Set<string>();
  app.addHook('onRequest', (request, reply, proceed) => {
    if (request.method !== 'PUT' || request.headers['if-none-match'] !== '*') return proceed();
    const [, bucket = '', key = ''] = /^\/([^/?]+)\/([^?]+)/.exec(request.raw.url ?? '') ?? [];
    const name = decodeURIComponent(key);
    const place = `${bucket}/${name}`;
    const refuse = (status: number, code: string, message: string): void =>
      void reply.code(status).type('application/xml').send(refusal(code, message));
    if (s3Store.hasBucket(bucket) && exists(s3Store, bucket, name)) {
      return refuse(
        412,
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
      );
    }
    if (onTheirWay.has(place)) {
      return refuse(
        409,
        'ConditionalRequestConflict',
        'A conflicting operation against this resource is under way.',
      );
    }
    onTheirWay.add(place);
    reply.raw.once('close', () => onTheirWay.delete(place));
    return proceed();
  });
}

function exists(store: FauxqsStores['s3Store'], bucket: string, key: string): boolean {
  return store
    .listObjects(bucket, { prefix: key, maxKeys: 1_000 })
    .objects.some((object) => object.key === key);
}
