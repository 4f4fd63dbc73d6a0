/** The thread that writes a SQLite file: answers each call in the order they come. Bundled by scripts/embed.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Driver } from './driver.ts';
import { openDatabase } from './driver.ts';
import type { WriterCall } from './writer.ts';
import { SqliteWriter } from './writer.ts';

const { driver, path } = workerData as { driver: Driver; path: string };
let writer: SqliteWriter | undefined;

parentPort!.on('message', ({ call, values }: { call: 'open' | WriterCall; values: unknown[] }) => {
  try {
    let result: unknown;
    if (call === 'open')
      writer = new SqliteWriter(path, (file, timeout) => openDatabase(driver, file, timeout));
    else result = (writer![call] as (...values: unknown[]) => unknown)(...values);
    parentPort!.postMessage({ result });
  } catch (error) {
    // What the driver says beside the message is lost when an error is sent as it is.
    const { code, errcode, message } = error as { code?: string; errcode?: number; message: string };
    parentPort!.postMessage({ error: { code, errcode, message } });
  }
});
