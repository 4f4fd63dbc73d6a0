/** The route by which events come in: a batch, all of it or nothing, as a JSON array or as JSON Lines. */
import { z } from '@hono/zod-openapi';
import { PeerageError } from '../../error.ts';
import type { Event } from '../../event.ts';
import { parseEvent } from '../../event.ts';
import { statedHeaders } from '../answer.ts';
import type { Group, Served } from '../app.ts';
import { LINES, linesOf, mediaType, textOf } from '../body.ts';
import { Idempotency } from '../idempotency.ts';
import { parseJson } from '../json.ts';
import type { Key } from '../keys.ts';
import { operation } from '../operation.ts';
import { Refusal } from '../problem.ts';
import { AppendedAnswer, EventInput } from '../schemas/events.ts';

export const eventRoutes: Group = (app, served) => {
  const { communities, documents, limits, clock } = served;
  const idempotency = new Idempotency(documents, clock);

  operation(
    app,
    served,
    {
      method: 'post',
      path: '/v1/communities/{community}/events',
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
      refusals: [
        ...(['bad-event', 'bad-weight', 'bad-date', 'bad-utf8', 'bad-policy', 'unknown-kind'] as const),
        ...([
          'unknown-event',
          'already-retracted',
          'id-conflict',
          'unknown-contributor',
          'long-line',
        ] as const),
        'other-request',
      ],
    },
    async (c) => {
      const community = await communities.get(c.get('community')!);
      let events = await eventsOf(c.req.raw, served);
      checkScope(events, c.get('key'));
      const key = c.req.header('Idempotency-Key');
      if (key !== undefined) events = await idempotency.under(key, community.id, events);
      const { sequences, head } = await community.append(events);
      served.guards.metrics.events(community.id, events.length);
      const { sequence, bound } = community.publication.last;
      const { hash } = head;
      const body = { sequences, head: { sequence: head.sequence, hash }, sequence, bound };
      return c.body(JSON.stringify(body), 200, statedHeaders(body));
    },
  );
};

/** The events of a body, each checked; what is wrong with one tells its place. */
async function eventsOf(request: Request, { limits }: Served): Promise<Event[]> {
  if (mediaType(request, ['application/json', ...LINES]) === 'application/json') {
    const given = parseJson(await textOf(request, limits.body), limits.depth);
    if (!Array.isArray(given)) {
      throw new PeerageError('bad-event', 'the body is no array of events; expected one', { value: given });
    }
    if (given.length > limits.events) throw tooMany(limits.events);
    return given.map((event, index) => parsed(event, { index }));
  }
  const events: Event[] = [];
  for await (const { text, line } of linesOf(request, limits)) {
    const place = { index: events.length, line };
    if (events.length === limits.events) throw tooMany(limits.events);
    events.push(parsed(jsonOf(text, limits.depth, place), place));
  }
  return events;
}

/** @throws PeerageError with the place. */
export function parsed(event: unknown, place: { readonly index?: number; readonly line?: number }): Event {
  try {
    return parseEvent(event);
  } catch (error) {
    throw error instanceof PeerageError ? error.at(place) : error;
  }
}

/** One line of JSON. @throws Refusal `bad-json` with the place. */
export function jsonOf(text: string, depth: number, place: object): unknown {
  try {
    return parseJson(text, depth);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, error.message, { ...place }) : error;
  }
}

/** Policies and erasures are for whoever administers, by whichever route they come. @throws Refusal `forbidden`. */
function checkScope(events: readonly Event[], key: Key | null): void {
  if (key === null || key.scopes.includes('admin')) return;
  const index = events.findIndex(({ type }) => type === 'policy' || type === 'forget');
  if (index < 0) return;
  const reason = `event ${index}: "${events[index]!.type}" needs a key with scope admin`;
  throw new Refusal('forbidden', reason, { index, field: 'type' });
}

function tooMany(events: number): PeerageError {
  return new PeerageError(
    'too-large',
    `the body has more than ${events} events; send them in several requests`,
  );
}
