import { template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import type { Parameters } from './permissions.ts';

/** What CloudFormation says to these parameters before it makes anything. */
export function refusals(parameters: Parameters): string[] {
  return Object.values(template.Rules).flatMap(({ RuleCondition = true, Assertions }) =>
    isTrue(RuleCondition, parameters)
      ? Assertions.filter(({ Assert }) => !isTrue(Assert, parameters)).map(
          ({ AssertDescription }) => AssertDescription,
        )
      : [],
  );
}

function isTrue(condition: unknown, parameters: Parameters): boolean {
  return condition === true || evaluate(condition, parameters) === true;
}
