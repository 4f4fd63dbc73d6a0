/**
 * The kernels in plain TypeScript: the fallback where WebAssembly is not to be had, and the oracle of
 * assembly/kernel.ts, which does the same additions in the same order. One operation on the rows
 * [from, to) of a frame, its sums left in a slot; nothing is allocated in a loop. Rows are summed in trees
 * of eight terms, whose additions do not wait for one another. More than 300 lines, to stand beside that one.
 */
import { voice } from '../equations.ts';
import type { Frame } from './frame.ts';
import type { FrameRows } from './rows.ts';
import * as Slots from './slots.ts';

export interface Kernel {
  readonly name: 'js' | 'wasm';
  run(operation: number, from: number, to: number, slot: number): void;
}

export function plainKernel(frame: Frame): Kernel {
  const run: Kernel['run'] = (operation, from, to, slot) => {
    const sums = frame.parts.subarray(Slots.SUMS * slot, Slots.SUMS * (slot + 1));
    switch (operation) {
      case Slots.SWEEP:
        return sweep(frame, from, to, sums, false, false);
      case Slots.SWEEP_INNER:
        return sweep(frame, from, to, sums, true, false);
      case Slots.GATHER_BASE:
        return gatherBase(frame, from, to, sums);
      case Slots.ARRIVE:
        return sweep(frame, from, to, sums, false, true);
      case Slots.PASS_ON:
        return passOn(frame, from, to, sums);
      case Slots.SCALE:
        return scale(frame, from, to);
      case Slots.SCALE_MASS:
        return scaleMass(frame, from, to);
      case Slots.EXCESS:
        return excess(frame, from, to, sums);
      case Slots.REMEMBER:
        return remember(frame, from, to);
      case Slots.LOOK:
        return look(frame, from, to, sums);
      case Slots.STEP:
        return step(frame, from, to);
      case Slots.INFLOW:
        return inflow(frame, from, to);
      case Slots.JUDGE:
        return judge(frame, from, to, sums);
      case Slots.SPEAK:
        return speak(frame, from, to, sums);
    }
  };
  return { name: 'js', run };
}

/** Eight terms from slot k on, in a tree. */
function eight(f: Float64Array, sources: Uint32Array, k: number): number {
  return (
    f[sources[k]!]! +
    f[sources[k + 1]!]! +
    (f[sources[k + 2]!]! + f[sources[k + 3]!]!) +
    (f[sources[k + 4]!]! + f[sources[k + 5]!]! + (f[sources[k + 6]!]! + f[sources[k + 7]!]!))
  );
}

/** The same by weight. */
function weighedEight(f: Float64Array, sources: Uint32Array, weights: Float64Array, k: number): number {
  return (
    weights[k]! * f[sources[k]!]! +
    weights[k + 1]! * f[sources[k + 1]!]! +
    (weights[k + 2]! * f[sources[k + 2]!]! + weights[k + 3]! * f[sources[k + 3]!]!) +
    (weights[k + 4]! * f[sources[k + 4]!]! +
      weights[k + 5]! * f[sources[k + 5]!]! +
      (weights[k + 6]! * f[sources[k + 6]!]! + weights[k + 7]! * f[sources[k + 7]!]!))
  );
}

/** What arrives along the sources [k, end). */
function arriving({ sources, weights }: FrameRows, f: Float64Array, k: number, end: number): number {
  let sum = 0;
  if (weights === null) {
    for (; k + 7 < end; k += 8) sum += eight(f, sources, k);
    for (; k < end; k++) sum += f[sources[k]!]!;
  } else {
    for (; k + 7 < end; k += 8) sum += weighedEight(f, sources, weights, k);
    for (; k < end; k++) sum += weights[k]! * f[sources[k]!]!;
  }
  return sum;
}

/** The same with compensated additions (Kahan 1965). */
function compensated({ sources, weights }: FrameRows, f: Float64Array, k: number, end: number): number {
  let sum = 0;
  let lost = 0;
  for (; k + 7 < end; k += 8) {
    const terms = weights === null ? eight(f, sources, k) : weighedEight(f, sources, weights, k);
    const term = terms - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  for (; k < end; k++) {
    const term = (weights === null ? f[sources[k]!]! : weights[k]! * f[sources[k]!]!) - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

/**
 * Mass and flow of rows, one after another, from all sources or, on top of the base, from those of the own
 * component; flows stay as they are where they are `later` passed on.
 */
function sweep(
  frame: Frame,
  from: number,
  to: number,
  sums: Float64Array,
  own: boolean,
  later: boolean,
): void {
  const { endorsements, objections, demand, within, credentials, x, z, f, inner, base, silent } = frame;
  const { numbers } = frame;
  const { offsets } = endorsements;
  const damping = numbers[Slots.DAMPING]!;
  const rate = numbers[Slots.RATE]!;
  const share = numbers[Slots.SHARE]!;
  const back = numbers[Slots.BACK]!;
  const ceiling = numbers[Slots.CEILING]!;
  const k = numbers[Slots.OBJECTION]!;
  let moved = 0;
  let all = 0;
  let inside = 0;
  for (let v = from; v < to; v++) {
    let sum = arriving(endorsements, f, own ? inner![v]! : offsets[v]!, offsets[v + 1]!);
    if (own) sum = base![v]! + sum;
    const s = damping * sum + (credentials === null ? rate : rate * credentials[v]!);
    const free = s * share;
    const mass = free <= ceiling ? free : s + back * ceiling;
    x[v] = mass;
    all += mass;
    let distrust = 0;
    if (objections !== null) {
      distrust = damping * arriving(objections, f, objections.offsets[v]!, objections.offsets[v + 1]!);
      z![v] = distrust;
    }
    // A silent row is swept for its excess alone: it passes nothing on.
    if (later || v >= silent) continue;
    const flow = (distrust > 0 ? voice(mass, distrust, k) : mass) / demand[v]!;
    moved += Math.abs(flow - f[v]!) * demand[v]!;
    inside += within[v]! * flow;
    f[v] = flow;
  }
  sums[0] = moved;
  sums[1] = all;
  sums[2] = inside;
}

/** Flows of what arrived. */
function passOn(
  { demand, within, x, z, f, silent, numbers }: Frame,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  const k = numbers[Slots.OBJECTION]!;
  let moved = 0;
  let inside = 0;
  for (let v = from, end = Math.min(to, silent); v < end; v++) {
    const distrust = z === null ? 0 : z[v]!;
    const flow = (distrust > 0 ? voice(x[v]!, distrust, k) : x[v]!) / demand[v]!;
    moved += Math.abs(flow - f[v]!) * demand[v]!;
    inside += within[v]! * flow;
    f[v] = flow;
  }
  sums[0] = moved;
  sums[2] = inside;
}

/** What arrives from outside the component of each row: kept in the base, and summed. */
function gatherBase(
  { endorsements, inner, base, f }: Frame,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  let all = 0;
  for (let v = from; v < to; v++) {
    const sum = arriving(endorsements, f, endorsements.offsets[v]!, inner![v]!);
    base![v] = sum;
    all += sum;
  }
  sums[0] = all;
}

/** Flows times sigma. */
function scale({ f, numbers }: Frame, from: number, to: number): void {
  const sigma = numbers[Slots.SIGMA]!;
  for (let v = from; v < to; v++) f[v] = f[v]! * sigma;
}

function scaleMass({ x, z, numbers }: Frame, from: number, to: number): void {
  const sigma = numbers[Slots.SIGMA]!;
  for (let v = from; v < to; v++) {
    x[v] = x[v]! * sigma;
    if (z !== null) z[v] = z[v]! * sigma;
  }
}

function excess({ x, numbers }: Frame, from: number, to: number, sums: Float64Array): void {
  const ceiling = numbers[Slots.CEILING]!;
  let sum = 0;
  for (let v = from; v < to; v++) if (x[v]! > ceiling) sum += x[v]! - ceiling;
  sums[0] = sum;
}

/** Keeps mass and distrust as they stand before a sweep. */
function remember({ x, z, order, strips }: Frame, from: number, to: number): void {
  strips[0]!.set(x.subarray(from, to), from);
  if (z !== null) strips[0]!.set(z.subarray(from, to), order + from);
}

/** What a sweep changed, and its products with what the sweeps before it changed. */
function look({ order, x, z, numbers, strips }: Frame, from: number, to: number, sums: Float64Array): void {
  const newest = numbers[Slots.NEWEST]!;
  const [before, change, arrival, first, second, third] = strips as Float64Array[] & { length: 9 };
  const newChange = strips[3 + newest]!;
  const newArrival = strips[6 + newest]!;
  let [a, b, c, d, e, g] = [0, 0, 0, 0, 0, 0];
  for (const after of z === null ? [x] : [x, z]) {
    const shift = after === x ? 0 : order;
    for (let v = from; v < to; v++) {
      const k = shift + v;
      const here = after[v]!;
      const moved = here - before![k]!;
      const turned = moved - change![k]!;
      newChange[k] = turned;
      newArrival[k] = here - arrival![k]!;
      change![k] = moved;
      arrival![k] = here;
      const one = first![k]!;
      const two = second![k]!;
      const three = third![k]!;
      a += turned * one;
      b += turned * two;
      c += turned * three;
      d += one * moved;
      e += two * moved;
      g += three * moved;
    }
  }
  sums.set([a, b, c, d, e, g]);
}

/** Steps ahead, at or above zero, and brings the flows along. */
function step({ order, x, z, f, demand, silent, numbers, strips }: Frame, from: number, to: number): void {
  const [a, b, c] = [numbers[Slots.PART]!, numbers[Slots.PART + 1]!, numbers[Slots.PART + 2]!];
  const [first, second, third] = [strips[6]!, strips[7]!, strips[8]!];
  const k = numbers[Slots.OBJECTION]!;
  for (const after of z === null ? [x] : [x, z]) {
    const shift = after === x ? 0 : order;
    for (let v = from; v < to; v++) {
      const j = shift + v;
      const there = after[v]! - a * first[j]! - b * second[j]! - c * third[j]!;
      after[v] = !(there > 0) ? 0 : there;
    }
  }
  for (let v = from; v < Math.min(to, silent); v++) {
    f[v] = voice(x[v]!, z === null ? 0 : z[v]!, k) / demand[v]!;
  }
}

/** What arrives at each row, for the certificate; silent rows are brought up to date. */
function inflow(frame: Frame, from: number, to: number): void {
  const { endorsements, objections, credentials, x, z, f, plus, minus, silent, numbers } = frame;
  const damping = numbers[Slots.DAMPING]!;
  const rate = numbers[Slots.RATE]!;
  const back = numbers[Slots.BACK]!;
  const ceiling = numbers[Slots.CEILING]!;
  for (let v = from; v < to; v++) {
    const { offsets } = endorsements;
    const arrives = damping * compensated(endorsements, f, offsets[v]!, offsets[v + 1]!);
    plus[v] = arrives;
    if (objections !== null) {
      const last = objections.offsets[v + 1]!;
      minus![v] = damping * compensated(objections, f, objections.offsets[v]!, last);
      if (v >= silent) z![v] = minus![v]!;
    }
    if (v < silent) continue;
    const s = arrives + (credentials === null ? rate : rate * credentials[v]!);
    const free = s / (1 - back);
    x[v] = free <= ceiling ? free : s + back * ceiling;
  }
}

/** The residual of each row, summed, with its volume and the compensated sum of voices. */
function judge(frame: Frame, from: number, to: number, sums: Float64Array): void {
  const { credentials, x, z, plus, minus, silent, numbers } = frame;
  const back = numbers[Slots.BACK]!;
  const ceiling = numbers[Slots.CEILING]!;
  const k = numbers[Slots.OBJECTION]!;
  const perCredential = numbers[Slots.PER_CREDENTIAL]!;
  const capped = ceiling < Number.POSITIVE_INFINITY;
  let residual = 0;
  let volume = 0;
  let voices = 0;
  let lost = 0;
  for (let v = from; v < to; v++) {
    const mass = x[v]!;
    const distrust = z === null ? 0 : z[v]!;
    const term = voice(mass, distrust, k) - lost;
    const sum = voices + term;
    lost = sum - voices - term;
    voices = sum;
    volume += mass + k * distrust;
    // A silent row was set from these very sums: what is left of its residual is the excess alone.
    if (v >= silent && !capped) continue;
    const restart =
      (credentials === null ? perCredential : perCredential * credentials[v]!) +
      back * Math.min(mass, ceiling);
    residual += Math.abs(restart + plus[v]! - mass);
    if (z === null) continue;
    residual += k * Math.abs(minus![v]! - distrust);
    // Where distrust counts for nothing the norm does not see it, but it is published.
    if (k === 0) z[v] = minus![v]!;
  }
  sums[0] = residual;
  sums[1] = volume;
  sums[2] = voices;
}

/** Mass and flow of speakers, [from, to), which nothing changes; and the mass that enters the rows before them. */
function speak(
  { x, z, f, demand, within, credentials, numbers }: Frame,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  const floor = numbers[Slots.PER_CREDENTIAL]!;
  const damping = numbers[Slots.DAMPING]!;
  const back = numbers[Slots.BACK]!;
  let income = 0;
  for (let v = 0; v < from; v++) income += credentials === null ? floor : floor * credentials[v]!;
  for (let v = from; v < to; v++) {
    const mass = (credentials === null ? floor : floor * credentials[v]!) / (1 - back);
    const flow = mass / demand[v]!;
    x[v] = mass;
    if (z !== null) z[v] = 0;
    f[v] = flow;
    income += damping * within[v]! * flow;
  }
  sums[0] = income;
}
