import { devNull } from 'node:os';
import { dirname } from 'node:path';
import { DUMMY_CREDENTIALS } from '../dummy-credentials.ts';

/** What a process needs of the machine to run at all. */
const MACHINE_VARIABLES = ['PATH', 'TMPDIR', 'TEMP', 'SystemRoot'] as const;

/**
 * The variables that a function sees: those that Lambda's runtime sets, and its own. Nothing of this process's
 * environment and nothing of the user's AWS configuration reaches it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function processEnvironment(lambda: {
  functionName: string;
  bundle: string;
  memoryMegabytes: number;
  region: string;
  environment?: Readonly<Record<string, string>>;
}): Record<string, string> {
  const machine = Object.fromEntries(
    MACHINE_VARIABLES.map((name) => [name, process.env[name] ?? '']).filter(([, value]) => value !== ''),
  ) as Record<string, string>;
  return {
    ...machine,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: lambda.region,
    AWS_DEFAULT_REGION: lambda.region,
    AWS_ACCESS_KEY_ID: DUMMY_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: DUMMY_CREDENTIALS.secretAccessKey,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: lambda.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(lambda.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${lambda.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: dirname(lambda.bundle),
    _HANDLER: 'index.handler',
    ...lambda.environment,
  };
}
