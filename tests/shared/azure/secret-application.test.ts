import { parseApplicationSecret } from '#shared/azure/application-secret.ts';

const PEM = [
  '-----BEGIN PRIVATE KEY-----',
  'a2V5',
  '-----END PRIVATE KEY-----',
  '-----BEGIN CERTIFICATE-----',
  'Y2VydA==',
  '-----END CERTIFICATE-----',
].join('\n');

describe('the secret of an application', () => {
  it.each([
    [
      'a client secret as plain text',
      ' q~8Q-client.secret_value \n',
      { kind: 'clientSecret', clientSecret: 'q~8Q-client.secret_value' },
    ],
    ['a client secret in JSON', '{"clientSecret":"value"}', { kind: 'clientSecret', clientSecret: 'value' }],
    ['a certificate with its key', `${PEM}\n`, { kind: 'certificate', certificate: PEM }],
    [
      'a certificate in JSON',
      JSON.stringify({ certificate: PEM }),
      { kind: 'certificate', certificate: PEM },
    ],
  ])('is read from %s', (_, text, secret) => {
    expect(parseApplicationSecret(text)).toEqual(secret);
  });

  it.each([
    ['nothing', ''],
    ['a certificate without its key', PEM.slice(PEM.indexOf('-----BEGIN CERTIFICATE'))],
    ['JSON with other members', '{"password":"x"}'],
    ['broken JSON', '{"clientSecret":'],
    ['a sentence', 'the secret of the application'],
  ])('is not taken from %s', (_, text) => {
    expect(parseApplicationSecret(text)).toBeUndefined();
  });
});
