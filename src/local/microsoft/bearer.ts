import type { IncomingMessage } from 'node:http';

/** Whether a token is good now. Both servers take any that its issuer made until it is over. */
export type TokenCheck = (token: string) => boolean;

/** The token of a request; undefined when it has none. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
}
