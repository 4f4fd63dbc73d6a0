/**
 * Delivery in AssemblyScript, the same as ../../deliver.ts: the same additions in the same order, so the same
 * bits. It runs over one memory that holds the cells, the queue and the out-rows of a pool (../places.ts).
 * What may be any of two is chosen without a branch, since which rows say nothing is hard to foresee. More
 * than 300 lines, because all of it becomes one module.
 */
import {
  ARRIVALS,
  BACK,
  BUCKET,
  BUCKETS,
  BYTES,
  CAPPED,
  CEILING,
  CELLS_AT,
  CREDENTIALS,
  D,
  DAMPING,
  DEGREE,
  DISTRUST,
  DRIFT,
  ENDS,
  EXCESS,
  F,
  FREE,
  G,
  HEADS_AT,
  HEARS,
  LOWEST,
  MASS,
  NEXT,
  OBJECTION,
  ORDER,
  OTHERS,
  PENDING,
  PREVIOUS,
  RATE,
  SAYS,
  SIGNED,
  STARTS,
  T,
  TAILS_AT,
  TOP,
  TOUCHES,
  UNIT,
  VOICES,
  WEIGHTS,
  WORDS_AT,
  Z,
} from '../places';

const NONE: u32 = 0xffffffff;
const NEVER: f64 = Infinity;

// @ts-ignore: decorators
@inline function number(which: i32): f64 {
  return load<f64>(<usize>which << 3);
}

// @ts-ignore: decorators
@inline function setNumber(which: i32, value: f64): void {
  store<f64>(<usize>which << 3, value);
}

// @ts-ignore: decorators
@inline function word(which: i32): u32 {
  return load<u32>(<usize>WORDS_AT + (<usize>which << 2));
}

// @ts-ignore: decorators
@inline function setWord(which: i32, value: u32): void {
  store<u32>(<usize>WORDS_AT + (<usize>which << 2), value);
}

/** Entry `k` of a column of 32-bit words. */
// @ts-ignore: decorators
@inline function whole(column: usize, k: u32): u32 {
  return load<u32>(column + (<usize>k << 2));
}

// @ts-ignore: decorators
@inline function cellOf(v: u32): usize {
  return <usize>CELLS_AT + (<usize>v << 6);
}

/** Where the weight of entry `k` stands, and what it is, in bytes or doubles. */
// @ts-ignore: decorators
@inline function weightAt(weights: usize, k: u32, bytes: boolean): usize {
  return weights + (<usize>k << (bytes ? 0 : 3));
}

// @ts-ignore: decorators
@inline function weightOf(weight: usize, bytes: boolean): f64 {
  return bytes ? <f64>load<u8>(weight) : load<f64>(weight);
}

/** Where the link `which` of a row stands. */
// @ts-ignore: decorators
@inline function linkOf(v: u32, which: i32): usize {
  return cellOf(v) + (which << 2);
}

// @ts-ignore: decorators
@inline function at(cell: usize, which: i32): f64 {
  return load<f64>(cell + (which << 3));
}

// @ts-ignore: decorators
@inline function put(cell: usize, which: i32, value: f64): void {
  store<f64>(cell + (which << 3), value);
}

// @ts-ignore: decorators
@inline function degreeOf(cell: usize): f64 {
  return <f64>load<u32>(cell + (DEGREE << 2));
}

// @ts-ignore: decorators
@inline function bucketOf(key: f64): u32 {
  return <u32>(reinterpret<u64>(key) >>> 52) & 0x7ff;
}

// @ts-ignore: decorators
@inline function keyOf(bucket: u32): f64 {
  return reinterpret<f64>(<u64>bucket << 52);
}

// @ts-ignore: decorators
@inline function voice(x: f64, z: f64, k: f64): f64 {
  if (!(x > 0)) return 0;
  const heard = k * z;
  return heard > 0 ? x * (x / (x + heard)) : x;
}

// @ts-ignore: decorators
@inline function massOf(s: f64, back: f64, ceiling: f64): f64 {
  const free = s / (1 - back);
  return free <= ceiling ? free : s + back * ceiling;
}

/** y of a cell. */
// @ts-ignore: decorators
@inline function voiceOf(cell: usize): f64 {
  return voice(massOf(load<f64>(cell), number(BACK), number(CEILING)), at(cell, Z), number(OBJECTION));
}

function unqueue(row: u32): void {
  const bucket = load<u32>(linkOf(row, BUCKET));
  if (bucket === 0) return;
  store<u32>(linkOf(row, BUCKET), 0);
  const next = load<u32>(linkOf(row, NEXT));
  const previous = load<u32>(linkOf(row, PREVIOUS));
  if (previous === NONE) store<u32>(<usize>HEADS_AT + (<usize>bucket << 2), next);
  else store<u32>(linkOf(previous, NEXT), next);
  if (next === NONE) store<u32>(<usize>TAILS_AT + (<usize>bucket << 2), previous);
  else store<u32>(linkOf(next, PREVIOUS), previous);
}

function enqueue(v: u32, pending: f64): void {
  const cell = cellOf(v);
  const degree = degreeOf(cell);
  const bucket = bucketOf(pending / degree);
  const lowest = word(LOWEST);
  if (bucket < lowest) {
    unqueue(v);
    put(cell, T, degree * keyOf(lowest));
    return;
  }
  if (load<u32>(linkOf(v, BUCKET)) !== 0) unqueue(v);
  const tail = <usize>TAILS_AT + (<usize>bucket << 2);
  const previous = load<u32>(tail);
  store<u32>(linkOf(v, PREVIOUS), previous);
  store<u32>(linkOf(v, NEXT), NONE);
  store<u32>(linkOf(v, BUCKET), bucket);
  if (previous === NONE) store<u32>(<usize>HEADS_AT + (<usize>bucket << 2), v);
  else store<u32>(linkOf(previous, NEXT), v);
  store<u32>(tail, v);
  if (bucket > word(TOP)) setWord(TOP, bucket);
  put(cell, T, degree * keyOf(bucket + 1));
}

/** The highest bucket that holds a row, 0 for none. */
function top(): u32 {
  let bucket = word(TOP);
  while (bucket > 0 && load<u32>(<usize>HEADS_AT + (<usize>bucket << 2)) === NONE) bucket--;
  setWord(TOP, bucket);
  return bucket;
}

/** See `reach` in deliver.ts. */
// @ts-ignore: decorators
@inline function reach(least: f64): f64 {
  const damping = number(DAMPING);
  const all = damping * max<f64>(0, number(PENDING));
  if (number(FREE) !== 1) return 2 * all;
  const signed = damping * abs<f64>(number(SIGNED));
  return all + min<f64>(all, ((1 - least) * all + (1 + least) * signed) / 2);
}

export function push(room: f64, budget: f64, least: f64): f64 {
  const damping = number(DAMPING);
  const unit = number(UNIT);
  const starts: usize = word(STARTS);
  const ends: usize = word(ENDS);
  const bytes = word(BYTES) === 1;
  let visits: f64 = 0;
  while (reach(least) > room && visits < budget) {
    const best = top();
    if (best === 0) break;
    const u = load<u32>(<usize>HEADS_AT + (<usize>best << 2));
    const cell = cellOf(u);
    const degree = degreeOf(cell);
    const y = voiceOf(cell);
    const pending = y - at(cell, G);
    const size = abs<f64>(pending);
    if (bucketOf(size / degree) < best) {
      enqueue(u, size);
      continue;
    }
    unqueue(u);
    const demand = at(cell, D);
    const flow = y / demand;
    const part = damping * (flow - at(cell, F));
    const delivered = flow * demand;
    put(cell, F, flow);
    put(cell, G, delivered);
    put(cell, T, degree * keyOf(word(LOWEST)));
    setNumber(PENDING, number(PENDING) + (abs<f64>(y - delivered) - size));
    setNumber(SIGNED, number(SIGNED) + (y - delivered - pending));
    setNumber(DRIFT, number(DRIFT) + 4 * unit * (number(PENDING) + size));
    const start = whole(starts, u);
    const end = whole(ends, u);
    if (number(FREE) === 1) passFreely(start, end, part, abs<f64>(part) * demand, bytes);
    else pass(start, end, part, bytes);
    visits += <f64>(end - start);
  }
  return visits;
}

/** Along the entries [start, end) where mass is voice. */
function passFreely(start: u32, end: u32, part: f64, most: f64, bytes: boolean): void {
  const unit = number(UNIT);
  const rest = 1 - number(BACK);
  const lean = rest === 1;
  let pool = number(PENDING);
  let signed = number(SIGNED);
  let voices: f64 = 0;
  let drift: f64 = 0;
  const largest = pool + most / rest;
  const last = <usize>word(OTHERS) + (<usize>end << 2);
  let weight = weightAt(word(WEIGHTS), start, bytes);
  for (let p = <usize>word(OTHERS) + (<usize>start << 2); p < last; p += 4, weight += bytes ? 1 : 8) {
    const v = load<u32>(p) >>> 1;
    const cell = cellOf(v);
    const had = load<f64>(cell);
    const has = max<f64>(had + part * weightOf(weight, bytes), 0);
    store<f64>(cell, has);
    drift += max<f64>(has, had);
    const before = lean ? had : had / rest;
    const after = lean ? has : has / rest;
    const change = after - before;
    voices += change;
    const threshold = at(cell, T);
    const delivered = at(cell, G);
    const now = abs<f64>(after - delivered);
    const says = threshold !== NEVER;
    pool += select<f64>(now - abs<f64>(before - delivered), 0, says);
    signed += select<f64>(change, 0, says);
    if (now >= threshold) enqueue(v, now);
  }
  setNumber(PENDING, pool);
  setNumber(SIGNED, signed);
  setNumber(VOICES, number(VOICES) + voices);
  setNumber(MASS, number(MASS) + voices);
  const touched = <f64>(end - start);
  setNumber(TOUCHES, number(TOUCHES) + touched);
  setNumber(DRIFT, number(DRIFT) + unit * (drift + 3 * touched * largest));
}

/** Along the entries [start, end) under any policy, with `touch` written out. */
function pass(start: u32, end: u32, part: f64, bytes: boolean): void {
  const unit = number(UNIT);
  const back = number(BACK);
  const ceiling = number(CEILING);
  const k = number(OBJECTION);
  const capped = number(CAPPED) === 1;
  let mass = number(MASS);
  let excess = number(EXCESS);
  let voices = number(VOICES);
  let pool = number(PENDING);
  let signed = number(SIGNED);
  let total = number(DRIFT);
  let drift: f64 = 0;
  const last = <usize>word(OTHERS) + (<usize>end << 2);
  let weight = weightAt(word(WEIGHTS), start, bytes);
  for (let p = <usize>word(OTHERS) + (<usize>start << 2); p < last; p += 4, weight += bytes ? 1 : 8) {
    const key = load<u32>(p);
    const cell = cellOf(key >>> 1);
    const arrived = load<f64>(cell);
    const distrust = at(cell, Z);
    const place = cell + (<usize>(key & 1) << 3);
    const had = load<f64>(place);
    const has = max<f64>(had + part * weightOf(weight, bytes), 0);
    store<f64>(place, has);
    drift += max<f64>(has, had);
    const massBefore = massOf(arrived, back, ceiling);
    const massAfter = massOf(load<f64>(cell), back, ceiling);
    const distrustAfter = at(cell, Z);
    const before = distrust > 0 ? voice(massBefore, distrust, k) : massBefore;
    const after = distrustAfter > 0 ? voice(massAfter, distrustAfter, k) : massAfter;
    mass += massAfter - massBefore;
    if (capped) {
      const over = max<f64>(0, massAfter - ceiling) - max<f64>(0, massBefore - ceiling);
      excess += over;
      total += back * unit * (excess + abs<f64>(over));
    }
    voices += after - before;
    const threshold = at(cell, T);
    if (threshold === NEVER) continue;
    const delivered = at(cell, G);
    const pending = before - delivered;
    const now = after - delivered;
    const size = abs<f64>(now);
    pool += size - abs<f64>(pending);
    signed += now - pending;
    total += 2 * unit * (pool + size);
    if (size >= threshold) enqueue(key >>> 1, size);
  }
  setNumber(MASS, mass);
  setNumber(EXCESS, excess);
  setNumber(VOICES, voices);
  setNumber(PENDING, pool);
  setNumber(SIGNED, signed);
  setNumber(TOUCHES, number(TOUCHES) + <f64>(end - start));
  setNumber(DRIFT, total + unit * drift);
}

/**
 * Delivers all that is pending and sums all anew; `signed` where anybody objects. Credentials stand in their
 * column where there is one.
 */
export function all(scale: f64, signed: boolean): void {
  const order = word(ORDER);
  const starts: usize = word(STARTS);
  const ends: usize = word(ENDS);
  const others: usize = word(OTHERS);
  const weights: usize = word(WEIGHTS);
  const says: usize = word(SAYS);
  const hears: usize = word(HEARS);
  const arrivals: usize = word(ARRIVALS);
  const credentials: usize = word(CREDENTIALS);
  const bytes = word(BYTES) === 1;
  const damping = number(DAMPING);
  const back = number(BACK);
  const earned = number(RATE) / (1 - back);
  memory.fill(arrivals, 0, <usize>order << (signed ? 4 : 3));
  for (let u: u32 = 0; u < order; u++) {
    if (whole(says, u) === 0) continue;
    const cell = cellOf(u);
    const credential = credentials === 0 ? 1 : load<f64>(credentials + (<usize>u << 3));
    const restart = earned * credential;
    const y = voiceOf(cell);
    const demand = at(cell, D);
    const flow = (y + (scale - 1) * (y - min<f64>(y, restart))) / demand;
    put(cell, F, flow);
    put(cell, G, flow * demand);
    const start = whole(starts, u);
    const end = whole(ends, u);
    if (bytes && !signed) scatter(others, weights, start, end, arrivals, flow, false, true);
    else scatter(others, weights, start, end, arrivals, flow, signed, bytes);
  }
  sum(true, signed);
}

/** To the entry of each target, or to one of two of it where anybody objects. */
// @ts-ignore: decorators
@inline function scatter(
  others: usize,
  weights: usize,
  start: u32,
  end: u32,
  arrivals: usize,
  flow: f64,
  signed: boolean,
  bytes: boolean,
): void {
  const last = others + (<usize>end << 2);
  let weight = weightAt(weights, start, bytes);
  for (let p = others + (<usize>start << 2); p < last; p += 4, weight += bytes ? 1 : 8) {
    const key = load<u32>(p);
    const arrival = arrivals + (<usize>(signed ? key : key >>> 1) << 3);
    store<f64>(arrival, load<f64>(arrival) + weightOf(weight, bytes) * flow);
  }
}

export function resum(): void {
  sum(false, false);
}

/** Sums all anew; where a pass has left what `arrived`, once that is taken over, by rows as they come. */
function sum(arrived: boolean, signedArrivals: boolean): void {
  const order = word(ORDER);
  const says: usize = word(SAYS);
  const back = number(BACK);
  const ceiling = number(CEILING);
  const k = number(OBJECTION);
  const capped = number(CAPPED) === 1;
  let pool: f64 = 0;
  let signed: f64 = 0;
  let voices: f64 = 0;
  let excess: f64 = 0;
  let total: f64 = 0;
  let distrust: f64 = 0;
  memory.fill(HEADS_AT, 0xff, BUCKETS << 2);
  memory.fill(TAILS_AT, 0xff, BUCKETS << 2);
  setWord(TOP, 0);
  const least = keyOf(word(LOWEST));
  const hears: usize = word(HEARS);
  const arrivals: usize = word(ARRIVALS);
  const credentials: usize = word(CREDENTIALS);
  const damping = number(DAMPING);
  const rate = number(RATE);
  let drift: f64 = 0;
  for (let v: u32 = 0; v < order; v++) {
    const cell = cellOf(v);
    if (arrived) {
      const arrival = arrivals + (<usize>v << (signedArrivals ? 4 : 3));
      const plus = damping * load<f64>(arrival);
      const minus = signedArrivals ? damping * load<f64>(arrival, 8) : 0;
      const credential = credentials === 0 ? 1 : load<f64>(credentials + (<usize>v << 3));
      const total = plus + rate * credential;
      store<f64>(cell, total);
      put(cell, Z, minus);
      drift += (<f64>whole(hears, v) + 4) * (total + minus);
    }
    const mass = massOf(load<f64>(cell), back, ceiling);
    const z = at(cell, Z);
    const y = z > 0 ? voice(mass, z, k) : mass;
    voices += y;
    total += mass;
    distrust += z;
    if (capped && mass > ceiling) excess += mass - ceiling;
    store<u32>(cell + (BUCKET << 2), 0);
    const said = whole(says, v);
    if (said === 0) {
      put(cell, T, NEVER);
      continue;
    }
    const pending = y - at(cell, G);
    const size = abs<f64>(pending);
    pool += size;
    signed += pending;
    const threshold = least * (<f64>said + 2);
    put(cell, T, threshold);
    if (size >= threshold) enqueue(v, size);
  }
  setNumber(PENDING, pool);
  setNumber(SIGNED, signed);
  setNumber(VOICES, voices);
  setNumber(EXCESS, excess);
  setNumber(MASS, total);
  setNumber(DISTRUST, distrust);
  if (arrived) setNumber(DRIFT, number(UNIT) * drift);
}
