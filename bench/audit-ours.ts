/**
 * One process of the audit bench, which prints one line of JSON: a community settled to 1e-9, and then by turns
 * one solve from nothing, the audit, its waist alone, and the dial. What is compared runs next to each other.
 */
import { Reading } from '../src/formats/reading.ts';
import { auditOf } from '../src/insight/audit.ts';
import { holderOf, settledChain } from '../src/insight/chain.ts';
import { dialOf } from '../src/insight/dial.ts';
import { waistsOf } from '../src/insight/waists.ts';
import { Living } from '../src/living.ts';
import { Record } from '../src/record/record.ts';
import { sweep } from '../src/solver/sweep.ts';
import { cpuTime } from './timing.ts';

const [path, runs, credentials] = process.argv.slice(2);
const record = new Record();
const reading = new Reading(record, {});
if (credentials !== undefined) await reading.all([credentials], { credentials: true });
await reading.all([path], {});
record.observe();
const living = new Living(record);
living.solver.settle({ tolerance: 1e-9 });
const { contributors, policy, sequence } = record;
const settlement = living.settlement(living.view({ contributors, policy, sequence }));

const times = Array.from({ length: Number(runs) }, () => ({
  solve: cpuTime(() => sweep(living.solver.system, policy, { tolerance: 1e-9 })),
  audit: cpuTime(() => auditOf(settlement)),
  waist: cpuTime(() => {
    const chain = settledChain(settlement);
    waistsOf(chain, holderOf(chain, 0), { walks: 20_000, seed: 1 });
  }),
  dial: cpuTime(() => dialOf(settlement, policy)),
  again: cpuTime(() => sweep(living.solver.system, policy, { tolerance: 1e-9 })),
}));
const { order, size } = living.graph;
process.stdout.write(`${JSON.stringify({ order, size, times })}\n`);
