/** Does what is asked under one name one after another, in the order of asking; other names do not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<T>(name: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(act, act);
    this.#last.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }

  /** Resolves when what has been asked by now, under names of which `which` is true, is done or has failed. */
  async over(which: (name: string) => boolean): Promise<void> {
    await Promise.allSettled([...this.#last].flatMap(([name, turn]) => (which(name) ? [turn] : [])));
  }
}
