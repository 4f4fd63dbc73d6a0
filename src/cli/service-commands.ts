/** The commands of the service: serving a ledger, and the keys to it. */
import type { Command } from 'commander';
import { again, bold } from './options.ts';

export function serviceCommands(program: Command): void {
  serveCommand(program);
  keysCommand(program);
}

function serveCommand(program: Command): void {
  program
    .command('serve')
    .summary('serve a ledger over HTTP')
    .description(
      'Opens a ledger and answers over HTTP until SIGTERM or SIGINT: events in, scores,\n' +
        'explanations and audits out (/openapi.json says all of it; / is a page to look at).\n' +
        'Without keys only this machine is answered.',
    )
    .usage('[options]')
    .optionsGroup('The ledger:')
    .option(
      '--ledger <FILE|URL>',
      'a file, postgres://..., or memory: (default: what PEERAGE_LEDGER says,\nwhich no list of processes shows, or else peerage.ledger)',
    )
    .option('--tolerance <N>', 'wanted error bound of the scores (default: 1e-6)')
    .optionsGroup('The service:')
    .option('--host <ADDRESS>', 'where to listen (default: 127.0.0.1)')
    .option('--port <N>', 'the port; 0 for any that is free (default: 4117)')
    .option(
      '--rate <N>',
      'requests a second of one key, in bursts of twice that, of one at least\n(default: 1000)',
    )
    .option('--not-after <DATE>', 'refuses events of a later date (default: a day ahead of the clock)')
    .option('--grace <SECONDS>', 'how long ending waits for what is under way (default: 10)')
    .option('--log <LEVEL>', 'info, warn, error or none, on standard output (default: info)')
    .option('--allow-private-webhooks', 'webhooks may go to http and to addresses that are not public')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage serve
  peerage keys create trust.ledger --scope admin && peerage serve --ledger trust.ledger --host 0.0.0.0
  peerage serve --ledger postgres://peerage@db.internal/peerage

Exit code: 0 ended by a signal, 1 failed (ledger, port), 2 misused.`,
    )
    .action(async (flags) => (await import('./serve.ts')).serve(flags));
}

function keysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .summary('make, list, rotate and revoke keys of a service')
    .description(
      'Keys of a ledger that no service has open. One that runs is asked instead:\n' +
        'POST and GET /v1/keys, POST /v1/keys/ID/rotate, DELETE /v1/keys/ID.',
    )
    .usage('create|list|rotate|revoke LEDGER [options]')
    // Its commands are listed with what each takes.
    .configureHelp({ styleTitle: bold });

  keys
    .command('create <LEDGER>')
    .summary('make a key and print its secret')
    .option('--scope <SCOPE,...>', 'read, write, admin (may all); may be repeated', again)
    .option('--community <ID>', 'for one community (default: for all)')
    .option('--name <TEXT>', 'what it is for')
    .option('--expires <DATE>', 'from when on it is refused (default: never)')
    .action(async (ledger, flags) => (await import('./keys.ts')).createKey(ledger, flags));
  keys
    .command('list <LEDGER>')
    .summary('all keys, without their secrets')
    .option('--format <NAME>', 'table or json (default: table)')
    .action(async (ledger, flags) => (await import('./keys.ts')).listKeys(ledger, flags));
  keys
    .command('rotate <LEDGER> <ID>')
    .summary('give a key a new secret and print it')
    .option('--grace <SECONDS>', 'how long the old one is taken too (default: 0)')
    .action(async (ledger, id, flags) => (await import('./keys.ts')).rotateKey(ledger, id, flags));
  keys
    .command('revoke <LEDGER> <ID>')
    .summary('refuse a key from now on')
    .action(async (ledger, id) => (await import('./keys.ts')).revokeKey(ledger, id));
}
