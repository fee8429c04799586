/**
 * The per-entry error codes of PutAuditEvents.
 * https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_ResultErrorEntry.html
 */
export type EntryErrorCode =
  | 'FieldTooLong'
  | 'FieldNotFound'
  | 'InvalidChecksum'
  | 'InvalidData'
  | 'InvalidRecipient'
  | 'InvalidEventSource'
  | 'AccountNotSubscribed'
  | 'Throttling'
  | 'InternalFailure';

/** A well-formed PutAuditEvents request, as a fault rule sees it: never its events' content. */
export interface LakeRequest {
  /** 1 for the first request that came this far. */
  readonly number: number;
  readonly channelArn: string;
  readonly ids: readonly string[];
  readonly externalId?: string;
}

/**
 * What goes wrong with a request: the whole is refused (`status` 400 unless given), some entries fail (any code: the
 * documented list may grow), or the connection breaks before or after the events are stored.
 */
export type LakeFault =
  | { readonly kind: 'refuse'; readonly type: string; readonly status?: number; readonly message?: string }
  | { readonly kind: 'fail-entries'; readonly codes: ReadonlyMap<string, EntryErrorCode | (string & {})> }
  | { readonly kind: 'reset'; readonly when: 'before-storing' | 'after-storing' };

/** Decides what goes wrong with a request; undefined: nothing. */
export type LakeFaults = (request: LakeRequest) => LakeFault | undefined;

/** 400 ThrottlingException, as above 100 requests/s. */
export const THROTTLE: LakeFault = { kind: 'refuse', type: 'ThrottlingException', message: 'Rate exceeded' };
