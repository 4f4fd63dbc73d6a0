/**
 * Lines for a file descriptor, written together once a turn, as fast as whoever reads takes them. What finds no room is
 * lost, counted, and told once there is room again: a reader that stalls takes neither memory nor time of the service,
 * and keeps it from ending for no longer than it is told to wait.
 */
import { createWriteStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { Milliseconds } from '../event.ts';
import { endedWithin } from './later.ts';

/** Characters that wait to be taken at most. */
const MOST = 16 * 2 ** 20;

export interface LinesOptions {
  /** Called with how many were lost, when there is room to say so. */
  readonly onLost: (lost: number) => void;
  readonly most?: number;
}

export class Lines {
  readonly #open: () => Writable;
  readonly #options: Required<LinesOptions>;
  #to: Writable;
  /** A reader that has gone must not take the service with it: from then on all is lost. */
  #gone = false;
  #held = '';
  /** What is being written. */
  #sent = '';
  #scheduled = false;
  #lost = 0;
  /** Of those that were lost before, how many what is held, and what is being written, tells of. */
  #told = { held: 0, sent: 0 };
  #telling = false;
  #rested: () => void = () => {};

  /** `open` is called again after a failure, such as of a disk that is full. */
  constructor(open: () => Writable, { onLost, most = MOST }: LinesOptions) {
    this.#open = open;
    this.#options = { onLost, most };
    this.#to = this.#opened();
  }

  write(line: string): void {
    const waiting = this.#held.length + this.#sent.length + line.length;
    if (this.#gone || (waiting > this.#options.most && !this.#telling)) {
      this.#lost++;
      return;
    }
    this.#held += line;
    if (this.#scheduled || this.#sent !== '') return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  /** Waits until all is taken, but not for longer than it is told; how many were lost and not told. */
  async end(patience: Milliseconds): Promise<number> {
    this.#send();
    if (this.#sent !== '') {
      const rested = new Promise<void>((resolve) => {
        this.#rested = resolve;
      });
      await endedWithin(rested, patience);
    }
    this.#gone = true;
    if (this.#to instanceof Socket) this.#to.destroy();
    const { held, sent } = this.#told;
    return this.#lost + held + sent + countOf(this.#held) + countOf(this.#sent);
  }

  #opened(): Writable {
    const to = this.#open();
    to.on('error', () => {
      if (to instanceof Socket) this.#gone = true;
      else this.#to = this.#opened();
    });
    return to;
  }

  #send(): void {
    if (this.#held === '' || this.#sent !== '' || this.#gone) return;
    [this.#sent, this.#held] = [this.#held, ''];
    this.#told = { held: 0, sent: this.#told.held };
    this.#to.write(this.#sent, (error) => {
      if (error) this.#lost += countOf(this.#sent) + this.#told.sent;
      this.#told.sent = 0;
      this.#sent = '';
      // After a failure the next line is the next try.
      if (!error) {
        this.#tell();
        this.#send();
      }
      if (this.#sent === '') this.#rested();
    });
  }

  #tell(): void {
    if (this.#lost === 0) return;
    const lost = this.#lost;
    this.#lost = 0;
    this.#told.held += lost;
    this.#telling = true;
    this.#options.onLost(lost);
    this.#telling = false;
  }
}

/** A file descriptor as a stream of which no write waits in this thread, nor keeps a program from ending. */
export function streamTo(fd: number): Writable {
  const kind = fstatSync(fd);
  if (kind.isFIFO() || kind.isSocket()) return new Socket({ fd, readable: false, writable: true });
  return createWriteStream('', { fd, autoClose: false });
}

function countOf(lines: string): number {
  return lines.split('\n').length - 1;
}
