/**
 * Changes as server-sent events: each has its sequence and the life of the community as id, so a browser that comes back
 * says where it left off.
 * A comment is sent where nothing else is, so that both ends notice a line that is dead. What a slow reader has
 * not taken is bounded: beyond that the stream ends, and the reader comes back with the last it got.
 */
import type { Milliseconds } from '../event.ts';
import type { Change, Changes, ListenOptions } from './changes.ts';
import { type Later, soon } from './later.ts';

export interface StreamOptions extends ListenOptions {
  /** Tells this life of the community from others, in which the same sequence may stand for something else. */
  readonly epoch: string;
  /** Bytes that may wait for the reader. */
  readonly backlog: number;
  /** Time between two comments. */
  readonly heartbeat?: Milliseconds;
  readonly later?: Later;
}

/** The body of an answer, and how to end it. `onClose` is called once when it has ended, whoever ended it. */
export function streamOf(
  changes: Changes,
  { epoch, backlog, heartbeat = 15_000, later = soon, ...options }: StreamOptions,
  onClose: (how: 'read' | 'slow') => void,
): { body: ReadableStream<Uint8Array>; end: () => void } {
  const encoder = new TextEncoder();
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  let open = true;
  let [stopListening, stopBeating] = [() => {}, () => {}];
  const close = (how: 'read' | 'slow') => {
    if (!open) return;
    open = false;
    stopListening();
    stopBeating();
    onClose(how);
  };
  const end = () => {
    if (open) controller.close();
    close('read');
  };
  const send = (text: string) => {
    if (!open) return;
    const bytes = encoder.encode(text);
    const waiting = backlog - (controller.desiredSize ?? 0);
    // What does not fit ends the stream, since a message that is left out would never be told. One is always let in.
    if (waiting === 0 || waiting + bytes.length <= backlog) return controller.enqueue(bytes);
    controller.close();
    close('slow');
  };
  const beat = () => {
    stopBeating = later(() => {
      send(': here\n\n');
      if (open) beat();
    }, heartbeat);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(its) {
        controller = its;
      },
      cancel: () => close('read'),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: backlog }),
  );
  send('retry: 2000\n\n');
  stopListening = changes.listen(options, (change) => send(textOf(change, epoch)));
  // What it is told first may be too long already.
  if (open) beat();
  else stopListening();
  return { body, end };
}

function textOf({ type, ...data }: Change, epoch: string): string {
  return `id: ${data.sequence}-${epoch}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
