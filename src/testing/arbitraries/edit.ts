/**
 * Edits of a ledger: a few more events that an engine takes after it. Drawn as plain numbers and written
 * down against what stands at the end of the ledger, so an edit suits whatever ledger it is laid on.
 */
import type { Arbitrary } from 'fast-check';
import type { EventInput } from '../../event.ts';
import type { Policy } from '../../policy.ts';
import { presets } from '../../policy.ts';
import { fc } from '../fast-check.ts';
import type { Standing } from '../standing.ts';
import { standing } from '../standing.ts';
import type { Case, LedgerConstraints } from './ledger.ts';
import { cases } from './ledger.ts';
import { at, pick } from './number.ts';
import type { StatementDraw, Weights } from './statement.ts';
import { statementDraw, weightOf, written } from './statement.ts';

/** What an edit does. */
export type EditKind = 'endorse' | 'object' | 'retract' | 'grant' | 'revoke' | 'newcomer';

export interface EditConstraints {
  /** All of them unless given. */
  kinds?: readonly EditKind[];
  /** Suits this policy; `classic` unless given. */
  policy?: Policy;
  /** Events at most; 3 unless given. */
  events?: number;
  /** `moderate` unless told. */
  weights?: Weights;
}

/** A ledger with a policy, and an edit of it. */
export interface EditedCase extends Case {
  readonly edit: readonly EventInput[];
}

const KINDS: readonly EditKind[] = ['endorse', 'object', 'retract', 'grant', 'revoke', 'newcomer'];

interface Draw extends StatementDraw {
  does: number;
}

/**
 * Edits of a given ledger. What cannot be done to it (nothing stands that has an id, nobody is there) becomes
 * an endorsement. Events of an edit have ids of their own.
 * @example
 * edit(events, { kinds: ['endorse'], events: 1 });
 */
export function edit(
  events: readonly EventInput[],
  constraints: EditConstraints = {},
): Arbitrary<readonly EventInput[]> {
  const before = standing(events);
  return draws(constraints).map((drawn) => editOf(before, drawn, constraints));
}

/** Ledgers with edits of them. The ledger and the edit shrink on their own. */
export function editedCases(
  constraints: Parameters<typeof cases>[0] & { edit?: Omit<EditConstraints, 'policy'> } = {},
): Arbitrary<EditedCase> {
  const edits: EditConstraints = { ...weightsOf(constraints), ...constraints.edit };
  return fc.tuple(cases(constraints), draws(edits)).map(([{ policy, events }, drawn]) => ({
    policy,
    events,
    edit: editOf(standing(events), drawn, { ...edits, policy }),
  }));
}

function weightsOf({ weights }: LedgerConstraints): EditConstraints {
  return weights === undefined ? {} : { weights };
}

function draws({ events = 3 }: EditConstraints): Arbitrary<Draw[]> {
  const draw = fc.record({ does: pick(), ...statementDraw() });
  return fc.array(draw, { minLength: 1, maxLength: events });
}

function editOf(before: Standing, drawn: readonly Draw[], constraints: EditConstraints): EventInput[] {
  const { kinds = KINDS, policy = presets.classic, weights = 'moderate' } = constraints;
  const people = [...before.contributors];
  const newcomer = () => fresh('newcomer', (id) => people.includes(id));
  while (people.length < 2) people.push(newcomer());
  const said = before.statements.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const granted = before.grants.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return drawn.map((draw, place): EventInput => {
    const id = fresh(`edit${place}`, (one) => before.ids.has(one));
    const does = at(kinds, draw.does);
    const taken = does === 'retract' ? said : does === 'revoke' ? granted : [];
    if (taken.length > 0) {
      const [of] = taken.splice(draw.target % taken.length, 1) as [string];
      return { type: does as 'retract' | 'revoke', id, of };
    }
    if (does === 'grant') {
      const weight = weightOf(draw.weight, weights);
      return { type: 'grant', id, target: at(people, draw.target), ...(weight !== 1 && { weight }) };
    }
    const type = does === 'object' ? 'object' : 'endorse';
    const statement = { ...written(type, people, draw, { policy, weights }), id };
    if (does === 'newcomer') {
      const who = newcomer();
      people.push(who);
      return draw.target % 2 === 0 ? { ...statement, target: who } : { ...statement, source: who };
    }
    return statement;
  });
}

/** The name, with a number after it if it is taken. */
export function fresh(name: string, taken: (id: string) => boolean): string {
  let id = name;
  for (let k = 2; taken(id); k++) id = `${name} ${k}`;
  return id;
}
