import type { FamilyName } from '../families/family.ts';
import { SIGN_IN_EVENT_TYPES } from '../graph-envelope.ts';

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Members that say which sign-in it was, from where and how; v1.0 and beta. https://learn.microsoft.com/graph/api/resources/signin */
const SIGN_IN = words(`
  id createdDateTime userDisplayName userPrincipalName userId userType appDisplayName appId ipAddress status
  clientAppUsed userAgent deviceDetail location correlationId conditionalAccessStatus conditionalAccessAudiences
  appliedConditionalAccessPolicies appliedEventListeners appTokenProtectionStatus authenticationAppDeviceDetails
  authenticationAppPolicyEvaluationDetails authenticationContextClassReferences authenticationDetails
  authenticationMethodsUsed authenticationProcessingDetails authenticationProtocol authenticationRequirement
  authenticationRequirementPolicies autonomousSystemNumber azureResourceId clientCredentialType
  crossTenantAccessType federatedCredentialId flaggedForReview globalSecureAccessIpAddress homeTenantId
  homeTenantName incomingTokenType ipAddressFromResourceProvider isInteractive isTenantRestricted
  isThroughGlobalSecureAccess managedServiceIdentity mfaDetail networkLocationDetails originalRequestId
  originalTransferMethod privateLinkDetails processingTimeInMilliseconds resourceDisplayName resourceId
  resourceServicePrincipalId resourceTenantId riskDetail riskEventTypes riskEventTypes_v2 riskLevelAggregated
  riskLevelDuringSignIn riskState servicePrincipalCredentialKeyId servicePrincipalCredentialThumbprint
  servicePrincipalId servicePrincipalName sessionId sessionLifetimePolicies signInEventTypes signInIdentifier
  signInIdentifierType signInTokenProtectionStatus tokenIssuerName tokenIssuerType tokenProtectionStatusDetails
  uniqueTokenIdentifier appOwnerTenantId resourceOwnerTenantId`);

/** https://learn.microsoft.com/graph/api/resources/directoryaudit */
const DIRECTORY_AUDIT = words(`
  id activityDateTime activityDisplayName additionalDetails category correlationId initiatedBy loggedByService
  operationType result resultReason targetResources userAgent`);

/** Detections and states. https://learn.microsoft.com/graph/api/resources/riskdetection, …/riskyuser */
const RISK = words(`
  id activity activityDateTime additionalInfo correlationId detectedDateTime detectionTimingType ipAddress
  lastUpdatedDateTime location mitreTechniqueId requestId riskDetail riskEventType riskLevel riskState riskType
  source tokenIssuerType userDisplayName userId userPrincipalName isDeleted isProcessing
  riskLastUpdatedDateTime`);

/** The members that Microsoft Graph documents, by family. */
export const GRAPH_MEMBERS: ReadonlyMap<FamilyName, ReadonlySet<string>> = new Map<
  FamilyName,
  ReadonlySet<string>
>([
  ['sign-in', new Set(SIGN_IN)],
  ['directory-audit', new Set(DIRECTORY_AUDIT)],
  ['risk', new Set(RISK)],
]);

const RISK_LEVELS = new Set(['none', 'low', 'medium', 'high', 'hidden']);

/**
 * Members whose values Microsoft Graph lists. `unknownFutureValue` is in none: it stands for a value that is new.
 * https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
 */
export const GRAPH_VALUES: ReadonlyMap<string, ReadonlySet<string>> = new Map<string, ReadonlySet<string>>([
  ['signInEventTypes', new Set(SIGN_IN_EVENT_TYPES.keys())],
  ['conditionalAccessStatus', new Set(['success', 'failure', 'notApplied'])],
  ['riskLevel', RISK_LEVELS],
  ['riskLevelAggregated', RISK_LEVELS],
  ['riskLevelDuringSignIn', RISK_LEVELS],
  [
    'riskState',
    new Set(['none', 'confirmedSafe', 'remediated', 'dismissed', 'atRisk', 'confirmedCompromised']),
  ],
  [
    'riskDetail',
    new Set(
      words(`none adminGeneratedTemporaryPassword userPerformedSecuredPasswordChange
        userPerformedSecuredPasswordReset adminConfirmedSigninSafe aiConfirmedSigninSafe
        userPassedMFADrivenByRiskBasedPolicy adminDismissedAllRiskForUser adminConfirmedSigninCompromised hidden
        adminConfirmedUserCompromised m365DAdminDismissedDetection adminConfirmedServicePrincipalCompromised
        adminDismissedAllRiskForServicePrincipal userChangedPasswordOnPremises adminDismissedRiskForSignIn
        adminConfirmedAccountSafe microsoftRevokedSessions`),
    ),
  ],
  ['detectionTimingType', new Set(['notDefined', 'realtime', 'nearRealtime', 'offline'])],
  ['activity', new Set(['signin', 'user', 'servicePrincipal'])],
  ['result', new Set(['success', 'failure', 'timeout'])],
]);
