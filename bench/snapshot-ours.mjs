/**
 * One process of the snapshot bench, which prints one line of JSON. `build GRAPH FILE` applies the text file
 * event by event to an engine, settles it and writes its snapshot to FILE; `restore FILE` does what a host
 * does that starts anew. Plain JavaScript on the built door, as in ours.mjs. Of the scores a digest is told,
 * so that those of both processes can be compared to the bit.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { TrustEngine } from '../dist/index.js';

/** Events of one `apply`. */
const BATCH = 1 << 16;
const WRITE = 1 << 28;
const peak = () => process.resourceUsage().maxRSS * 1024;
/** Milliseconds of processor since an earlier usage, all threads of the process together. */
const cpu = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
};
const [mode, path, file] = process.argv.slice(2);

const digest = (scores) => {
  const trust = scores.trustByContributor();
  const bits = new Uint8Array(trust.buffer, trust.byteOffset, trust.byteLength);
  return `${createHash('sha256').update(bits).digest('hex')} ${scores.bound} ${scores.sequence}`;
};

async function build() {
  const started = performance.now();
  const engine = new TrustEngine();
  let batch = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (line.startsWith('#')) continue;
    const blank = line.indexOf(' ');
    batch.push({ type: 'endorse', source: line.slice(0, blank), target: line.slice(blank + 1) });
    if (batch.length < BATCH) continue;
    engine.apply(batch);
    batch = [];
  }
  engine.apply(batch);
  const applied = performance.now();
  const busy = process.cpuUsage();
  // The first question makes the graph and the solver.
  engine.bound;
  const built = performance.now();
  engine.settle();
  const settled = performance.now();
  const rebuilding = cpu(busy);
  const snapshot = engine.snapshot();
  const ended = performance.now();
  const { order, size } = engine;
  const memory = peak();
  const out = openSync(file, 'w');
  for (let from = 0; from < snapshot.byteLength; from += WRITE) {
    writeSync(out, new Uint8Array(snapshot, from, Math.min(WRITE, snapshot.byteLength - from)));
  }
  closeSync(out);
  return {
    order,
    size,
    apply: applied - started,
    build: built - applied,
    settle: settled - built,
    cpu: rebuilding,
    snapshot: ended - settled,
    bytes: snapshot.byteLength,
    peak: memory,
    scores: digest(engine.scores()),
  };
}

function restore() {
  const started = performance.now();
  const bytes = readFileSync(path);
  const read = performance.now();
  const busy = process.cpuUsage();
  const engine = TrustEngine.restore(bytes);
  const restored = performance.now();
  const restoring = cpu(busy);
  const scores = engine.scores();
  const ended = performance.now();
  return {
    read: read - started,
    restore: restored - read,
    cpu: restoring,
    first: ended - restored,
    peak: peak(),
    scores: digest(scores),
  };
}

process.stdout.write(`${JSON.stringify(mode === 'build' ? await build() : restore())}\n`);
