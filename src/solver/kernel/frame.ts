/**
 * One memory that holds all that a solve reads and writes: the columns of the graph as they are arranged,
 * the unknowns, and room for what the kernels leave. Kernels of both kinds and every worker run over it.
 *
 * Large graphs are cut: the swept rows into PHASES that follow one another, each phase into BLOCKS that
 * may be swept side by side, all of about as many edges. A row reads the newest flows of other phases, and
 * of its own those of the sweep before. So what a sweep computes depends on the cuts alone, which depend on
 * the graph alone: not on how many workers there are.
 */
import type { System, Weights } from '../../graph/columns.ts';
import type { Constants, State } from '../equations.ts';
import type { Arrangement } from './arrange.ts';
import type { Home } from './home.ts';
import { ALIGNED } from './home.ts';
import type { FrameRows } from './rows.ts';
import { divide, fillRows, inverse, isUnit, rowsSize, splitRows } from './rows.ts';
import * as Slots from './slots.ts';

/** Chosen by measurement: as few visits as one row after another would need. */
const PHASES = 8;
/** Blocks of a phase: so many that nobody waits long for the last of them, each with this many edges at least. */
const BLOCKS = { least: 16, most: 64, edges: 16_384 };
/** Swept edges from which a graph is cut. */
const CUT_FROM = 262_144;

/** Gives a memory of this many bytes, all zero. */
export type Allocate = (bytes: number) => ArrayBufferLike;

export class Frame {
  readonly order: number;
  /** Rows that are swept every time: [0, swept). */
  readonly swept: number;
  readonly silent: number;
  readonly buffer: ArrayBufferLike;
  readonly control: Int32Array;
  readonly numbers: Float64Array;
  readonly endorsements: FrameRows;
  readonly objections: FrameRows | null;
  readonly demand: Float64Array;
  /** Endorsement weight of each row to the swept rows; to its own component where they are told apart. */
  readonly within: Float64Array;
  readonly credentials: Float64Array | null;
  readonly x: Float64Array;
  readonly z: Float64Array | null;
  readonly f: Float64Array;
  readonly plus: Float64Array;
  readonly minus: Float64Array | null;
  readonly inner: Uint32Array | null;
  readonly base: Float64Array | null;
  readonly parts: Float64Array;
  /** Where blocks begin: those of sweeps over the swept rows, and those of passes over all rows. */
  readonly sweepCuts: Uint32Array;
  readonly passCuts: Uint32Array;
  /** Blocks of one phase after another: phase p is blocks [phases[p], phases[p + 1]). Null where one block is all. */
  readonly phases: readonly number[] | null;
  /** For acceleration: before, change, arrival, three changes, three arrivals. */
  readonly strips: readonly Float64Array[];
  readonly #rows: Uint32Array | null;

  /** @param land Where the columns stand already, arranged as they are; or who gives a memory to copy them to. */
  constructor(
    system: System,
    { capped }: Constants,
    { rows, speakers, silent, components }: Arrangement,
    land: Home | Allocate,
  ) {
    const { order, endorsements, objections, credentials } = system;
    this.order = order;
    this.swept = capped ? order : speakers;
    this.silent = silent;
    this.#rows = rows;
    const cut = components === null && (capped ? system.edges : system.activeEdges) >= CUT_FROM;
    const wanted = Math.floor((capped ? system.edges : system.activeEdges) / (PHASES * BLOCKS.edges));
    const perPhase = cut ? Math.min(BLOCKS.most, Math.max(BLOCKS.least, wanted)) : 1;
    const blocks = cut ? PHASES * perPhase : 1;
    const size = rowsSize(endorsements, order);
    const against = objections === null ? 0 : rowsSize(objections, order);
    const unit = isUnit(endorsements, order);

    // What stands where is decided first, then the memory is made, then views are taken of it.
    const home = typeof land === 'function' ? null : land;
    let top = Slots.COLUMNS;
    const place = (bytes: number, made?: Uint32Array | Float64Array | null) => {
      if (home !== null) return made?.buffer === home.buffer ? made.byteOffset : home.place(bytes);
      const start = top;
      top = Math.ceil((top + bytes) / ALIGNED) * ALIGNED;
      return start;
    };
    const has = (wanted: boolean, bytes: number, made?: Uint32Array | Float64Array | null) =>
      wanted ? place(bytes, made) : 0;
    const weight = capped ? system.endorsed : system.inward;
    const signed = objections !== null;
    const strips = signed ? 16 * order : 8 * order;
    const at: [number, number][] = [
      [Slots.OFFSETS, place(4 * (order + 1), endorsements.starts)],
      [Slots.SOURCES, place(4 * size, endorsements.sources)],
      [Slots.WEIGHTS, has(!unit, 8 * size, doubles(endorsements.weights))],
      [Slots.AGAINST_OFFSETS, has(signed, 4 * (order + 1), objections?.starts)],
      [Slots.AGAINST_SOURCES, has(signed, 4 * against, objections?.sources)],
      [Slots.AGAINST_WEIGHTS, has(signed, 8 * against, doubles(objections?.weights))],
      [Slots.DEMAND, place(8 * order, system.demand)],
      [Slots.WITHIN, place(8 * order, weight)],
      [Slots.CREDENTIALS, has(credentials !== null, 8 * order, credentials)],
      [Slots.MASS, place(8 * order)],
      [Slots.DISTRUST, has(signed, 8 * order)],
      [Slots.FLOW, place(8 * order)],
      [Slots.PLUS, place(8 * order)],
      [Slots.MINUS, has(signed, 8 * order)],
      [Slots.INNER, has(components !== null, 4 * order)],
      [Slots.BASE, has(components !== null, 8 * order)],
      [Slots.PARTS, place(8 * Slots.SUMS * blocks)],
      [Slots.SWEEP_CUTS, place(4 * (blocks + 1))],
      [Slots.PASS_CUTS, place(4 * (blocks + 1))],
      ...Array.from({ length: 9 }, (_, k): [number, number] => [Slots.BEFORE + k, place(strips)]),
    ];
    const buffer = typeof land === 'function' ? land(top) : land.buffer;
    this.buffer = buffer;
    this.control = new Int32Array(buffer, 0, 16);
    this.numbers = new Float64Array(buffer, Slots.NUMBERS, Slots.NUMBER_COUNT);
    const pointers = new Uint32Array(buffer, Slots.POINTERS, Slots.POINTER_COUNT);
    const starts = new Float64Array(Slots.POINTER_COUNT);
    for (const [which, start] of at) {
      pointers[which] = start;
      starts[which] = start;
    }
    pointers[Slots.ORDER] = order;
    pointers[Slots.SILENT] = silent;
    const whole = (which: number, length: number) => new Uint32Array(buffer, starts[which], length);
    const real = (which: number, length: number) => new Float64Array(buffer, starts[which], length);
    const maybe = (which: number, length: number) => (starts[which] === 0 ? null : real(which, length));

    this.endorsements = {
      offsets: whole(Slots.OFFSETS, order + 1),
      sources: whole(Slots.SOURCES, size),
      weights: maybe(Slots.WEIGHTS, size),
    };
    this.objections = signed
      ? {
          offsets: whole(Slots.AGAINST_OFFSETS, order + 1),
          sources: whole(Slots.AGAINST_SOURCES, against),
          weights: real(Slots.AGAINST_WEIGHTS, against),
        }
      : null;
    this.demand = real(Slots.DEMAND, order);
    this.within = real(Slots.WITHIN, order);
    this.credentials = maybe(Slots.CREDENTIALS, order);
    this.x = real(Slots.MASS, order);
    this.z = maybe(Slots.DISTRUST, order);
    this.f = real(Slots.FLOW, order);
    this.plus = real(Slots.PLUS, order);
    this.minus = maybe(Slots.MINUS, order);
    this.inner = components === null ? null : whole(Slots.INNER, order);
    this.base = maybe(Slots.BASE, order);
    this.parts = real(Slots.PARTS, Slots.SUMS * blocks);
    this.sweepCuts = whole(Slots.SWEEP_CUTS, blocks + 1);
    this.passCuts = whole(Slots.PASS_CUTS, blocks + 1);
    this.strips = Array.from({ length: 9 }, (_, k) => real(Slots.BEFORE + k, strips / 8));

    if (home === null) {
      const placeOf = rows === null ? null : inverse(rows);
      fillRows(this.endorsements, endorsements, rows, placeOf);
      if (objections !== null) fillRows(this.objections!, objections, rows, placeOf);
    }
    this.#fill(this.demand, system.demand);
    this.#fill(this.within, weight);
    if (credentials !== null) this.#fill(this.credentials!, credentials);
    if (components !== null) splitRows(this.endorsements, components, this.inner!, this.within);
    this.phases = this.#cut(cut ? perPhase : 0);
  }

  /** Takes a state in. */
  read({ x, z, f }: State): void {
    this.#fill(this.x, x);
    if (this.z !== null) this.#fill(this.z, z);
    this.#fill(this.f, f);
  }

  /** Gives a column back, by rows of the system. */
  write(from: Float64Array, to: Float64Array): void {
    const rows = this.#rows;
    if (to.buffer === from.buffer) return;
    if (rows === null) to.set(from);
    else for (let place = 0; place < this.order; place++) to[rows[place]!] = from[place]!;
  }

  #fill(to: Float64Array, from: Float64Array): void {
    if (to.buffer === from.buffer) return;
    const rows = this.#rows;
    if (rows === null) to.set(from.length === this.order ? from : from.subarray(0, this.order));
    else for (let place = 0; place < this.order; place++) to[place] = from[rows[place]!]!;
  }

  /** Cuts by edges: sweeps into phases and those into blocks, passes into blocks. */
  #cut(perPhase: number): number[] | null {
    const { order, swept, sweepCuts, passCuts, endorsements } = this;
    const against = this.objections?.offsets;
    const parts = (cuts: Uint32Array, from: number, to: number) =>
      divide(cuts, from, to, endorsements.offsets, against);
    if (perPhase === 0) {
      sweepCuts[1] = swept;
      passCuts[1] = order;
      return null;
    }
    const phases = new Uint32Array(PHASES + 1);
    parts(phases, 0, swept);
    for (let p = 0; p < PHASES; p++) {
      parts(sweepCuts.subarray(p * perPhase, (p + 1) * perPhase + 1), phases[p]!, phases[p + 1]!);
    }
    parts(passCuts, 0, order);
    return Array.from({ length: PHASES + 1 }, (_, p) => p * perPhase);
  }
}

/** Weights as kernels read them; null for others, of which they get a copy. */
function doubles(weights: Weights | null | undefined): Float64Array | null {
  return weights instanceof Float64Array ? weights : null;
}
