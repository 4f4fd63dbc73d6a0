/** The route by which events come in: a batch, all of it or nothing, as a JSON array or as JSON Lines. */
import { z } from '@hono/zod-openapi';
import { PeerageError } from '../../error.ts';
import type { Event, EventInput as Sent } from '../../event.ts';
import type { Appended } from '../../ledger/contract.ts';
import { statedHeaders } from '../answer.ts';
import { LINES, linesOf, mediaType, textOf } from '../body.ts';
import type { Community } from '../community.ts';
import { OF_EVENTS } from '../documented.ts';
import { parseJson } from '../json.ts';
import type { Key } from '../keys.ts';
import type { Limits } from '../limits.ts';
import { operation } from '../operation.ts';
import { Refusal } from '../problem.ts';
import { AppendedAnswer, EventInput } from '../schemas/events.ts';
import type { Group, Served } from '../served.ts';

/** The route of events. */
export const EVENTS = '/v1/communities/{community}/events';

export const eventRoutes: Group = (app, served) => {
  const { communities, idempotency, limits } = served;

  operation(
    app,
    served,
    {
      method: 'post',
      path: EVENTS,
      name: 'addEvents',
      summary: 'Adds events, all or nothing; durable when it answers',
      scope: 'write',
      headers: z.object({
        'Idempotency-Key': z
          .string()
          .optional()
          .openapi({ description: 'Makes it safe to send the same request again.' }),
      }),
      body: {
        schema: z.array(EventInput).max(limits.events),
        read: 'handler',
        also: Object.fromEntries(LINES.map((type) => [type, z.string()])),
      },
      answers: { 200: { description: 'Appended.', content: { 'application/json': AppendedAnswer } } },
      refusals: [...OF_EVENTS, 'too-late', 'long-line', 'other-request'],
    },
    async (c) => {
      const community = await communities.get(c.get('community')!);
      const batch = await batchOf(c.req.raw, served);
      checkScope(batch.events, c.get('key'));
      const key = c.req.header('Idempotency-Key');
      const append = (events: readonly unknown[]) => community.append(events as Sent[]);
      let appended: Appended;
      try {
        appended =
          key === undefined
            ? await append(batch.events)
            : await idempotency.under(key, community.id, batch.events, append);
      } catch (error) {
        throw withLine(error, batch.lines);
      }
      const { headers, body, erased } = acknowledged(served, community, batch.events, appended);
      await erased;
      return c.body(body, 200, headers);
    },
  );
};

/** The answer to a batch that was appended; `erased` resolves as `news.erased` does. */
export function acknowledged(
  { news }: Served,
  community: Community,
  events: readonly unknown[],
  { sequences, head }: Appended,
) {
  const erased = forgets(events) ? news.erased(community) : undefined;
  const { sequence, bound } = community.publication.last;
  const body = { sequences, head: { sequence: head.sequence, hash: head.hash }, sequence, bound };
  return { headers: statedHeaders(body), body: JSON.stringify(body), erased };
}

/** Events as they were sent, and the lines of those that were sent as lines. */
interface Batch {
  readonly events: readonly unknown[];
  readonly lines?: readonly number[];
}

async function batchOf(request: Request, { limits }: Served): Promise<Batch> {
  if (mediaType(request, ['application/json', ...LINES]) === 'application/json') {
    return { events: eventsIn(await textOf(request, limits), limits) };
  }
  const events: unknown[] = [];
  const lines: number[] = [];
  for await (const { text, line } of linesOf(request, limits)) {
    if (events.length === limits.events) throw tooMany(limits.events);
    events.push(jsonOf(text, limits.depth, line));
    lines.push(line);
  }
  return { events, lines };
}

/** The events of a body that is one JSON array. @throws Refusal `bad-json`; PeerageError `bad-event`, `too-large`. */
export function eventsIn(text: string, limits: Limits): readonly unknown[] {
  const events = parseJson(text, limits.depth);
  if (!Array.isArray(events)) {
    throw new PeerageError('bad-event', 'the body is no array of events; expected one', { value: events });
  }
  if (events.length > limits.events) throw tooMany(limits.events);
  return events;
}

/** One line of JSON. @throws Refusal `bad-json` with the line. */
export function jsonOf(text: string, depth: number, line: number): unknown {
  try {
    return parseJson(text, depth);
  } catch (error) {
    throw error instanceof Refusal
      ? new Refusal(error.code, `line ${line}: ${error.message}`, { line })
      : error;
  }
}

/** The same error with the line of the event that it names. */
export function withLine(error: unknown, lines: readonly number[] | undefined): unknown {
  const line = error instanceof PeerageError && error.index !== undefined ? lines?.[error.index] : undefined;
  return line === undefined ? error : (error as PeerageError).at({ line });
}

/** Whether somebody is forgotten by events that were taken. */
export function forgets(events: readonly unknown[]): boolean {
  return (events as readonly Event[]).some(({ type }) => type === 'forget');
}

/** Policies and erasures are for whoever administers, by whichever route they come. @throws Refusal `forbidden`. */
export function checkScope(events: readonly unknown[], key: Key | null): void {
  if (key === null || key.scopes.includes('admin')) return;
  const index = events.findIndex((event) => {
    const type = (event as Event | null)?.type;
    return type === 'policy' || type === 'forget';
  });
  if (index < 0) return;
  const reason = `event ${index}: policies and erasures need a key with scope admin`;
  throw new Refusal('forbidden', reason, { index, field: 'type' });
}

function tooMany(events: number): PeerageError {
  return new PeerageError(
    'too-large',
    `the body has more than ${events} events; send them in several requests`,
  );
}
