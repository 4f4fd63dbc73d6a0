/**
 * Weighs a record under a policy: from events in the order they were taken to the frozen columns that
 * sweeps run over. The statements of one pair and sign add up, in their order, and pass through the
 * policy's concavity. O(order + statements) time, and the result depends on nothing but the record, the
 * policy and the time.
 */
import type { Columns } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import type { Repeated } from '../graph/sort.ts';
import { combine, sortByTarget } from '../graph/sort.ts';
import type { Policy } from '../policy.ts';
import type { Record } from './record.ts';
import { Weights } from './weights.ts';

/** Weighs the whole record; `time` (epoch milliseconds) is where a reserve is measured against decay. */
export function weigh(record: Record, policy: Policy, time: number): Columns {
  return weighWith(record, policy, new Weights(record, policy, time)).columns;
}

/**
 * The same with weights that are kept, and with the row of each contributor. `onRepeated` is told of every
 * pair that has several statements.
 */
export function weighWith(
  record: Record,
  policy: Policy,
  weights: Weights,
  onRepeated?: Repeated,
): { columns: Columns; rowOf: Uint32Array } {
  const { rowOf, contributor, role, silent } = arrange(record);
  const order = contributor.length;
  const { source, target, weight } = record.statements;
  const statements = {
    length: record.statements.length,
    source: (entry: number) => rowOf[source.get(entry)]!,
    target: (entry: number) => rowOf[target.get(entry)]!,
    live: liveIn(record),
    weight: weights.plain
      ? null
      : (entry: number) => (weight.get(entry) < 0 ? -weights.of(entry) : weights.of(entry)),
    entries: onRepeated !== undefined,
  };
  const pairs = combine(sortByTarget(order, statements), silent, policy.concavity === 'sqrt', onRepeated);
  for (let u = 0; policy.reserve > 0 && u < order; u++) pairs.demand[u]! += weights.reserve(contributor[u]!);
  return { columns: { order, contributor, role, ...pairs, ...credit(record, rowOf, order) }, rowOf };
}

/** True for the statements that the equations count: not retracted, and of somebody else. */
function liveIn({ statements: { source, target, dead } }: Record): (entry: number) => boolean {
  if (!dead.written) return (entry) => source.get(entry) !== target.get(entry);
  return (entry) => dead.get(entry) === 0 && source.get(entry) !== target.get(entry);
}

/**
 * Rows for contributors, forgotten ones excepted: first those that speak and are spoken of, the busiest in
 * front; then those that only speak; from row `silent` on those that say nothing.
 */
function arrange(record: Record) {
  const { source, target } = record.statements;
  const count = record.contributors.length;
  const live = liveIn(record);
  const said = new Uint32Array(count);
  const heard = new Uint8Array(count);
  for (let entry = 0; entry < record.statements.length; entry++) {
    if (!live(entry)) continue;
    said[source.get(entry)]!++;
    heard[target.get(entry)] = 1;
  }
  let most = 0;
  for (let u = 0; u < count; u++) if (said[u]! > most) most = said[u]!;
  // Counting sort by falling number of statements: active first, then those nobody speaks of, then the silent.
  const cursor = new Uint32Array(2 * most + 3);
  const bucket = (u: number) =>
    said[u] === 0 ? 2 * most + 1 : (heard[u] === 1 ? 0 : most) + most - said[u]!;
  for (let u = 0; u < count; u++) if (record.present(u)) cursor[bucket(u) + 1]!++;
  for (let b = 1; b < cursor.length; b++) cursor[b]! += cursor[b - 1]!;
  const [active, silent] = [cursor[most]!, cursor[2 * most + 1]!];
  const role = new Uint8Array(record.order);
  role.fill(Role.speaker, active, silent).fill(Role.silent, silent);
  const rowOf = new Uint32Array(count);
  const contributor = new Uint32Array(record.order);
  for (let u = 0; u < count; u++) {
    if (!record.present(u)) continue;
    const row = cursor[bucket(u)]!++;
    rowOf[u] = row;
    contributor[row] = u;
  }
  return { rowOf, contributor, role, silent };
}

/** Credentials by row: several grants add up, in the order they were granted. */
function credit(record: Record, rowOf: Uint32Array, order: number) {
  if (record.credentialsInForce === 0) return { credentials: null, credentialSum: order };
  const { holder, weight, dead } = record.credentials;
  const credentials = new Float64Array(order);
  for (let entry = 0; entry < record.credentials.length; entry++) {
    if (dead.get(entry) === 0) credentials[rowOf[holder.get(entry)]!]! += weight.get(entry);
  }
  let credentialSum = 0;
  for (let v = 0; v < order; v++) credentialSum += credentials[v]!;
  return { credentials, credentialSum };
}
