/**
 * The kernels in AssemblyScript, operation by operation the same as ../plain.ts: the same additions in the
 * same order, so the same bits. `run` does one operation on the rows [from, to) and leaves its sums in a
 * slot. A visit of an edge is two loads, of its source and of that one's flow, and an addition.
 * Nothing here allocates, and no two operations that run side by side write to the same row or slot. More
 * than 300 lines, because all of it becomes one module.
 */
import {
  AGAINST_OFFSETS,
  AGAINST_SOURCES,
  AGAINST_WEIGHTS,
  ARRIVAL,
  ARRIVALS,
  ARRIVE,
  BACK,
  BASE,
  BEFORE,
  CEILING,
  CHANGE,
  CHANGES,
  CREDENTIALS,
  DAMPING,
  DEMAND,
  DISTRUST,
  EXCESS,
  FLOW,
  GATHER_BASE,
  INFLOW,
  INNER,
  JUDGE,
  LOOK,
  MASS,
  MINUS,
  NEWEST,
  NUMBERS,
  OBJECTION,
  OFFSETS,
  ORDER,
  PART,
  PARTS,
  PASS_ON,
  PER_CREDENTIAL,
  PLUS,
  POINTERS,
  RATE,
  REMEMBER,
  SCALE,
  SCALE_MASS,
  SHARE,
  SIGMA,
  SILENT,
  SOURCES,
  SPEAK,
  STEP,
  SUMS,
  SWEEP,
  SWEEP_INNER,
  WEIGHTS,
  WITHIN,
} from '../slots';

@inline
function pointer(which: i32): usize {
  return load<u32>(POINTERS + (which << 2));
}

@inline
function number(which: i32): f64 {
  return load<f64>(NUMBERS + (which << 3));
}

@inline
function at(column: usize, v: u32): f64 {
  return load<f64>(column + (<usize>v << 3));
}

@inline
function put(column: usize, v: u32, value: f64): void {
  store<f64>(column + (<usize>v << 3), value);
}

@inline
function leave(slot: u32, which: u32, sum: f64): void {
  store<f64>(pointer(PARTS) + ((<usize>slot * SUMS + which) << 3), sum);
}

/** Where the weight of a source stands; 0 where there are none. */
@inline
function weightOf(weights: usize, source: u32): usize {
  return weights === 0 ? 0 : weights + (<usize>source << 3);
}

/** The flow of a source, by its weight where there are any. */
@inline
function weighed(f: usize, source: usize, weight: usize, weighted: bool): f64 {
  const flow = load<f64>(f + (<usize>load<u32>(source) << 3));
  return weighted ? load<f64>(weight) * flow : flow;
}

/** Eight terms, in a tree. */
@inline
function eight(f: usize, p: usize, w: usize, weighted: bool): f64 {
  return (
    weighed(f, p, w, weighted) +
    weighed(f, p + 4, w + 8, weighted) +
    (weighed(f, p + 8, w + 16, weighted) + weighed(f, p + 12, w + 24, weighted)) +
    (weighed(f, p + 16, w + 32, weighted) +
      weighed(f, p + 20, w + 40, weighted) +
      (weighed(f, p + 24, w + 48, weighted) + weighed(f, p + 28, w + 56, weighted)))
  );
}

/** What arrives along the sources [p, end); weights are null where every one is 1. */
function arriving(f: usize, p: usize, end: usize, w: usize): f64 {
  return w === 0 ? summed(f, p, end, 0, false) : summed(f, p, end, w, true);
}

@inline
function summed(f: usize, p: usize, end: usize, w: usize, weighted: bool): f64 {
  let sum: f64 = 0;
  for (; p + 28 < end; p += 32) {
    sum += eight(f, p, w, weighted);
    if (weighted) w += 64;
  }
  for (; p < end; p += 4) {
    sum += weighed(f, p, w, weighted);
    if (weighted) w += 8;
  }
  return sum;
}

/** The same with compensated additions. */
function compensated(f: usize, p: usize, end: usize, w: usize): f64 {
  return w === 0 ? carefully(f, p, end, 0, false) : carefully(f, p, end, w, true);
}

@inline
function carefully(f: usize, p: usize, end: usize, w: usize, weighted: bool): f64 {
  let sum: f64 = 0;
  let lost: f64 = 0;
  for (; p + 28 < end; p += 32) {
    const term = eight(f, p, w, weighted) - lost;
    if (weighted) w += 64;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  for (; p < end; p += 4) {
    const term = weighed(f, p, w, weighted) - lost;
    if (weighted) w += 8;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

@inline
function voice(x: f64, z: f64, k: f64): f64 {
  if (!(x > 0)) return 0;
  const heard = k * z;
  return heard > 0 ? x * (x / (x + heard)) : x;
}

/**
 * Mass and flow of rows, one after another, from all sources or, on top of BASE, from those of the own
 * component; flows stay as they are where they are `later` passed on. Lean where there are neither weights
 * nor objections: then all of it is one loop without a call.
 */
@inline
function sweep(from: u32, to: u32, slot: u32, lean: bool, inner: bool, later: bool): void {
  const offsets = pointer(OFFSETS);
  const sources = pointer(SOURCES);
  const weights = pointer(WEIGHTS);
  const begins = pointer(INNER);
  const base = pointer(BASE);
  const againstOffsets = pointer(AGAINST_OFFSETS);
  const againstSources = pointer(AGAINST_SOURCES);
  const againstWeights = pointer(AGAINST_WEIGHTS);
  const demands = pointer(DEMAND);
  const within = pointer(WITHIN);
  const credentials = pointer(CREDENTIALS);
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const f = pointer(FLOW);
  const silent: u32 = <u32>pointer(SILENT);
  const damping = number(DAMPING);
  const rate = number(RATE);
  const share = number(SHARE);
  const back = number(BACK);
  const ceiling = number(CEILING);
  const k = number(OBJECTION);
  let moved: f64 = 0;
  let all: f64 = 0;
  let inside: f64 = 0;
  let end: u32 = load<u32>(offsets + (<usize>from << 2));
  for (let v = from; v < to; v++) {
    const begin = inner ? load<u32>(begins + (<usize>v << 2)) : end;
    end = load<u32>(offsets + ((<usize>v + 1) << 2));
    const p = sources + (<usize>begin << 2);
    const q = sources + (<usize>end << 2);
    let sum = lean ? summed(f, p, q, 0, false) : arriving(f, p, q, weightOf(weights, begin));
    if (inner) sum = at(base, v) + sum;
    const s = damping * sum + (credentials === 0 ? rate : rate * at(credentials, v));
    const free = s * share;
    const mass = free <= ceiling ? free : s + back * ceiling;
    put(x, v, mass);
    all += mass;
    let distrust: f64 = 0;
    if (!lean && z !== 0) {
      const first = load<u32>(againstOffsets + (<usize>v << 2));
      const last = load<u32>(againstOffsets + ((<usize>v + 1) << 2));
      distrust =
        damping *
        arriving(
          f,
          againstSources + (<usize>first << 2),
          againstSources + (<usize>last << 2),
          againstWeights + (<usize>first << 3),
        );
      put(z, v, distrust);
    }
    // A silent row is swept for its excess alone: it passes nothing on.
    if (later || v >= silent) continue;
    const demand = at(demands, v);
    const now = (!lean && distrust > 0 ? voice(mass, distrust, k) : mass) / demand;
    moved += abs<f64>(now - at(f, v)) * demand;
    inside += at(within, v) * now;
    put(f, v, now);
  }
  leave(slot, 0, moved);
  leave(slot, 1, all);
  leave(slot, 2, inside);
}

function sweepAny(from: u32, to: u32, slot: u32, inner: bool, later: bool): void {
  sweep(from, to, slot, false, inner, later);
}

function sweepLean(from: u32, to: u32, slot: u32, later: bool): void {
  sweep(from, to, slot, true, false, later);
}

/** Flows of what arrived. */
function passOn(from: u32, to: u32, slot: u32): void {
  const demands = pointer(DEMAND);
  const within = pointer(WITHIN);
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const f = pointer(FLOW);
  const silent: u32 = <u32>pointer(SILENT);
  const k = number(OBJECTION);
  let moved: f64 = 0;
  let inside: f64 = 0;
  for (let v = from, end = min<u32>(to, silent); v < end; v++) {
    const mass = at(x, v);
    const distrust = z === 0 ? 0 : at(z, v);
    const demand = at(demands, v);
    const now = (distrust > 0 ? voice(mass, distrust, k) : mass) / demand;
    moved += abs<f64>(now - at(f, v)) * demand;
    inside += at(within, v) * now;
    put(f, v, now);
  }
  leave(slot, 0, moved);
  leave(slot, 2, inside);
}

/** What arrives from outside the component of each row: kept in BASE, and summed. */
function gatherBase(from: u32, to: u32, slot: u32): void {
  const offsets = pointer(OFFSETS);
  const sources = pointer(SOURCES);
  const weights = pointer(WEIGHTS);
  const begins = pointer(INNER);
  const base = pointer(BASE);
  const f = pointer(FLOW);
  let all: f64 = 0;
  for (let v = from; v < to; v++) {
    const begin = load<u32>(offsets + (<usize>v << 2));
    const p = sources + (<usize>begin << 2);
    const end = sources + (<usize>load<u32>(begins + (<usize>v << 2)) << 2);
    const sum = arriving(f, p, end, weightOf(weights, begin));
    put(base, v, sum);
    all += sum;
  }
  leave(slot, 0, all);
}

/** Flows times SIGMA. */
function scale(from: u32, to: u32): void {
  const f = pointer(FLOW);
  const sigma = number(SIGMA);
  for (let v = from; v < to; v++) put(f, v, at(f, v) * sigma);
}

function scaleMass(from: u32, to: u32): void {
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const sigma = number(SIGMA);
  for (let v = from; v < to; v++) {
    put(x, v, at(x, v) * sigma);
    if (z !== 0) put(z, v, at(z, v) * sigma);
  }
}

function excess(from: u32, to: u32, slot: u32): void {
  const x = pointer(MASS);
  const ceiling = number(CEILING);
  let sum: f64 = 0;
  for (let v = from; v < to; v++) {
    const mass = at(x, v);
    if (mass > ceiling) sum += mass - ceiling;
  }
  leave(slot, 0, sum);
}

/** Keeps mass and distrust as they stand before a sweep. */
function remember(from: u32, to: u32): void {
  const before = pointer(BEFORE);
  const z = pointer(DISTRUST);
  const strip = <usize>pointer(ORDER) << 3;
  const bytes = <usize>(to - from) << 3;
  const start = <usize>from << 3;
  memory.copy(before + start, pointer(MASS) + start, bytes);
  if (z !== 0) memory.copy(before + strip + start, z + start, bytes);
}

/** What a sweep changed, and its products with what the sweeps before it changed. */
function look(from: u32, to: u32, slot: u32): void {
  const order = <u32>pointer(ORDER);
  const newest = <i32>number(NEWEST);
  let before = pointer(BEFORE);
  let change = pointer(CHANGE);
  let arrival = pointer(ARRIVAL);
  let newChange = load<u32>(POINTERS + ((CHANGES + newest) << 2)) as usize;
  let newArrival = load<u32>(POINTERS + ((ARRIVALS + newest) << 2)) as usize;
  let first = pointer(CHANGES);
  let second = pointer(CHANGES + 1);
  let third = pointer(CHANGES + 2);
  let a: f64 = 0;
  let b: f64 = 0;
  let c: f64 = 0;
  let d: f64 = 0;
  let e: f64 = 0;
  let g: f64 = 0;
  const strips = pointer(DISTRUST) === 0 ? 1 : 2;
  for (let strip = 0; strip < strips; strip++) {
    const after = strip === 0 ? pointer(MASS) : pointer(DISTRUST);
    for (let v = from; v < to; v++) {
      const here = at(after, v);
      const moved = here - at(before, v);
      const turned = moved - at(change, v);
      put(newChange, v, turned);
      put(newArrival, v, here - at(arrival, v));
      put(change, v, moved);
      put(arrival, v, here);
      const one = at(first, v);
      const two = at(second, v);
      const three = at(third, v);
      a += turned * one;
      b += turned * two;
      c += turned * three;
      d += one * moved;
      e += two * moved;
      g += three * moved;
    }
    const bytes = <usize>order << 3;
    before += bytes;
    change += bytes;
    arrival += bytes;
    newChange += bytes;
    newArrival += bytes;
    first += bytes;
    second += bytes;
    third += bytes;
  }
  leave(slot, 0, a);
  leave(slot, 1, b);
  leave(slot, 2, c);
  leave(slot, 3, d);
  leave(slot, 4, e);
  leave(slot, 5, g);
}

/** One strip ahead, at or above zero. */
function ahead(from: u32, to: u32, after: usize, shift: usize): void {
  const first = pointer(ARRIVALS) + shift;
  const second = pointer(ARRIVALS + 1) + shift;
  const third = pointer(ARRIVALS + 2) + shift;
  const a = number(PART);
  const b = number(PART + 1);
  const c = number(PART + 2);
  for (let v = from; v < to; v++) {
    const there = at(after, v) - a * at(first, v) - b * at(second, v) - c * at(third, v);
    put(after, v, there > 0 ? there : 0);
  }
}

/** Steps ahead, and brings the flows along. */
function step(from: u32, to: u32): void {
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const f = pointer(FLOW);
  const demands = pointer(DEMAND);
  const silent: u32 = <u32>pointer(SILENT);
  const k = number(OBJECTION);
  ahead(from, to, x, 0);
  if (z !== 0) ahead(from, to, z, <usize>pointer(ORDER) << 3);
  for (let v = from; v < min<u32>(to, silent); v++) {
    put(f, v, voice(at(x, v), z === 0 ? 0 : at(z, v), k) / at(demands, v));
  }
}

/** What arrives at each row, for the certificate; silent rows are brought up to date. */
function inflow(from: u32, to: u32): void {
  const offsets = pointer(OFFSETS);
  const sources = pointer(SOURCES);
  const weights = pointer(WEIGHTS);
  const againstOffsets = pointer(AGAINST_OFFSETS);
  const againstSources = pointer(AGAINST_SOURCES);
  const againstWeights = pointer(AGAINST_WEIGHTS);
  const credentials = pointer(CREDENTIALS);
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const plus = pointer(PLUS);
  const minus = pointer(MINUS);
  const f = pointer(FLOW);
  const silent: u32 = <u32>pointer(SILENT);
  const damping = number(DAMPING);
  const rate = number(RATE);
  const back = number(BACK);
  const ceiling = number(CEILING);
  let begin: u32 = load<u32>(offsets + (<usize>from << 2));
  for (let v = from; v < to; v++) {
    const end = load<u32>(offsets + ((<usize>v + 1) << 2));
    const p = sources + (<usize>begin << 2);
    const q = sources + (<usize>end << 2);
    const sum = compensated(f, p, q, weightOf(weights, begin));
    begin = end;
    const arrives = damping * sum;
    put(plus, v, arrives);
    if (z !== 0) {
      const first = load<u32>(againstOffsets + (<usize>v << 2));
      const last = load<u32>(againstOffsets + ((<usize>v + 1) << 2));
      const against =
        damping *
        compensated(
          f,
          againstSources + (<usize>first << 2),
          againstSources + (<usize>last << 2),
          againstWeights + (<usize>first << 3),
        );
      put(minus, v, against);
      if (v >= silent) put(z, v, against);
    }
    if (v < silent) continue;
    const s = arrives + (credentials === 0 ? rate : rate * at(credentials, v));
    const free = s / (1 - back);
    put(x, v, free <= ceiling ? free : s + back * ceiling);
  }
}

/** The residual of each row, summed, with its volume and the compensated sum of voices. */
function judge(from: u32, to: u32, slot: u32): void {
  const credentials = pointer(CREDENTIALS);
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const plus = pointer(PLUS);
  const minus = pointer(MINUS);
  const silent: u32 = <u32>pointer(SILENT);
  const back = number(BACK);
  const ceiling = number(CEILING);
  const k = number(OBJECTION);
  const perCredential = number(PER_CREDENTIAL);
  const capped = ceiling < Infinity;
  let residual: f64 = 0;
  let volume: f64 = 0;
  let voices: f64 = 0;
  let lost: f64 = 0;
  for (let v = from; v < to; v++) {
    const mass = at(x, v);
    const distrust = z === 0 ? 0 : at(z, v);
    const term = voice(mass, distrust, k) - lost;
    const sum = voices + term;
    lost = sum - voices - term;
    voices = sum;
    volume += mass + k * distrust;
    // A silent row was set from these very sums: what is left of its residual is the excess alone.
    if (v >= silent && !capped) continue;
    const restart =
      (credentials === 0 ? perCredential : perCredential * at(credentials, v)) + back * min<f64>(mass, ceiling);
    residual += abs<f64>(restart + at(plus, v) - mass);
    if (z === 0) continue;
    residual += k * abs<f64>(at(minus, v) - distrust);
    // Where distrust counts for nothing the norm does not see it, but it is published.
    if (k === 0) put(z, v, at(minus, v));
  }
  leave(slot, 0, residual);
  leave(slot, 1, volume);
  leave(slot, 2, voices);
}

/** Mass and flow of speakers, [from, to), which nothing changes; and the mass that enters the rows before them. */
function speak(from: u32, to: u32, slot: u32): void {
  const demands = pointer(DEMAND);
  const within = pointer(WITHIN);
  const credentials = pointer(CREDENTIALS);
  const x = pointer(MASS);
  const z = pointer(DISTRUST);
  const f = pointer(FLOW);
  const floor = number(PER_CREDENTIAL);
  const damping = number(DAMPING);
  const back = number(BACK);
  let income: f64 = 0;
  for (let v: u32 = 0; v < from; v++) income += credentials === 0 ? floor : floor * at(credentials, v);
  for (let v = from; v < to; v++) {
    const mass = (credentials === 0 ? floor : floor * at(credentials, v)) / (1 - back);
    const flow = mass / at(demands, v);
    put(x, v, mass);
    if (z !== 0) put(z, v, 0);
    put(f, v, flow);
    income += damping * at(within, v) * flow;
  }
  leave(slot, 0, income);
}

/** Does one operation on the rows [from, to). */
export function run(operation: i32, from: u32, to: u32, slot: u32): void {
  switch (operation) {
    case SWEEP:
    case ARRIVE: {
      const later = operation === ARRIVE;
      if (pointer(WEIGHTS) === 0 && pointer(DISTRUST) === 0) sweepLean(from, to, slot, later);
      else sweepAny(from, to, slot, false, later);
      break;
    }
    case SWEEP_INNER: {
      sweepAny(from, to, slot, true, false);
      break;
    }
    case PASS_ON: {
      passOn(from, to, slot);
      break;
    }
    case GATHER_BASE: {
      gatherBase(from, to, slot);
      break;
    }
    case SCALE: {
      scale(from, to);
      break;
    }
    case SCALE_MASS: {
      scaleMass(from, to);
      break;
    }
    case EXCESS: {
      excess(from, to, slot);
      break;
    }
    case REMEMBER: {
      remember(from, to);
      break;
    }
    case LOOK: {
      look(from, to, slot);
      break;
    }
    case STEP: {
      step(from, to);
      break;
    }
    case INFLOW: {
      inflow(from, to);
      break;
    }
    case JUDGE: {
      judge(from, to, slot);
      break;
    }
    case SPEAK: {
      speak(from, to, slot);
      break;
    }
  }
}
