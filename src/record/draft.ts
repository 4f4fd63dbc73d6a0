/**
 * What changes of a record would do to the rows of its graph, found while the record has them and before they
 * are taken back: new weights of pairs, reserves in new units, credentials, rows for newcomers. It reads what
 * is kept of weights and pairs and changes none of it. O(changes + statements of the pairs they touch).
 */
import type { Digraph } from '../graph/digraph.ts';
import type { PairChange, Patch } from '../graph/patch.ts';
import type { Pairs } from './pairs.ts';
import type { Change, Record } from './record.ts';
import type { Weights } from './weights.ts';

export interface Drafting {
  readonly record: Record;
  readonly graph: Digraph;
  readonly weights: Weights;
  readonly pairs: Pairs;
  readonly newcomers: number;
  rowOf(contributor: number): number;
  /** Credentials in force of a holder before the changes, in the order they were granted. */
  grants(contributor: number): readonly number[];
}

/** The statements of one pair and sign that came and that went. */
interface Stated {
  readonly source: number;
  readonly target: number;
  readonly against: boolean;
  readonly more: number[];
  readonly less: number[];
}

/** Null where a row would have to change its unit: then all is to be weighed. */
export function draftOf(changes: readonly Change[], drafting: Drafting): Patch | null {
  const { graph, weights, newcomers, rowOf } = drafting;
  const stated = gather(changes, drafting);
  const reserves = new Map<number, number>();
  for (let row = graph.order; row < graph.order + newcomers; row++) reserves.set(row, weights.reserveIn());
  const units = new Map<number, number>();
  const pairs: PairChange[] = [];
  for (const { source, target, against, more, less } of stated) {
    const [u, v] = [rowOf(source), rowOf(target)];
    const speaks = u < graph.order && graph.says[u]! > 0;
    let unit = speaks ? weights.unit(source) : units.get(source);
    if (unit === undefined) {
      // Its first statement chooses the unit of a row that says nothing yet.
      unit = weights.unitFor(more[0]!);
      units.set(source, unit);
      reserves.set(u, weights.reserveIn(unit));
    }
    for (const entry of more) if (!weights.fits(entry, unit)) return null;
    const before = u < graph.order && v < graph.order ? graph.weight(u, v, against) : 0;
    const after = drafting.pairs.wouldBe({ more, less }, before, unit);
    if (after !== before) pairs.push({ source: u, target: v, against, before, after });
  }
  return { newcomers, pairs, reserves, credits: creditsOf(changes, drafting) };
}

/** Statements by pair and sign, those left out that came and went, in the order of their first change. */
function gather(changes: readonly Change[], { record }: Drafting): Iterable<Stated> {
  const { source, target, weight, dead } = record.statements;
  const said = new Set<number>();
  for (const { type, entry } of changes) if (type === 'said') said.add(entry);
  const pairs = new Map<number, Stated>();
  for (const { type, entry } of changes) {
    if (type !== 'said' && type !== 'unsaid') continue;
    const [from, to] = [source.get(entry), target.get(entry)];
    const passing = type === 'said' ? dead.get(entry) === 1 : said.has(entry);
    if (passing || from === to) continue;
    const against = weight.get(entry) < 0;
    // Exact below 2^53: order is at most 2^26 here.
    const key = (from * 0x4000000 + to) * 2 + (against ? 1 : 0);
    let pair = pairs.get(key);
    if (pair === undefined) {
      pair = { source: from, target: to, against, more: [], less: [] };
      pairs.set(key, pair);
    }
    (type === 'said' ? pair.more : pair.less).push(entry);
  }
  return pairs.values();
}

/** What holders would have: their credentials in force add up anew, in the order they were granted. */
function creditsOf(changes: readonly Change[], { record, rowOf, grants }: Drafting): Map<number, number> {
  const { holder, weight, dead } = record.credentials;
  const holders = new Map<number, number[]>();
  for (const { type, entry } of changes) {
    if (type !== 'granted' && type !== 'revoked') continue;
    const contributor = holder.get(entry);
    let held = holders.get(contributor);
    if (held === undefined) {
      held = [...grants(contributor)];
      holders.set(contributor, held);
    }
    if (type === 'granted') held.push(entry);
  }
  const credits = new Map<number, number>();
  for (const [contributor, held] of holders) {
    let credential = 0;
    for (const entry of held) if (dead.get(entry) === 0) credential += weight.get(entry);
    credits.set(rowOf(contributor), credential);
  }
  return credits;
}
