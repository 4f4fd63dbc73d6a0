/**
 * Which setting of the dial reaches a target at the least cost in the region bound: what a group without
 * credentials could get. With named groups the cost is the largest of their bounds; without, what endorsements
 * of a unit of flow can make at most, damping / (a balance).
 */
import type { Condition } from './condition.ts';
import { contradiction, holds, parseCondition } from './condition.ts';
import type { Dial, DialOptions, DialPoint } from './dial.ts';

/** The figures of a point that a target can name. */
const DIAL_FIGURES = [
  'waist50',
  'waist90',
  'peers50',
  'peers90',
  'survive1',
  'survive10',
  'survive100',
  'top1',
  'agreement',
  'exposure',
  'balance',
  'damping',
] as const;

export interface Recommendation {
  /** The setting that reaches every target at the least cost; null where none does. */
  readonly point: DialPoint | null;
  /** What it costs, and what today costs. */
  readonly cost: number | null;
  readonly costToday: number;
  /** In words: why this one, or why none. */
  readonly reason: string;
}

/** @throws PeerageError `bad-option` for what is no condition on a figure of the dial. */
export function parseTargets(targets: string | readonly string[]): Condition[] {
  return (typeof targets === 'string' ? [targets] : targets).map((text) =>
    parseCondition(text, DIAL_FIGURES),
  );
}

/**
 * The setting of an engine's dial, or of one that was swept before, that reaches the targets at least cost.
 * @throws PeerageError `bad-option`.
 * @example
 * recommendBalance(engine, 'survive10>=0.6').point?.balance;
 */
export function recommendBalance(
  of: Dial | { dial(options?: DialOptions): Dial },
  targets: string | readonly string[],
  options: DialOptions = {},
): Recommendation {
  const conditions = parseTargets(targets);
  const dial = 'points' in of ? of : null;
  const apart = contradiction(conditions);
  const { today, points } = dial ?? (of as { dial(options?: DialOptions): Dial }).dial(options);
  const costToday = costOf(today);
  const none = (reason: string): Recommendation => ({ point: null, cost: null, costToday, reason });
  if (apart !== null) return none(contradicted(apart));
  const wanted = conditions.map(({ text }) => text).join(' and ');
  const reaching = points.filter((point) =>
    conditions.every((condition) => holds(condition, figuresOf(point)) === true),
  );
  if (reaching.length === 0)
    return none(`none of the ${points.length} settings reaches ${wanted}${nearest(points, conditions)}`);
  // Of equals in cost the one that changes the order least, then the first.
  const best = reaching.reduce((one, other) => {
    const dearer = costOf(one) - costOf(other);
    return dearer > 0 || (dearer === 0 && (other.agreement ?? 0) > (one.agreement ?? 0)) ? other : one;
  });
  const reason = `${settingOf(best)} reaches ${wanted} at the least cost of ${reaching.length} that do: the bound is ${times(costOf(best), costToday)}`;
  return { point: best, cost: costOf(best), costToday, reason };
}

/** Why no value can meet both. */
export function contradicted([low, high]: readonly [Condition, Condition]): string {
  return `${low.text} and ${high.text} contradict each other: no setting can reach both`;
}

/** A setting in words. */
function settingOf({ balance, damping, cap }: Pick<DialPoint, 'balance' | 'damping' | 'cap'>): string {
  return `balance ${balance}, damping ${damping}, ${cap === null ? 'no cap' : `cap ${cap}`}`;
}

/** What a point costs: the largest region bound of the named groups, or the exposure where there are none. */
function costOf({ groups, exposure }: DialPoint): number {
  return groups.length > 0 ? Math.max(...groups.map(({ bound }) => bound)) : exposure;
}

function figuresOf(point: DialPoint): Readonly<Record<string, number | null>> {
  return point as unknown as Record<string, number | null>;
}

/** The point that comes nearest to the first condition that fails everywhere or, where each holds somewhere, nothing. */
function nearest(points: readonly DialPoint[], conditions: readonly Condition[]): string {
  const hard = conditions.find((condition) =>
    points.every((point) => holds(condition, figuresOf(point)) !== true),
  );
  if (hard === undefined) return ': each is reached by some, all by none';
  const { figure, comparison } = hard;
  const known = points.filter((point) => figuresOf(point)[figure] !== null);
  if (known.length === 0) return `: there is no figure ${figure} here, as nothing is delivered`;
  const sign = comparison.startsWith('>') ? 1 : -1;
  const value = (point: DialPoint) => figuresOf(point)[figure]!;
  const best = known.reduce((one, other) => (sign * value(other) > sign * value(one) ? other : one));
  return `; ${settingOf(best)} comes nearest, with ${figure} ${Number(value(best).toPrecision(3))}`;
}

function times(cost: number, today: number): string {
  if (!(today > 0)) return Number(cost.toPrecision(3)).toString();
  return `${(cost / today).toFixed(2)} times today's`;
}
