/** Statements pass over a stage of two halves, in their order, none twice and none left out. */
import { describe, expect, it } from 'vitest';
import type { Block } from '../../../src/graph/sorter.ts';
import * as Slots from '../../../src/solver/kernel/sort-slots.ts';
import { Stage } from '../../../src/solver/kernel/stage.ts';

const HALF = 1 << 18;

/** Blocks of such lengths; statement k is from k to k + 1, and weighs 1 + k where weights are given. */
function blocksOf(lengths: readonly number[], weights: boolean, dead: readonly number[] = []): Block[] {
  let at = 0;
  return lengths.map((length) => {
    const first = at;
    at += length;
    const numbers = (add: number) => Uint32Array.from({ length: length + 3 }, (_, k) => first + k + add);
    return {
      length,
      source: numbers(0),
      target: numbers(1),
      weight: weights ? Float64Array.from({ length }, (_, k) => 1 + first + k) : null,
      dead:
        dead.length === 0 ? null : Uint8Array.from({ length }, (_, k) => (dead.includes(first + k) ? 1 : 0)),
    } as unknown as Block;
  });
}

/** All that passes over a stage, and how much at a time. */
function passed(blocks: Block[], weighted: boolean) {
  const start = 64;
  const buffer = new ArrayBuffer(start + Stage.bytes(weighted));
  const stage = new Stage(buffer, start, blocks, weighted);
  const words = new Uint32Array(Slots.WORD_COUNT);
  const lengths: number[] = [];
  const all = blocks.reduce((sum, { length }) => sum + length, 0) + HALF;
  const [source, target] = [new Uint32Array(all), new Uint32Array(all)];
  const weight = new Float64Array(all);
  let at = 0;
  for (let length = stage.next(words); length > 0 && lengths.length < 9; length = stage.next(words)) {
    lengths.push(length);
    const whole = (slot: number) => new Uint32Array(buffer, words[slot]!, length);
    const [sources, targets] = [whole(Slots.SOURCE).slice(), whole(Slots.TARGET).slice()];
    if (weighted) weight.set(new Float64Array(buffer, words[Slots.WEIGHT]!, length), at);
    else expect(words[Slots.WEIGHT]).toBe(0);
    // The other half is filled while this one is worked on, which it leaves alone.
    stage.fill();
    expect(Buffer.compare(bytesOf(whole(Slots.SOURCE)), bytesOf(sources))).toBe(0);
    source.set(sources, at);
    target.set(targets, at);
    at += length;
  }
  expect(stage.next(words)).toBe(0);
  return {
    lengths,
    source: source.subarray(0, at),
    target: target.subarray(0, at),
    weight: weight.subarray(0, at),
  };
}
const bytesOf = (values: Uint32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
/** Whether these are so many numbers from the first on: in a loop, since there are hundreds of thousands. */
const risen = (values: ArrayLike<number>, count: number, first: number) => {
  let right = values.length === count;
  for (let k = 0; k < count; k++) right &&= values[k] === first + k;
  return right;
};

describe('a stage', () => {
  it('passes on what blocks hold, as much at a time as a half does', () => {
    for (const weighted of [false, true]) {
      for (const [blocks, halves] of [
        [[], []],
        [[0], []],
        [[3, 0, 4], [7]],
        [[HALF], [HALF]],
        [
          [HALF - 1, 5],
          [HALF, 4],
        ],
        [
          [10, 2 * HALF + 5],
          [HALF, HALF, 15],
        ],
      ] as const) {
        const all = blocks.reduce((sum: number, length) => sum + length, 0);
        const { lengths, source, target, weight } = passed(blocksOf(blocks, weighted), weighted);
        expect(lengths).toEqual(halves);
        expect([risen(source, all, 0), risen(target, all, 1)]).toEqual([true, true]);
        if (weighted) expect(risen(weight, all, 1)).toBe(true);
      }
    }
  });

  it('counts 1 for each where no weights are given, and what does not count as said about oneself', () => {
    const { source, target, weight } = passed(blocksOf([5, 2], false, [1, 3, 6]), true);
    expect([...weight]).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect([...source]).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect([...target]).toEqual([1, 1, 3, 3, 5, 6, 6]);
  });

  it('has room for two halves of sources and targets, and weights where there are any', () => {
    expect([Stage.bytes(false), Stage.bytes(true)]).toEqual([16 * HALF, 32 * HALF]);
  });
});
