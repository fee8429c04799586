import {
  getHostHeaderPlugin,
  getLoggerPlugin,
  getRecursionDetectionPlugin,
  getUserAgentPlugin,
  resolveHostHeaderConfig,
  resolveUserAgentConfig,
} from '@aws-sdk/core/client';
import type { HostHeaderInputConfig, UserAgentInputConfig } from '@aws-sdk/core/client';
import type { AwsSdkSigV4AuthInputConfig } from '@aws-sdk/core/httpAuthSchemes';
import { resolveAwsSdkSigV4Config } from '@aws-sdk/core/httpAuthSchemes';
import {
  DefaultIdentityProviderConfig,
  getHttpAuthSchemeEndpointRuleSetPlugin,
  getHttpSigningPlugin,
  getSmithyContext,
} from '@smithy/core';
import { Client, type SmithyResolvedConfiguration } from '@smithy/core/client';
import { type RegionInputConfig, resolveRegionConfig } from '@smithy/core/config';
import { type EndpointInputConfig, resolveEndpointConfig } from '@smithy/core/endpoints';
import { getContentLengthPlugin, type HttpHandlerUserInput } from '@smithy/core/protocols';
import { getRetryPlugin, resolveRetryConfig, type RetryInputConfig } from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { HandlerExecutionContext, HttpHandlerOptions, Logger, Provider } from '@smithy/types';
import type { EndpointParameters } from './endpoint.ts';
import type { PutAuditEventsCommandInput, PutAuditEventsCommandOutput } from './put-audit-events.ts';
import { type RuntimeConfig, runtimeConfig } from './runtime-config.ts';

type InputConfig = UserAgentInputConfig &
  RetryInputConfig &
  RegionInputConfig &
  HostHeaderInputConfig &
  EndpointInputConfig<EndpointParameters> &
  AwsSdkSigV4AuthInputConfig;

/** The options of any SDK v3 client; all of them may be left out. */
export interface CloudTrailDataClientConfig extends InputConfig {
  /** An HTTP handler, or the options of the default one (timeouts, agents). */
  requestHandler?: HttpHandlerUserInput;
  /** `standard` (the default) or `adaptive`. */
  retryMode?: string | Provider<string>;
  logger?: Logger;
  /** Section of the shared AWS configuration files. */
  profile?: string;
}

export type CloudTrailDataClientResolvedConfig = SmithyResolvedConfiguration<HttpHandlerOptions> &
  ReturnType<typeof resolveConfig>;

/** Each step adds to the same object; the SDK insists on it (`initConfig`). */
function resolveConfig(initial: RuntimeConfig) {
  const withUserAgent = resolveUserAgentConfig(initial);
  const withRetry = resolveRetryConfig(withUserAgent);
  const withRegion = resolveRegionConfig(withRetry);
  const withHost = resolveHostHeaderConfig(withRegion);
  const withEndpoint = resolveEndpointConfig<typeof withHost, EndpointParameters>(withHost);
  return resolveAwsSdkSigV4Config(withEndpoint);
}

async function authParameters(config: CloudTrailDataClientResolvedConfig, context: HandlerExecutionContext) {
  return { operation: String(getSmithyContext(context)['operation']), region: await config.region() };
}

/**
 * Client of CloudTrail Data, put together as the SDK's generated clients are (client-cloudtrail 3.1137.0), so that
 * credentials, Region, endpoint (`AWS_ENDPOINT_URL_CLOUDTRAIL_DATA`), retries and signing are the SDK's own.
 */
export class CloudTrailDataClient extends Client<
  HttpHandlerOptions,
  PutAuditEventsCommandInput,
  PutAuditEventsCommandOutput,
  CloudTrailDataClientResolvedConfig
> {
  override readonly config: CloudTrailDataClientResolvedConfig;

  constructor(configuration: CloudTrailDataClientConfig = {}) {
    const initial = runtimeConfig(configuration);
    super(initial as never);
    this.initConfig = initial;
    this.config = resolveConfig(initial) as never;
    const { config, middlewareStack } = this;
    middlewareStack.use(getSchemaSerdePlugin(config));
    middlewareStack.use(getUserAgentPlugin(config));
    middlewareStack.use(getRetryPlugin(config));
    middlewareStack.use(getContentLengthPlugin(config));
    middlewareStack.use(getHostHeaderPlugin(config));
    middlewareStack.use(getLoggerPlugin(config));
    middlewareStack.use(getRecursionDetectionPlugin(config));
    middlewareStack.use(
      getHttpAuthSchemeEndpointRuleSetPlugin(config, {
        httpAuthSchemeParametersProvider: authParameters,
        identityProviderConfigProvider: async ({ credentials }) =>
          new DefaultIdentityProviderConfig({ 'aws.auth#sigv4': credentials }),
      }),
    );
    middlewareStack.use(getHttpSigningPlugin(config));
  }
}
