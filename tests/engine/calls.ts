/**
 * The calls of the model-based run: each makes one of the engine's door, tells the model, and holds the
 * engine to what that call promises. What every call leaves behind is checked by world.ts.
 */
import { expect } from 'vitest';
import type { EventInput } from '../../src/index.ts';
import { PeerageError, TrustEngine } from '../../src/index.ts';
import { trustAllowance } from '../witness/allowance.ts';
import { fixedPoint, l1 } from '../witness/fixed-point.ts';
import type { LedgerEvent } from '../witness/record.ts';
import { type Draw, eventOf, from, LAST, turn } from './draws.ts';
import { refusals } from './refusals.ts';
import type { World } from './world.ts';

/** The engine, which a restored one may take the place of. */
export interface Real {
  engine: TrustEngine;
  /** What listeners heard. */
  heard: unknown[];
}

/** One event to the engine alone, or as a batch of one. */
export function send(world: World, { engine }: Real, event: LedgerEvent): void {
  world.script.push(`apply ${JSON.stringify(event)}`);
  world.take(event);
  const given = event as EventInput;
  expect(engine.apply(world.ids % 2 === 0 ? given : [given])).toBe(world.sequence);
}

/** Settles and holds the engine to what it says about it. */
export function settle(
  world: World,
  { engine, heard }: Real,
  wanted: { tolerance?: number; budget?: number },
): void {
  world.script.push(`settle ${JSON.stringify(wanted)}`);
  const calls = heard.length;
  const said = engine.settle(wanted);
  expect(said.sequence).toBe(world.sequence);
  expect(said.bound).toBe(engine.bound);
  expect(heard.slice(calls)).toEqual([said]);
  const { tolerance = world.tolerance, budget } = wanted;
  expect(said.reason === 'tolerance').toBe(said.bound <= tolerance);
  if (said.reason === 'budget') expect(said.edgeVisits).toBeGreaterThanOrEqual(budget!);
  if (said.reason === 'rounding') reached(world, said.bound, tolerance);
  if (said.reason === 'tolerance') world.tally.settled++;
}

/** A bound is at most the tolerance, or no more than what Float64 leaves unknown. */
export function reached(world: World, bound: number, tolerance: number): void {
  if (bound <= tolerance) return;
  world.tally.rounded++;
  const { record, exact } = world.truth();
  const { damping, balance } = record.policy;
  const total = record.credentials.reduce((all, one) => all + one, 0);
  const voice = exact.y.reduce((all, one) => all + one, 0);
  // 128 roundings of all mass stay unknown in a residual; theorem 2 makes of them this much of the shares.
  expect(bound).toBeLessThanOrEqual((128 * 2 ** -53 * 2 * total) / (voice * (1 - damping) * balance));
}

/** Who moved since an earlier view, against the two views themselves. */
export function since(world: World, { engine }: Real, draw: Draw): void {
  const then = from(world.past, draw.pick);
  if (then === undefined) return;
  const { sequence, bound } = then.scores;
  const threshold = from([undefined, 0, 1e-3, 0.1], draw.weight);
  world.script.push(`since ${sequence} ${threshold}`);
  const moved = engine.since(sequence, threshold === undefined ? {} : { threshold });
  const now = engine.scores();
  world.hold(now);
  // One that was forgotten and came back is a newcomer.
  const before = new Map(
    [...(sequence === now.sequence ? now : then.scores)].map((row) => [row.contributor, row]),
  );
  for (const name of then.forgotten) before.delete(name);
  const least = threshold ?? bound + now.bound;
  const expected = [...now]
    .map(({ contributor, trust, rank }) => ({
      contributor,
      trust,
      change: trust - (before.get(contributor)?.trust ?? 0),
      rank,
      rankChange: before.has(contributor) ? before.get(contributor)!.rank - rank : null,
    }))
    .filter(({ change }) => Math.abs(change) > least);
  const plain = (rows: typeof expected) =>
    rows
      // Ties with those who are no longer there have no order.
      .map((row) => (then.forgotten.size === 0 ? row : { ...row, rankChange: null }))
      .sort((a, b) => (a.contributor < b.contributor ? -1 : 1));
  expect(plain([...moved])).toEqual(plain(expected));
  const sizes = moved.map(({ change }) => Math.abs(change));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
}

/** Trust as one contributor sees it: the viewer's is the only credential. */
export function personal(world: World, { engine }: Real, draw: Draw): void {
  if (world.present.size === 0) return;
  const viewer = from([...world.present], draw.source);
  world.script.push(`from ${viewer}`);
  const view = engine.from(viewer);
  const { record } = world.truth();
  const credentials = Float64Array.from(record.ids, (id) => (id === viewer ? 1 : 0));
  const seen = { ...record, credentials, granted: true };
  const { trust } = fixedPoint(seen);
  const told = Float64Array.from(record.ids, (id) => view.of(id)!.trust);
  world.tally.checks++;
  const error = l1(told, trust);
  if (!(error <= view.bound + trustAllowance(seen))) {
    throw new Error(`trust from ${viewer} is off by ${error}, bound ${view.bound}`);
  }
  expect(view.viewer).toBe(viewer);
  expect(view.sequence).toBe(world.sequence);
  const top = view.top(3).map((row) => row.trust);
  expect(top).toEqual([...told].sort((a, b) => b - a).slice(0, top.length));
}

/** A restored engine goes on where the one that was saved stands. */
export function restore(world: World, real: Real): void {
  world.script.push('snapshot and restore');
  const before = stateOf(real.engine);
  const { tolerance } = world;
  // Options given, or as they were saved.
  const options = world.sequence % 2 === 0 ? { tolerance, notAfter: LAST } : {};
  real.engine = TrustEngine.restore(real.engine.snapshot(), options);
  expect(stateOf(real.engine)).toEqual(before);
  real.engine.on('change', (settling) => real.heard.push(settling));
  world.past = [];
}

/** Something that is refused changes nothing. */
export function refuse(world: World, { engine }: Real, draw: Draw): void {
  const bad = from(refusals(world, draw.source), draw.pick);
  // Alone, or last of a batch that is otherwise in order.
  const innocent: LedgerEvent[] = [];
  // Nobody is to come back on the way to being forgotten again.
  if (draw.count > 4 && (bad.event as { type?: string }).type !== 'forget') {
    for (let n = 0; n < draw.count - 4; n++) {
      const { id: _, ...event } = eventOf(world, turn(draw, n), n % 3 === 2 ? 'grant' : 'object');
      innocent.push(event as LedgerEvent);
    }
    if (world.open.length > 0 && draw.pick % 2 === 0 && bad.code !== 'already-retracted') {
      const { type, of } = world.open[0]!;
      if (!JSON.stringify(bad.event).includes(of)) innocent.push({ type, of });
    }
  }
  const batch = innocent.length > 0 || draw.count > 3;
  const given = batch ? [...innocent, bad.event] : bad.event;
  world.script.push(`refused ${JSON.stringify(given)}`);
  const before = stateOf(engine);
  let error: unknown;
  try {
    engine.apply(given as EventInput);
  } catch (thrown) {
    error = thrown;
  }
  expect(error, JSON.stringify(given)).toBeInstanceOf(PeerageError);
  const { code, field, index } = error as PeerageError;
  expect({ code, field, index }).toEqual({
    code: bad.code,
    field: bad.field,
    index: batch ? innocent.length : undefined,
  });
  expect(stateOf(engine)).toEqual(before);
  world.tally.refusals++;
}

/** All that an engine says of itself. */
export function stateOf(engine: TrustEngine) {
  const { order, size, sequence, endorsements, objections, bound, policy } = engine;
  const scores = engine.scores({ settle: false });
  return {
    order,
    size,
    sequence,
    endorsements,
    objections,
    bound,
    policy,
    trust: scores.trustByContributor(),
  };
}
