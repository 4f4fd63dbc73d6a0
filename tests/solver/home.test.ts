/**
 * Columns that are made where kernels read them are the columns that are made anywhere: the same numbers,
 * the same bits of an answer, and still the same when the solve is over. The graphs are large enough for a
 * home, which those of the other suites are not.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { draw } from '../../bench/rmat.ts';
import { hashOf } from '../../scripts/bits.ts';
import { parseEvent } from '../../src/event.ts';
import type { Columns } from '../../src/graph/columns.ts';
import type { Policy } from '../../src/policy.ts';
import { parsePolicy, presets } from '../../src/policy.ts';
import { Record } from '../../src/record/record.ts';
import { weigh } from '../../src/record/weigh.ts';
import { roomFor } from '../../src/solver/kernel/choose.ts';
import { Crew } from '../../src/solver/kernel/crew.ts';
import { homeOf } from '../../src/solver/kernel/home.ts';
import type { SweepOptions } from '../../src/solver/sweep.ts';
import { sweep } from '../../src/solver/sweep.ts';

interface Look {
  repeated?: boolean;
  retracted?: boolean;
  weighted?: boolean;
  signed?: boolean;
  credentials?: boolean;
}

afterEach(() => vi.unstubAllGlobals());

const SPEC = { kind: 'rmat', scale: 15, edgeFactor: 9, seed: 11 } as const;
const STATEMENTS = 9 * 2 ** 15;

function recordOf({ repeated, retracted, weighted, signed, credentials }: Look): Record {
  const record = new Record();
  let k = 0;
  draw(SPEC, (u, v) => {
    const type = signed && k % 7 === 0 ? 'object' : 'endorse';
    const [source, target] = [`c${u}`, `c${v}`];
    const weight = weighted ? 1 + (k % 13) / 8 : 1;
    const say = (id?: string) =>
      record.apply(parseEvent({ type, source, target, weight, ...(id && { id }) }));
    if (retracted && k % 11 === 0) {
      say(`e${k}`);
      record.apply(parseEvent({ type: 'retract', of: `e${k}` }));
    }
    say();
    if (repeated && k % 5 === 0) say();
    if (credentials && k % 999 === 0) {
      record.apply(parseEvent({ type: 'grant', target: source, weight: 1 + (k % 3) }));
    }
    k++;
  });
  expect(k).toBe(STATEMENTS);
  return record;
}

/** All numbers of columns, by name. */
function numbersOf({ endorsements, objections, ...columns }: Columns) {
  const plain: { [name: string]: unknown } = {};
  const rows = { ...prefixed('endorsements', endorsements), ...prefixed('objections', objections ?? {}) };
  for (const [name, value] of Object.entries({ ...columns, ...rows })) {
    plain[name] = ArrayBuffer.isView(value)
      ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
      : value;
  }
  return plain;
}

function prefixed(prefix: string, of: object) {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [`${prefix}.${name}`, value]));
}

const solve = (columns: Columns, policy: Policy, options: Partial<SweepOptions> = {}) =>
  hashOf(sweep(columns, policy, { tolerance: 1e-9, ...options }));

describe('columns in the memory of kernels', () => {
  const subjects: [string, Look, Policy][] = [
    ['pairs that are said once, classic', {}, presets.classic],
    ['pairs that are said again, classic', { repeated: true }, presets.classic],
    ['statements that were taken back, classic', { retracted: true }, presets.classic],
    ['weights and credentials, classic', { weighted: true, credentials: true }, presets.classic],
    ['objections under sqrt and a reserve', { signed: true }, parsePolicy({ concavity: 'sqrt', reserve: 2 })],
    [
      'all of it, resilient',
      { repeated: true, weighted: true, signed: true, credentials: true },
      presets.resilient,
    ],
  ];
  it.each(subjects)('are the same and give the same bits: %s', (_, look, policy) => {
    const record = recordOf(look);
    const copied = weigh(record, policy, Number.NaN);
    const expected = solve(copied, policy, { kernel: 'js' });
    const made = numbersOf(copied);
    const columns = weigh(record, policy, Number.NaN, roomFor);
    expect(homeOf(copied)).toBeUndefined();
    expect(homeOf(columns)).toBeDefined();
    expect(numbersOf(columns)).toEqual(made);
    const crew = new Crew(2);
    expect(numbersOf(weigh(record, policy, Number.NaN, (size) => roomFor(size, crew)))).toEqual(made);
    crew.dismiss();
    // In place; then, as a home serves one solve, as a copy of it.
    for (let solves = 0; solves < 2; solves++) expect(solve(columns, policy)).toBe(expected);
    expect(solve(columns, policy, { kernel: 'js' })).toBe(expected);
    expect(numbersOf(columns)).toEqual(made);
  });

  it('hold every pair that was said, in rows of rising sources', () => {
    const { order, contributor, endorsements } = weigh(recordOf({}), presets.classic, Number.NaN, roomFor);
    const index = new Map<string, number>();
    const indexOf = (id: string) => index.get(id) ?? index.set(id, index.size).size - 1;
    const said: number[] = [];
    draw(SPEC, (u, v) => {
      const [source, target] = [indexOf(`c${u}`), indexOf(`c${v}`)];
      if (source !== target) said.push(source * 2 ** 20 + target);
    });
    const made: number[] = [];
    const { starts, ends, sources } = endorsements;
    for (let v = 0; v < order; v++) {
      for (let k = starts[v]!; k < ends[v]!; k++) {
        if (k > starts[v]! && sources[k]! <= sources[k - 1]!) expect.fail(`row ${v}`);
        made.push(contributor[sources[k]!]! * 2 ** 20 + contributor[v]!);
      }
    }
    const sorted = (pairs: number[]) => Buffer.from(Float64Array.from(pairs).sort().buffer);
    expect(sorted(made).equals(sorted(said))).toBe(true);
  });

  it('are solved with workers, and by one alone where those break off', () => {
    const record = recordOf({});
    const expected = solve(weigh(record, presets.classic, Number.NaN), presets.classic, { kernel: 'js' });
    for (const trouble of ['', 'throw 0;', 'for (;;) {}']) {
      const crew = new Crew(2, trouble);
      const seen = () => (trouble === '' ? crew.taken > 0 : crew.deserted);
      for (let solves = 0; solves < 50 && !seen(); solves++) {
        const columns = weigh(record, presets.classic, Number.NaN, roomFor);
        expect(solve(columns, presets.classic, { crew })).toBe(expected);
      }
      expect(seen()).toBe(true);
      crew.dismiss();
    }
  });

  it('are made anywhere where no such memory can be had', () => {
    const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: { [name: string]: object } };
    const record = recordOf({});
    const expected = solve(weigh(record, presets.classic, Number.NaN), presets.classic);
    const none = class {
      constructor() {
        throw new RangeError('no memory');
      }
    };
    vi.stubGlobal('WebAssembly', { Module: engine.Module, Instance: engine.Instance, Memory: none });
    const columns = weigh(record, presets.classic, Number.NaN, roomFor);
    expect(homeOf(columns)).toBeUndefined();
    expect(solve(columns, presets.classic)).toBe(expected);
  });
});
