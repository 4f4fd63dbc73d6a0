/**
 * A sink that writes down what it is given, as plain objects with strings, and the ways to feed a reader:
 * from text or bytes, cut into chunks anywhere. Shares nothing with the record that scores are made from.
 */
import type { PeerageError } from '../../src/error.ts';
import type { Event, Row, Sink } from '../../src/event.ts';
import { type ReadOptions, read } from '../../src/formats/read.ts';

export interface Line {
  source: string;
  target: string;
  weight: number;
  kind: string;
  at: number | undefined;
  id: string | undefined;
}

/** A statement as a reader delivers it when nothing but its two ends is said. */
export const line = (source: string, target: string, more: Partial<Line> = {}): Line => ({
  source,
  target,
  weight: 1,
  kind: 'endorsement',
  at: undefined,
  id: undefined,
  ...more,
});

export interface Gathered {
  rows: Line[];
  events: Event[];
  notes: string[];
  /** Messages of the lines that were passed over, and of what ended the reading. */
  bad: string[];
  fatal: string | undefined;
  errors: PeerageError[];
}

/** What a sink would say of a row or an event; by default nothing. */
export type Judge = (what: Line | Event) => boolean;

export class Gatherer implements Sink {
  readonly rows: Line[] = [];
  readonly events: Event[] = [];
  readonly #judge: Judge;

  constructor(judge: Judge = () => true) {
    this.#judge = judge;
  }

  row(row: Row): boolean {
    const text = (from: number, to: number) =>
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(row.buffer.subarray(from, to));
    const { weight, kind, id } = row;
    const at = Number.isNaN(row.at) ? undefined : row.at;
    const given = {
      source: text(row.sourceFrom, row.sourceTo),
      target: text(row.targetFrom, row.targetTo),
      weight,
      kind,
      at,
      id,
    };
    const added = this.#judge(given);
    if (added) this.rows.push(given);
    return added;
  }

  apply(event: Event): boolean {
    const added = this.#judge(event);
    if (added) this.events.push(event);
    return added;
  }
}

export type Input = string | Uint8Array;

export function bytesOf(input: Input): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : input;
}

/** The input as a stream of chunks of `size` bytes, or of the sizes listed, again and again. */
async function* chunksOf(input: Input, sizes: number | readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(input);
  const cycle = typeof sizes === 'number' ? [sizes] : sizes;
  let from = 0;
  for (let turn = 0; from < bytes.length; turn++) {
    const to = from + cycle[turn % cycle.length]!;
    // A chunk of its own, overwritten once it has been taken: a reader may not keep it.
    const chunk = Uint8Array.from(bytes.subarray(from, to));
    yield chunk;
    chunk.fill(0x78);
    from = to;
  }
}

/** Reads all of the input; bad lines are gathered, unless `strict`, when the first ends the reading. */
export async function gather(
  input: Input,
  options: ReadOptions & { strict?: boolean; chunk?: number | readonly number[]; judge?: Judge } = {},
): Promise<Gathered> {
  const { strict = false, chunk = Number.POSITIVE_INFINITY, judge, ...rest } = options;
  const sink = new Gatherer(judge);
  const errors: PeerageError[] = [];
  const notes: string[] = [];
  let fatal: PeerageError | undefined;
  try {
    await read({ name: 'data', stream: chunksOf(input, chunk) }, sink, {
      ...(strict ? {} : { onBad: (error: PeerageError) => errors.push(error) }),
      onNote: (note) => notes.push(note),
      ...rest,
    });
  } catch (error) {
    if ((error as Error).name !== 'PeerageError') throw error;
    fatal = error as PeerageError;
  }
  return {
    rows: sink.rows,
    events: sink.events,
    notes,
    bad: errors.map(({ message }) => message),
    fatal: fatal?.message,
    errors: fatal === undefined ? errors : [...errors, fatal],
  };
}

/** The rows of an input that has nothing wrong with it. */
export async function rowsOf(input: Input, options: Parameters<typeof gather>[1] = {}): Promise<Line[]> {
  const { rows, bad, fatal } = await gather(input, options);
  if (fatal !== undefined || bad.length > 0) throw new Error(fatal ?? bad[0]);
  return rows;
}
