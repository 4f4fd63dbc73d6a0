/**
 * Of those who would replace the same policy one does, and is told of the policy that it declared; and what carries the
 * same tag has the same body.
 */
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { endorse, Serving } from './serving.ts';

const AT = '/v1/communities/x';
const open: Serving[] = [];
afterAll(async () => {
  for (const serving of open) await serving.server.close();
});

async function start(options: Parameters<typeof Serving.start>[1] = {}): Promise<Serving> {
  const serving = await Serving.start('x', options);
  open.push(serving);
  return serving;
}

it('is replaced unless it is the one that is not to be', async () => {
  const serving = await start();
  const replace = (tag: string, damping: number) =>
    serving.ask('PUT', `${AT}/policy`, { headers: { 'If-None-Match': tag }, body: { damping } });
  const tag = (await serving.ask('GET', `${AT}/policy`)).headers.get('ETag')!;
  for (const one of ['*', tag, `W/${tag}`, `"other", ${tag}`]) {
    expect(await replace(one, 0.5)).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
  }
  expect((await replace('"other"', 0.5)).status).toBe(200);
  expect((await replace(tag, 0.6)).body.policy.damping).toBe(0.6);
});

it('of those who replace a policy that they have seen one does, whatever declares policies beside them', async () => {
  const ways = fc.constantFrom('seen' as const, 'any' as const, 'event' as const);
  const serving = await start();
  let damping = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(ways, { minLength: 2, maxLength: 6 }), async (asked) => {
      const before = await serving.ask('GET', `${AT}/policy`);
      const headers = { 'If-Match': before.headers.get('ETag')! };
      const policies = asked.map(() => ({ damping: ++damping / 10_000 }));
      const answers = await Promise.all(
        asked.map((way, k) => {
          if (way === 'event')
            return serving.ask('POST', `${AT}/events`, { body: [{ type: 'policy', policy: policies[k] }] });
          const wanted = way === 'seen' ? headers : {};
          return serving.ask('PUT', `${AT}/policy`, { headers: wanted, body: policies[k] });
        }),
      );
      const declared = new Map<number, { damping: number }>();
      for (const [k, { status, headers: told, body }] of answers.entries()) {
        if (status === 412) continue;
        expect(status).toBe(200);
        const since = asked[k] === 'event' ? body.sequences[0] : body.since;
        declared.set(since, policies[k]!);
        if (asked[k] === 'event') continue;
        expect(body.policy).toMatchObject(policies[k]!);
        expect(told.get('ETag')).toContain(`-${since}-`);
      }
      const seen = answers.filter(({ status }, k) => asked[k] === 'seen' && status === 200);
      expect(seen.length).toBeLessThanOrEqual(1);
      // Whoever has replaced the one that was seen came first of all.
      if (seen[0]) expect(seen[0].body.since).toBe(Math.min(...declared.keys()));
      const { body } = await serving.ask('GET', `${AT}/policy`);
      if (declared.size === 0) expect(body).toEqual(before.body);
      else {
        expect(body.since).toBe(Math.max(...declared.keys()));
        expect(body.policy).toMatchObject(declared.get(body.since)!);
      }
    }),
    { numRuns: 40 },
  );
});

it('what has the same tag has the same body, while events come and scores are settled', async () => {
  // Publications seem to take long, so they come seldom.
  let now = 0;
  const serving = await start({ ticks: () => (now += 500) });
  const bodies = new Map<string, string>();
  const paths = ['', '/policy', '/scores?top=10', '/scores?tolerance=1e-12', '/scores/ada'];
  const command = fc.oneof(
    fc.constantFrom(...paths.map((path) => ({ path }))),
    fc.record({ add: fc.constantFrom('ada', 'bob', 'cyd') }),
    fc.record({ damping: fc.constantFrom(0.5, 0.85) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 20 }), async (commands) => {
      for (const one of commands) {
        if ('add' in one) {
          const events = [endorse('dan', one.add), endorse(one.add, 'ada', { weight: 2 })];
          await serving.ask('POST', `${AT}/events`, { body: events });
        } else if ('damping' in one) {
          await serving.ask('PUT', `${AT}/policy`, { body: { damping: one.damping } });
        } else {
          const { status, headers, text } = await serving.ask('GET', AT + one.path);
          if (status !== 200) continue;
          const tag = `${one.path} ${headers.get('ETag')}`;
          expect(text).toBe(bodies.get(tag) ?? text);
          bodies.set(tag, text);
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(bodies.size).toBeGreaterThan(10);
});
