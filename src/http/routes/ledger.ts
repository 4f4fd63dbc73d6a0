/** Routes of the ledger as JSON Lines: all of it out, and into one that stands where the sender believes. */
import { z } from '@hono/zod-openapi';
import { PeerageError, quote } from '../../error.ts';
import type { EventInput } from '../../event.ts';
import { inputOf } from '../../event.ts';
import type { Ledger } from '../../ledger/contract.ts';
import { statedHeaders } from '../answer.ts';
import { LINES, linesOf, mediaType } from '../body.ts';
import type { Community } from '../community.ts';
import { OF_EVENTS } from '../documented.ts';
import { count, operation } from '../operation.ts';
import { ledgerRefusal, Refusal } from '../problem.ts';
import { ImportedAnswer } from '../schemas/communities.ts';
import { type Group, outgoingOf } from '../served.ts';
import { forgets, jsonOf, withLine } from './events.ts';

const PATH = '/v1/communities/{community}/ledger';
const TYPE = LINES[0];
const after = count(0, Number.MAX_SAFE_INTEGER, 'The sequence after which it begins; 0 unless given.');

export const ledgerRoutes: Group = (app, served) => {
  const { communities, limits, news, onFault } = served;
  /** Those into which somebody imports: one at a time, or lines of both would be mixed. */
  const importing = new WeakSet<Community>();

  operation(
    app,
    served,
    {
      method: 'get',
      path: PATH,
      name: 'exportLedger',
      summary: 'The events of the ledger in order, one a line; whoever was erased has a number for a name',
      scope: 'admin',
      query: z.strictObject({
        after,
        to: count(0, Number.MAX_SAFE_INTEGER, 'The last sequence; all unless given.'),
      }),
      answers: {
        200: {
          description: 'Events. Where the connection ends before the answer does, they are not all.',
          content: { [TYPE]: z.string() },
          headers: ['Peerage-Sequence', 'Peerage-Bound', 'Peerage-Head'],
        },
      },
    },
    async (c, { query }) => {
      const { ledger, publication } = await communities.get(c.get('community')!);
      const { head } = ledger;
      const said = {
        ...statedHeaders(publication.last),
        'Content-Type': TYPE,
        'Peerage-Head': `${head.sequence} ${head.hash}`,
      };
      // Nobody would read it to its end.
      if (c.req.method === 'HEAD') return c.body(null, 200, said);
      const to = Math.min(query.to ?? head.sequence, head.sequence);
      const lines = await linesFrom(ledger, query.after ?? 0, to, (error) => {
        onFault(error, c.get('requestId'));
        return outgoingOf(c)?.destroy() !== undefined;
      });
      return c.body(lines, 200, said);
    },
  );

  operation(
    app,
    served,
    {
      method: 'post',
      path: PATH,
      name: 'importLedger',
      summary: 'Appends events of any number, one a line, to a ledger that stands at `after`',
      scope: 'admin',
      stream: true,
      query: z.strictObject({ after }),
      body: { type: TYPE, schema: z.string(), read: 'handler' },
      answers: { 200: { description: 'All are appended.', content: { 'application/json': ImportedAnswer } } },
      refusals: [...OF_EVENTS, 'too-late', 'long-line', 'not-empty', 'in-progress'],
    },
    async (c, { query }) => {
      const community = await communities.get(c.get('community')!);
      mediaType(c.req.raw, LINES);
      const from = query.after ?? 0;
      if (importing.has(community)) {
        const reason = 'another import into this community is under way; ask again when it is over';
        throw new Refusal('in-progress', reason, { headers: { 'Retry-After': '10' } });
      }
      checkHead(community, from);
      importing.add(community);
      let taken = 0;
      let events: EventInput[] = [];
      let lines: number[] = [];
      const append = async () => {
        // While the first of them came, others may have added events.
        if (taken === 0) checkHead(community, from);
        await community.append(events);
        taken += events.length;
        const erased = forgets(events);
        [events, lines] = [[], []];
        if (erased) await news.erased(community);
      };
      try {
        const unlimited = { ...limits, body: Number.POSITIVE_INFINITY };
        for await (const { text, line } of linesOf(c.req.raw, unlimited)) {
          events.push(jsonOf(text, limits.depth, line) as EventInput);
          lines.push(line);
          if (events.length === limits.events) await append();
        }
        await append();
      } catch (error) {
        throw told(withLine(error, lines), taken);
      } finally {
        importing.delete(community);
      }
      const { sequence, bound } = community.publication.last;
      const { head } = community.ledger;
      const body = { taken, head: { sequence: head.sequence, hash: head.hash }, sequence, bound };
      return c.body(JSON.stringify(body), 200, statedHeaders(body));
    },
  );
};

/** @throws Refusal `not-empty` where the ledger does not stand at a sequence. */
function checkHead({ ledger }: Community, sequence: number): void {
  const at = ledger.head.sequence;
  if (at === sequence) return;
  const reason = `the ledger is at sequence ${at}, not at ${sequence}; say after=${at} to go on from there`;
  throw new Refusal('not-empty', reason, { field: 'after' });
}

/** What went wrong, and how many lines are in the ledger: whoever goes on begins after them. */
function told(error: unknown, taken: number): unknown {
  if (error instanceof Refusal) {
    return new Refusal(error.code, error.message, { ...error.members, headers: { ...error.headers }, taken });
  }
  const refusal = ledgerRefusal(error, { taken });
  if (refusal !== undefined || !(error instanceof PeerageError)) return refusal ?? error;
  const { code, message, line, field, value } = error;
  return new Refusal(code, message, {
    ...(line !== undefined && { line }),
    ...(field !== undefined && { field }),
    ...(value !== undefined && { value: quote(value) }),
    taken,
  });
}

/**
 * Reads as fast as the receiver does, the first lines before it resolves. What breaks off later must not look whole: the
 * stream fails, unless `broken` has ended the connection. @throws what reading the first lines throws.
 */
async function linesFrom(
  ledger: Ledger,
  after: number,
  to: number,
  broken: (error: unknown) => boolean,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  const entries = ledger.read(after, { to, batch: 1_000 })[Symbol.asyncIterator]();
  let next = Promise.resolve(await entries.next());
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await next;
        if (done) return controller.close();
        const text = value.map(({ event }) => `${JSON.stringify(inputOf(event))}\n`).join('');
        controller.enqueue(encoder.encode(text));
        next = entries.next();
        // It is looked at when it is needed.
        next.catch(() => {});
      } catch (error) {
        if (broken(error)) controller.close();
        else controller.error(error);
      }
    },
    async cancel() {
      await entries.return?.();
    },
  });
}
