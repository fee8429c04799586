/** A log object by scope and age of its hour, so that a new hour and a late append are the same command. */
export interface Where {
  readonly subscription: 'A' | 'B';
  readonly hoursAgo: number;
}

/** What a line is: a record that can be delivered, one of the same bytes as others, no JSON, refused by Lake, nothing. */
export type LineKind = 'good' | 'same' | 'broken' | 'refused' | 'blank';

/** What an invocation meets at one of its calls, before its effect or after it. */
export interface Mishap {
  readonly at: number;
  readonly when: 'before' | 'after';
  /** True: the function dies; false: the caller sees an error. */
  readonly crash: boolean;
}

/** How an invocation goes. */
export interface Conditions {
  readonly mishap: Mishap | undefined;
  /** How often it is told that it has time, before it has none. */
  readonly looks: number;
}

/** What happens in Azure and may happen while functions run. `cut`: bytes at the end that are owed to the next append. */
export type Change =
  | {
      readonly do: 'append';
      readonly where: Where;
      readonly lines: readonly LineKind[];
      readonly cut: number;
    }
  | { readonly do: 'grow-document'; readonly hoursAgo: number; readonly records: number }
  | { readonly do: 'delete'; readonly logObject: number }
  /** Deleted, and created again with so many records. */
  | { readonly do: 'recreate'; readonly logObject: number; readonly records: number }
  | { readonly do: 'rotate-secret' };

/** An invocation. */
export type Invocation =
  | ({ readonly do: 'aggregate'; readonly container: 'activity' | 'flows' } & Conditions)
  | ({ readonly do: 'process'; readonly lane: 'new' | 'history' } & Conditions)
  /** A processor gets a message that was sent before, whatever became of it since: a duplicate, or a late one. */
  | ({ readonly do: 'repeat'; readonly message: number } & Conditions);

export type Command =
  | Change
  | Invocation
  /** They overlap, in every order of their calls. */
  | { readonly do: 'together'; readonly works: readonly (Change | Invocation)[] }
  /** Two processors, each with a message of the same log object, overlap. */
  | {
      readonly do: 'two-processors';
      readonly message: number;
      readonly other: number;
      readonly first: Conditions;
      readonly second: Conditions;
    }
  | { readonly do: 'advance'; readonly minutes: number }
  /** From now on AWS's clock is so far ahead of Azure's. */
  | { readonly do: 'skew'; readonly minutes: number }
  | { readonly do: 'lose-message'; readonly message: number }
  /** Whole requests are throttled. */
  | { readonly do: 'throttle'; readonly requests: number }
  /** In each of so many requests, a share of the entries is throttled. */
  | { readonly do: 'throttle-entries'; readonly oneOf: number; readonly requests: number }
  /** Lake takes the events of a request, and its answer is lost. */
  | { readonly do: 'lose-answer' }
  /** SQS refuses so many messages, for a reason of its own. */
  | { readonly do: 'refuse-messages'; readonly messages: number };
