/**
 * Random commands for the model-based run. A command is drawn as a few plain numbers and acted out where it
 * stands: it names contributors, events and dates by taking its numbers modulo what there is, so every
 * command is valid after any other, and shrinking drops commands without making the rest void. Each calls
 * one thing of the engine's door and checks what that promises; after each the engine is held against the
 * truth (world.ts).
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { EventInput, PolicyInput } from '../../src/index.ts';
import { PeerageError, TrustEngine } from '../../src/index.ts';
import { trustAllowance } from '../witness/allowance.ts';
import { fixedPoint, l1 } from '../witness/fixed-point.ts';
import type { LedgerEvent, Policy } from '../witness/record.ts';
import { refusals } from './refusals.ts';
import { newTally, type Tally, World } from './world.ts';

/** What a command is made of; each number is taken modulo what exists. */
interface Draw {
  act: Act;
  source: number;
  target: number;
  weight: number;
  date: number;
  pick: number;
  /** Events in a batch. */
  count: number;
}

/** The engine, which a restored one may take the place of. */
interface Real {
  engine: TrustEngine;
  /** What listeners heard. */
  heard: unknown[];
}

const SAY = ['endorse', 'endorse', 'endorse', 'endorse', 'object', 'self', 'grow', 'withdraw'] as const;
const ACTS = {
  endorse: 24,
  object: 8,
  self: 1,
  grow: 6,
  wobble: 4,
  withdraw: 12,
  grant: 6,
  ungrant: 2,
  batch: 8,
  repeat: 2,
  policy: 5,
  advance: 3,
  forget: 2,
  refused: 8,
  settle: 16,
  budget: 8,
  view: 10,
  peek: 6,
  since: 4,
  lookBack: 5,
  canonical: 3,
  from: 3,
  restore: 3,
} as const;
type Act = keyof typeof ACTS;

const NAMES = [
  'ada',
  'linus',
  'Zoe',
  '__proto__',
  'constructor',
  '1e5',
  '007',
  'é',
  'z',
  '𝒳',
  '\uffee',
  'a b',
  'toString',
];
const KINDS = ['endorsement', 'review', 'thanks', 'toString'];
const EPOCH = Date.UTC(2015, 0, 1);
const DAY = 86_400_000;
const TOLERANCES = [1e-3, 1e-6, 1e-9];

const from = <T>(choices: readonly T[], pick: number): T => choices[pick % choices.length]!;

/** A policy for every number: each parameter over its range, its usual value often. */
function policyOf(pick: number, dated: boolean): Policy {
  // A digit of its own for each parameter.
  let rest = pick;
  const digit = (base: number) => {
    const value = rest % base;
    rest = Math.floor(rest / base);
    return value;
  };
  const policy: Policy = {
    damping: from([0.85, 0.85, 0.5, 0.95, 0.7, 0.99, 0], digit(7)),
    balance: from([1, 1, 0.5, 0.2, 0.8], digit(5)),
    cap: from([null, null, 8, 1, 0.3, 2, 0.05], digit(7)),
    objectionWeight: from([1, 1, 0.5, 0, 0.01], digit(5)),
    reserve: from([0, 0, 1, 0.01, 50], digit(5)),
    concavity: from(['linear', 'linear', 'sqrt'], digit(3)),
    halfLife: dated ? from([null, 30, 1, 500, 0.5], digit(5)) : null,
    kinds: null,
  };
  const weights = from([null, null, [1, 1, 1, 1], [1, 2, 0.5, 30], [1e-3, 1, 1e3, 7]], digit(5));
  if (weights !== null) {
    policy.kinds = Object.fromEntries(KINDS.map((kind, k) => [kind, { weight: weights[k]! }]));
  }
  return policy;
}
const POLICIES = 7 * 5 * 7 * 5 * 5 * 3 * 5 * 5;

/** How a run is set up; all of its commands share it. */
export interface Setting {
  people: number;
  shape: 'any' | 'ring' | 'pair' | 'star' | 'fan' | 'halves';
  weights: 'unit' | 'moderate' | 'extreme';
  /** Days over which dates spread. */
  span: number;
  dated: boolean;
  policy: number;
}
const settings: fc.Arbitrary<Setting> = fc.record({
  people: fc.integer({ min: 1, max: NAMES.length }),
  shape: fc.constantFrom('any', 'any', 'any', 'ring', 'pair', 'star', 'fan', 'halves'),
  weights: fc.constantFrom('unit', 'moderate', 'extreme'),
  span: fc.constantFrom(1, 30, 1000, 12_000),
  dated: fc.boolean(),
  policy: fc.nat(POLICIES - 1),
});

/** Sequences of commands of about `length`. */
export function commands(length: number): fc.Arbitrary<Iterable<fc.Command<World, Real>>> {
  const number = fc.noBias(fc.nat(9_999_999));
  const acts = Object.entries(ACTS).map(([act, weight]) => ({ arbitrary: fc.constant(act as Act), weight }));
  const draw = fc.record({
    act: fc.oneof(...acts),
    source: number,
    target: number,
    weight: number,
    date: number,
    pick: number,
    count: fc.integer({ min: 1, max: 8 }),
  });
  return fc
    .tuple(settings, fc.commands([draw.map((one) => new Call(one))], { maxCommands: length, size: 'max' }))
    .map(([setting, calls]) => Object.assign(calls, { setting }));
}

/** Runs one sequence of commands on a fresh engine. */
export function runModel(
  calls: Iterable<fc.Command<World, Real>>,
  tolerance: number,
  tally: Tally = newTally(),
): void {
  const { setting } = calls as unknown as { setting: Setting };
  const policy = policyOf(setting.policy, setting.dated);
  const world = new World(policy, tolerance, setting.dated, tally);
  Object.assign(world, { setting });
  const engine = new TrustEngine({ policy: policy as PolicyInput, tolerance, notAfter: LAST });
  const real: Real = { engine, heard: [] };
  engine.on('change', (settling) => real.heard.push(settling));
  try {
    fc.modelRun(() => ({ model: world, real }), calls);
    world.script.push('settle');
    real.engine.settle({ tolerance: 1e-9 });
    world.check(real.engine, true);
    for (const held of world.held) world.read(held);
  } catch (error) {
    const told = JSON.stringify({ policy, tolerance, setting });
    throw new Error(`${(error as Error).message}\nafter\n${told}\n${world.script.join('\n')}`, {
      cause: error,
    });
  }
}

/** Nothing is dated later than this. */
const LAST = EPOCH + 20_000 * DAY;

class Call implements fc.Command<World, Real> {
  #told = '';

  constructor(private readonly draw: Draw) {}

  check(): boolean {
    return true;
  }

  toString(): string {
    return this.#told || this.draw.act;
  }

  run(world: World, real: Real): void {
    world.tally.commands++;
    const before = world.script.length;
    this.#act(world, real);
    world.check(real.engine, this.draw.pick % 3 === 0);
    this.#told = world.script.slice(before).join(' ');
  }

  #act(world: World, real: Real): void {
    const { draw } = this;
    const { act } = draw;
    const { engine } = real;
    switch (act) {
      case 'endorse':
      case 'object':
      case 'self':
      case 'grow':
      case 'grant':
      case 'withdraw':
        send(world, real, eventOf(world, draw, act));
        return;
      case 'batch': {
        const events: LedgerEvent[] = [];
        for (let n = 0; n < draw.count; n++) {
          const turned = turn(draw, n);
          const kind = turned.pick % 7 === 0 ? 'grant' : from(SAY, turned.pick);
          const event = eventOf(world, turned, kind);
          world.take(event);
          events.push(event);
        }
        world.script.push(`apply ${JSON.stringify(events)}`);
        expect(engine.apply(events as EventInput[])).toBe(world.sequence);
        return;
      }
      case 'wobble': {
        // Said and taken back, again and again.
        for (let n = 0; n < 1 + (draw.count % 4); n++) {
          const event = { ...eventOf(world, turn(draw, n), 'endorse'), id: `e${world.ids++}` };
          send(world, real, event);
          send(world, real, { type: 'retract', of: event.id });
        }
        return;
      }
      case 'ungrant': {
        const grants = world.open.filter(({ type }) => type === 'revoke');
        for (const { of } of grants) send(world, real, { type: 'revoke', of });
        return;
      }
      case 'repeat': {
        if (world.repeatable.length === 0) return;
        const { event } = from(world.repeatable, draw.pick);
        world.script.push(`apply ${JSON.stringify(event)} again`);
        expect(engine.apply(event as EventInput)).toBe(world.sequence);
        return;
      }
      case 'policy':
        send(world, real, {
          type: 'policy',
          ...idFor(world, draw),
          policy: policyOf(draw.source, world.dated),
        });
        return;
      case 'advance': {
        const at = Math.max(world.advanced ?? dateOf(world, 0), dateOf(world, draw.date));
        send(world, real, { type: 'advance', ...idFor(world, draw), at });
        return;
      }
      case 'forget': {
        if (world.present.size === 0) return;
        const contributor = from([...world.present], draw.source);
        send(world, real, { type: 'forget', ...idFor(world, draw), contributor });
        return;
      }
      case 'refused':
        refuse(world, real, draw);
        return;
      case 'settle':
        settle(world, real, draw.pick % 2 === 0 ? {} : { tolerance: from(TOLERANCES, draw.weight) });
        return;
      case 'budget': {
        const budget = from([0, 1, 2, 5, 12, 40, 200], draw.source);
        settle(world, real, {
          budget,
          ...(draw.pick % 2 === 0 ? {} : { tolerance: from(TOLERANCES, draw.weight) }),
        });
        return;
      }
      case 'view': {
        world.script.push('scores');
        const scores = engine.scores();
        expect(engine.scores()).toBe(scores);
        reached(world, scores.bound, world.tolerance);
        world.hold(scores);
        return;
      }
      case 'peek': {
        world.script.push('scores as they stand');
        world.hold(engine.scores({ settle: false }));
        return;
      }
      case 'since':
        since(world, real, draw);
        return;
      case 'lookBack': {
        // The unread ones first: a standing that is measured late must be that of its time.
        const unread = world.held.filter(({ rows }) => rows === null);
        const held = from(unread.length > 0 ? unread : world.held, draw.pick);
        if (held !== undefined) world.read(held);
        return;
      }
      case 'canonical': {
        const tolerance = from(TOLERANCES, draw.weight);
        world.script.push(`canonical ${tolerance}`);
        const scores = engine.canonical({ tolerance });
        const truth = world.truth();
        world.judge(scores, truth);
        world.read({ scores, truth, rows: null });
        return;
      }
      case 'from':
        personal(world, real, draw);
        return;
      case 'restore':
        restore(world, real);
        return;
    }
  }
}

/** The numbers of a command, others for each event of a batch. */
function turn(draw: Draw, n: number): Draw {
  const turned = (value: number) => Math.floor(value / 13 ** n) + 7 * n;
  return {
    ...draw,
    source: turned(draw.source),
    target: turned(draw.target),
    weight: turned(draw.weight),
    date: turned(draw.date),
    pick: turned(draw.pick),
  };
}

/** One event to the engine alone, or as a batch of one. */
function send(world: World, { engine }: Real, event: LedgerEvent): void {
  world.script.push(`apply ${JSON.stringify(event)}`);
  world.take(event);
  const given = event as EventInput;
  expect(engine.apply(world.ids % 2 === 0 ? given : [given])).toBe(world.sequence);
}

const settingOf = (world: World): Setting => (world as unknown as { setting: Setting }).setting;

function idFor(world: World, { pick }: Draw): { id?: string } {
  return pick % 4 === 0 ? {} : { id: `e${world.ids++}` };
}

function dateOf(world: World, date: number): number {
  const { span } = settingOf(world);
  return EPOCH + Math.round((span * DAY * (date % 1_000_003)) / 1_000_003);
}

/** An event that is valid where it stands. */
function eventOf(world: World, draw: Draw, act: Act): LedgerEvent {
  const { people, shape, weights } = settingOf(world);
  const { source, target, pick, weight, date } = draw;
  if (act === 'withdraw' && world.open.length > 0) {
    const { type, of } = from(world.open, pick);
    return { type, ...idFor(world, draw), of };
  }
  if (act === 'grant') {
    const issuer = pick % 3 === 0 ? {} : { issuer: `i${pick % 3}` };
    const amount = weights === 'extreme' ? weightOf(weights, weight) : { weight: 1 + (weight % 5) };
    return {
      type: 'grant',
      ...idFor(world, draw),
      target: from(NAMES, source % people),
      ...amount,
      ...issuer,
    };
  }
  // Newcomers arrive as the record grows.
  const known = Math.max(1, Math.min(people, 2 + (world.sequence >> 2)));
  let [u, v] = [source % known, target % known];
  if (act === 'grow') [u, v] = [0, 1 % known];
  else if (act === 'self') v = u;
  else if (shape === 'ring') v = (u + 1) % known;
  else if (shape === 'pair') [u, v] = [source % 2, 1 - (source % 2)];
  else if (shape === 'star') u = 0;
  else if (shape === 'fan') v = 0;
  else if (shape === 'halves') v -= (u + v) % 2;
  if (act !== 'self' && u === v && known > 1) v = (u + 1) % known;
  const dated = world.dated || date % 3 > 0;
  return {
    type: act === 'object' ? 'object' : 'endorse',
    ...idFor(world, draw),
    source: NAMES[u % people]!,
    target: NAMES[Math.abs(v) % people]!,
    ...weightOf(weights, weight),
    ...(pick % 5 === 0 ? {} : { kind: from(KINDS, pick) }),
    ...(dated ? { at: dateOf(world, date) } : {}),
  };
}

function weightOf(weights: Setting['weights'], weight: number): { weight?: number } {
  if (weights === 'unit') return weight % 2 === 0 ? {} : { weight: 1 };
  const digits = 1 + (weight % 97);
  if (weights === 'moderate') return { weight: weight % 5 === 0 ? digits / 100 : digits };
  return { weight: Math.min(1e12, digits * 10 ** ((Math.floor(weight / 97) % 22) - 9)) };
}

/** Settles and holds the engine to what it says about it. */
function settle(
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
function reached(world: World, bound: number, tolerance: number): void {
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
function since(world: World, { engine }: Real, draw: Draw): void {
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

/** What of the door is not there yet. */
interface Later {
  from(viewer: string): {
    of(id: string): { trust: number } | undefined;
    top(n: number): { trust: number }[];
    bound: number;
    viewer: string;
    sequence: number;
  };
  snapshot(): ArrayBuffer;
}
interface Restores {
  restore(bytes: ArrayBuffer, options: { tolerance: number; notAfter: number }): TrustEngine;
}

/** Trust as one contributor sees it: the viewer's is the only credential. */
function personal(world: World, { engine }: Real, draw: Draw): void {
  const { from: look } = engine as unknown as Partial<Later>;
  if (world.present.size === 0 || look === undefined) return;
  const viewer = from([...world.present], draw.source);
  world.script.push(`from ${viewer}`);
  const view = look.call(engine, viewer);
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
function restore(world: World, real: Real): void {
  const { snapshot } = real.engine as unknown as Partial<Later>;
  if (snapshot === undefined) return;
  world.script.push('snapshot and restore');
  const before = stateOf(real.engine);
  const { tolerance } = world;
  real.engine = (TrustEngine as unknown as Restores).restore(snapshot.call(real.engine), {
    tolerance,
    notAfter: LAST,
  });
  expect(stateOf(real.engine)).toEqual(before);
  real.engine.on('change', (settling) => real.heard.push(settling));
  world.past = [];
}

/** Something that is refused changes nothing. */
function refuse(world: World, { engine }: Real, draw: Draw): void {
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
