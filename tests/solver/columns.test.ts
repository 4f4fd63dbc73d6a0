/**
 * Statements become the same columns whoever sorts them: the kernels in WebAssembly, on however many workers,
 * and plain TypeScript, which is their oracle. For small records both are held against rows that are gathered
 * in the plainest way. That whole columns and answers are the same is for home.test.ts to say.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { plainSorter } from '../../src/graph/sort.ts';
import type { Block, Sorted, Sorter } from '../../src/graph/sorter.ts';
import { Crew, Deserted, orAlone } from '../../src/solver/kernel/crew.ts';
import { Home, homeBytes } from '../../src/solver/kernel/home.ts';
import { FastSorter } from '../../src/solver/kernel/sorting.ts';
import { memoryOf } from '../../src/solver/kernel/wasm.ts';

interface Statement {
  readonly source: number;
  readonly target: number;
  readonly weight: number;
  readonly dead: boolean;
}

interface Said {
  readonly contributors: number;
  readonly statements: readonly Statement[];
  readonly weighted: boolean;
  /** Statements of a block. */
  readonly block: number;
}

/** All in blocks that are good only until the next one is asked for, as a record gives them. */
function* blocksOf({ statements, weighted, block }: Said): Generator<Block> {
  const source = new Uint32Array(block);
  const target = new Uint32Array(block);
  const weight = new Float64Array(block);
  const dead = new Uint8Array(block);
  for (let first = 0; first < statements.length; first += block) {
    const part = statements.slice(first, first + block);
    for (const [i, said] of part.entries()) {
      source[i] = said.source;
      target[i] = said.target;
      weight[i] = said.weight;
      dead[i] = said.dead ? 1 : 0;
    }
    const some = part.some((said) => said.dead);
    yield {
      length: part.length,
      first,
      source,
      target,
      dead: some ? dead : null,
      weight: weighted ? weight : null,
    };
  }
}

const live = ({ statements }: Said) =>
  statements.filter(({ source, target, dead }) => source !== target && !dead);

/** Tallies and sorts; row v is contributor `contributors - 1 - v`. */
function rowsBy(sorter: Sorter, said: Said) {
  const { contributors } = said;
  const [says, hears] = [new Uint32Array(contributors), new Uint32Array(contributors)];
  sorter.tally(blocksOf(said), says, hears);
  const rowOf = Uint32Array.from(says, (_, u) => contributors - 1 - u);
  const starts = new Uint32Array(contributors + 1);
  for (let v = 0; v < contributors; v++) starts[v + 1] = starts[v]! + hears[contributors - 1 - v]!;
  const arrangement = { rowOf, starts, said: says, weighted: said.weighted, entries: false };
  const { sources, weights, repeated } = sorter.sort(blocksOf(said), arrangement);
  return { says, hears, starts, ...copies({ sources, weights }), repeated };
}

const copies = ({ sources, weights }: Pick<Sorted, 'sources' | 'weights'>) => ({
  sources: sources.slice(),
  weights: weights === null ? null : weights.slice(),
});

const plain = (said: Said) => rowsBy(plainSorter(anywhere()), said);

function anywhere() {
  return new Home(memoryOf(64));
}

/** What is sorted in a memory that nobody has used. */
function fast(said: Said, crew?: Crew) {
  const size = { order: said.contributors, statements: said.statements.length, weighted: said.weighted };
  const memory = memoryOf(homeBytes(size), true);
  return rowsBy(new FastSorter(new Home(memory), memory, crew ?? null), said);
}

/** Rows as they should be: by target, then by source, then as they were said. */
function gathered(said: Said) {
  const row = (u: number) => said.contributors - 1 - u;
  const sorted = live(said).sort((a, b) => row(a.target) - row(b.target) || row(a.source) - row(b.source));
  return {
    sources: sorted.map(({ source }) => row(source)),
    weights: said.weighted ? sorted.map(({ weight }) => weight) : null,
    repeated: sorted.some(
      (one, k) => one.source === sorted[k - 1]?.source && one.target === sorted[k - 1]?.target,
    ),
  };
}

const equal = (of: ReturnType<typeof plain>, oracle: ReturnType<typeof plain>) =>
  (['says', 'hears', 'starts', 'sources', 'weights'] as const).filter((name) => {
    const [one, other] = [of[name], oracle[name]];
    if (one === null || other === null) return one !== other;
    const bytes = (array: typeof one) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    return !bytes(one).equals(bytes(other));
  });

describe('statements that kernels bring into rows', () => {
  const small = fc.integer({ min: 1, max: 12 }).chain((contributors) => {
    const who = fc.integer({ min: 0, max: contributors - 1 });
    const weight = fc.constantFrom(1, 2, 1e-300, -1, -0.1, 1e12);
    const dead = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true));
    return fc.record({
      contributors: fc.constant(contributors),
      statements: fc.array(fc.record({ source: who, target: who, weight, dead }), { maxLength: 80 }),
      weighted: fc.boolean(),
      block: fc.integer({ min: 1, max: 40 }),
    });
  });
  it('stand there as by plain sorting, and as they should, whatever is said', () => {
    fc.assert(
      fc.property(small, (said) => {
        const found = fast(said);
        expect(equal(found, plain(said))).toEqual([]);
        const { sources, weights, repeated } = gathered(said);
        expect([...found.sources]).toEqual(sources);
        expect(found.weights && [...found.weights]).toEqual(weights);
        // Where there is nothing to sort nobody looks.
        if (found.sources.length > 0) expect(found.repeated).toBe(repeated);
      }),
      { numRuns: 200, interruptAfterTimeLimit: 10_000 },
    );
  });

  // More than a stage, in spans that hands sort and in one that is too long for them.
  const COUNT = 600_000;
  const many = (contributors: number, weighted: boolean, pair: (k: number) => [number, number]): Said => {
    const statements = Array.from({ length: COUNT }, (_, k) => {
      const [source, target] = pair(k);
      return { source, target, weight: ((k * 7919) % 101) - 50.5, dead: k % 97 === 0 };
    });
    return { contributors, statements, weighted, block: 65_536 };
  };
  /** The same every time (Knuth's multiplicative hash). */
  const scattered = (k: number, below: number) => (Math.imul(k, 2654435761) >>> 0) % below;
  const subjects: [string, Said][] = [
    ['scattered', many(5000, false, (k) => [scattered(k, 5000), scattered(k + 77_777, 4999)])],
    ['with weights', many(70_000, true, (k) => [scattered(k, 70_000), scattered(k + 1, 60_000)])],
    ['to one row, of which pairs repeat', many(3000, false, (k) => [1 + (k % 2999), 0])],
    ['to one row by weight', many(600_000, true, (k) => [599_999 - k, 0])],
    ['to themselves', many(1000, false, (k) => [k % 1000, k % 1000])],
    ['to one row that begins late', many(200_000, false, (k) => [k % 150_000, k < 100_000 ? k + 1 : 7])],
  ];
  const crews = [1, 2, 6].map((size) => new Crew(size));
  afterAll(() => {
    for (const crew of crews) crew.dismiss();
  });
  it.each(subjects)('stand there as by plain sorting on 1, 2, 3 and 7 threads: %s', (_, said) => {
    const oracle = plain(said);
    expect(equal(fast(said), oracle)).toEqual([]);
    for (const crew of crews) {
      expect(equal(fast(said, crew), oracle)).toEqual([]);
      expect(crew.deserted).toBe(false);
    }
  });

  it('were sorted with the help of workers', () => {
    const said = subjects[0]![1];
    for (let times = 0; times < 50 && crews.some(({ taken }) => taken === 0); times++) {
      for (const crew of crews) fast(said, crew);
    }
    for (const crew of crews) expect(crew.taken).toBeGreaterThan(0);
  });

  it.each([
    ['throws', 'throw 0;'],
    ['ends', 'process.exit();'],
    ['never comes back', 'for (;;) {}'],
    [
      'ends half way',
      'run(control[2], words[cuts + block], (words[cuts + block] + words[cuts + block + 1]) >> 1, block); process.exit();',
    ],
  ])('are sorted anew, alone, where a worker %s', (_, trouble) => {
    const said = subjects[0]![1];
    const crew = new Crew(1, trouble);
    const oracle = plain(said);
    for (let times = 0; times < 50 && !crew.deserted; times++) {
      let attempts = 0;
      const found = orAlone(crew, (crew) => {
        attempts++;
        return fast(said, crew);
      });
      expect(equal(found, oracle)).toEqual([]);
      expect(attempts).toBe(crew.deserted ? 2 : 1);
    }
    expect(crew.deserted).toBe(true);
    crew.dismiss();
  });

  it('are left to plain sorting where there is no room for more than columns', () => {
    for (const [, said] of subjects.slice(0, 2)) {
      const memory = memoryOf(8 * COUNT, true);
      expect(equal(rowsBy(new FastSorter(new Home(memory), memory, null), said), plain(said))).toEqual([]);
    }
  });

  it('hide no other fault behind a worker that breaks off', () => {
    const fault = new Error('of the record');
    expect(() =>
      orAlone(undefined, () => {
        throw fault;
      }),
    ).toThrow(fault);
    expect(() =>
      orAlone(undefined, () => {
        throw new Deserted();
      }),
    ).toThrow(Deserted);
  });
});
