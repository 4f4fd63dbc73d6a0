/** JSON Lines: the whole vocabulary goes through, and what is wrong with a line is told with its number. */
import { describe, expect, it } from 'vitest';
import { gather } from './gathered.ts';

const messages = async (...given: Parameters<typeof gather>) => (await gather(...given)).bad;

describe('JSON Lines', () => {
  it('carry every type of event, with its defaults filled in', async () => {
    const text = [
      '{"type":"endorse","id":"e1","source":"ada","target":"linus","at":"2026-01-03T12:00:00Z"}',
      '{"type":"object","source":"ada","target":"linus","weight":2,"kind":"review","at":5}',
      '',
      '{"type":"retract","of":"e1"}',
      '  {"type":"grant","target":"ada"}  \r',
      '{"type":"revoke","of":"c1","id":"x"}',
      '{"type":"policy","policy":{"damping":0.5}}',
      '{"type":"advance","at":7}',
      '{"type":"forget","contributor":"__proto__"}',
    ].join('\n');
    const { events, rows, errors } = await gather(text);
    expect(errors).toEqual([]);
    expect(rows).toEqual([]);
    expect(events).toEqual([
      {
        type: 'endorse',
        id: 'e1',
        source: 'ada',
        target: 'linus',
        weight: 1,
        kind: 'endorsement',
        at: Date.UTC(2026, 0, 3, 12),
      },
      { type: 'object', source: 'ada', target: 'linus', weight: 2, kind: 'review', at: 5 },
      { type: 'retract', of: 'e1' },
      { type: 'grant', target: 'ada', weight: 1, issuer: '' },
      { type: 'revoke', of: 'c1', id: 'x' },
      { type: 'policy', policy: { damping: 0.5 } },
      { type: 'advance', at: 7 },
      { type: 'forget', contributor: '__proto__' },
    ]);
  });

  it('are known by their first character, after blanks and a byte order mark', async () => {
    expect((await gather('\ufeff\n \t{"type":"forget","contributor":"a"}')).events.length).toBe(1);
  });

  it('are told from tables line by line', async () => {
    const good = '{"type":"forget","contributor":"a"}';
    const { events, bad } = await gather(
      [good, '{"type":"forget",}', good, '{"type":"forget"', '[]', 'a,b', good].join('\n'),
    );
    expect(events.length).toBe(3);
    expect(bad).toEqual([
      'data:2: is not JSON, near "{\\"type\\":\\"forget\\",}"; expected one event, an object, on each line',
      'data:4: the JSON ends too early, after "{\\"type\\":\\"forget\\""; expected one whole event, an object, on each line',
      'data:5: [] is not an event; expected an object with a "type"',
      expect.stringMatching(/^data:6: is not JSON, near "a,b"; expected one event/),
    ]);
  });

  it('have the faults of events placed', async () => {
    const text = [
      '{"type":"endorse","source":"a","target":"b","weight":0}',
      '{"type":"endorse","source":"a","target":""}',
      '{"type":"endorse","source":"a","target":"b","wieght":1}',
      '{"type":"like","source":"a","target":"b"}',
      '{"type":"forget","contributor":"\\ud800"}',
      '{"type":"endorse","source":"a","target":"b","weight":1e999}',
    ].join('\n');
    expect(await messages(text)).toEqual([
      'data:1: weight: 0 is not a weight; expected a number from 1e-9 to 1e12',
      'data:2: target: is empty; expected a text of 1 to 4096 bytes',
      'data:3: wieght: is not a field of "endorse"; expected type, id, at, source, target, weight, kind (an event is taken whole or not at all)',
      'data:4: type: "like" is not a type of event; expected one of endorse, object, grant, retract, revoke, policy, advance, forget',
      'data:5: contributor: "\\ud800" has a lone surrogate; expected well-formed Unicode',
      'data:6: weight: Infinity is not a weight; expected a number from 1e-9 to 1e12',
    ]);
  });

  it('may not be UTF-8, or binary', async () => {
    const good = '{"type":"forget","contributor":"a"}\n';
    expect(
      (await gather(Buffer.concat([Buffer.from(`${good}{"`), Buffer.of(0xff), Buffer.from(`":1}\n${good}`)])))
        .bad,
    ).toEqual([
      'data:2: "{\\"\ufffd\\":1}" is not UTF-8; expected UTF-8 (a file in Latin-1 can be converted with iconv -f LATIN1 -t UTF-8)',
    ]);
    expect((await gather(`${good}{"\0":1}`)).fatal).toBe(
      'data:2: has a NUL byte and looks like a binary file; expected text in UTF-8',
    );
  });

  it('may be nested as deep as a line is long', async () => {
    const deep = `${'['.repeat(400_000)}${']'.repeat(400_000)}`;
    const text = `{"type":${deep}}\n{"type":"policy","policy":${deep}}\n{"type":${'['.repeat(400_000)}\n`;
    const { bad, events } = await gather(text);
    expect(events).toEqual([]);
    expect(bad).toEqual([
      'data:1: is nested more than 1000 deep; expected one event, an object, on each line',
      'data:2: is nested more than 1000 deep; expected one event, an object, on each line',
      'data:3: the JSON ends too early, after "[[[[[[[[[[[[[[[[[[[["; expected one whole event, an object, on each line',
    ]);
  });

  it('of credentials grant and revoke', async () => {
    const text =
      '{"type":"grant","target":"a","id":"c"}\n{"type":"revoke","of":"c"}\n{"type":"endorse","source":"a","target":"b"}\n';
    const { events, bad } = await gather(text, { credentials: true });
    expect(events.map(({ type }) => type)).toEqual(['grant', 'revoke']);
    expect(bad).toEqual([
      'data:3: type: "endorse" is not an event of a file of credentials; expected grant or revoke',
    ]);
  });

  it('say themselves who endorses whom', async () => {
    const { events, notes } = await gather('{"type":"endorse","source":"a","target":"b"}\n', {
      undirected: true,
    });
    expect(events.length).toBe(1);
    expect(notes).toEqual(['is JSON Lines, which says itself who endorses whom: not read both ways']);
  });
});
