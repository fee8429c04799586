/** What a stand-in has given of each record: so that it can say itself what a collector missed. */
export class FetchReport {
  readonly #given = new Map<string, number>();

  gave(id: string): void {
    this.#given.set(id, (this.#given.get(id) ?? 0) + 1);
  }

  /** Of `ids`, those that were never given. */
  gaps(ids: Iterable<string>): string[] {
    return [...ids].filter((id) => !this.#given.has(id));
  }

  /** How often records were given again. */
  overlaps(): number {
    return [...this.#given.values()].reduce((sum, times) => sum + times - 1, 0);
  }
}
