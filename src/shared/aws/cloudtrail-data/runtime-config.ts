import { createDefaultUserAgentProvider, NODE_APP_ID_CONFIG_OPTIONS } from '@aws-sdk/core/client';
import { AwsSdkSigV4Signer, NODE_AUTH_SCHEME_PREFERENCE_OPTIONS } from '@aws-sdk/core/httpAuthSchemes';
import { AwsRestJsonProtocol } from '@aws-sdk/core/protocols';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { normalizeProvider } from '@smithy/core';
import { Sha256 } from '@smithy/core/checksum';
import { loadConfigsForDefaultMode, NoOpLogger } from '@smithy/core/client';
import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
  resolveDefaultsModeConfig,
} from '@smithy/core/config';
import { parseUrl } from '@smithy/core/protocols';
import {
  DEFAULT_RETRY_MODE,
  NODE_MAX_ATTEMPT_CONFIG_OPTIONS,
  NODE_RETRY_MODE_CONFIG_OPTIONS,
} from '@smithy/core/retry';
import { calculateBodyLength, fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import type { HttpAuthOption, HttpAuthScheme } from '@smithy/types';
import type { CloudTrailDataClientConfig } from './client.ts';
import { resolveEndpoint } from './endpoint.ts';
import { PROTOCOL_SETTINGS } from './schemas.ts';

/** Service name in the scope of the signature. */
export const SIGNING_NAME = 'cloudtrail-data';

/** Name of the service in user agents and, upper-cased, in `AWS_ENDPOINT_URL_CLOUDTRAIL_DATA`. */
const SERVICE_ID = 'CloudTrail Data';

/** The version of @aws-sdk/core whose parts make up this client: what AWS support reads in the user agent. */
const CLIENT_VERSION = '3.981.0';

const SIGV4: HttpAuthScheme = {
  schemeId: 'aws.auth#sigv4',
  identityProvider: (identities) => identities.getIdentityProvider('aws.auth#sigv4'),
  signer: new AwsSdkSigV4Signer(),
};

function authOptions(parameters: { region?: string }): HttpAuthOption[] {
  return [
    {
      schemeId: SIGV4.schemeId,
      signingProperties: { name: SIGNING_NAME, region: parameters.region },
      propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
    },
  ];
}

/** The options of the caller, with the SDK's defaults for Node in place of those that are missing. */
export function runtimeConfig(options: CloudTrailDataClientConfig) {
  const logger = options.logger ?? new NoOpLogger();
  const { profile } = options;
  const files = { ...(profile === undefined ? {} : { profile }), logger };
  const defaultsMode = resolveDefaultsModeConfig(
    options.region === undefined ? undefined : { region: options.region },
  );
  const modeDefaults = () => defaultsMode().then(loadConfigsForDefaultMode);
  const retryMode = {
    ...NODE_RETRY_MODE_CONFIG_OPTIONS,
    default: async () => (await modeDefaults()).retryMode || DEFAULT_RETRY_MODE,
  };
  return {
    ...options,
    apiVersion: PROTOCOL_SETTINGS.version,
    authSchemePreference: normalizeProvider(loadConfig(NODE_AUTH_SCHEME_PREFERENCE_OPTIONS, files)),
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    bodyLengthChecker: calculateBodyLength,
    credentialDefaultProvider: defaultProvider,
    defaultSigningName: SIGNING_NAME,
    defaultUserAgentProvider: createDefaultUserAgentProvider({
      serviceId: SERVICE_ID,
      clientVersion: CLIENT_VERSION,
    }),
    disableHostPrefix: false,
    endpointProvider: resolveEndpoint,
    httpAuthSchemeProvider: authOptions,
    httpAuthSchemes: [SIGV4],
    logger,
    maxAttempts: options.maxAttempts ?? loadConfig(NODE_MAX_ATTEMPT_CONFIG_OPTIONS, files),
    protocol: AwsRestJsonProtocol,
    protocolSettings: PROTOCOL_SETTINGS,
    region:
      options.region ??
      loadConfig(NODE_REGION_CONFIG_OPTIONS, { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...files }),
    requestHandler: NodeHttpHandler.create(options.requestHandler ?? modeDefaults),
    retryMode: options.retryMode ?? loadConfig(retryMode, files),
    runtime: 'node',
    serviceId: SERVICE_ID,
    sha256: Sha256,
    streamCollector,
    urlParser: parseUrl,
    useDualstackEndpoint:
      options.useDualstackEndpoint ?? loadConfig(NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS, files),
    useFipsEndpoint: options.useFipsEndpoint ?? loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, files),
    userAgentAppId: options.userAgentAppId ?? loadConfig(NODE_APP_ID_CONFIG_OPTIONS, files),
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
  };
}

export type RuntimeConfig = ReturnType<typeof runtimeConfig>;
