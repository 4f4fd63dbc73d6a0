/** Where no key has been made, the service answers this machine and nobody else, however it was reached. */
import type { Context } from 'hono';
import { Refusal } from '../problem.ts';
import type { Env } from '../served.ts';
import { incomingOf } from '../served.ts';
import type { Guards } from './guards.ts';
import { isCrossOrigin, isLoopback } from './hosts.ts';

/** Headers that a proxy adds: what passed one may come from anywhere. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'via'];

/** @throws Refusal `forbidden`. */
export function checkOrigin(c: Context<Env>, { keys }: Guards): void {
  if (keys.required) return;
  const { host } = new URL(c.req.url);
  const { headers } = c.req.raw;
  const asked = headers.get('host') ?? host;
  const address = incomingOf(c)?.socket?.remoteAddress;
  const near = address === undefined || /^(::1|(::ffff:)?127(\.\d+){3})$/.test(address);
  const passedOn = PASSED_ON.some((name) => headers.has(name));
  if (!near || passedOn || !isLoopback(asked) || !isLoopback(host)) {
    throw new Refusal(
      'forbidden',
      'no key has been made, so only this machine is answered, by the name localhost: make one by "peerage keys create"',
    );
  }
  if (isCrossOrigin(headers, asked)) {
    throw new Refusal('forbidden', 'no key has been made, so no page of another origin is answered');
  }
}
