/**
 * One run of the HTTP bench: starts the built service on a new ledger and a bare server beside it, has both loaded, and
 * prints one line of JSON. The service, the bare server and each load are processes of their own; so is this one.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drive, type Loaded } from './http-load.ts';
import { stalls } from './stalls.ts';
import { Undisturbed } from './undisturbed.ts';

export interface Task {
  /** Times that reads are measured. */
  readonly rounds: number;
  /** Seconds of each measurement of sustained writes, and of the overload. */
  readonly sustained: number;
  readonly overload: number;
  readonly contributors: number;
  readonly events: number;
}

/** Reads at a part of the peak, by round: of the bare server, alone, and while 1,000 events a second arrive. */
export interface Paced {
  readonly part: number;
  readonly bare: Loaded[];
  readonly alone: Loaded[];
  readonly busy: Loaded[];
}

export interface Driven {
  /** Answers a second, alternating. */
  readonly bare: readonly number[];
  readonly reads: readonly number[];
  readonly latency: readonly Paced[];
  /** Measurements of reads that were made again because other programs ran, and those beside which some always did. */
  readonly repeated: number;
  readonly disturbed: number;
  /** Milliseconds of each gap over 5 in loops that do nothing else, one a processor, a second in each round and part. */
  readonly stalls: readonly number[];
  /** The batches of events beside reads. */
  readonly arrived: readonly Loaded[];
  /** Events a second that are taken at most, before the overload and after it, and under ten times as many. */
  readonly peaks: readonly number[];
  readonly offered: number;
  readonly goodput: number;
  readonly overload: Loaded;
  /** Events that were acknowledged, and that the ledger grew by. */
  readonly acknowledged: number;
  readonly appended: number;
  /** Resident bytes of the service, once a second of the overload. */
  readonly memory: readonly number[];
  /** Resident bytes of a service that has just read its ledger: before all these writes, and after them. */
  readonly anew: readonly [number, number];
}

const COMMUNITY = '/v1/communities/bench';
const BATCH = 100;
/** Eight times as many as writes are taken at a time of one community. */
const OVERLOADING = 1024;
/** Parts of the peak at which reads are asked for. */
const PARTS = [0.4, 0.6, 0.8];
const children: ChildProcess[] = [];

/** Starts a program that says where it listens. */
async function started(args: string[], cwd: string): Promise<{ pid: number; port: number }> {
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  let told = '';
  child.stderr!.on('data', (chunk) => {
    told += chunk;
  });
  while (!/listening on http:\/\/[^:]+:\d+/.test(told)) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended: ${told}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { pid: child.pid!, port: Number(/listening on http:\/\/[^:]+:(\d+)/.exec(told)![1]) };
}

async function main({ rounds, sustained, overload: seconds, contributors, events }: Task): Promise<Driven> {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-bench-http-'));
  try {
    const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
    const ledger = join(folder, 'bench.ledger');
    const key = execFileSync(process.execPath, [cli, 'keys', 'create', ledger, '--scope', 'admin'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const serving = [cli, 'serve', '--ledger', ledger, '--port', '0', '--log', 'none', '--rate', '10000000'];
    let service = await started(serving, folder);
    const bare = await started([fileURLToPath(new URL('./http-bare.mjs', import.meta.url))], folder);

    const head = (method: string, path: string, more = '') =>
      `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${key}\r\n${more}\r\n`;
    const post = (body: string) =>
      head(
        'POST',
        `${COMMUNITY}/events`,
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n`,
      ) + body;
    const random = draws(7);
    const member = () => `member-${Math.floor(random() ** 2 * contributors)}`;
    const event = () => ({ type: 'endorse', source: member(), target: member() });
    const batch = (count: number) => post(JSON.stringify(Array.from({ length: count }, event)));
    const asks = Array.from({ length: 100 }, (_, k) =>
      head('GET', `${COMMUNITY}/scores/member-${(k * 7919) % 100}`),
    );
    const asked = (path: string, init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${service.port}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      });

    await asked(COMMUNITY, { method: 'PUT' });
    const everybody = Array.from({ length: contributors }, (_, k) => ({
      type: 'endorse',
      source: `member-${k}`,
      target: member(),
    }));
    const first = [...everybody, ...Array.from({ length: events - contributors }, event)];
    for (let at = 0; at < first.length; at += 10_000) {
      const answer = await asked(`${COMMUNITY}/events`, {
        method: 'POST',
        body: JSON.stringify(first.slice(at, at + 10_000)),
      });
      if (!answer.ok) throw new Error(await answer.text());
    }
    await (await asked(`${COMMUNITY}/scores?top=1&at-least-sequence=${events}`)).text();

    const closed = { connections: 32, seconds: 0.6, requests: asks };
    const open = { connections: 64, seconds: 2.4, warmUp: 0.4, requests: asks };
    const perSecond = ({ statuses, seconds }: Loaded) => (statuses['200'] ?? 0) / seconds;
    const most = async (port: number) => perSecond(await drive({ ...closed, port }));
    const tens = Array.from({ length: 64 }, () => batch(10));
    // Once each for the compilers, then in turn.
    for (const { port } of [bare, service]) await drive({ ...closed, port, seconds: 5 });
    await drive({ ...closed, port: service.port, connections: 8, seconds: 5, requests: tens });
    // How fast a machine of several is changes within seconds, so each measurement has what was answered just before
    // it as its peak, and is short: one moment of another's work spoils one of them.
    const [bares, reads, arrived]: [number[], number[], Loaded[]] = [[], [], []];
    const latency = PARTS.map((part): Paced => ({ part, bare: [], alone: [], busy: [] }));
    const gaps: number[] = [];
    const own = new Set([process.pid, ...children.map(({ pid }) => pid!)]);
    const undisturbed = new Undisturbed((pid, name) => own.has(pid) || name === 'http-load');
    /** Has reads asked for at a part of what was answered just before, with something beside them. */
    const paced = async (port: number, part: number, peaks: number[], beside?: () => Promise<Loaded>) => {
      const measured = await undisturbed.measure(async () => {
        const peak = await most(port);
        const loads = [
          drive({ ...open, port, rate: part * peak }),
          ...(beside === undefined ? [] : [beside()]),
        ];
        return { peak, loads: await Promise.all(loads) };
      });
      peaks.push(measured.peak);
      return measured.loads;
    };
    const arriving = () => drive({ ...open, port: service.port, connections: 8, rate: 100, requests: tens });
    for (let round = 0; round < rounds; round++) {
      for (const { part, bare: beside, alone, busy } of latency) {
        beside.push((await paced(bare.port, part, bares))[0]!);
        alone.push((await paced(service.port, part, reads))[0]!);
        const [read, written] = await paced(service.port, part, reads, arriving);
        busy.push(read!);
        arrived.push(written!);
        gaps.push(...(await stalls(1000, 5)));
      }
    }

    const batches = Array.from({ length: 64 }, () => batch(BATCH));
    const sequence = async () =>
      ((await (await asked(COMMUNITY)).json()) as { head: { sequence: number } }).head.sequence;
    const sustain = async () => {
      const of = { port: service.port, connections: 32, seconds: sustained };
      const written = await drive({ ...of, requests: batches });
      acknowledged += perSecond(written) * written.seconds * BATCH;
      return perSecond(written) * BATCH;
    };
    const startAnew = async () => {
      await ended(service.pid);
      service = await started(serving, folder);
      await (await asked(`${COMMUNITY}/scores?top=1`)).text();
      return resident(service.pid);
    };
    let acknowledged = 0;
    const anewBefore = await startAnew();
    const before = await sequence();
    // Events take longer to take in the more there are, so there is a peak before the overload and one after it.
    const earlier = await sustain();
    const memory: number[] = [];
    const watching = setInterval(() => memory.push(resident(service.pid)), 1000);
    const offered = 10 * earlier;
    const overload = await drive({
      port: service.port,
      connections: OVERLOADING,
      seconds,
      rate: offered / BATCH,
      requests: batches,
    });
    clearInterval(watching);
    const goodput = perSecond(overload) * BATCH;
    acknowledged += goodput * overload.seconds;
    const peaks = [earlier, await sustain()];
    const appended = (await sequence()) - before;
    const anew = [anewBefore, await startAnew()] as const;
    return {
      ...{
        bare: bares,
        reads,
        latency,
        ...{ repeated: undisturbed.repeated, disturbed: undisturbed.disturbed },
        stalls: gaps,
        arrived,
      },
      ...{
        peaks,
        offered,
        goodput,
        overload,
        acknowledged: Math.round(acknowledged),
        appended,
        memory,
        anew,
      },
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function resident(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

/** Tells a program to end, and waits until it has. */
function ended(pid: number): Promise<unknown> {
  const child = children.find((one) => one.pid === pid)!;
  const over = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return over;
}

/** Numbers from 0 to below 1, the same each run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

process.stdout.write(`${JSON.stringify(await main(JSON.parse(process.argv[2]!) as Task))}\n`);
