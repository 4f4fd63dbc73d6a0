/**
 * Events that an engine refuses where it stands, each with the code and the field that it is told by.
 * Codes are part of the contract: hosts branch on them.
 */
import type { Policy } from '../witness/record.ts';

export interface Refusal {
  event: unknown;
  code: string;
  field: string;
}

/** What of an engine's past some refusals need. */
export interface Standing {
  /** Statements and credentials in force that can be taken back, and ids of those that were. */
  open: { type: 'retract' | 'revoke'; of: string }[];
  taken: string[];
  /** Events with ids. */
  repeatable: { event: { type: string; id?: string } }[];
  present: Set<string>;
  /** Ids of events that forgot somebody. */
  forgets: string[];
  /** Forgotten, and not mentioned since. */
  gone: Set<string>;
  advanced: number | undefined;
  policy: Policy;
}

const DAY = 86_400_000;
const AFTER = Date.UTC(2015, 0, 1) + 20_001 * DAY;
/** A date that any policy is content with. */
const AT = Date.UTC(2015, 0, 2);

/** All refusals that apply; `pick` chooses among what there is to name in them. */
export function refusals(standing: Standing, pick: number): Refusal[] {
  const { open, taken, repeatable, present, forgets, gone, advanced, policy } = standing;
  const said = { type: 'endorse', source: 'ada', target: 'linus', at: AT };
  const bad: Refusal[] = [
    ...[Number.NaN, 5e-324, 1e-310, 0, -1, Infinity, -Infinity, 1e13, 9e-10, '3', null, true].map(
      (weight) => ({
        event: { ...said, weight },
        code: 'bad-weight',
        field: 'weight',
      }),
    ),
    ...[Number.NaN, 5e-324, 1e-310, 0, -2, Infinity, 1e-16].map((weight) => ({
      event: { type: 'grant', target: 'ada', weight },
      code: 'bad-weight',
      field: 'weight',
    })),
    { event: { ...said, type: 'object', weight: -1 }, code: 'bad-weight', field: 'weight' },
    { event: { ...said, source: '' }, code: 'bad-id', field: 'source' },
    { event: { ...said, target: '\ud800' }, code: 'bad-id', field: 'target' },
    { event: { ...said, target: 7 }, code: 'bad-id', field: 'target' },
    { event: { ...said, target: 'x'.repeat(4097) }, code: 'bad-id', field: 'target' },
    { event: { type: 'endorse', source: 'ada' }, code: 'bad-id', field: 'target' },
    { event: { ...said, wieght: 2 }, code: 'bad-event', field: 'wieght' },
    { event: { ...said, type: 'praise' }, code: 'bad-event', field: 'type' },
    { event: { ...said, at: 'yesterday' }, code: 'bad-date', field: 'at' },
    { event: { ...said, at: Number.NaN }, code: 'bad-date', field: 'at' },
    { event: { ...said, at: AFTER }, code: 'too-late', field: 'at' },
    { event: { type: 'grant', target: 'ada', at: AFTER }, code: 'too-late', field: 'at' },
    { event: { type: 'advance', at: AFTER }, code: 'too-late', field: 'at' },
    { event: { type: 'advance' }, code: 'missing-date', field: 'at' },
    { event: { type: 'retract', of: 'never' }, code: 'unknown-event', field: 'of' },
    { event: { type: 'revoke', of: 'never' }, code: 'unknown-event', field: 'of' },
    { event: { type: 'retract' }, code: 'bad-id', field: 'of' },
    { event: { type: 'forget', contributor: 'nobody' }, code: 'unknown-contributor', field: 'contributor' },
    { event: { type: 'policy', policy: { damping: 1 } }, code: 'bad-policy', field: 'policy.damping' },
    { event: { type: 'policy', policy: { balance: 0 } }, code: 'bad-policy', field: 'policy.balance' },
    { event: { type: 'policy', policy: { cap: Number.NaN } }, code: 'bad-policy', field: 'policy.cap' },
  ];
  const choose = <T>(choices: readonly T[]): T[] =>
    choices.length === 0 ? [] : [choices[pick % choices.length]!];
  for (const { type, of } of choose(open)) {
    const other = type === 'retract' ? 'revoke' : 'retract';
    bad.push({ event: { type: other, of }, code: 'unknown-event', field: 'of' });
  }
  for (const { type, of } of choose(open)) {
    // The same content but for one thing.
    const event = repeatable.find((one) => one.event.id === of && type !== undefined)?.event;
    if (event !== undefined)
      bad.push({ event: { ...event, weight: 2e-9 }, code: 'id-conflict', field: 'id' });
  }
  for (const { event } of choose(repeatable)) {
    bad.push({ event: { ...said, id: event.id, source: 'someone else' }, code: 'id-conflict', field: 'id' });
  }
  for (const { event } of choose(repeatable.filter((one) => one.event.type === 'endorse'))) {
    bad.push({ event: { ...event, type: 'object' }, code: 'id-conflict', field: 'id' });
  }
  for (const id of choose(taken)) {
    const event = repeatable.find((one) => one.event.id === id)?.event;
    const type = event?.type === 'grant' ? 'revoke' : 'retract';
    if (event !== undefined) bad.push({ event: { type, of: id }, code: 'already-retracted', field: 'of' });
  }
  for (const contributor of choose([...gone])) {
    bad.push({ event: { type: 'forget', contributor }, code: 'unknown-contributor', field: 'contributor' });
  }
  for (const id of choose(forgets)) {
    for (const contributor of choose([...present])) {
      bad.push({ event: { type: 'forget', id, contributor }, code: 'id-conflict', field: 'id' });
    }
  }
  if (advanced !== undefined) {
    bad.push({ event: { type: 'advance', at: advanced - 1 }, code: 'bad-date', field: 'at' });
  }
  if (policy.kinds !== null) {
    bad.push({ event: { ...said, kind: 'applause' }, code: 'unknown-kind', field: 'kind' });
  }
  if (policy.halfLife !== null) {
    bad.push({
      event: { type: 'endorse', source: 'ada', target: 'linus' },
      code: 'missing-date',
      field: 'at',
    });
  }
  return bad;
}
