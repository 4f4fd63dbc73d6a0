/** What is verified while others write is told as it was appended: nothing that they do looks like damage. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MemoryShelf } from '../../src/ledger/memory.ts';
import { ShelfStore } from '../../src/ledger/store.ts';
import { endorse } from './entries.ts';

/** What is done before a row is read: somebody new says something under an id, or somebody is erased. */
const step = fc.record({ say: fc.nat(3), erase: fc.option(fc.nat(20), { nil: undefined }) });

it('finds no fault in what is written while it reads, and the same faults as at rest', async () => {
  let beside = 0;
  const property = fc.asyncProperty(
    fc.array(step, { maxLength: 3 }),
    fc.array(step, { minLength: 6, maxLength: 12 }),
    fc.boolean(),
    async (before, during, damaged) => {
      const shelf = new MemoryShelf();
      const ledger = await new ShelfStore(shelf).ledger('circle');
      const standing: string[] = [];
      let count = 0;
      const act = async ({ say, erase }: { say: number; erase?: number | undefined }) => {
        for (let k = 0; k < say; k++) {
          const name = `somebody-${++count}`;
          await ledger.append([endorse(name, standing[0] ?? 'first', `id-${count}`)]);
          standing.push(name);
        }
        if (erase === undefined || standing.length === 0) return;
        const [name] = standing.splice(erase % standing.length, 1);
        await ledger.erase(name!);
      };
      await act({ say: 2 });
      for (const one of before) await act(one);
      if (damaged) {
        const [row] = await shelf.entries(1, 0, 1, 1);
        row!.content[0]! ^= 1;
      }
      const atRest = (await ledger.verify()).faults;
      const left = [...during];
      const whileWritten = new Proxy(shelf, {
        get(target, name) {
          const value = Reflect.get(target, name) as unknown;
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            if (name === 'entries' || name === 'names') await act(left.shift() ?? { say: 0 });
            return value.apply(target, given);
          };
        },
      });
      const reader = await new ShelfStore(whileWritten, { readonly: true }).ledger('circle');
      const { head, faults } = await reader.verify();
      if (head.sequence > 2) beside++;
      expect(faults).toEqual(atRest);
      expect(faults.length > 0).toBe(damaged);
    },
  );
  await fc.assert(property, { numRuns: 200 });
  expect(beside).toBeGreaterThan(50);
});
