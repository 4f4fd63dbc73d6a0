/**
 * The commands, their flags and their help. Whatever does work is imported when its command runs, so that
 * help and version are quick; whatever a flag means is read in flags.ts and policy.ts.
 */
import { Command } from 'commander';
import pc from 'picocolors';
import { version } from '../../package.json';

const { bold } = pc.createColors(true);

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
    .configureHelp({ styleTitle: bold, subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .addHelpText(
      'after',
      `
Examples:
  peerage score endorsements.csv
  peerage score endorsements.csv --credentials moderators.csv --preset guarded
  peerage policy --preset resilient > policy.json

Run "peerage score --help" for all options.`,
    );

  const score = program
    .command('score')
    .summary('score a record of endorsements')
    .description(
      'Reads one or more files as one record and prints the trust of every contributor.\n\n' +
        'A FILE is CSV, TSV, a SNAP or Graphviz edge list, or JSON Lines, each also\n' +
        'gzipped, or a dataset of "peerage convert"; "-" is standard input. A table has the header\n' +
        'source,target[,weight][,kind][,at][,id], or its columns are named by --columns\n' +
        'or --map. A negative weight is an objection.',
    )
    .usage('FILE... [options]')
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

  policyOptions(recordOptions(score))
    .optionsGroup('The answer:')
    .option('--top <N>', 'only the first N (default: 20 in a table, otherwise all)')
    .option('--format <NAME>', 'table, json, jsonl or csv (default: by the name of --out, or table)')
    .option('--out <FILE>', 'write to a file, which appears whole or not at all')
    .option('--tolerance <N>', 'error bound to reach (default: 1e-9)')
    .option('--workers <N>', 'threads to read and solve with; the same scores (default: one a core)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage score endorsements.csv --credentials moderators.csv
  peerage score ratings.csv --columns source,target,weight,at --time-unit s
  peerage score reviews.csv.gz --map source=reviewer,target=author --exclude "*-bot"
  peerage score events.jsonl --until 2024-01-01 --half-life 365 --format csv --out scores.csv
  zcat log.tsv.gz | peerage score - --preset resilient --top 50

Exit code: 0 done, 1 failed (bad data, a file that cannot be read or written), 2 misused.`,
    )
    .action(async (files, flags) => (await import('./score.ts')).score(files, flags));

  const whatIf = program
    .command('what-if')
    .summary('who would move if something were different')
    .description(
      'Reads a record as "peerage score" does, and says whose trust a change would move,\n' +
        'and by how much. The change is a file of events, JSON Lines, before the files of\n' +
        'the record; or it is said by the options below, and then every FILE is of the record.',
    )
    .usage('CHANGES.jsonl FILE... [options]\n       peerage what-if FILE... --without ID [options]')
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold })
    .optionsGroup('The change:')
    .option('--without <ID>', 'a contributor is not there; may be repeated', again)
    .option('--without-statement <ID>', 'an endorsement or objection was not made; may be repeated', again)
    .option('--without-issuer <NAME>', 'an issuer granted no credentials; may be repeated', again)
    .option('--to-policy <FILE>', 'under another policy, as JSON; what it leaves out has its default')
    .option('--to-preset <NAME>', 'under another preset: classic, guarded or resilient');

  policyOptions(recordOptions(whatIf))
    .optionsGroup('The answer:')
    .option('--top <N>', 'only the N who move farthest (default: 20 in a table, otherwise all)')
    .option('--format <NAME>', 'table or json (default: table)')
    .option('--tolerance <N>', 'error bound to reach before and after (default: 1e-9)')
    .option('--workers <N>', 'threads to read with (default: one a core)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage what-if tomorrow.jsonl endorsements.csv --credentials moderators.csv
  peerage what-if endorsements.csv --without ada
  peerage what-if events.jsonl --without-issuer foundation --top 50
  peerage what-if endorsements.csv --preset classic --to-preset resilient --format json`,
    )
    .action(async (files, flags) => (await import('./what-if.ts')).whatIf(files, flags));

  const convert = program
    .command('convert')
    .summary('make a dataset that is read many times faster')
    .description(
      'Reads one or more files as one record and writes what it holds as one dataset,\n' +
        'which every command then reads as it reads those files, many times faster.\n' +
        'What was taken back is not kept, and sequences count what is.',
    )
    .usage('FILE... --out OUT.peerage [options]')
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

  recordOptions(convert)
    .optionsGroup('The dataset:')
    .option('-o, --out <FILE>', 'the file to write, which appears whole or not at all')
    .option('--workers <N>', 'threads to read with (default: one a core)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage convert votes.csv.gz --credentials moderators.csv --out votes.peerage
  peerage score votes.peerage --preset resilient`,
    )
    .action(async (files, flags) => (await import('./convert.ts')).convert(files, flags));

  const policy = program
    .command('policy')
    .summary('print the effective policy as JSON')
    .description('Prints the policy that the options declare as JSON, with every default visible.')
    .configureHelp({ styleTitle: bold });

  policyOptions(policy)
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage policy
  peerage policy --preset resilient --half-life 365 > policy.json
  peerage score endorsements.csv --policy policy.json`,
    )
    .action(async (flags) => (await import('./policy.ts')).policy(flags));
  return program;
}

const again = (value: string, before: string[] = []) => [...before, value];

/** The options that say what is read, and how. */
function recordOptions(command: Command): Command {
  return command
    .optionsGroup('The record:')
    .option(
      '--credentials <FILE>',
      'who holds credentials: target,weight[,issuer][,at]; may be repeated',
      again,
    )
    .option('--credentials-columns <A,B,...>', 'as --columns, for the credentials')
    .option('--credentials-map <FIELD=COLUMN,...>', 'as --map, for the credentials', again)
    .option('--columns <A,B,...>', 'names of the columns of files without a header, in order')
    .option('--map <FIELD=COLUMN,...>', 'columns of other names, such as source=from,target=to', again)
    .option('--delimiter <D>', 'character between the fields, or "tab"')
    .option('--time-unit <s|ms>', 'unit of dates that are numbers')
    .option('--undirected', 'read each line in both directions')
    .option('--until <DATE|SEQUENCE>', 'the record as it stood at a date, or after that many events')
    .option(
      '--exclude <FILE|PATTERN>',
      'leave out the ids in a file, or ids like "*-bot"; may be repeated',
      again,
    )
    .option('--kind <NAME...>', 'only statements of these kinds')
    .option('--skip-bad <N>', 'leave out up to N bad lines, and list them (default: 0)');
}

/** The options that declare a policy, which `score` and `policy` share. */
function policyOptions(command: Command): Command {
  return command
    .optionsGroup('The policy (any of these replaces the one that the record declares):')
    .option('--policy <FILE>', 'a policy as JSON; what it leaves out has its default')
    .option('--preset <NAME>', 'classic, guarded or resilient (default: classic)')
    .option('--damping <N>', 'chance to follow an endorsement, 0 to below 1 (default: 0.85)')
    .option('--balance <N>', 'share of the restart that credentials give, above 0 to 1 (default: 1)')
    .option('--cap <N|none>', 'largest earned restart, in mean restarts (default: none)')
    .option('--objection-weight <N>', 'how much distrust counts against a voice, 0 to 1 (default: 1)')
    .option('--reserve <N>', 'endorsement weight that everyone withholds (default: 0)')
    .option('--concavity <linear|sqrt>', 'how repeated endorsements of one pair add up (default: linear)')
    .option('--half-life <DAYS|none>', 'days in which an endorsement loses half its weight (default: none)');
}
