/**
 * The program and its commands, which are declared by kind: files of commands say what each takes and what its help
 * says. Whatever does work is imported when its command runs, so that help and version are quick; whatever a
 * flag means is read in flags.ts and policy.ts.
 */
import { Command } from 'commander';
import { version } from '../../package.json';
import { insightCommands } from './insight-commands.ts';
import { ledgerCommands } from './ledger-commands.ts';
import { bold } from './options.ts';
import { scoreCommands } from './score-commands.ts';
import { serviceCommands } from './service-commands.ts';
import { trialCommands } from './trial-commands.ts';

/** The commands, which throw what they cannot do: a CommanderError or a PeerageError. */
export function createProgram(): Command {
  const program = new Command('peerage')
    .description('Trust scores for peer networks, each with a proven error bound.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    // What is thrown says it all; nothing is printed here.
    .configureOutput({ outputError() {} })
    // Of several ways to call a command the first.
    .configureHelp({
      styleTitle: bold,
      subcommandTerm: (command) => `${command.name()} ${command.usage().split('\n')[0]}`,
    })
    .addHelpText(
      'after',
      `
Examples:
  peerage score endorsements.csv
  peerage score endorsements.csv --credentials moderators.csv --preset guarded
  peerage policy --preset resilient > policy.json

Run "peerage score --help" for all options.`,
    );

  scoreCommands(program.commandsGroup('Scores:'));
  insightCommands(program.commandsGroup('Why, what if, and who has power:'));
  trialCommands(program.commandsGroup('Put to the test:'));
  ledgerCommands(program.commandsGroup('Ledgers:'));
  serviceCommands(program.commandsGroup('The service:'));
  return program;
}
