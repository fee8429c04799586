import type { JsonObject, JsonValue } from '../audit-event.ts';
import { arrayOf, firstText, objectOf, scalarText, textOf } from '../json-value.ts';
import { idOf, type Principal } from '../principal.ts';
import type { UserType } from '../user-type.ts';
import { isHidden } from '../rules/hidden-value.ts';
import { memberOf } from './member-of.ts';
import { userTypeName } from './number-names.ts';

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** How Entra marks an object id among the identities of an actor. */
const MARKED_ID = /^(User|ServicePrincipal)_(.+)$/;
/** Accounts of the service itself, which come with any user type (`NT AUTHORITY\SYSTEM (…)`, `SHAREPOINT\system`). */
const SYSTEM_ACCOUNT = /^(?:NT AUTHORITY|NT SERVICE|SHAREPOINT)\\/i;
/** SharePoint's name for an application that acts by itself. */
const SHAREPOINT_APP = 'app@sharepoint';
const SHAREPOINT_ANONYMOUS = /^(?:urn:spo:anon#|anonymous$)/i;
const SHAREPOINT_GUEST = 'urn:spo:guest#';
/** What stands where there is no id. */
const NO_ID = new Set(['not available', 'unknown', 'n/a']);

const TYPES: ReadonlyMap<string, UserType> = new Map<string, UserType>([
  ['Regular', 'User'],
  ['Admin', 'User'],
  ['PartnerTechnician', 'User'],
  ['Guest', 'User'],
  ['DcAdmin', 'Platform'],
  ['System', 'Platform'],
  ['CustomPolicy', 'Platform'],
  ['SystemPolicy', 'Platform'],
  ['Application', 'Application'],
  ['ServicePrincipal', 'Application'],
]);

function accountOf(value: JsonValue | undefined): string | undefined {
  const text = scalarText(value);
  return text === undefined || NO_ID.has(text.toLowerCase()) ? undefined : text;
}

/** An address that names a person: `app@sharepoint` and the keys of SharePoint's claims are none. */
function upnOf(userId: string | undefined): string | undefined {
  if (userId === undefined || userId.toLowerCase() === SHAREPOINT_APP) return undefined;
  if (isHidden(userId)) return userId;
  const name = userId.toLowerCase().startsWith(SHAREPOINT_GUEST)
    ? userId.slice(SHAREPOINT_GUEST.length)
    : userId;
  return /^[^\s\\|:]+@[^\s\\|:]+$/.test(name) ? name : undefined;
}

/** The identities of `Actor`, a list of `{ID, Type}`: the marked object id, and the name (type 1). */
function actorOf(record: JsonObject): {
  readonly kind?: string;
  readonly id?: string;
  readonly name?: string;
} {
  const actor: { kind?: string; id?: string; name?: string } = {};
  for (const entry of arrayOf(record['Actor'])) {
    const identity = objectOf(entry);
    const id = textOf(identity?.['ID']);
    if (id === undefined) continue;
    const marked = MARKED_ID.exec(id);
    if (marked !== null) {
      actor.kind ??= marked[1]!;
      actor.id ??= marked[2]!;
    } else if (scalarText(identity?.['Type']) === '1') {
      actor.name ??= id;
    }
  }
  return actor;
}

function typeOf(
  userId: string | undefined,
  kind: string | undefined,
  userType: string | undefined,
): UserType {
  if (kind !== undefined) return kind === 'User' ? 'User' : 'Application';
  if (userId !== undefined) {
    if (SYSTEM_ACCOUNT.test(userId)) return 'Platform';
    if (userId.toLowerCase() === SHAREPOINT_APP) return 'Application';
    if (SHAREPOINT_ANONYMOUS.test(userId)) return 'Anonymous';
  }
  const type = TYPES.get(userType ?? '');
  return type ?? (upnOf(userId) === undefined ? 'Unknown' : 'User');
}

/** Who acted, by the common schema and what the services add: `UserId`, `UserKey`, `Actor`, application and token. */
export function principalOf365(record: JsonObject): Principal {
  const userId = accountOf(memberOf(record, 'UserId'));
  const userKey = accountOf(memberOf(record, 'UserKey'));
  const userType = userTypeName(record);
  const context = objectOf(record['AppAccessContext']);
  const common = objectOf(record['Common']);
  const marked = MARKED_ID.exec(userId ?? '');
  const actor = actorOf(record);
  const kind = marked?.[1] ?? actor.kind;
  const type = typeOf(userId, kind, userType);
  const isPerson = type === 'User';
  const appId =
    idOf(record['ApplicationId']) ??
    idOf(record['AppId']) ??
    idOf(context?.['ClientAppId']) ??
    idOf(record['ClientAppId']) ??
    idOf(common?.['ApplicationId']);
  const objectId =
    marked?.[2] ??
    actor.id ??
    idOf(context?.['UserObjectId']) ??
    idOf(record['TokenObjectId']) ??
    // Of people, services that know no PUID put the object id there.
    (isPerson && userKey !== undefined && GUID.test(userKey) ? userKey : undefined);
  const upn = upnOf(userId);
  // `UserId` of an application is often the same for all of them (`app@sharepoint`).
  const named = type === 'Application' ? (appId ?? userId) : userId;
  return {
    type,
    id: objectId ?? named ?? userKey,
    details: {
      name: firstText(record['LogonUserDisplayName'], actor.name),
      upn,
      objectId,
      appId,
      appName: firstText(
        record['ApplicationDisplayName'],
        context?.['ClientAppName'],
        common?.['ApplicationName'],
      ),
      principalType: userType,
    },
  };
}
