/**
 * An application with comments that orders them by trust. The engine is part of the process, on a durable ledger, and
 * answers over HTTP under /trust as well. Comments are kept in memory: the point of the example is what is said of people.
 */
import { Hono } from 'hono';
import { TrustEngine } from 'peerage';
import type { Store } from 'peerage/ledger';
import { createServer } from 'peerage/server';

interface Comment {
  readonly id: number;
  readonly author: string;
  readonly text: string;
  readonly thanks: Set<string>;
  readonly flags: Set<string>;
}

export interface CommentsOptions {
  store: Store;
  /** Who holds a credential from the start. */
  moderators: readonly string[];
}

export async function createComments({ store, moderators }: CommentsOptions) {
  const ledger = await store.ledger('comments');
  const engine = await TrustEngine.open(ledger);
  // Events with ids count once, so starting again grants nothing twice.
  await engine.append(
    moderators.map((target) => ({ type: 'grant', id: `moderator:${target}`, target, issuer: 'the site' })),
  );
  const peerage = await createServer({ ledger, engine });
  const comments: Comment[] = [];
  const app = new Hono();

  app.post('/comments', async (c) => {
    const { author, text } = await c.req.json();
    if (!isName(author) || typeof text !== 'string') return c.text('expected an author and a text', 400);
    const comment = {
      id: comments.length + 1,
      author,
      text,
      thanks: new Set<string>(),
      flags: new Set<string>(),
    };
    comments.push(comment);
    return c.json({ id: comment.id }, 201);
  });

  // One thank-you, or flag, of each person for each comment: its id says so, and the ledger keeps to it.
  for (const [path, type, kind] of [
    ['thanks', 'endorse', 'thanks'],
    ['flags', 'object', 'flag'],
  ] as const) {
    app.post(`/comments/:id/${path}`, async (c) => {
      const comment = comments[Number(c.req.param('id')) - 1];
      const { by } = await c.req.json();
      if (comment === undefined || !isName(by)) return c.text('no such comment, or nobody to say so', 404);
      const id = `${kind}:${comment.id}:${by}`;
      await engine.append({ type, id, source: by, target: comment.author, kind });
      comment[path].add(by);
      return c.json({ [path]: comment[path].size });
    });
  }

  // A word weighs what the one who says it is trusted.
  app.get('/comments', (c) => {
    const scores = engine.scores();
    const trustOf = (people: Iterable<string>) =>
      [...people].reduce((sum, id) => sum + (scores.of(id)?.trust ?? 0), 0);
    const ordered = comments.map(({ id, author, text, thanks, flags }) => ({
      ...{ id, author, text, thanks: thanks.size },
      weight: trustOf([author]) + trustOf(thanks) - trustOf(flags),
    }));
    return c.json(ordered.sort((a, b) => b.weight - a.weight || a.id - b.id));
  });

  // What comes beside a request says from where it does: without a key only this machine is answered.
  app.mount('/trust', (request, env) => peerage.fetch(request, env as object));
  return {
    app,
    engine,
    /** Ends in order; the store is whoever's who opened it. */
    async close() {
      await peerage.close();
      await engine.close();
    },
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 100;
}
