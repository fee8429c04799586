import { ServiceException, type ServiceExceptionOptions } from '@smithy/core/client';

/** Base of every error that CloudTrail Data answers, modelled or not (ThrottlingException, AccessDeniedException, ...). */
export class CloudTrailDataServiceException extends ServiceException {
  constructor(options: ServiceExceptionOptions) {
    super(options);
    Object.setPrototypeOf(this, new.target.prototype);
  }
}

type ModelledOptions = Omit<ServiceExceptionOptions, 'name' | '$fault'>;

/** The account of the caller is not the account that owns the channel. */
export class ChannelInsufficientPermission extends CloudTrailDataServiceException {
  override readonly name = 'ChannelInsufficientPermission';
  override readonly $fault = 'client';
  constructor(options: ModelledOptions) {
    super({ ...options, name: 'ChannelInsufficientPermission', $fault: 'client' });
  }
}

/** The channel does not exist, or not in this Region. */
export class ChannelNotFound extends CloudTrailDataServiceException {
  override readonly name = 'ChannelNotFound';
  override readonly $fault = 'client';
  constructor(options: ModelledOptions) {
    super({ ...options, name: 'ChannelNotFound', $fault: 'client' });
  }
}

/** The schema type of the event is not supported. */
export class ChannelUnsupportedSchema extends CloudTrailDataServiceException {
  override readonly name = 'ChannelUnsupportedSchema';
  override readonly $fault = 'client';
  constructor(options: ModelledOptions) {
    super({ ...options, name: 'ChannelUnsupportedSchema', $fault: 'client' });
  }
}

/** Two entries of one request have the same id: the whole request failed. */
export class DuplicatedAuditEventId extends CloudTrailDataServiceException {
  override readonly name = 'DuplicatedAuditEventId';
  override readonly $fault = 'client';
  constructor(options: ModelledOptions) {
    super({ ...options, name: 'DuplicatedAuditEventId', $fault: 'client' });
  }
}

/** The channel ARN is not a channel ARN. */
export class InvalidChannelARN extends CloudTrailDataServiceException {
  override readonly name = 'InvalidChannelARN';
  override readonly $fault = 'client';
  constructor(options: ModelledOptions) {
    super({ ...options, name: 'InvalidChannelARN', $fault: 'client' });
  }
}

/** The operation is not supported in this Region or account. */
export class UnsupportedOperationException extends CloudTrailDataServiceException {
  override readonly name = 'UnsupportedOperationException';
  override readonly $fault = 'client';
  constructor(options: ModelledOptions) {
    super({ ...options, name: 'UnsupportedOperationException', $fault: 'client' });
  }
}
