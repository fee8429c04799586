import { template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';
import type { Parameters } from './permissions.ts';

/**
 * Names that an expression refers to with these parameters (`Ref`, `Fn::GetAtt`, `Fn::Sub`), in the branches that
 * CloudFormation takes.
 */
export function referencesOf(expression: unknown, parameters: Parameters): string[] {
  const go = (value: unknown): string[] => referencesOf(value, parameters);
  if (Array.isArray(expression)) return expression.flatMap(go);
  if (typeof expression !== 'object' || expression === null) return [];

  return Object.entries(expression as Record<string, unknown>).flatMap(([name, argument]) => {
    const list = Array.isArray(argument) ? (argument as unknown[]) : [];
    switch (name) {
      case 'Ref':
        return [String(argument)];
      case 'Fn::GetAtt':
        return [String(list[0])];
      case 'Fn::If':
        return go(evaluate({ Condition: list[0] }, parameters) === true ? list[1] : list[2]);
      case 'Fn::Sub': {
        const [text, names] = (list.length > 0 ? list : [argument, {}]) as [string, Record<string, unknown>];
        const inText = [...text.matchAll(/\$\{([\w:]+)(?:\.\w+)?\}/g)].map(([, key = '']) => key);
        return [...inText.filter((key) => !(key in names)), ...go(names)];
      }
      default:
        return go(argument);
    }
  });
}

/** Whether these parameters make a resource or show an output. */
export function exists({ Condition }: { readonly Condition?: string }, parameters: Parameters): boolean {
  return Condition === undefined || evaluate({ Condition }, parameters) === true;
}

/** Logical ids of the resources that these parameters make. */
export function resourcesOf(parameters: Parameters): string[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => exists(resource, parameters))
    .map(([id]) => id);
}
