/**
 * `peerage serve`: opens a ledger, serves it over HTTP until it is told to end, and ends in order: nothing new is taken,
 * what is under way is answered, scores are settled and kept, the ledger is closed. A second signal ends at once.
 */
import { withoutSecret } from '../ledger/postgres/place.ts';
import { choice, tolerance as toleranceOf } from './flags.ts';
import { tell } from './output.ts';
import * as read from './service-flags.ts';

/** How long ending waits for whoever reads the log. */
const PATIENCE = 2_000;

/** Serves until a signal. @throws PeerageError; `bad-option` for misuse. */
export async function serve(flags: read.ServeFlags): Promise<void> {
  const location = flags.ledger || process.env.PEERAGE_LEDGER || 'peerage.ledger';
  const host = flags.host ?? '127.0.0.1';
  const port = flags.port === undefined ? 4117 : read.port(flags.port);
  const level = choice('--log', flags.log ?? 'info', ['info', 'warn', 'error', 'none']);
  const grace = flags.grace === undefined ? 10 : read.seconds('--grace', flags.grace);
  const tolerance = flags.tolerance === undefined ? undefined : toleranceOf(flags.tolerance);
  const notAfter = flags.notAfter === undefined ? undefined : read.date('--not-after', flags.notAfter);
  const rate = flags.rate === undefined ? undefined : read.perSecond(flags.rate);

  const { openLog } = await import('../http/log.ts');
  const opened = level === 'none' ? undefined : await openLog(level);
  const { openStore } = await import('../ledger.ts');
  const { createServer } = await import('../server.ts');
  const { listen } = await import('../http/listen.ts');
  const store = await openStore(location);
  try {
    const server = await createServer({
      store,
      ...(opened !== undefined && { log: opened.log }),
      ...(tolerance !== undefined && { tolerance }),
      ...(rate !== undefined && { load: { rate: { perSecond: rate, burst: Math.max(1, 2 * rate) } } }),
      ...(notAfter !== undefined && { notAfter }),
      ...(flags.allowPrivateWebhooks && { allowPrivateWebhooks: true }),
    });
    const listening = await listen(server, { host, port, grace: grace * 1000 });
    const asked = server.keys.required ? 'keys asked for' : 'no keys yet: this machine only';
    tell(`peerage: listening on ${listening.url}, ledger ${withoutSecret(location)}, ${asked}`);
    await signalled();
    tell('peerage: ending; a second signal ends at once');
    await listening.close();
    await store.close();
    tell('peerage: closed');
  } finally {
    await store.close();
    const lost = (await opened?.end(PATIENCE)) ?? 0;
    if (lost > 0) tell(`peerage: ${lost} more lines of the log were lost: nobody took them in time`);
    // What nobody takes of standard error must not keep the program either.
    setTimeout(() => process.exit(), PATIENCE).unref();
  }
}

/** Resolves at the first signal to end; the second ends the program without waiting. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    for (const [signal, exit] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      process.on(signal, () => {
        if (asked) process.exit(exit);
        asked = true;
        resolve();
      });
    }
  });
}
