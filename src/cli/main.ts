#!/usr/bin/env node
/**
 * The command line program: runs the command and says how it ended. Exit code 0 is done, 1 failed (the data
 * or a file), 2 misused (the command). Messages are on standard error, without a stack.
 */
import { CommanderError } from 'commander';
import { PeerageError } from '../error.ts';
import { flagOf } from './flags.ts';
import { tell, watchStreams } from './output.ts';
import { createProgram } from './program.ts';

const EXIT = { done: 0, failed: 1, misused: 2 } as const;

watchStreams(end);
try {
  await createProgram().parseAsync();
} catch (error) {
  end(error);
}

/** Says what went wrong and ends the program with the exit code for it. */
function end(error: unknown): void {
  if (error instanceof CommanderError) {
    if (error.exitCode === EXIT.done) return;
    // Without a command commander has printed the help already.
    if (error.code !== 'commander.help') report(error.message.replace(/^error: /, '').replace('\n', ' '));
    exit(EXIT.misused);
  } else if (error instanceof PeerageError) {
    report(asFlag(error).message);
    if (process.env.PEERAGE_DEBUG) tell(String(error.stack));
    exit(error.code === 'bad-option' ? EXIT.misused : EXIT.failed);
  } else {
    report(`internal error: ${error instanceof Error ? error.message : String(error)}`);
    tell(process.env.PEERAGE_DEBUG ? String((error as Error).stack) : '(PEERAGE_DEBUG=1 shows where)');
    exit(EXIT.failed);
  }
}

/** What is refused of the library's options is refused by the name of the flag. */
function asFlag(error: PeerageError): PeerageError {
  const { code, reason, field } = error;
  if (code !== 'bad-option' || field === undefined || !/^[a-z]/.test(field)) return error;
  return new PeerageError(code, reason, { field: flagOf(field) }).at(error);
}

function report(message: string): void {
  tell(`peerage: ${message}`);
}

/** Ends at once: a standard input that nobody reads any more must not keep the program waiting. */
function exit(code: number): void {
  process.exitCode = code;
  process.stderr.write('', () => process.exit(code));
}
