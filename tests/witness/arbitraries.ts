/**
 * Random ledgers and policies that belong together, for fast-check. A case is drawn as a short script of
 * plain numbers and then acted out by `write`, which turns each line into an event that is valid at its
 * place: so nothing is filtered away, every script is a ledger, and shrinking a script shrinks a ledger.
 * Ledgers hold up to 12 contributors: growth, parallel statements, self-endorsements, dangling and
 * disconnected contributors, retractions, repeated ids, dates out of order, weights from 1e-9 to 1e12.
 * Where a policy has a half-life every statement is dated; where it names kinds every one is of them.
 */
import fc from 'fast-check';
import type { Ledger, LedgerEvent, Policy } from './record.ts';

/** What a case may contain; everything unless told otherwise. */
export interface Limits {
  objections?: boolean;
  credentials?: boolean;
  forget?: boolean;
  advance?: boolean;
  /** Policy events; without them the policy is the constructor's. */
  amend?: boolean;
  /** Weights from 0.01 to 99 only. */
  moderate?: boolean;
  /** Parts of the policy that are fixed. */
  fixed?: Partial<Policy>;
}

export const EPOCH = Date.UTC(2015, 0, 1);
const DAY = 86_400_000;
export const NAMES = [
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
];
const KINDS = ['endorsement', 'review', 'thanks', 'toString'];

/** From `low` to `high`, evenly over the orders of magnitude. */
const magnitude = (low: number, high: number) =>
  fc.integer({ min: 0, max: 10_000 }).map((part) => {
    const value = low * (high / low) ** (part / 10_000);
    return Math.min(high, Math.max(low, Number(value.toPrecision(6))));
  });

/** From `low` to `high` evenly, the ends and `often` more often. */
const share = (low: number, high: number, often: number[]) =>
  fc.oneof(
    fc.constantFrom(...often),
    fc.integer({ min: 0, max: 10_000 }).map((part) => low + ((high - low) * part) / 10_000),
  );

/** null as often as not. */
const EVEN = { freq: 2 };

/** Policies over the whole range of the parameters. */
function policies(fixed: Partial<Policy> = {}): fc.Arbitrary<Policy> {
  return fc
    .record({
      damping: share(0, 0.99, [0, 0.5, 0.85, 0.85, 0.99]),
      balance: share(0.02, 1, [1, 1, 0.2, 0.02]),
      cap: fc.option(magnitude(0.05, 20), EVEN),
      objectionWeight: share(0, 1, [0, 1, 1]),
      reserve: fc.oneof(fc.constant(0), magnitude(1e-3, 100)),
      concavity: fc.constantFrom('linear' as const, 'sqrt' as const),
      halfLife: fc.option(magnitude(0.5, 1000), EVEN),
      kinds: fc.option(
        fc
          .array(magnitude(1e-3, 1e3), { minLength: 1, maxLength: KINDS.length })
          .map((weights) => Object.fromEntries(weights.map((weight, k) => [KINDS[k], { weight }]))),
        EVEN,
      ),
    })
    .map((policy) => ({ ...policy, ...fixed }) as Policy);
}

const ACTS = [
  ['endorse', 60],
  ['object', 14],
  ['self', 2],
  ['grant', 4],
  ['withdraw', 10],
  ['repeat', 6],
  ['advance', 3],
  ['forget', 1],
] as const;
type Act = (typeof ACTS)[number][0];

/** One line of a script: what happens, to whom, how much, when. Each number is taken modulo what exists. */
interface Line {
  act: Act;
  source: number;
  target: number;
  weight: number;
  kind: number;
  date: number;
  pick: number;
}
const line: fc.Arbitrary<Line> = fc.record({
  act: fc.oneof(...ACTS.map(([act, weight]) => ({ arbitrary: fc.constant(act), weight }))),
  source: fc.noBias(fc.nat(11)),
  target: fc.noBias(fc.nat(10)),
  weight: fc.noBias(fc.nat(9999)),
  kind: fc.noBias(fc.nat(7)),
  date: fc.noBias(fc.nat(1_000_000)),
  pick: fc.noBias(fc.nat(9999)),
});

interface Scene {
  people: number;
  shape: 'any' | 'ring' | 'star' | 'fan' | 'halves';
  growth: boolean;
  weights: 'unit' | 'moderate' | 'extreme';
  /** Days over which dates spread. */
  span: number;
  /** How the policy arrives: to the constructor, whole or in part, or as an event, first or midway. */
  entry: 'whole' | 'part' | 'event' | 'midway';
}
const scene = (limits: Limits): fc.Arbitrary<Scene> =>
  fc.record({
    people: fc.oneof(fc.nat(12), fc.integer({ min: 4, max: 12 })),
    shape: fc.constantFrom('any', 'any', 'any', 'ring', 'star', 'fan', 'halves'),
    growth: fc.boolean(),
    weights: limits.moderate
      ? fc.constantFrom('unit', 'moderate')
      : fc.constantFrom('unit', 'moderate', 'extreme'),
    span: fc.constantFrom(1, 30, 1000, 12_000),
    entry:
      limits.amend === false
        ? fc.constantFrom('whole', 'part')
        : fc.constantFrom('whole', 'part', 'event', 'midway'),
  });

/** Ledgers for one policy. */
function ledgers(policy: Policy, limits: Limits = {}): fc.Arbitrary<Ledger> {
  return fc
    .tuple(
      scene(limits),
      // Without the bias towards short ones, which are dealt with in no time anyway.
      fc.noBias(fc.array(line, { maxLength: 80, size: 'max' })),
    )
    .map(([setting, script]) => write(policy, setting, script, limits));
}

/** A policy and a ledger that goes with it. */
export function cases(limits: Limits = {}): fc.Arbitrary<Ledger> {
  return policies(limits.fixed).chain((policy) => ledgers(policy, limits));
}

/** Acts a script out: each line becomes an event that can be applied where it stands. */
function write(policy: Policy, setting: Scene, script: Line[], limits: Limits): Ledger {
  const events: LedgerEvent[] = [];
  const people = setting.people;
  const present = new Set<string>();
  // Events that can still be withdrawn, and those that can be repeated word for word.
  let open: { type: 'retract' | 'revoke'; of: string; names: string[] }[] = [];
  let repeatable: { event: LedgerEvent; names: string[] }[] = [];
  let time: number | undefined;
  const push = (event: LedgerEvent, names: string[] = []) => {
    events.push(event);
    for (const name of event.type === 'endorse' || event.type === 'object' || event.type === 'grant'
      ? names
      : []) {
      present.add(name);
      // Nobody knows whom a forget was about: where the name is in use again, its id is refused.
      repeatable = repeatable.filter(({ event: one }) => one.type !== 'forget' || one.contributor !== name);
    }
    if (event.id !== undefined) repeatable.push({ event, names });
  };
  const at = (date: number) => EPOCH + Math.round((setting.span * DAY * date) / 1_000_000);

  const { initial, arrival } = introduce(policy, setting.entry);
  if (arrival !== undefined && setting.entry === 'event') push(arrival);

  script.forEach((given, place) => {
    if (arrival !== undefined && setting.entry === 'midway' && place === script.length >> 1) push(arrival);
    const id = given.pick % 4 === 0 ? {} : { id: `e${place}` };
    const known = setting.growth
      ? Math.min(people, 2 + Math.floor((place * people) / script.length))
      : people;
    const act = given.act;
    if (act === 'forget' && limits.forget !== false && present.size > 0) {
      const contributor = [...present][given.source % present.size]!;
      push({ type: 'forget', ...id, contributor });
      present.delete(contributor);
      open = open.filter(({ names }) => !names.includes(contributor));
      repeatable = repeatable.filter(({ names }) => !names.includes(contributor));
    } else if (act === 'advance' && limits.advance !== false) {
      // Time only moves forward.
      time = Math.max(time ?? at(0), at(given.date));
      push({ type: 'advance', ...id, at: time });
    } else if (act === 'repeat' && repeatable.length > 0) {
      events.push(repeatable[given.pick % repeatable.length]!.event);
    } else if (act === 'withdraw' && open.length > 0) {
      const [{ type, of, names }] = open.splice(given.pick % open.length, 1) as [(typeof open)[0]];
      push({ type, ...id, of }, names);
    } else if (act === 'grant' && people > 0 && limits.credentials !== false) {
      const target = NAMES[given.source % people]!;
      const issuer = given.pick % 3 === 0 ? {} : { issuer: `i${given.pick % 3}` };
      push({ type: 'grant', ...id, target, ...weighed(setting, given), ...issuer }, [target]);
      if (id.id !== undefined) open.push({ type: 'revoke', of: id.id, names: [target] });
    } else if (people > 0) {
      const [source, target] = act === 'self' || known < 2 ? same(given, known) : pair(setting, given, known);
      const dated = policy.halfLife !== null || given.date % 3 > 0;
      const when = at(given.date);
      push(
        {
          type: act === 'object' && limits.objections !== false ? 'object' : 'endorse',
          ...id,
          source,
          target,
          ...weighed(setting, given),
          ...kind(policy, given),
          ...(dated ? { at: given.pick % 5 === 0 ? new Date(when).toISOString() : when } : {}),
        },
        [source, target],
      );
      if (dated) time ??= when;
      if (id.id !== undefined) open.push({ type: 'retract', of: id.id, names: [source, target] });
    }
  });
  if (arrival !== undefined && !events.includes(arrival)) push(arrival);
  return { initial, events };
}

/** How the policy comes in: what the constructor is given, and the event that brings it if one does. */
function introduce(
  policy: Policy,
  entry: Scene['entry'],
): { initial: Partial<Policy>; arrival?: LedgerEvent } {
  if (entry === 'whole') return { initial: policy };
  if (entry === 'part') {
    // What is at its default can be left out.
    const usual = {
      damping: 0.85,
      balance: 1,
      cap: null,
      objectionWeight: 1,
      reserve: 0,
      concavity: 'linear',
    };
    const kept = Object.entries({ ...policy }).filter(([name, value]) => usual[name as 'cap'] !== value);
    return { initial: Object.fromEntries(kept) };
  }
  // The policy before it differs in numbers only, so that the ledger suits both.
  const before = { ...policy, damping: 0.3, balance: 0.7, cap: 2, objectionWeight: 0.5, reserve: 1 };
  return { initial: before, arrival: { type: 'policy', id: 'policy', policy } };
}

function same(given: Line, known: number): [string, string] {
  const name = NAMES[given.source % known]!;
  return [name, name];
}

function pair({ shape }: Scene, given: Line, known: number): [string, string] {
  let u = given.source % known;
  let v = (u + 1 + (given.target % (known - 1))) % known;
  if (shape === 'ring') v = (u + 1) % known;
  if (shape === 'star') [u, v] = [0, 1 + (given.target % (known - 1))];
  if (shape === 'fan') [u, v] = [1 + (given.target % (known - 1)), 0];
  if (shape === 'halves' && known >= 4) {
    const half = known >> 1;
    const base = u < half ? 0 : half;
    v = base + ((u - base + 1 + (given.target % (half - 1))) % half);
  }
  return [NAMES[u]!, NAMES[v]!];
}

function weighed({ weights }: Scene, { weight }: Line): { weight?: number } {
  if (weights === 'unit') return weight % 2 === 0 ? {} : { weight: 1 };
  const digits = 1 + (weight % 99);
  if (weights === 'moderate') return { weight: weight < 5000 ? digits : digits / 100 };
  const power = -9 + (Math.floor(weight / 99) % 22);
  return { weight: Math.min(1e12, digits * 10 ** power) };
}

function kind({ kinds }: Policy, given: Line): { kind?: string } {
  if (kinds === null) return given.kind < 5 ? {} : { kind: KINDS[given.kind - 4]! };
  const names = Object.keys(kinds);
  const name = names[given.kind % names.length]!;
  return name === 'endorsement' && given.kind > 3 ? {} : { kind: name };
}
