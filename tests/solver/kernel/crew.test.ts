/**
 * How blocks are shared, on a memory in which the test itself plays the worker: it takes a block as a worker would,
 * and is done with it, or not. And one real worker, which is waited for.
 */
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { constants } from '../../../src/solver/equations.ts';
import { arrange } from '../../../src/solver/kernel/arrange.ts';
import { ground } from '../../../src/solver/kernel/choose.ts';
import { Crew, Deserted, orAlone } from '../../../src/solver/kernel/crew.ts';
import * as Slots from '../../../src/solver/kernel/slots.ts';
import { wasmModule } from '../../../src/solver/kernel/wasm.ts';
import { said } from '../../insight/community.ts';
import { replay } from '../../witness/record.ts';
import { columnsOf } from '../problem.ts';

/** Words of the control part, and the bits of a ticket that count blocks. */
const [TICKET, DONE, OPERATION, TABLE, LAST, COUNT, BROKEN, TERM] = [0, 1, 2, 3, 4, 5, 6, 7];
const BITS = 12;

function begun() {
  const buffer = new SharedArrayBuffer(1024);
  const control = new Int32Array(buffer, 0, 16);
  const cuts = new Uint32Array(buffer, 512, 5);
  cuts.set([0, 10, 20, 35, 40]);
  const done: number[][] = [];
  const kernel = { run: (...all: number[]) => void done.push(all) };
  /** Takes the next block, as a worker does. */
  const take = () => {
    const ticket = Atomics.load(control, TICKET);
    expect(Atomics.compareExchange(control, TICKET, ticket, ticket - 1)).toBe(ticket);
    return control[LAST]! - (ticket & ((1 << BITS) - 1));
  };
  return { buffer, control, cuts, done, kernel, take };
}

describe('a crew', () => {
  it('of nobody leaves all blocks to the caller, in their order, after what is done meanwhile', () => {
    const { control, cuts, done, kernel } = begun();
    const crew = new Crew(0);
    expect(crew.size).toBe(0);
    for (let job = 1; job <= 3; job++) {
      done.length = 0;
      crew.each(control, kernel, 7, cuts, 4, () => {
        expect(done).toEqual([]);
        expect([control[OPERATION], control[LAST], control[COUNT], control[DONE]]).toEqual([7, 8, 4, 0]);
        // Where block 0 would begin, had it a cut there: block 4 begins at the first of these.
        expect(control[TABLE]).toBe(512 / 4 - 4);
        expect(control[TICKET]).toBe((job << BITS) | 4);
      });
      expect(done).toEqual([
        [7, 0, 10, 4],
        [7, 10, 20, 5],
        [7, 20, 35, 6],
        [7, 35, 40, 7],
      ]);
      expect([control[DONE], control[TICKET]! & ((1 << BITS) - 1)]).toEqual([4, 0]);
    }
    expect([crew.taken, crew.deserted]).toEqual([0, false]);
  });

  it('takes blocks off the caller, who does the others and no job twice', () => {
    const { control, cuts, done, kernel, take } = begun();
    const crew = new Crew(0);
    crew.each(control, kernel, 3, cuts, 0, () => {
      expect([take(), take()]).toEqual([0, 1]);
      Atomics.add(control, DONE, 2);
    });
    expect(done).toEqual([
      [3, 20, 35, 2],
      [3, 35, 40, 3],
    ]);
    expect([crew.taken, crew.deserted]).toEqual([2, false]);
  });

  it('is waited for in its last block, and is none that deserted', async () => {
    const { buffer, control, cuts, done, kernel, take } = begun();
    // Starts when word 15 says so, and is done with a block after a twentieth of a second.
    const late = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
      const control = new Int32Array(workerData, 0, 16);
      parentPort.postMessage('there');
      Atomics.wait(control, 15, 0);
      Atomics.wait(control, 14, 0, 50);
      Atomics.add(control, ${DONE}, 1);
      Atomics.notify(control, ${DONE});`,
      { eval: true, execArgv: [], workerData: buffer },
    );
    await new Promise((resolve) => late.once('message', resolve));
    const crew = new Crew(0);
    crew.each(control, kernel, 3, cuts, 0, () => {
      take();
      Atomics.store(control, 15, 1);
      Atomics.notify(control, 15);
    });
    expect(done).toHaveLength(3);
    expect([crew.taken, crew.deserted, control[DONE]]).toEqual([1, false, 4]);
    await late.terminate();
  });

  it('that breaks off in a block has deserted', () => {
    const { control, cuts, done, kernel, take } = begun();
    const crew = new Crew(0);
    const start = () =>
      crew.each(control, kernel, 3, cuts, 0, () => {
        take();
        Atomics.store(control, BROKEN, 1);
      });
    expect(start).toThrow(Deserted);
    expect(done).toHaveLength(3);
    expect([crew.taken, crew.deserted]).toEqual([1, true]);
  });

  it('changes the term when it is invited and when it is sent away, and the job then', () => {
    const { buffer, control } = begun();
    const crew = new Crew(0);
    crew.join({ buffer }, wasmModule());
    expect([control[TERM], control[TICKET]]).toEqual([1, 0]);
    crew.leave(control);
    expect([control[TERM], control[TICKET]]).toEqual([2, 1 << BITS]);
  });

  it('is as large as was asked for until it is dismissed, and nobody where there are no threads', () => {
    const crew = new Crew(2);
    expect(crew.size).toBe(2);
    crew.dismiss();
    expect(crew.size).toBe(0);
    for (const stub of [undefined, {}]) {
      vi.stubGlobal('process', stub);
      const none = new Crew(2);
      vi.unstubAllGlobals();
      expect(none.size).toBe(0);
    }
  });

  it('does a block once, where a worker takes it', () => {
    const record = replay({ initial: {}, events: said('a>b', 'b>a', 'b>c') as never });
    const system = columnsOf(record);
    const fixed = constants(record.policy, system);
    const { frame, kernel, memory } = ground(system, fixed, arrange(system, true), 'wasm');
    const crew = new Crew(1);
    crew.join(memory!, wasmModule());
    frame.f.fill(1);
    frame.numbers[Slots.SIGMA] = 2;
    const { control } = frame;
    const until = Date.now() + 10_000;
    for (let round = 1; round <= 3; round++) {
      crew.each(control, kernel, Slots.SCALE, frame.passCuts, 0, () => {
        while ((Atomics.load(control, TICKET) & ((1 << BITS) - 1)) > 0 && Date.now() < until);
      });
      expect(crew.taken).toBe(round);
      expect([...frame.f]).toEqual([2 ** round, 2 ** round, 2 ** round]);
    }
    // Sent away it takes nothing.
    crew.leave(control);
    crew.each(control, kernel, Slots.SCALE, frame.passCuts, 0);
    expect(crew.taken).toBe(3);
    crew.dismiss();
  });
});

describe('an attempt', () => {
  it('is made again alone where the crew deserts, and for no other reason', () => {
    const crew = new Crew(0);
    const asked: (Crew | undefined)[] = [];
    const told = orAlone(crew, (with_) => {
      asked.push(with_);
      if (with_ !== undefined) throw new Deserted();
      return 'alone';
    });
    expect([told, asked]).toEqual(['alone', [crew, undefined]]);
    expect(orAlone(crew, (with_) => with_)).toBe(crew);
    const fault = new Error('another');
    let attempts = 0;
    expect(() =>
      orAlone(crew, () => {
        attempts++;
        throw fault;
      }),
    ).toThrow(fault);
    expect(attempts).toBe(1);
  });
});
