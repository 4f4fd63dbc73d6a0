/** Many events into a record, for whoever was given them in one piece. */
import { PeerageError } from '../error.ts';
import type { Event, EventInput } from '../event.ts';
import { parseEvent } from '../event.ts';
import type { Record } from './record.ts';

/** Takes events one by one; what one of them throws tells its place among them. */
export function takeAll<Given extends EventInput | Event>(
  record: Record,
  events: Iterable<Given>,
  parse: (event: Given) => Event = parseEvent,
): void {
  let index = 0;
  for (const event of events) {
    try {
      record.apply(parse(event));
    } catch (error) {
      throw error instanceof PeerageError ? error.at({ index }) : error;
    }
    index++;
  }
}
