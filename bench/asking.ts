/**
 * The child of the what-if bench: one community, one policy, one tolerance. Before each event is applied and
 * settled, the engine is asked what it would come to, twice: right after the event before, when the answer
 * begins with one look at all contributors, and once more. Prints one line of JSON.
 */
import { parsePolicy, presets } from '../src/policy.ts';
import { readCommunity, type Source } from './community.ts';
import { drawEvents } from './events.ts';
import { EngineHost } from './hosts.ts';
import { type Distribution, distribution } from './timing.ts';

export interface Asking {
  readonly source: Source;
  readonly policy: 'classic' | 'guarded' | 'resilient';
  readonly tolerance: number;
  readonly events: number;
  readonly warmUp: number;
}

export interface Asked {
  readonly order: number;
  readonly edges: number;
  /** Microseconds, and edge visits an event. */
  readonly first: Distribution;
  readonly further: Distribution;
  readonly settled: Distribution;
  readonly askedVisits: number;
  readonly settledVisits: number;
}

const { source, policy, tolerance, events: count, warmUp } = JSON.parse(process.argv[2]) as Asking;
const community = readCommunity(source);
const events = drawEvents(community, warmUp + count, 1);
const host = new EngineHost(community, community.ids, events, parsePolicy(presets[policy]));
host.settle(tolerance);
const [first, further, settled] = [0, 0, 0].map(() => new Float64Array(count));
let askedVisits = 0;
let settledVisits = 0;
const time = <T>(work: () => T): [T, number] => {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, 1000 * (user + system)];
};
for (let k = 0; k < warmUp + count; k++) {
  const [one, beginning] = time(() => host.whatIf(k, tolerance));
  const [again, asking] = time(() => host.whatIf(k, tolerance));
  const [answer, settling] = time(() => {
    host.take(k);
    return host.settle(tolerance);
  });
  if (again.bound > 2 * tolerance || again.bound !== one.bound) throw new Error(`event ${k}: ${again.bound}`);
  if (k < warmUp) continue;
  first[k - warmUp] = beginning;
  further[k - warmUp] = asking;
  settled[k - warmUp] = settling;
  askedVisits += again.edgeVisits / count;
  settledVisits += answer.edgeVisits / count;
}
const asked: Asked = {
  order: community.ids.length,
  edges: community.source.length,
  first: distribution(first),
  further: distribution(further),
  settled: distribution(settled),
  askedVisits,
  settledVisits,
};
process.stdout.write(`${JSON.stringify(asked)}\n`);
