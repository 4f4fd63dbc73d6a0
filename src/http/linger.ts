/**
 * The end of a connection on which somebody is still sending. One that is closed at once is reset, and its client reads no
 * answer: so the answer is followed by the end of what we say, and what comes is passed over for a moment more.
 */
import type { Socket } from 'node:net';
import type { Milliseconds } from '../event.ts';

const MOMENT: Milliseconds = 500;

/** Closes a connection on which all has been said. */
export function closeSoon(connection: { destroy(): unknown }): void {
  setTimeout(() => connection.destroy(), MOMENT).unref();
}

/** Has Node close a connection in this way once the last answer has gone. */
export function lingering(connection: Socket): void {
  connection.destroySoon = () => {
    connection.end();
    closeSoon(connection);
  };
}
