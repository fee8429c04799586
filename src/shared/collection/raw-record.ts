/** A record as the API gave it. */
export interface RawRecord {
  /** What tells it from every other record of its log type: equal when the API gives the same record again. */
  readonly key: string;
  /** JSON text, unchanged but for line breaks between its members: it stands on one line. */
  readonly text: string;
}

/** Where the records of a log type come from. */
export interface RecordSource {
  /**
   * The records of a window, page by page; any of them may come more than once. Throws a CrosstrailError; then the
   * window is read again from its start.
   */
  read(
    window: { readonly from: number; readonly to: number },
    deadline: AbortSignal,
  ): AsyncIterable<readonly RawRecord[]>;
  /** The key of a record, from its text; the same that {@link read} gives. */
  keyOf(text: string): string;
}

/** JSON text on one line: valid JSON holds raw line breaks only between its tokens. */
export function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+\s*/g, ' ');
}
