/**
 * Single statements that suit a policy: of the kinds it names, dated where it has a half-life. What is
 * drawn is a handful of whole numbers, and `written` turns them into an event; ledgers use the same.
 */
import type { Arbitrary } from 'fast-check';
import type { EventInput } from '../../event.ts';
import type { Policy } from '../../policy.ts';
import { presets } from '../../policy.ts';
import { fc } from '../fast-check.ts';
import { contributorIds } from './contributor.ts';
import { at, pick } from './number.ts';
import { KINDS } from './policy.ts';

/** An endorsement or objection as it is written down. */
export type StatementInput = Extract<EventInput, { type: 'endorse' | 'object' }>;

/** How weights are drawn: left out, 0.01 to 99, or 1e-9 to 1e12. */
export type Weights = 'unit' | 'moderate' | 'any';

export interface StatementConstraints {
  /** Whom it may be between; two who are drawn unless given. */
  between?: readonly string[];
  /** Suits this policy; `classic` unless given. */
  policy?: Policy;
  /** `moderate` unless told. */
  weights?: Weights;
  /** Dates on none, some, or all; `some` unless told, and `all` under a half-life. */
  dates?: 'none' | 'some' | 'all';
  /** Whether somebody may speak of himself; false unless told. */
  selves?: boolean;
}

/** The first day of dates, 2020-01-01; they spread over a thousand days from there. */
export const FIRST_DAY = 1_577_836_800_000;
const DAY = 86_400_000;

/** What a statement is drawn as. */
export interface StatementDraw {
  source: number;
  target: number;
  weight: number;
  kind: number;
  date: number;
}
export const statementDraw = () => ({
  source: pick(),
  target: pick(),
  weight: pick(),
  kind: pick(),
  date: pick(),
});

/**
 * Endorsements that any engine takes.
 * @example
 * endorsement({ between: ['ada', 'bob', 'cleo'] });
 */
export function endorsement(constraints: StatementConstraints = {}): Arbitrary<StatementInput> {
  return statement('endorse', constraints);
}

/** Objections that any engine takes. */
export function objection(constraints: StatementConstraints = {}): Arbitrary<StatementInput> {
  return statement('object', constraints);
}

function statement(
  type: StatementInput['type'],
  constraints: StatementConstraints,
): Arbitrary<StatementInput> {
  const { between } = constraints;
  const people = between === undefined ? contributorIds(2) : fc.constant([...between]);
  return fc
    .tuple(people, fc.record(statementDraw()))
    .map(([ids, draw]) => written(type, ids, draw, constraints));
}

/** The statement that a draw stands for, between two of `people`. */
export function written(
  type: StatementInput['type'],
  people: readonly string[],
  draw: StatementDraw,
  { policy = presets.classic, weights = 'moderate', dates = 'some', selves = false }: StatementConstraints,
): StatementInput {
  const u = draw.source % people.length;
  const others = people.length - (selves ? 0 : 1);
  const v = others === 0 ? u : (u + (selves ? 0 : 1) + (draw.target % others)) % people.length;
  const dated = policy.halfLife !== null || dates === 'all' || (dates === 'some' && draw.date % 3 === 2);
  const weight = weightOf(draw.weight, weights);
  const kind = kindOf(draw.kind, policy);
  return {
    type,
    source: people[u]!,
    target: people[v]!,
    ...(weight !== 1 && { weight }),
    ...(kind !== KINDS[0] && { kind }),
    ...(dated && { at: dateOf(draw.date) }),
  };
}

/** A whole hour of the thousand days. */
export function dateOf(draw: number): number {
  return FIRST_DAY + (draw % 24_000) * (DAY / 24);
}

/** 1 as often as not; 0 is drawn as 1. */
export function weightOf(draw: number, weights: Weights): number {
  if (weights === 'unit' || draw % 2 === 0) return 1;
  const digits = 1 + (Math.floor(draw / 2) % 99);
  if (weights === 'moderate') return draw < 500_000 ? digits : digits / 100;
  const value = digits * 10 ** ((Math.floor(draw / 200) % 20) - 9);
  return Math.min(1e12, Number(value.toPrecision(2)));
}

function kindOf(draw: number, { kinds }: Policy): string {
  if (kinds !== null) return at(Object.keys(kinds), draw);
  return draw % 4 === 3 ? at(KINDS, Math.floor(draw / 4)) : KINDS[0];
}
