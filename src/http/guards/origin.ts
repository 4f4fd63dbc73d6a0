/**
 * Where no key has been made, the service answers this machine and nobody else, however it was reached. Where a request
 * comes from is what the connection says: its Host header is what whoever sends it likes. Probes, and what a problem
 * means, are told to everybody, since they tell nothing of a community.
 */
import type { Context } from 'hono';
import { Refusal } from '../problem.ts';
import type { Env } from '../served.ts';
import { incomingOf } from '../served.ts';
import type { Guards } from './guards.ts';
import { isCrossOrigin, isLoopback } from './hosts.ts';

/** Headers that a proxy adds: what passed one may come from anywhere. */
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'via'];

/** Paths that are answered wherever a request comes from: a balancer asks by whatever name it has. */
const OPEN = /^\/(healthz|readyz|problems\/[^/]*)$/;

const MAKE = 'make one by "peerage keys create"';

/** @throws Refusal `forbidden`. */
export function checkOrigin(c: Context<Env>, { keys, allowInProcess }: Guards): void {
  if (keys.required || OPEN.test(c.req.path)) return;
  const address = incomingOf(c)?.socket?.remoteAddress;
  if (address === undefined && !allowInProcess) {
    throw new Refusal(
      'forbidden',
      `no key has been made, and the host does not say where requests come from: ${MAKE}, or hand over what @hono/node-server does, or allowInProcess where nobody else calls fetch`,
    );
  }
  const { host } = new URL(c.req.url);
  const { headers } = c.req.raw;
  const asked = headers.get('host') ?? host;
  const near = address === undefined || /^(::1|(::ffff:)?127(\.\d+){3})$/.test(address);
  const passedOn = PASSED_ON.some((name) => headers.has(name));
  if (!near || passedOn || !isLoopback(asked) || !isLoopback(host)) {
    throw new Refusal(
      'forbidden',
      `no key has been made, so only this machine is answered, by the name localhost: ${MAKE}`,
    );
  }
  if (isCrossOrigin(headers, asked)) {
    throw new Refusal('forbidden', 'no key has been made, so no page of another origin is answered');
  }
}
