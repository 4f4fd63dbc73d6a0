/**
 * Which statements touch a contributor, for batches that forget many: one scan of the record instead of one
 * for each. Two linked lists through all statements, newest first, one by source and one by target.
 */
import { grown } from '../graph/digraph.ts';
import { NONE } from '../graph/interner.ts';
import type { Statements } from './statements.ts';

export class Touching {
  #said = new Uint32Array(0);
  #heard = new Uint32Array(0);
  #nextSaid = new Uint32Array(0);
  #nextHeard = new Uint32Array(0);
  /** Statements that have been looked at. */
  #known = 0;

  constructor(private readonly statements: Statements) {}

  /** Calls `visit` with every statement from or to the contributor, each once. */
  each(contributor: number, contributors: number, visit: (entry: number) => void): void {
    this.#catchUp(contributors);
    const { source } = this.statements;
    for (let entry = this.#said[contributor]!; entry !== NONE; entry = this.#nextSaid[entry]!) visit(entry);
    for (let entry = this.#heard[contributor]!; entry !== NONE; entry = this.#nextHeard[entry]!) {
      if (source.get(entry) !== contributor) visit(entry);
    }
  }

  #catchUp(contributors: number): void {
    const { source, target, length } = this.statements;
    if (contributors > this.#said.length) {
      const known = this.#said.length;
      this.#said = grown(this.#said, 2 * contributors).fill(NONE, known);
      this.#heard = grown(this.#heard, 2 * contributors).fill(NONE, known);
    }
    if (length > this.#nextSaid.length) {
      this.#nextSaid = grown(this.#nextSaid, length);
      this.#nextHeard = grown(this.#nextHeard, length);
    }
    for (let entry = this.#known; entry < length; entry++) {
      const u = source.get(entry);
      const v = target.get(entry);
      this.#nextSaid[entry] = this.#said[u]!;
      this.#said[u] = entry;
      this.#nextHeard[entry] = this.#heard[v]!;
      this.#heard[v] = entry;
    }
    this.#known = length;
  }
}
