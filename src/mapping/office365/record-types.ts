/** Names of consecutive numbers, from `first` on; `-` for a number that is not documented. */
function numbered(first: number, names: string): (readonly [number, string])[] {
  return names
    .split(/\s+/)
    .map((name, index): readonly [number, string] => [first + index, name])
    .filter(([, name]) => name !== '-');
}

/**
 * AuditLogRecordType: the documented names of `RecordType`.
 * https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#auditlogrecordtype
 */
export const RECORD_TYPES: ReadonlyMap<number, string> = new Map([
  ...numbered(
    1,
    `ExchangeAdmin ExchangeItem ExchangeItemGroup SharePoint - SharePointFileOperation OneDrive
    AzureActiveDirectory AzureActiveDirectoryAccountLogon DataCenterSecurityCmdlet ComplianceDLPSharePoint -
    ComplianceDLPExchange SharePointSharingOperation AzureActiveDirectoryStsLogon SkypeForBusinessPSTNUsage
    SkypeForBusinessUsersBlocked SecurityComplianceCenterEOPCmdlet ExchangeAggregatedOperation PowerBIAudit CRM
    Yammer SkypeForBusinessCmdlets Discovery MicrosoftTeams - - ThreatIntelligence MailSubmission MicrosoftFlow
    AeD MicrosoftStream ComplianceDLPSharePointClassification ThreatFinder Project SharePointListOperation
    SharePointCommentOperation DataGovernance Kaizala SecurityComplianceAlerts ThreatIntelligenceUrl
    SecurityComplianceInsights MIPLabel WorkplaceAnalytics PowerAppsApp PowerAppsPlan
    ThreatIntelligenceAtpContent LabelContentExplorer TeamsHealthcare ExchangeItemAggregated HygieneEvent
    DataInsightsRestApiAudit InformationBarrierPolicyApplication SharePointListItemOperation
    SharePointContentTypeOperation SharePointFieldOperation MicrosoftTeamsAdmin HRSignal MicrosoftTeamsDevice
    MicrosoftTeamsAnalytics InformationWorkerProtection Campaign DLPEndpoint AirInvestigation Quarantine
    MicrosoftForms ApplicationAudit ComplianceSupervisionExchange CustomerKeyServiceEncryption OfficeNative
    MipAutoLabelSharePointItem MipAutoLabelSharePointPolicyLocation MicrosoftTeamsShifts - MipAutoLabelExchangeItem
    CortanaBriefing - WDATPAlerts - - - SensitivityLabelPolicyMatch SensitivityLabelAction
    SensitivityLabeledFileAction AttackSim AirManualInvestigation SecurityComplianceRBAC UserTraining
    AirAdminActionInvestigation MSTIC PhysicalBadgingSignal - AipDiscover AipSensitivityLabelAction
    AipProtectionAction AipFileDeleted AipHeartBeat MCASAlerts OnPremisesFileShareScannerDlp
    OnPremisesSharePointScannerDlp ExchangeSearch SharePointSearch PrivacyInsights - MyAnalyticsSettings
    SecurityComplianceUserChange ComplianceDLPExchangeClassification - MipExactDataMatch`,
  ),
  [113, 'MS365DCustomDetection'],
  ...numbered(147, 'CoreReportingSettings ComplianceConnector'),
  [154, 'OMEPortal'],
  [174, 'DataShareOperation'],
  [181, 'EduDataLakeDownloadOperation'],
  [183, 'MicrosoftGraphDataConnectOperation'],
  [186, 'PowerPagesSite'],
  ...numbered(
    188,
    `PlannerPlan PlannerCopyPlan PlannerTask PlannerRoster PlannerPlanList PlannerTaskList PlannerTenantSettings
    ProjectForThewebProject ProjectForThewebTask ProjectForThewebRoadmap ProjectForThewebRoadmapItem
    ProjectForThewebProjectSettings ProjectForThewebRoadmapSettings`,
  ),
  ...numbered(216, 'VivaGoals MicrosoftGraphDataConnectConsent AttackSimAdmin'),
  ...numbered(230, 'TeamsUpdates PlannerRosterSensitivityLabel'),
  [237, 'DefenderExpertsforXDRAdmin'],
  ...numbered(251, 'VfamCreatePolicy VfamUpdatePolicy VfamDeletePolicy'),
  [261, 'CopilotInteraction'],
  [287, 'ProjectForThewebAssignedToMeSettings'],
]);

/**
 * The documented names of `UserType`; the last two only in Microsoft Graph, in the same order.
 * https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema#user-type
 * https://learn.microsoft.com/graph/api/resources/security-auditlogrecord
 */
export const USER_TYPES_365: ReadonlyMap<number, string> = new Map(
  numbered(
    0,
    'Regular Reserved Admin DcAdmin System Application ServicePrincipal CustomPolicy SystemPolicy PartnerTechnician Guest',
  ),
);
