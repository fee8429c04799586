/** A resource provider's namespace: words joined by points (`Microsoft.Storage`, `84codes.CloudAMQP`). */
const NAMESPACE = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;

/** The provider's namespace in front of an operation (`Microsoft.Storage/storageAccounts/write`), as written. */
export function providerName(operationName: string | undefined): string | undefined {
  if (operationName === undefined) return undefined;
  const slash = operationName.indexOf('/');
  if (slash <= 0 || slash > 200) return undefined;
  const namespace = operationName.slice(0, slash);
  return NAMESPACE.test(namespace) ? namespace : undefined;
}

/** The namespace after the last `/providers/` of a resource id, which is the provider of the innermost resource. */
function providerOfResource(resourceId: string | undefined): string | undefined {
  if (resourceId === undefined) return undefined;
  const marker = '/providers/';
  const at = resourceId.toLowerCase().lastIndexOf(marker);
  if (at === -1) return undefined;
  const namespace = resourceId.slice(at + marker.length).split('/', 1)[0] ?? '';
  return namespace.length <= 200 && NAMESPACE.test(namespace) ? namespace : undefined;
}

/**
 * `eventSource`: the provider of the operation, else of the resource, in upper case because Azure's letter case varies
 * and Lake's SQL compares it. Nothing when neither names one.
 */
export function eventSourceOf(
  operationName: string | undefined,
  resourceId: string | undefined,
): string | undefined {
  return (providerName(operationName) ?? providerOfResource(resourceId))?.toUpperCase();
}
