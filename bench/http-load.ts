/**
 * A load of HTTP requests over kept connections, with as little work of its own as there can be: texts are made before,
 * answers are read by their length alone. Closed (each connection asks again when it is answered) finds the peak; open
 * (asks come at a rate, whether or not answers do) measures latency from when an ask was due, so that a server that
 * stalls is not asked less.
 */
import { connect, type Socket } from 'node:net';

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Asks a second; closed where it is left out. */
  readonly rate?: number;
  /** Seconds at the beginning of which the latency is not counted: both ends make their connections then. */
  readonly warmUp?: number;
  /** The text of the k-th request. */
  readonly request: (k: number) => string;
  /** Called with each body of an answer of 200, if that is of interest. */
  readonly onAnswer?: (body: string) => void;
}

export interface Loaded {
  readonly seconds: number;
  /** Answers by status; `lost` for asks that were never answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Asks that were due and that no free connection could take. */
  readonly unsent: number;
  /** Milliseconds, those that were never sent included with what they had waited. */
  readonly median: number;
  readonly p99: number;
}

/** What all connections read into, one after the other: a buffer for each read would be this program's own garbage. */
const CHUNK = Buffer.alloc(64 * 1024);

class Connection {
  readonly #socket: Socket;
  #text = '';
  #from = -1;
  #closed = false;

  constructor(
    port: number,
    readonly onAnswer: (connection: Connection, status: string, from: number, body: string) => void,
  ) {
    const callback = (length: number, chunk: Uint8Array) => {
      this.#read((chunk as Buffer).toString('latin1', 0, length));
      return true;
    };
    this.#socket = connect({
      ...{ port, host: '127.0.0.1', noDelay: true },
      onread: { buffer: CHUNK, callback },
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#closed = true;
      if (this.#from >= 0) this.#done('lost', '');
    });
  }

  get open(): boolean {
    return !this.#closed;
  }

  get busy(): boolean {
    return this.#from >= 0;
  }

  ask(text: string, from: number): void {
    this.#from = from;
    this.#socket.write(text, 'latin1');
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    const text = this.#text + chunk;
    this.#text = text;
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    this.#text = '';
    this.#done(text.slice(9, 12), text.slice(end + 4, end + 4 + length));
  }

  #done(status: string, body: string): void {
    const from = this.#from;
    this.#from = -1;
    this.onAnswer(this, status, from, body);
  }
}

export function drive(options: LoadOptions): Promise<Loaded> {
  const { port, connections, seconds, rate, warmUp = 0, request, onAnswer } = options;
  return new Promise((resolve) => {
    const statuses: Record<string, number> = {};
    const latencies: number[] = [];
    const free: Connection[] = [];
    const start = performance.now();
    const end = start + seconds * 1000;
    let [asked, unsent, over] = [0, 0, false];
    const all = new Set<Connection>();
    const add = () => {
      const one = new Connection(port, answered);
      all.add(one);
      return one;
    };
    const answered = (connection: Connection, status: string, from: number, body: string) => {
      const now = performance.now();
      if (!over) {
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (from >= start + warmUp * 1000) latencies.push(now - from);
        if (status === '200') onAnswer?.(body);
      }
      let next = connection;
      if (!connection.open) {
        all.delete(connection);
        if (over) return;
        next = add();
      }
      if (rate === undefined && now < end) next.ask(request(asked++), now);
      else free.push(next);
    };
    for (let k = 0; k < connections; k++) {
      const connection = add();
      if (rate === undefined) connection.ask(request(asked++), start);
      else free.push(connection);
    }
    const due = setInterval(() => {
      const now = performance.now();
      if (rate !== undefined) {
        const wanted = Math.floor((Math.min(now, end) - start) * (rate / 1000));
        for (; asked + unsent < wanted; ) {
          const connection = free.pop();
          if (connection === undefined) {
            // An ask that waited for a connection too long was never sent; a short wait is latency.
            const lag = now - (start + ((asked + unsent) * 1000) / rate);
            if (lag < 1000) break;
            unsent += 1;
            latencies.push(lag);
          } else connection.ask(request(asked), start + ((asked++ + unsent) * 1000) / rate);
        }
      }
      const waiting = [...all].some((connection) => connection.busy);
      if (now < end || (waiting && now < end + 5000)) return;
      clearInterval(due);
      over = true;
      const lost = [...all].filter((connection) => connection.busy).length;
      if (lost > 0) statuses.lost = (statuses.lost ?? 0) + lost;
      for (const connection of all) connection.close();
      latencies.sort((a, b) => a - b);
      const at = (share: number) =>
        latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
      resolve({ seconds: (end - start) / 1000, statuses, unsent, median: at(0.5), p99: at(0.99) });
    }, 1);
  });
}
