/** Route of the changes of a community, told as they happen. */
import { z } from '@hono/zod-openapi';
import { PeerageError, quote } from '../../error.ts';
import { streamOf } from '../change-stream.ts';
import type { Keys } from '../keys.ts';
import { type Later, soon } from '../later.ts';
import { decimal, operation } from '../operation.ts';
import { Refusal } from '../problem.ts';
import { type Group, incomingOf, outgoingOf } from '../served.ts';

/** Ids of events: a sequence and a life of the community. */
const ID = /^(0|[1-9]\d{0,15})(-[0-9a-f]{8})?$/;

export const changeRoutes: Group = (app, served) => {
  const { communities, guards, news } = served;
  operation(
    app,
    served,
    {
      method: 'get',
      path: '/v1/communities/{community}/changes',
      name: 'listenToChanges',
      summary: 'Who moves, told as it happens: server-sent events',
      scope: 'read',
      query: z.strictObject({
        threshold: decimal(
          0,
          1,
          'Share of trust by which one has to move; what the bounds prove unless given.',
        ),
      }),
      headers: z.object({
        'Last-Event-ID': z
          .string()
          .regex(ID)
          .optional()
          .openapi({ description: 'The id of the last event that was received: goes on from there.' }),
      }),
      answers: {
        200: {
          description:
            'Events `start`, `changes` and `reset`, each with an id to come back with. After a reset, as when the service was started anew, what was told before can not be gone on from: read the scores anew.',
          content: { 'text/event-stream': z.string() },
        },
      },
      refusals: ['overloaded'],
    },
    async (c, { query }) => {
      const last = c.req.header('last-event-id');
      checkId(last);
      const community = await communities.get(c.get('community')!);
      const after = afterOf(last, community.epoch);
      const said = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
      if (c.req.method === 'HEAD') return c.body(null, 200, said);
      const changes = news.changesOf(community);
      if (changes.listeners >= guards.load.listeners) {
        guards.metrics.shed('listeners');
        throw new Refusal('overloaded', 'the community has as many listeners as it may have', {
          headers: { 'Retry-After': '10' },
        });
      }
      const authorization = c.req.header('authorization');
      const isAllowed = () => isOpenTo(guards.keys, authorization, incomingOf(c)?.socket);
      // At each beat, so that also where nothing happens nobody is connected for long who may not be.
      const later: Later = (beat, time) => soon(() => (isAllowed() ? beat() : end()), time);
      const { epoch } = community;
      const options = { epoch, backlog: guards.load.backlog, threshold: query.threshold, after, later };
      let letGo: (() => void) | null = () => {};
      const { body, end } = streamOf(changes, options, (how) => {
        letGo?.();
        letGo = null;
        // A reader that takes nothing would keep its connection for as long as it likes.
        if (how === 'slow') outgoingOf(c)?.destroy();
      });
      // What it is told first may be too long for a reader already.
      if (letGo !== null) letGo = news.keep({ community: community.id, isAllowed, end });
      return c.body(body, 200, said);
    },
  );
};

/** Whether what was let in by this header still would be; which community a key is for never changes. */
function isOpenTo(keys: Keys, authorization: string | undefined, connection: object | undefined): boolean {
  return !keys.required || keys.authenticate(authorization, connection) !== undefined;
}

/** @throws PeerageError `bad-option`. */
function checkId(id: string | undefined): void {
  if (id === undefined || id === '' || ID.test(id)) return;
  const reason = `${quote(id)} is not the id of an event; expected that of the last one that was received`;
  throw new PeerageError('bad-option', reason, { field: 'Last-Event-ID', value: id });
}

/** The sequence of the event with this id; one that is never reached for that of another life of the community. */
function afterOf(id: string | undefined, epoch: string): number | undefined {
  if (id === undefined || id === '') return undefined;
  const [sequence, life] = id.split('-');
  return life === epoch ? Number(sequence) : -1;
}
