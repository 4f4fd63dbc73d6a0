/** The commands of ledgers: verify, head, backup, restore, export, import. */
import type { Command } from 'commander';
import { bold } from './options.ts';

export function ledgerCommands(program: Command): void {
  const ledger = () => import('./ledger.ts');
  const command = (name: string, usage: string, summary: string, description: string) =>
    program
      .command(name)
      .summary(summary)
      .description(description)
      .usage(usage)
      .argument('[PLACE...]')
      .configureHelp({ styleTitle: bold, visibleArguments: () => [] });
  const PLACE = '\n\nLEDGER is a file, or the URL of a Postgres database: postgres://...';
  const community = ['--community <ID>', 'only this community'] as const;

  command(
    'verify',
    'LEDGER [options]',
    'check every entry of a ledger',
    `Reads a whole ledger again and says what is not as it was appended.${PLACE}`,
  )
    .option('--head <HASH>', 'a hash noted before, to find a tail that was cut off')
    .option(...community)
    .action(async (args, flags) => (await ledger()).verify(args, flags));
  command(
    'head',
    'LEDGER [options]',
    'print where a ledger stands',
    `Prints hash, sequence and id of each community.${PLACE}`,
  )
    .option(...community)
    .action(async (args, flags) => (await ledger()).head(args, flags));
  command(
    'backup',
    'LEDGER FILE',
    'copy a ledger while it is written to',
    `Writes all that a ledger holds at this moment into a new file.${PLACE}`,
  ).action(async (args) => (await ledger()).backup(args));
  command(
    'restore',
    'BACKUP LEDGER [options]',
    'make a ledger of a backup',
    `Makes a new ledger of a backup, with its keys and webhooks; whoever was erased stays erased.${PLACE}`,
  )
    .option('--until <SEQUENCE>', 'of one community only the entries up to this one; the others are whole')
    .option('--community <ID>', 'which community that is, where there are several')
    .action(async (args, flags) => (await ledger()).restore(args, flags));
  command(
    'export',
    'LEDGER [options]',
    'print the events of a ledger',
    `Prints the events of a ledger as JSON Lines.${PLACE}`,
  )
    .option(...community)
    .action(async (args, flags) => (await ledger()).exportEvents(args, flags));
  command(
    'import',
    'LEDGER FILE [options]',
    'append events to a ledger',
    `Appends the events of a file, JSON Lines; "-" is standard input.${PLACE}`,
  )
    .option('--community <ID>', 'to which community (default: default)')
    .action(async (args, flags) => (await ledger()).importEvents(args, flags));
}
