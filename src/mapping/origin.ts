/** A log object: an append-only byte sequence that holds records (an Azure blob, or an object a collector wrote). */
export interface LogObject {
  /** Storage account name (`devstoreaccount1` on the laptop). */
  readonly account: string;
  readonly container: string;
  /** Full name inside the container, in the exact letter case that the listing gave. */
  readonly name: string;
  /**
   * What tells a re-created blob from the old one of the same name: its creation time, ISO 8601 UTC with
   * seconds (`2026-11-20T10:00:12Z`), because Azure gives it as an HTTP date.
   */
  readonly generation: string;
}

/** Where one record stands: log object and the record's bytes in it. */
export interface Origin extends LogObject {
  /** Byte offset of the record's first byte. */
  readonly offset: number;
  /** Bytes from `offset` to the end of the record, its line ending included. */
  readonly length: number;
}
