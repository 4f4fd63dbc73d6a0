/** Reads a file of events, JSON Lines, that is to be tried and not taken: all of it, with the line of each event. */
import { PeerageError } from '../error.ts';
import type { Event } from '../event.ts';
import { inflated } from './gzip.ts';
import { JsonLines } from './jsonl.ts';
import { open, readFault } from './open.ts';
import { Report } from './report.ts';
import { Window } from './window.ts';

export interface Changes {
  readonly events: readonly Event[];
  /** The error of one of them, with its file and line instead of its place in the list. */
  placed(error: PeerageError): PeerageError;
}

/** @throws PeerageError with file and line for what is no event, `no-file`, `unreadable`. */
export async function readChanges(path: string): Promise<Changes> {
  const { name, stream } = await open(path);
  const report = new Report(name, {});
  const events: Event[] = [];
  const lines: number[] = [];
  const apply = (event: Event) => {
    events.push(event);
    lines.push(report.line);
    return true;
  };
  const reader = new JsonLines({ apply }, report, false);
  const window = new Window();
  try {
    for await (const chunk of inflated(stream)) window.push(chunk, reader);
    window.end(reader);
  } catch (error) {
    const fault = readFault(error, name);
    throw fault instanceof PeerageError ? fault.at({ file: name }) : fault;
  }
  return {
    events,
    placed({ code, reason, index, field, value }) {
      const line = index === undefined ? undefined : lines[index];
      const place = {
        file: name,
        ...(line !== undefined && { line }),
        ...(field !== undefined && { field }),
      };
      return new PeerageError(code, reason, { ...place, value });
    },
  };
}
