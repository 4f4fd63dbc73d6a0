/**
 * Keeps rows in memory, for tests and for communities that need not outlive their process: the same promises but
 * for durability.
 */

import { Buffer } from 'node:buffer';
import type { Page } from './contract.ts';
import { POLICY_TYPE, touches } from './entry.ts';
import type { EntryRow, NameRow } from './row.ts';
import { entriesOf, namesOf } from './row.ts';
import type { DocumentRow, Shelf, SnapshotRow, Write } from './shelf.ts';

interface Kept {
  readonly id: string;
  readonly entries: EntryRow[];
  readonly byId: Map<string, number>;
  readonly names: Map<number, NameRow>;
  readonly byName: Map<string, number>;
  snapshots: SnapshotRow[];
}

/** A text of the bytes, as a key. */
const key = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

export class MemoryShelf implements Shelf {
  readonly #communities = new Map<number, Kept>();
  readonly #documents = new Map<string, Map<string, string>>();
  #next = 1;

  async communities() {
    return [...this.#communities].map(([number, { id }]) => ({ number, id }));
  }

  async found(id: string): Promise<number> {
    for (const [number, kept] of this.#communities) if (kept.id === id) return number;
    const kept = { id, entries: [], byId: new Map(), names: new Map(), byName: new Map(), snapshots: [] };
    this.#communities.set(this.#next, kept);
    return this.#next++;
  }

  async drop(community: number): Promise<void> {
    this.#communities.delete(community);
  }

  async write(writes: readonly Write[]): Promise<void> {
    for (const { community, steps } of writes) {
      const kept = this.#kept(community);
      for (const step of steps) {
        for (const row of entriesOf(step)) {
          kept.entries.push(row);
          if (row.id !== null) kept.byId.set(key(row.id), row.sequence);
        }
        for (const row of namesOf(step)) {
          kept.names.set(row.number, row);
          kept.byName.set(key(row.name), row.number);
        }
        if (step.forgets > 0) forget(kept, step.forgets);
      }
    }
  }

  async noteErased(): Promise<void> {}

  async scrub(): Promise<void> {}

  async last(community: number) {
    return this.#kept(community).entries.at(-1);
  }

  async entries(community: number, after: number, to: number, limit: number) {
    return this.#kept(community).entries.slice(after, Math.min(to, after + limit));
  }

  async policies(community: number) {
    return this.#kept(community).entries.filter(({ content }) => content[0] === POLICY_TYPE);
  }

  async byId(community: number, ids: readonly Uint8Array[]) {
    const { byId, entries } = this.#kept(community);
    return ids.flatMap((id) => entries[(byId.get(key(id)) ?? 0) - 1] ?? []);
  }

  async bySequence(community: number, sequences: readonly number[]) {
    const { entries } = this.#kept(community);
    return sequences.flatMap((sequence) => entries[sequence - 1] ?? []);
  }

  async byName(community: number, names: readonly Uint8Array[]) {
    const kept = this.#kept(community);
    return names.flatMap((name) => kept.names.get(kept.byName.get(key(name)) ?? 0) ?? []);
  }

  async byNumber(community: number, numbers: readonly number[]) {
    const { names } = this.#kept(community);
    return numbers.flatMap((number) => names.get(number) ?? []);
  }

  async names(community: number, after: number, limit: number) {
    const rows = [...this.#kept(community).names.values()].filter(({ number }) => number > after);
    return rows.slice(0, limit);
  }

  async saveSnapshot(community: number, snapshot: SnapshotRow): Promise<void> {
    const kept = this.#kept(community);
    const others = kept.snapshots.filter(({ sequence }) => sequence !== snapshot.sequence);
    kept.snapshots = [...others, snapshot].sort((a, b) => b.sequence - a.sequence).slice(0, 2);
  }

  async snapshots(community: number) {
    return this.#kept(community).snapshots.map(({ sequence }) => sequence);
  }

  async snapshot(community: number, wanted: number) {
    return this.#kept(community).snapshots.find(({ sequence }) => sequence === wanted);
  }

  async putDocument(kind: string, name: string, value: string): Promise<void> {
    const documents = this.#documents.get(kind) ?? new Map<string, string>();
    this.#documents.set(kind, documents.set(name, value));
  }

  async document(kind: string, name: string) {
    return this.#documents.get(kind)?.get(name);
  }

  async documents(kind: string, page?: Page): Promise<readonly DocumentRow[]> {
    const all = this.#documents.get(kind) ?? new Map<string, string>();
    const names = page === undefined ? [...all.keys()] : first([...all.keys()], page);
    return names.map((name) => ({ key: name, value: all.get(name)! }));
  }

  async kinds() {
    return [...this.#documents].flatMap(([kind, { size }]) => (size > 0 ? kind : []));
  }

  async deleteDocument(kind: string, name: string) {
    return this.#documents.get(kind)?.delete(name) ?? false;
  }

  async check() {
    return [];
  }

  async frozen(): Promise<MemoryShelf> {
    const frozen = new MemoryShelf();
    for (const [number, kept] of this.#communities) frozen.#communities.set(number, copyOf(kept));
    for (const [kind, documents] of this.#documents) frozen.#documents.set(kind, new Map(documents));
    return frozen;
  }

  async recover(): Promise<void> {}

  async close(): Promise<void> {}

  #kept(community: number): Kept {
    return this.#communities.get(community)!;
  }
}

/** Rows are never written to, so those of a copy are the same ones. */
function copyOf(kept: Kept): Kept {
  return {
    id: kept.id,
    entries: [...kept.entries],
    byId: new Map(kept.byId),
    names: new Map(kept.names),
    byName: new Map(kept.byName),
    snapshots: kept.snapshots,
  };
}

/** The first names after one, in order: of many few are sorted. */
function first(names: readonly string[], { after, limit }: Page): string[] {
  let found: string[] = [];
  let most: string | undefined;
  for (const name of names) {
    if (name <= after || (most !== undefined && name >= most)) continue;
    found.push(name);
    if (found.length < 2 * limit) continue;
    found = found.sort().slice(0, limit);
    most = found.at(-1);
  }
  return found.sort().slice(0, limit);
}

/** Takes a name away, the ids of what touches it, and the snapshots. */
function forget(kept: Kept, number: number): void {
  const name = kept.names.get(number);
  if (name !== undefined) kept.byName.delete(key(name.name));
  kept.names.delete(number);
  // The last entry is the one that forgets, whose id stays.
  for (let k = 0; k < kept.entries.length - 1; k++) {
    const row = kept.entries[k]!;
    if (row.id === null || !touches(row.content, number)) continue;
    kept.byId.delete(key(row.id));
    kept.entries[k] = { ...row, id: null, salt: null };
  }
  kept.snapshots = [];
}
