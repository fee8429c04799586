import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import type { Finding } from './finding.ts';
import { unreadBytes } from './unread-bytes.ts';

/**
 * What the audit says of a checkpoint whose generation Azure no longer lists: a finding when it was not read to its
 * end, undefined when it was. `recreated`: Azure lists another generation of the same name.
 */
export function judgeGone(checkpoint: Checkpoint, recreated: boolean): Finding | undefined {
  const bytes = unreadBytes(checkpoint);
  if (bytes === 0) return undefined;
  const { logObject, committed } = checkpoint;
  return {
    kind: recreated ? 'recreated-before-read' : 'deleted-before-read',
    container: logObject.container,
    logObject,
    bytes,
    detail: `not listed any more, ${committed + bytes} bytes known, ${committed} committed`,
    repair: [],
  };
}
