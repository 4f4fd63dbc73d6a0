/** How a connection is made, and ended, so that a server that falls silent holds nobody up for ever. */
import type { ClientBase, ClientConfig } from 'pg';

/** How long a server is waited for: when it is asked for a connection, for an answer, and to say goodbye. Milliseconds. */
const [CONNECTING, ANSWERING, ENDING] = [10_000, 30_000, 3_000] as const;
/** What takes as long as a table is large: a day, since pg knows no timeout that never comes. */
export const LONG = { query_timeout: 86_400_000 } as const;

/** Of what is written in one go or read in one go; a migration is neither. */
export const ANSWERED: ClientConfig = { query_timeout: ANSWERING };

export function configOf(url: string): ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECTING,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECTING,
  };
}

/** Whether a server did not answer in time, so that nothing else that is sent there will be answered. */
export function isSilence(error: unknown): boolean {
  return (error as Error)?.message === 'Query read timeout';
}

/** Resolves when it is over, or `work` has had its time. */
export async function within(work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ENDING);
  });
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

/** Ends a connection: politely, and where nobody answers by force. */
export async function endOf(client: ClientBase & { end?(): Promise<void> }): Promise<void> {
  await within(Promise.resolve(client.end?.()));
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
