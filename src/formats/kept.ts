/**
 * The dataset format of this package: what a record holds, in sections of raw numbers (src/snapshot), to be
 * read at the speed of memory (dataset.ts). It keeps what is live: contributors in the order of their first
 * mention, statements and credentials in the order they were taken, with the ids of their events, the last
 * policy and the newest date. It does not keep what was taken back, so sequences count only what is there.
 */
import { SnapshotWriter } from '../snapshot/writer.ts';

/** Another number for any other meaning of the sections. */
export const VERSION = 1;

/** Texts one after another, and where each ends. */
export interface Texts {
  readonly arena: Uint8Array;
  readonly ends: Uint32Array;
}

interface Numbers {
  get(index: number): number;
  readonly written: boolean;
}

/** What is written of a record. */
export interface Kept {
  readonly contributors: { readonly length: number; texts(): Texts };
  readonly kinds: { readonly names: readonly string[] };
  readonly statements: { readonly length: number } & {
    readonly [column in 'source' | 'target' | 'weight' | 'kind' | 'at' | 'dead' | 'id']: Numbers;
  };
  readonly credentials: { readonly length: number; readonly issuer: readonly string[] } & {
    readonly [column in 'holder' | 'weight' | 'at' | 'dead' | 'id']: Numbers;
  };
  /** Null where no event has changed it. */
  readonly declared: unknown;
  readonly newest: number;
  present(contributor: number): boolean;
  /** Ids of events, by their index. */
  eventIds(): Texts;
}

/** The bytes of a dataset. @throws PeerageError `too-large` where there is no memory for them. */
export function writeDataset(record: Kept): ArrayBuffer {
  const to = new SnapshotWriter();
  const renumbered = new Uint32Array(record.contributors.length);
  const names: number[] = [];
  for (let u = 0; u < renumbered.length; u++) if (record.present(u)) renumbered[u] = names.push(u) - 1;
  writeTexts(to, 'contributors', record.contributors.texts(), names);

  const { statements, credentials } = record;
  const live = places(statements);
  const column = (values: Numbers) => (_: unknown, k: number) => values.get(live[k]!);
  const { length } = live;
  to.array(
    'source',
    Uint32Array,
    Uint32Array.from({ length }, (_, k) => renumbered[statements.source.get(live[k]!)]!),
  );
  to.array(
    'target',
    Uint32Array,
    Uint32Array.from({ length }, (_, k) => renumbered[statements.target.get(live[k]!)]!),
  );
  if (statements.weight.written)
    to.array('weight', Float64Array, Float64Array.from({ length }, column(statements.weight)));
  if (statements.at.written)
    to.array('at', Float64Array, Float64Array.from({ length }, column(statements.at)));
  if (statements.kind.written)
    to.array('kind', Uint16Array, Uint16Array.from({ length }, column(statements.kind)));
  to.texts('kinds', record.kinds.names);

  const inForce = places(credentials);
  const holder = Uint32Array.from(inForce, (entry) => renumbered[credentials.holder.get(entry)]!);
  to.array('credentials.holder', Uint32Array, holder);
  to.array(
    'credentials.weight',
    Float64Array,
    Float64Array.from(inForce, (entry) => credentials.weight.get(entry)),
  );
  to.array(
    'credentials.at',
    Float64Array,
    Float64Array.from(inForce, (entry) => credentials.at.get(entry)),
  );
  to.texts(
    'credentials.issuer',
    Array.from(inForce, (entry) => credentials.issuer[entry]!),
  );

  const { ends, arena } = record.eventIds();
  const ids: number[] = [];
  // One more than the place of the id; 0 where there is none.
  const idOf = (entry: number, { id }: { id: Numbers }) =>
    id.get(entry) < ends.length ? ids.push(id.get(entry)) : 0;
  if (statements.id.written)
    to.array(
      'id',
      Uint32Array,
      Uint32Array.from(live, (entry) => idOf(entry, statements)),
    );
  to.array(
    'credentials.id',
    Uint32Array,
    Uint32Array.from(inForce, (entry) => idOf(entry, credentials)),
  );
  writeTexts(to, 'ids', { ends, arena }, ids);
  to.value('dataset', { version: VERSION, newest: record.newest });
  to.value('policy', record.declared);
  return to.finish();
}

/** The entries that were not taken back. */
function places({ length, dead }: { length: number; dead: Numbers }): Uint32Array {
  const all = new Uint32Array(length);
  let count = 0;
  for (let entry = 0; entry < length; entry++) if (dead.get(entry) === 0) all[count++] = entry;
  return all.subarray(0, count);
}

function writeTexts(
  to: SnapshotWriter,
  name: string,
  { arena, ends }: Texts,
  chosen: readonly number[],
): void {
  const texts = new Uint8Array(arena.length);
  let length = 0;
  const stops = Uint32Array.from(chosen, (index) => {
    const text = arena.subarray(index === 0 ? 0 : ends[index - 1]!, ends[index]!);
    texts.set(text, length);
    length += text.length;
    return length;
  });
  to.array(`${name}.arena`, Uint8Array, texts.subarray(0, length));
  to.array(`${name}.ends`, Uint32Array, stops);
}
