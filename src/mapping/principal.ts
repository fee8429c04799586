import type { JsonObject, JsonValue } from './audit-event.ts';
import type { DetailsMember } from './derived-members.ts';
import { firstText, textOf } from './json-value.ts';
import { isHidden } from './rules/hidden-value.ts';
import type { UserType } from './user-type.ts';

/** Who acted, as far as the record tells. */
export interface Principal {
  readonly type: UserType;
  /** What goes into `userIdentity.principalId`; absent when the record names nobody. */
  readonly id: string | undefined;
  /** The flattened members of `userIdentity.details`. */
  readonly details: Readonly<Partial<Record<DetailsMember, string | undefined>>>;
}

/** What Azure writes where there is no id. */
const ZERO_GUID = '00000000-0000-0000-0000-000000000000';

/** The text of an id; nothing for the zero GUID. */
export function idOf(value: JsonValue | undefined): string | undefined {
  const text = textOf(value);
  return text === ZERO_GUID ? undefined : text;
}

/** True for a text that can be a person's address: one that is hidden was one more likely than not. */
export function isAddress(text: string): boolean {
  return text.includes('@') || isHidden(text);
}

const MICROSOFT = 'http://schemas.microsoft.com/identity/claims';
const SOAP = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** The claims of a token, under the long names of ARM and the short ones of Key Vault and live captures. */
interface ClaimTexts {
  readonly objectId: string | undefined;
  readonly appId: string | undefined;
  readonly upn: string | undefined;
  readonly accountName: string | undefined;
  readonly email: string | undefined;
  readonly displayName: string | undefined;
  readonly spn: string | undefined;
}

function readClaims(claims: JsonObject): ClaimTexts {
  return {
    objectId: idOf(claims[`${MICROSOFT}/objectidentifier`]) ?? idOf(claims['oid']),
    appId: idOf(claims['appid']),
    upn: firstText(claims[`${SOAP}/upn`], claims['upn']),
    accountName: firstText(claims[`${SOAP}/name`], claims['unique_name']),
    email: firstText(claims[`${SOAP}/emailaddress`], claims['emailaddress']),
    displayName: textOf(claims['name']),
    spn: firstText(claims[`${SOAP}/spn`], claims['spn']),
  };
}

/** The tenant that issued the token: its claim, else the GUID in the issuer's address. */
export function tenantOfClaims(claims: JsonObject): string | undefined {
  const tenant = firstText(claims[`${MICROSOFT}/tenantid`], claims['tid']);
  return (
    tenant ??
    /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/i.exec(textOf(claims['iss']) ?? '')?.[1]
  );
}

function typeOf(claims: JsonObject, texts: ClaimTexts, principalType: string | undefined): UserType {
  if (textOf(claims['xms_mirid']) !== undefined) return 'ManagedIdentity';
  const kind = textOf(claims['idtyp'])?.toLowerCase();
  if (kind === 'user') return 'User';
  if (kind === 'app') return 'Application';
  // Older tokens have no idtyp. An address or a name is a person's; Azure's own services put their name there too.
  if (texts.upn !== undefined || texts.accountName !== undefined) return 'User';
  if (texts.email !== undefined) return isAddress(texts.email) ? 'User' : 'Platform';
  if (texts.spn !== undefined && texts.appId === undefined) return 'Platform';
  if (texts.displayName !== undefined) return 'User';
  if (texts.appId !== undefined || principalType === 'ServicePrincipal') return 'Application';
  return principalType === 'User' ? 'User' : 'Unknown';
}

/**
 * Who acted by the claims of the token. `evidence` is what authorised the call: only its role is used, because its
 * `principalId` is the role's assignee, which may be a group the caller is in.
 */
export function principalOfClaims(claims: JsonObject, evidence: JsonObject = {}): Principal {
  const texts = readClaims(claims);
  const principalType = textOf(evidence['principalType']);
  const upn = texts.upn ?? texts.accountName ?? texts.email;
  const type = typeOf(claims, texts, principalType);
  // In a person's token `appid` is the client program, which did not act.
  const named = type === 'User' ? (upn ?? texts.appId) : (texts.appId ?? upn);
  return {
    type,
    id: texts.objectId ?? named ?? texts.spn ?? texts.displayName,
    details: {
      name: texts.displayName ?? texts.accountName ?? texts.email ?? texts.spn,
      upn: upn !== undefined && (isAddress(upn) || upn.includes('#')) ? upn : undefined,
      objectId: texts.objectId,
      appId: texts.appId,
      role: textOf(evidence['role']),
      scope: firstText(claims[`${MICROSOFT}/scope`], claims['scp']),
      principalType,
      authMethods:
        textOf(claims['http://schemas.microsoft.com/claims/authnmethodsreferences']) ?? textOf(claims['amr']),
    },
  };
}
