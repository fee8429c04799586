import { partition } from '@aws-sdk/core/client';
import type { EndpointParameters as SmithyEndpointParameters, EndpointV2 } from '@smithy/types';

/** What decides the endpoint: filled from the client's configuration by the SDK's endpoint middleware. */
export interface EndpointParameters extends SmithyEndpointParameters {
  Region?: string | undefined;
  UseDualStack?: boolean | undefined;
  UseFIPS?: boolean | undefined;
  Endpoint?: string | undefined;
}

export const ENDPOINT_PARAMETERS = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
  UseDualStack: { type: 'builtInParams', name: 'useDualstackEndpoint' },
} as const;

/**
 * The endpoint of CloudTrail Data: the configured one, else `cloudtrail-data[-fips].<Region>.<partition's suffix>`.
 * https://docs.aws.amazon.com/general/latest/gr/ct.html
 */
export function resolveEndpoint({ Region, UseDualStack, UseFIPS, Endpoint }: EndpointParameters): EndpointV2 {
  if (Endpoint !== undefined) {
    if (UseFIPS || UseDualStack) {
      throw new Error(
        'A custom CloudTrail Data endpoint cannot be combined with FIPS or dual-stack: set one of them.',
      );
    }
    return { url: new URL(Endpoint), properties: {}, headers: {} };
  }
  if (Region === undefined) {
    throw new Error(
      'No Region for CloudTrail Data: set the client option region or the variable AWS_REGION.',
    );
  }
  const { dnsSuffix, dualStackDnsSuffix, supportsFIPS, supportsDualStack } = partition(Region);
  if ((UseFIPS && !supportsFIPS) || (UseDualStack && !supportsDualStack)) {
    throw new Error(`The partition of ${Region} lacks FIPS or dual-stack endpoints: unset the option.`);
  }
  const host = `cloudtrail-data${UseFIPS ? '-fips' : ''}.${Region}.${UseDualStack ? dualStackDnsSuffix : dnsSuffix}`;
  return { url: new URL(`https://${host}`), properties: {}, headers: {} };
}
