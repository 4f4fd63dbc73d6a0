/**
 * Reads several sources as one: one after another into a sink, with a common count of bytes and of the bad
 * lines that are left out.
 */
import { PeerageError } from '../error.ts';
import type { Sink } from '../event.ts';
import { open } from './open.ts';
import type { ReadOptions } from './read.ts';
import { read } from './read.ts';

/** A path, `-` for standard input, or named bytes. */
export type Source = string | { readonly name: string; readonly stream: AsyncIterable<Uint8Array> };

export interface ReadingOptions {
  /** Bad lines to go on after; 0 unless given, so the first one ends the reading. */
  readonly skipBad?: number;
  readonly workers?: number;
  /** Called with the bytes read, and with those to read where that is known. */
  readonly onRead?: (done: number, total?: number) => void;
}

/** One after another into the record, with a common count of bytes and of bad lines. */
export class Reading {
  readonly skipped: PeerageError[] = [];
  readonly notes: string[] = [];
  #before = 0;

  constructor(
    private readonly sink: Sink,
    private readonly options: ReadingOptions,
  ) {}

  async all(sources: readonly Source[], options: ReadOptions): Promise<void> {
    const { onRead, workers } = this.options;
    const opened: (Exclude<Source, string> & { bytes?: number })[] = [];
    for (const source of sources) opened.push(typeof source === 'string' ? await open(source) : source);
    const sizes = opened.map(({ bytes }) => bytes ?? Number.NaN);
    const total = this.#before + sizes.reduce((sum, bytes) => sum + bytes, 0);
    for (const source of opened) {
      let here = 0;
      await read(source, this.sink, {
        ...options,
        workers,
        onBad: (error) => this.#bad(error),
        onNote: (note) => this.notes.push(`${source.name}: ${note}`),
        onBytes: (bytes) => {
          here = bytes;
          const done = this.#before + here;
          onRead?.(done, Number.isNaN(total) ? undefined : total);
        },
      });
      this.#before += here;
    }
  }

  #bad(error: PeerageError): void {
    const { skipBad = 0 } = this.options;
    if (this.skipped.length < skipBad) {
      this.skipped.push(error);
      return;
    }
    if (skipBad === 0) throw error;
    const { code, reason, file, line, field, value } = error;
    const place = { ...(file && { file }), ...(line && { line }), ...(field && { field }), value };
    throw new PeerageError(code, `${reason} (after ${skipBad} bad lines that were left out)`, place);
  }
}

/** One or several, as a list. */
export function listOf(sources: Source | readonly Source[]): readonly Source[] {
  return Array.isArray(sources) ? (sources as readonly Source[]) : [sources as Source];
}
