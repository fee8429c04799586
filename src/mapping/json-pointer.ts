import { sha256Hex } from './ids.ts';
import { utf8Length } from './target-schema.ts';

/** Longest path that is written out, in bytes of JSON; a longer one is named by its hash, so that lists stay small. */
export const MAX_PATH_BYTES = 200;

/** `path` with one more step, as a JSON Pointer. https://www.rfc-editor.org/rfc/rfc6901 */
export function childPath(path: string, name: string | number): string {
  if (typeof name === 'number') return `${path}/${name}`;
  const escaped =
    name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
  return `${path}/${escaped}`;
}

/** The steps of a JSON Pointer; none for the empty pointer, which means the whole record. */
export function pathSteps(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** How a path is named in an audit event: itself, or `sha256:` and the hash of the path when that is too long. */
export function pathName(path: string): string {
  return path.length <= MAX_PATH_BYTES && utf8Length(JSON.stringify(path)) <= MAX_PATH_BYTES + 2
    ? path
    : `sha256:${sha256Hex(path)}`;
}
