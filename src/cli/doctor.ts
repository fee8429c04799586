import { deploymentSettings } from './deployment.ts';
import { checkCredentials, checkLake } from './doctor/check-aws.ts';
import { checkAzure } from './doctor/check-azure.ts';
import { checkCollectors } from './doctor/check-collectors.ts';
import { checkStack } from './doctor/check-stack.ts';
import { checkState } from './doctor/check-state.ts';
import { checksText, type Check } from './doctor/check.ts';
import { setupScript } from './doctor/setup-script.ts';
import { planSetup, type SetupOptions } from './doctor/plan-setup.ts';
import { EXIT } from './main.ts';
import { createSteps } from './steps.ts';

export interface DoctorOptions extends SetupOptions {
  readonly stack?: string;
  readonly setup?: boolean;
  readonly json?: boolean;
}

/**
 * Checks what a deployment needs, or prints the commands that set the sign-in to Azure up. Gives exit code 0 when nothing
 * is wrong and 1 when something is. Throws STACK_NOT_READABLE and CONFIGURATION_INVALID, for `--setup` only.
 */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const { stack, json = false } = options;
  if (options.setup === true) {
    const settings = stack === undefined ? process.env : await deploymentSettings(stack, process.env);
    process.stdout.write(setupScript(planSetup(options, settings, Date.now())));
    return EXIT.ok;
  }
  const steps = createSteps();
  const checks: Check[] = [];
  const add = async (what: string, work: () => Promise<Check | Check[]>): Promise<void> => {
    checks.push(...[await steps.step(what, work)].flat());
  };
  await add('Looking at AWS', checkCredentials);
  const isKnown = checks.every(({ status }) => status === 'ok');
  let settings: Readonly<Record<string, string | undefined>> = process.env;
  if (isKnown && stack !== undefined) {
    await add(`Looking at the stack ${stack}`, () => checkStack(stack));
    // A stack that was never made has no settings; a failed one has its parameters.
    settings = await deploymentSettings(stack, process.env).catch(() => ({}));
  }
  if (isKnown) {
    await add('Looking at CloudTrail Lake', () => checkLake(settings['DESTINATION']));
    await add('Looking at Azure', () => checkAzure(settings));
    await add('Looking at the collectors', () => checkCollectors(settings));
    await add('Looking at the state', () => checkState(settings));
  }
  const isWell = checks.every(({ status }) => status !== 'failed');
  const text = json ? JSON.stringify({ ok: isWell, checks }, null, 2) : `\n${checksText(checks)}`;
  process.stdout.write(`${text}\n`);
  return isWell ? EXIT.ok : EXIT.unaccounted;
}
