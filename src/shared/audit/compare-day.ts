import type { ListedLogObject } from '#shared/azure/log-object-listing.ts';
import type { Checkpoint } from '#shared/checkpoints/checkpoint.ts';
import { addAccounts, EMPTY_ACCOUNT, type ByteAccount } from './byte-account.ts';
import type { Circumstances } from './circumstances.ts';
import type { Finding } from './finding.ts';
import { judgeGone } from './judge-gone.ts';
import { judgeLogObject } from './judge-log-object.ts';
import { earlier } from './unsettled-since.ts';

/** A listed log object with the start of its hour, epoch ms. */
export interface DatedLogObject {
  readonly listed: ListedLogObject;
  readonly hourStart: number;
}

/** A checkpoint with the start of its log object's hour, epoch ms. */
export interface DatedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly hourStart: number;
}

/** What the audit says of one day of one scope. */
export interface DayComparison {
  /** By the start of the hour, epoch ms. */
  readonly hours: ReadonlyMap<number, ByteAccount>;
  readonly findings: readonly Finding[];
  /** The earliest of {@link unsettledSince}. */
  readonly unsettledSince: number | undefined;
}

/**
 * Compares what Azure lists of a day of a scope with its checkpoints. The checkpoints have to be read before the
 * listing: then one that is ahead of its log object is a fact, not a race.
 */
export function compareDay(
  place: { readonly account: string; readonly container: string },
  listed: readonly DatedLogObject[],
  checkpoints: readonly DatedCheckpoint[],
  circumstances: Circumstances,
): DayComparison {
  const hours = new Map<number, ByteAccount>();
  const findings: Finding[] = [];
  let since: number | undefined;
  const add = (hourStart: number, account: ByteAccount): void => {
    hours.set(hourStart, addAccounts(hours.get(hourStart) ?? EMPTY_ACCOUNT, account));
  };

  const known = new Map(checkpoints.map((dated) => [generationKey(dated.checkpoint.logObject), dated]));
  const names = new Set<string>();
  for (const { listed: each, hourStart } of listed) {
    const { name, generation } = each;
    const key = generationKey(each);
    const checkpoint = known.get(key)?.checkpoint;
    known.delete(key);
    names.add(name);
    const judgement = judgeLogObject(
      { ...place, name, generation },
      each,
      hourStart,
      checkpoint,
      circumstances,
    );
    add(hourStart, judgement.account);
    findings.push(...judgement.findings);
    since = earlier(since, judgement.unsettledSince);
  }
  for (const { checkpoint, hourStart } of known.values()) {
    const finding = judgeGone(checkpoint, names.has(checkpoint.logObject.name));
    if (finding !== undefined) findings.push(finding);
    add(hourStart, { ...EMPTY_ACCOUNT, goneLogObjects: finding === undefined ? 1 : 0 });
  }
  return { hours, findings, unsettledSince: since };
}

function generationKey({ name, generation }: { name: string; generation: string }): string {
  return `${name}\n${generation}`;
}
