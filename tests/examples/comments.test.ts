/**
 * The example with comments, from a first comment to a restart: people who are thanked by those who are trusted rise; a
 * ring that thanks itself sinks below everybody, however many and however busy, though by counting it would lead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createComments } from '../../examples/comments/app.ts';
import { openStore } from '../../src/ledger.ts';

interface Comment {
  readonly id: number;
  readonly author: string;
  readonly thanks: number;
  readonly weight: number;
}

const folder = mkdtempSync(join(tmpdir(), 'peerage-comments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function started() {
  const store = await openStore(join(folder, 'comments.ledger'));
  const comments = await createComments({ store, moderators: ['ada', 'grace'] });
  const ask = async (path: string, json?: object) => {
    const headers = { 'content-type': 'application/json' };
    const init = json === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(json) };
    // What @hono/node-server hands over of a connection from this machine.
    const bindings = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
    const answer = await comments.app.request(`http://localhost${path}`, init, bindings);
    expect(answer.status).toBeLessThan(300);
    return answer.json();
  };
  const close = async () => {
    await comments.close();
    await store.close();
  };
  return {
    ask,
    close,
    comment: async (author: string) =>
      ((await ask('/comments', { author, text: `by ${author}` })) as { id: number }).id,
  };
}

describe('comments', () => {
  it('of thanked people rise, those of a ring sink, and a restart changes no score', async () => {
    const { ask, close, comment } = await started();
    const people = ['linus', 'mary', 'noor', 'otto', 'pia'];
    const ring = Array.from({ length: 15 }, (_, k) => `buy-now-${k}`);
    const ids = new Map<string, number>();
    for (const author of [...ring, ...people, 'newcomer']) ids.set(author, await comment(author));
    const thank = (by: string, author: string) => ask(`/comments/${ids.get(author)}/thanks`, { by });
    await Promise.all(
      ring.flatMap((author) => ring.filter((by) => by !== author).map((by) => thank(by, author))),
    );
    await thank('ada', 'linus');
    await thank('ada', 'mary');
    await thank('grace', 'mary');
    await thank('linus', 'noor');
    await thank('mary', 'noor');
    await thank('noor', 'otto');
    await thank('mary', 'pia');
    // The ring thanks a person too, and flags another: nobody listens.
    for (const by of ring.slice(0, 10)) {
      await thank(by, 'pia');
      await ask(`/comments/${ids.get('otto')}/flags`, { by });
    }

    const ordered = (await ask('/comments')) as Comment[];
    const place = (author: string) => ordered.findIndex((one) => one.author === author);
    const byCount = [...ordered].sort((a, b) => b.thanks - a.thanks)[0]!;
    expect(byCount.author).toMatch(/^buy-now/);
    const lowest = Math.max(...people.map(place));
    for (const author of ring) expect(place(author)).toBeGreaterThan(lowest);
    expect(ordered.filter(({ author }) => author.startsWith('buy-now')).map(({ weight }) => weight)).toEqual(
      ring.map(() => 0),
    );

    // A newcomer starts with nothing, and one thank-you of somebody trusted lifts it over the ring.
    expect(ordered[place('newcomer')]!.weight).toBe(0);
    await thank('mary', 'newcomer');
    const later = (await ask('/comments')) as Comment[];
    expect(later.findIndex(({ author }) => author === 'newcomer')).toBeLessThan(people.length + 1);

    // A thank-you counts once, however often it is said.
    const scores = () =>
      ask('/trust/v1/communities/comments/scores?top=100') as Promise<{
        sequence: number;
        scores: unknown[];
      }>;
    const before = await scores();
    await thank('mary', 'newcomer');
    expect((await scores()).sequence).toBe(before.sequence);

    await close();
    const again = await started();
    const after = (await again.ask('/trust/v1/communities/comments/scores?top=100')) as typeof before;
    expect(after.sequence).toBe(before.sequence);
    expect(after.scores).toEqual(before.scores);
    const why = (await again.ask('/trust/v1/communities/comments/scores/newcomer/explanation')) as {
      words: string[];
    };
    expect(why.words.join(' ')).toContain('mary');
    await again.close();
  });
});
