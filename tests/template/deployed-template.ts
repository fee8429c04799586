import { readTemplate, type TemplateResource } from '#local/read-template.ts';

/** `template.yaml`, read once for each test file. */
export const template = await readTemplate();

/** Plain JSON of the template. */
export type Json = Readonly<Record<string, unknown>>;

/** Logical ids of the resources of a type. */
export function idsOf(type: string): string[] {
  return Object.entries(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([id]) => id);
}

/** A resource that must exist. */
export function resource(id: string): TemplateResource {
  const found = template.Resources[id];
  if (!found) throw new Error(`template.yaml has no resource ${id}`);
  return found;
}

/** The properties of a resource that must exist. */
export function properties(id: string): Json {
  return resource(id).Properties ?? {};
}

/** The logical id in `{ Ref: id }` or `{ 'Fn::GetAtt': [id, attribute] }`. */
export function referredId(value: unknown): string {
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return ref ?? attribute?.[0] ?? '';
}

/** Environment variables of a function: those of all functions and its own, with their values in the template. */
export function environmentOf(functionId: string): Json {
  const variables = (owner: Json): Json => (owner['Environment'] as { Variables: Json }).Variables;
  return { ...variables(template.Globals.Function), ...variables(properties(functionId)) };
}
