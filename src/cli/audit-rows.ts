import type { AuditNotes } from '#shared/audit/audit-container.ts';
import { addAccounts, EMPTY_ACCOUNT, type ByteAccount } from '#shared/audit/byte-account.ts';
import type { Finding } from '#shared/audit/finding.ts';
import { parseLogObjectName } from '#shared/log-object-name.ts';

/** What a row of the audit's table stands for. */
export type Grouping = 'day' | 'hour' | 'scope';

/** A row: a day (`2026-11-20`), an hour (`2026-11-20T10`) or a scope, with what became of its bytes. */
export interface AuditRow {
  readonly key: string;
  readonly account: ByteAccount;
  readonly findings: number;
}

function keyOf(grouping: Grouping, scope: string, hourStart: number): string {
  if (grouping === 'scope') return scope;
  return new Date(hourStart).toISOString().slice(0, grouping === 'day' ? 10 : 13);
}

/** Gathers the rows and findings of a container while it is audited. */
export class AuditRows implements AuditNotes {
  readonly findings: Finding[] = [];
  readonly #grouping: Grouping;
  readonly #rows = new Map<string, AuditRow>();
  readonly #dayCompared: () => void;

  constructor(grouping: Grouping, dayCompared: () => void) {
    this.#grouping = grouping;
    this.#dayCompared = dayCompared;
  }

  /** In the order of their keys. */
  get rows(): AuditRow[] {
    return [...this.#rows.values()].toSorted((left, right) => (left.key < right.key ? -1 : 1));
  }

  hour(scope: string, hourStart: number, account: ByteAccount): void {
    this.#add(keyOf(this.#grouping, scope, hourStart), account, 0);
  }

  finding(finding: Finding): void {
    this.findings.push(finding);
    const name = finding.logObject === undefined ? undefined : parseLogObjectName(finding.logObject.name);
    if (name !== undefined) this.#add(keyOf(this.#grouping, name.scope, name.hourStart), EMPTY_ACCOUNT, 1);
  }

  dayCompared(): void {
    this.#dayCompared();
  }

  #add(key: string, account: ByteAccount, findings: number): void {
    const row = this.#rows.get(key) ?? { key, account: EMPTY_ACCOUNT, findings: 0 };
    this.#rows.set(key, {
      key,
      account: addAccounts(row.account, account),
      findings: row.findings + findings,
    });
  }
}
