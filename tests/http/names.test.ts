/**
 * Names are asked of servers of names, both families of addresses, and whoever is silent holds up nobody else: the
 * witness is a server of names that answers as it is told, or not at all.
 */
import { createSocket, type Socket } from 'node:dgram';
import { stat } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { ofServers } from '../../src/http/webhooks/names.ts';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

const [A, AAAA] = [1, 28];

/** A server of names: `answer` gives the bytes of the addresses of a type, or a code; nothing where it is silent. */
async function server(answer: (type: number) => number[][] | number | null) {
  const socket = createSocket('udp4');
  sockets.push(socket);
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    asked++;
    // After the head the name, in labels up to an empty one, and then the type.
    let end = 12;
    while (question[end] !== 0) end += question[end]! + 1;
    const said = answer(question.readUInt16BE(end + 1));
    if (said === null) return;
    const found = typeof said === 'number' ? [] : said;
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (typeof said === 'number' ? said : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(found.length, 6);
    const answers = found.map((bytes) =>
      Buffer.from([0xc0, 12, 0, bytes.length === 4 ? A : AAAA, 0, 1, 0, 0, 0, 9, 0, bytes.length, ...bytes]),
    );
    socket.send(Buffer.concat([head, question.subarray(12, end + 5), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { asked: () => asked, place: `127.0.0.1:${socket.address().port}` };
}

const SIX = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

it('a name has the addresses of both families, those of one where the other is not known, or none', async () => {
  const four = [
    [192, 0, 2, 1],
    [127, 0, 0, 1],
  ];
  const both = await server((type) => (type === A ? four : [SIX]));
  expect(await ofServers([both.place])('hooks.example')).toEqual([
    { address: '192.0.2.1', family: 4 },
    { address: '127.0.0.1', family: 4 },
    { address: '2001:db8::1', family: 6 },
  ]);
  const one = await server((type) => (type === A ? [] : [SIX]));
  expect(await ofServers([one.place])('hooks.example')).toEqual([{ address: '2001:db8::1', family: 6 }]);
  const none = await server(() => 3);
  await expect(ofServers([none.place])('hooks.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('names whose server is silent take no threads, and are given up', async () => {
  const silent = await server(() => null);
  const prompt = await server((type) => (type === A ? [[192, 0, 2, 1]] : []));
  let over = 0;
  const lost = Array.from({ length: 64 }, (_, k) =>
    ofServers(
      [silent.place],
      500,
    )(`h${k}.example`).catch(({ code }) => {
      over++;
      return code;
    }),
  );
  while (silent.asked() < 128) await stat('.');
  expect(await ofServers([prompt.place])('hooks.example')).toEqual([{ address: '192.0.2.1', family: 4 }]);
  expect(over).toBeLessThan(64);
  expect(new Set(await Promise.all(lost))).toEqual(new Set(['ETIMEOUT']));
});
