/**
 * Scorers with a limit to their time. A function of this thread cannot be interrupted, so what takes too long is
 * reported once it has returned; a scorer that is named by its module runs in a worker, which is ended where it
 * does not answer in time. The worker is asked synchronously, so both are scorers like any other.
 */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { PeerageError, quote } from '../error.ts';
import type { Scorer } from './answer.ts';
import { ScorerFault } from './answer.ts';

/** A scorer by the module that exports it: it may hang, and it may be asynchronous. */
export interface ScorerModule {
  /** Where the module is. */
  readonly module: URL | string;
  /** The name it is exported by; `default` unless given. */
  readonly export?: string;
}

/** A scorer with what has to be closed when it is done with. */
export interface LimitedScorer {
  readonly scorer: Scorer;
  close(): void;
}

/** A scorer each of whose calls has `limit` milliseconds. @throws PeerageError `bad-option` for what is no scorer. */
export function limited(scorer: Scorer | ScorerModule, limit: number): LimitedScorer {
  if (typeof scorer === 'function') return { scorer: timed(scorer, limit), close: () => {} };
  if (typeof scorer === 'object' && scorer !== null && 'module' in scorer) return new Apart(scorer, limit);
  const reason = `${quote(scorer)} is not a scorer; expected a function, or { module, export }`;
  throw new PeerageError('bad-option', reason, { field: 'scorer' });
}

function timed(scorer: Scorer, limit: number): Scorer {
  return (events, policy) => {
    const began = performance.now();
    const answer = scorer(events, policy);
    const took = performance.now() - began;
    if (took > limit) {
      const sentence = `the scorer takes ${Math.round(took)} ms for ${events.length} events; the limit is ${limit} ms`;
      throw new ScorerFault('slow', sentence);
    }
    return answer;
  };
}

/** What the worker runs: each question has a port for its answer and a flag that wakes who waits for it. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const loaded = import(workerData.module).then((module) => module[workerData.name]);
const said = (error) => (error instanceof Error ? error.name + ': ' + error.message.split('\\n')[0] : String(error));
parentPort.on('message', async ({ question, port, flag }) => {
  let reply;
  try {
    const scorer = await loaded;
    if (typeof scorer !== 'function') throw new TypeError('the module exports no function ' + workerData.name);
    const answer = question === null ? null : await scorer(question.events, question.policy);
    // A clone of a Map has its entries alone.
    reply = { answer, bound: answer?.bound };
  } catch (error) {
    reply = { thrown: said(error) };
  }
  try {
    port.postMessage(reply);
  } catch (error) {
    port.postMessage({ thrown: said(error) });
  }
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
loaded.catch(() => {});
`;

interface Reply {
  answer?: unknown;
  bound?: unknown;
  thrown?: string;
}

/** Milliseconds in which a worker has to have loaded its module. */
const LOADING = 10_000;

/** A scorer in a worker of its own, which is ended when it hangs, and begun anew at the next question. */
class Apart implements LimitedScorer {
  #worker: Worker | null = null;
  readonly #data: { module: string; name: string };
  readonly #limit: number;

  constructor({ module, export: name = 'default' }: ScorerModule, limit: number) {
    this.#data = { module: String(module), name };
    this.#limit = limit;
  }

  readonly scorer: Scorer = (events, policy) => {
    if (this.#worker === null) {
      this.#worker = new Worker(PROGRAM, { eval: true, workerData: this.#data });
      // What breaks a worker is told by the question that it leaves without an answer.
      this.#worker.on('error', () => {}).unref();
      this.#ask(null, LOADING, 'the module of the scorer is not loaded');
    }
    const told = `the scorer gives no answer for ${events.length} events`;
    const { answer, bound } = this.#ask({ events, policy }, this.#limit, told);
    if (answer instanceof Map && bound !== undefined) Object.assign(answer, { bound });
    return answer as Map<string, number>;
  };

  #ask(question: object | null, limit: number, hangs: string): Reply {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const { port1, port2 } = new MessageChannel();
    this.#worker!.postMessage({ question, port: port2, flag }, [port2]);
    Atomics.wait(flag, 0, 0, limit);
    const reply: Reply | undefined = receiveMessageOnPort(port1)?.message;
    port1.close();
    if (reply === undefined) {
      this.close();
      throw new ScorerFault('hangs', `${hangs} within ${limit} ms`);
    }
    if (reply.thrown !== undefined) throw new ScorerFault('throws', `the scorer throws ${reply.thrown}`);
    return reply;
  }

  close(): void {
    void this.#worker?.terminate();
    this.#worker = null;
  }
}
