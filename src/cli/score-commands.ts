/** The commands that score a record, or make something of it to keep: score, convert, report, policy. */
import type { Command } from 'commander';
import { policyOptions, recordOptions } from './options.ts';

export function scoreCommands(program: Command): void {
  scoreCommand(program);
  convertCommand(program);
  reportCommand(program);
  policyCommand(program);
}

function scoreCommand(program: Command): void {
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
    .argument('[FILE...]');

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
}

function convertCommand(program: Command): void {
  const convert = program
    .command('convert')
    .summary('make a dataset that is read many times faster')
    .description(
      'Reads one or more files as one record and writes what it holds as one dataset,\n' +
        'which every command then reads as it reads those files, many times faster.\n' +
        'What was taken back is not kept, and sequences count what is.',
    )
    .usage('FILE... --out OUT.peerage [options]')
    .argument('[FILE...]');

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
}

function reportCommand(program: Command): void {
  const report = program
    .command('report')
    .summary('write a page about a record: who, why, and where power is')
    .description(
      'Reads one or more files as one record and writes one HTML page that opens from disk and\n' +
        'fetches nothing: the ranking with a search, why the most trusted are, a graph of them,\n' +
        'how concentrated trust is, through whom it flows, and how both moved over time.',
    )
    .usage('FILE... --out REPORT.html [options]')
    .argument('[FILE...]');

  policyOptions(recordOptions(report))
    .optionsGroup('The page:')
    .option('-o, --out <FILE>', 'the file to write, which appears whole or not at all')
    .option('--title <TEXT>', 'its title (default: the name of the first file)')
    .option('--top <N>', 'only the first N in its ranking (default: 5000)')
    .option('--walks <N>', 'walks to draw for the waist, from 100 (default: 20000)')
    .option('--seed <N>', 'where chance starts; the same seed gives the same page (default: 1)')
    .option('--holders-from <SHARE>', 'below this share of all credentials is without one (default: 0)')
    .option('--tolerance <N>', 'error bound to reach (default: 1e-9)')
    .option('--workers <N>', 'threads to read with; the same page (default: one a core)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage report endorsements.csv --credentials moderators.csv --out report.html
  peerage report votes.peerage --preset resilient --title "Our votes" --out votes.html`,
    )
    .action(async (files, flags) => (await import('./report.ts')).report(files, flags));
}

function policyCommand(program: Command): void {
  const policy = program
    .command('policy')
    .summary('print the effective policy as JSON')
    .description('Prints the policy that the options declare as JSON, with every default visible.');

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
}
