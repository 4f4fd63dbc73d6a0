/**
 * Weighs a record under a policy: from events in the order they were taken to the frozen columns that
 * sweeps run over. The statements of one pair and sign add up, in their order, and pass through the
 * policy's concavity. O(order + statements) time, and the result depends on nothing but the record, the
 * policy and the time.
 */
import type { Columns } from '../graph/columns.ts';
import { Role } from '../graph/columns.ts';
import type { Repeated } from '../graph/combine.ts';
import { combine } from '../graph/combine.ts';
import type { Room, RoomSize } from '../graph/room.ts';
import { anywhere } from '../graph/room.ts';
import { plainSorter } from '../graph/sort.ts';
import type { Sorter } from '../graph/sorter.ts';
import type { Policy } from '../policy.ts';
import type { Record } from './record.ts';
import { Weights } from './weights.ts';

/**
 * Weighs the whole record; `time` (epoch milliseconds) is where a reserve is measured against decay. What is
 * large of the columns is made in the room that `roomFor` gives.
 */
export function weigh(
  record: Record,
  policy: Policy,
  time: number,
  roomFor?: (size: RoomSize) => Room,
): Columns {
  const weights = new Weights(record, policy, time);
  const statements = record.statements.length;
  const room = roomFor?.({ order: record.order, statements, weighted: !weights.plain });
  return weighWith(record, policy, weights, undefined, room).columns;
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
  room = anywhere,
): { columns: Columns; rowOf: Uint32Array } {
  const sorter = room.sorter ?? plainSorter(room);
  const { contributor, role, silent, ...rows } = arrange(record, room, sorter);
  const { rowOf } = rows;
  const order = contributor.length;
  const arrangement = { ...rows, weighted: !weights.plain, entries: onRepeated !== undefined };
  const blocks = record.statements.blocks(weights.plain ? null : weights);
  const sorted = sorter.sort(blocks, arrangement);
  const pairs = combine(sorted, silent, policy.concavity === 'sqrt', room, onRepeated);
  for (let u = 0; policy.reserve > 0 && u < order; u++) pairs.demand[u]! += weights.reserve(contributor[u]!);
  return { columns: { order, contributor, role, ...pairs, ...credit(record, rowOf, order, room) }, rowOf };
}

/**
 * Rows for contributors, forgotten ones excepted: first those that speak and are spoken of, the busiest in
 * front; then those that only speak; from row `silent` on those that say nothing.
 */
function arrange(record: Record, room: Room, sorter: Sorter) {
  const count = record.contributors.length;
  const said = new Uint32Array(count);
  const heard = new Uint32Array(count);
  sorter.tally(record.statements.blocks(null), said, heard);
  let most = 0;
  for (let u = 0; u < count; u++) if (said[u]! > most) most = said[u]!;
  // Counting sort by falling number of statements: active first, then those nobody speaks of, then the silent.
  const cursor = new Uint32Array(2 * most + 3);
  const bucket = (u: number) => (said[u] === 0 ? 2 * most + 1 : (heard[u]! > 0 ? 0 : most) + most - said[u]!);
  for (let u = 0; u < count; u++) if (record.present(u)) cursor[bucket(u) + 1]!++;
  for (let b = 1; b < cursor.length; b++) cursor[b]! += cursor[b - 1]!;
  const [active, silent] = [cursor[most]!, cursor[2 * most + 1]!];
  const role = new Uint8Array(record.order);
  role.fill(Role.speaker, active, silent).fill(Role.silent, silent);
  const rowOf = new Uint32Array(count);
  const contributor = new Uint32Array(record.order);
  const starts = room.whole(record.order + 1);
  for (let u = 0; u < count; u++) {
    if (!record.present(u)) continue;
    const row = cursor[bucket(u)]!++;
    rowOf[u] = row;
    contributor[row] = u;
    starts[row + 1] = heard[u]!;
  }
  for (let v = 0; v < record.order; v++) starts[v + 1]! += starts[v]!;
  return { rowOf, contributor, role, silent, starts, said: contributor.map((u) => said[u]!) };
}

/** Credentials by row: several grants add up, in the order they were granted. */
function credit(record: Record, rowOf: Uint32Array, order: number, room: Room) {
  if (record.credentialsInForce === 0) return { credentials: null, credentialSum: order };
  const { holder, weight, dead } = record.credentials;
  const credentials = room.real(order);
  for (let entry = 0; entry < record.credentials.length; entry++) {
    if (dead.get(entry) === 0) credentials[rowOf[holder.get(entry)]!]! += weight.get(entry);
  }
  let credentialSum = 0;
  for (let v = 0; v < order; v++) credentialSum += credentials[v]!;
  return { credentials, credentialSum };
}
