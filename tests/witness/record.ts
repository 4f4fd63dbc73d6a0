/**
 * The witness's record: replays a list of events into dense matrices, the simplest way there is.
 * Written from the equations of the design alone; shares no code with src, so the vocabulary is
 * described here a second time. Nothing is checked: a test gives it events that an engine accepts.
 * Each row is kept in a unit of its own (the weight of an event on the row's newest date), so that
 * weights thousands of half-lives old vanish instead of taking the whole row with them.
 */
import { sum } from './double-double.ts';

const DAY = 86_400_000;

export interface Policy {
  damping: number;
  balance: number;
  cap: number | null;
  objectionWeight: number;
  reserve: number;
  concavity: 'linear' | 'sqrt';
  halfLife: number | null;
  kinds: Record<string, { weight: number }> | null;
}

interface Dated {
  id?: string;
  at?: number | string;
}
export interface Statement extends Dated {
  type: 'endorse' | 'object';
  source: string;
  target: string;
  weight?: number;
  kind?: string;
}
export interface Grant extends Dated {
  type: 'grant';
  target: string;
  weight?: number;
  issuer?: string;
}
export type LedgerEvent =
  | Statement
  | Grant
  | (Dated & { type: 'retract' | 'revoke'; of: string })
  | (Dated & { type: 'policy'; policy: Partial<Policy> })
  | (Dated & { type: 'advance'; at: number | string })
  | (Dated & { type: 'forget'; contributor: string });

/** A ledger and the policy its engine starts with. */
export interface Ledger {
  initial: Partial<Policy>;
  events: LedgerEvent[];
}

export const CLASSIC: Policy = {
  damping: 0.85,
  balance: 1,
  cap: null,
  objectionWeight: 1,
  reserve: 0,
  concavity: 'linear',
  halfLife: null,
  kinds: null,
};

/** What is in force at the end of a ledger. */
export interface DenseRecord {
  policy: Policy;
  /** Contributors in order of first mention; the index of all that follows. */
  ids: string[];
  /** W+ and W-, `endorsed[u][v]`, each row in its own unit. */
  endorsed: Float64Array[];
  objected: Float64Array[];
  /** The reserve of each row, in the unit of that row. */
  reserve: Float64Array;
  /** C(v): credential weight in force, or 1 for everybody. */
  credentials: Float64Array;
  /** Whether any credential is in force. */
  granted: boolean;
  /** Ordered pairs with a live endorsement. */
  size: number;
  /** The live statements, credentials and mentions, as the shortest ledger that says the same. */
  live: (Statement | Grant)[];
}

/** What stands at the end of a ledger. */
export function replay({ initial, events }: Ledger): DenseRecord {
  let policy: Policy = { ...CLASSIC, ...initial };
  let advanced: number | undefined;
  let firstDate: number | undefined;
  const known = new Set<string>();
  const withdrawn = new Set<string>();
  const mentioned = new Set<string>();
  let said: (Statement | Grant)[] = [];

  for (const event of events) {
    if (event.id !== undefined) {
      if (known.has(event.id)) continue;
      known.add(event.id);
    }
    switch (event.type) {
      case 'endorse':
      case 'object':
        if (event.at !== undefined) firstDate ??= date(event.at);
        mentioned.add(event.source).add(event.target);
        said.push(event);
        break;
      case 'grant':
        mentioned.add(event.target);
        said.push(event);
        break;
      case 'retract':
      case 'revoke':
        withdrawn.add(event.of);
        break;
      case 'policy':
        policy = { ...CLASSIC, ...event.policy };
        break;
      case 'advance':
        advanced = date(event.at);
        break;
      case 'forget':
        mentioned.delete(event.contributor);
        said = said.filter(
          (past) =>
            past.target !== event.contributor && !('source' in past && past.source === event.contributor),
        );
        break;
    }
  }

  const live = said.filter((past) => past.id === undefined || !withdrawn.has(past.id));
  return tabulate(policy, [...mentioned], live, advanced ?? firstDate ?? 0);
}

/** The equations' numbers: sums of live weights by pair, in the unit of each row. */
function tabulate(policy: Policy, ids: string[], live: (Statement | Grant)[], time: number): DenseRecord {
  const order = ids.length;
  const square = () => ids.map(() => new Float64Array(order));
  const endorsed = square();
  const objected = square();
  const reserve = new Float64Array(order);
  let size = 0;

  const statements = live
    .filter((past) => past.type !== 'grant')
    .filter((past) => past.source !== past.target);
  for (let u = 0; u < order; u++) {
    const row = statements.filter((past) => past.source === ids[u]);
    const newest = Math.max(...row.map((past) => date(past.at ?? 0)));
    for (let v = 0; v < order; v++) {
      for (const [type, matrix] of [
        ['endorse', endorsed],
        ['object', objected],
      ] as const) {
        const pair = row.filter((past) => past.type === type && past.target === ids[v]);
        const inner = sum(pair.map((past) => weigh(policy, past, newest)));
        matrix[u]![v] = policy.concavity === 'sqrt' ? Math.sqrt(inner) : inner;
        if (type === 'endorse' && pair.length > 0) size++;
      }
    }
    reserve[u] = row.length === 0 ? policy.reserve : policy.reserve * unit(policy, time, newest);
  }

  const grants = live.filter((past) => past.type === 'grant');
  const credentials = new Float64Array(order).fill(1);
  if (grants.length > 0) {
    for (let v = 0; v < order; v++) {
      credentials[v] = sum(grants.filter((past) => past.target === ids[v]).map((past) => past.weight ?? 1));
    }
  }
  return { policy, ids, endorsed, objected, reserve, credentials, granted: grants.length > 0, size, live };
}

/** One event's weight before concavity, measured at `newest`. */
function weigh(policy: Policy, statement: Statement, newest: number): number {
  const kind = policy.kinds === null ? 1 : policy.kinds[statement.kind ?? 'endorsement']!.weight;
  const weight = kind * (statement.weight ?? 1);
  if (policy.halfLife === null) return weight;
  return weight * 2 ** ((date(statement.at!) - newest) / (policy.halfLife * DAY));
}

/**
 * How many units of a row measured at `newest` one unit measured at `time` is. Beyond 2^600 a reserve
 * silences a row to the last digit whatever it is, and Float64 has no room for more.
 */
function unit(policy: Policy, time: number, newest: number): number {
  if (policy.reserve === 0 || policy.halfLife === null) return 1;
  const halfLives = (time - newest) / (policy.halfLife * DAY);
  return 2 ** Math.min(600, policy.concavity === 'sqrt' ? halfLives / 2 : halfLives);
}

function date(at: number | string): number {
  return typeof at === 'number' ? at : Date.parse(at);
}
