import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate of 127.0.0.1 and the authority that signed it, made anew for each local cloud. */
export interface LoopbackCertificate {
  /** PEM. */
  readonly key: string;
  /** PEM. */
  readonly cert: string;
  /** The authority's own certificate, PEM: what a client has to trust. */
  readonly authority: string;
  readonly keyFile: string;
  readonly certFile: string;
  /** For NODE_EXTRA_CA_CERTS, which Node reads when it starts. */
  readonly authorityFile: string;
  /** Deletes the files. */
  close(): Promise<void>;
}

const VALID_MS = 30 * 86_400_000;
const SKEW_MS = 3_600_000;

/**
 * Makes an authority and a certificate for 127.0.0.1. The keys are in files of a folder that only this user may read,
 * and are worth nothing elsewhere: nobody trusts the authority who is not told to.
 */
export async function createLoopbackCertificate(): Promise<LoopbackCertificate> {
  const dates = {
    notBeforeDate: new Date(Date.now() - SKEW_MS),
    notAfterDate: new Date(Date.now() + VALID_MS),
    algorithm: 'sha256',
    keyType: 'ec' as const,
  };
  // A name of its own: of two authorities with one name, a client tries only one.
  const name = `Crosstrail local cloud ${randomUUID()}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...dates,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    ...dates,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const folder = await mkdtemp(join(tmpdir(), 'crosstrail-tls-'));
  const files = {
    keyFile: join(folder, 'key.pem'),
    certFile: join(folder, 'cert.pem'),
    authorityFile: join(folder, 'authority.pem'),
  };
  await writeFile(files.keyFile, server.private, { mode: 0o600 });
  await writeFile(files.certFile, server.cert);
  await writeFile(files.authorityFile, authority.cert);
  return {
    key: server.private,
    cert: server.cert,
    authority: authority.cert,
    ...files,
    close: () => rm(folder, { recursive: true }),
  };
}
