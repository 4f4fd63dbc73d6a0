/** The commands that put scores to the test: attack, invariants. */
import type { Command } from 'commander';
import { policyOptions, recordOptions } from './options.ts';

export function trialCommands(program: Command): void {
  attackCommand(program);
  invariantsCommand(program);
}

function attackCommand(program: Command): void {
  const attack = program
    .command('attack')
    .summary('try attacks on a record, and say what each would gain')
    .description(
      'Reads one or more files as one record and attacks it on paper: fake accounts, bought\n' +
        'endorsements, slander, corrupted credentials. Says of each what it costs, what share of\n' +
        'trust the fakes get beside the most that is proven possible, and whom that harms.',
    )
    .usage('FILE... [options]')
    .argument('[FILE...]');

  policyOptions(recordOptions(attack))
    .optionsGroup('The attacks:')
    .option('--suite <NAME,...>', 'families or single attacks (default: all)')
    .option('--compare <NAME,...>', 'classic, guarded, resilient, policy, mean-rating, pagerank')
    .option('--seed <N>', 'where chance starts; the same seed gives the same attacks (default: 1)')
    .option('--list', 'say what attacks there are, and end')
    .optionsGroup('The answer:')
    .option('--json', 'all figures as JSON (also by the name of --out)')
    .option('--out <FILE>', 'write to a file, which appears whole or not at all')
    .option('--tolerance <N>', 'error bound of what is measured (default: 1e-9)')
    .option('--workers <N>', 'threads to read with; the same figures (default: one a core)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage attack --list
  peerage attack endorsements.csv --credentials moderators.csv
  peerage attack votes.csv --credentials admins.csv --suite copy,slander --preset guarded
  peerage attack votes.csv --credentials admins.csv \\
    --compare classic,guarded,resilient,mean-rating,pagerank

Exit code: 0 done, 1 failed, or a share was measured above what is proven possible, 2 misused.`,
    )
    .action(async (files, flags) => (await import('./attack.ts')).attack(files, flags));
}

function invariantsCommand(program: Command): void {
  program
    .command('invariants')
    .summary('say what scores satisfy, and measure which scorer does')
    .description(
      'Prints what trust is claimed to satisfy and what it is known not to, and checks each of\n' +
        'that on random communities: for our scores under each preset, for PageRank, HITS,\n' +
        'in-degree and mean rating, or for a scorer of your own. Needs fast-check.',
    )
    .optionsGroup('The check:')
    .option('--runs <N>', 'random cases in each cell (default: 100)')
    .option('--seed <N>', 'where chance starts; the same seed gives the same table (default: 1)')
    .option(
      '--scorer <NAME...>',
      'columns: any-policy, classic, guarded, resilient, signed, pagerank,\nhits, in-degree, mean-rating, or a module FILE.mjs whose default export scores',
    )
    .option('--only <NAME...>', 'only these invariants')
    .optionsGroup('The answer:')
    .option('--format <NAME>', 'table or json (default: table)')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage invariants --runs 1000
  peerage invariants --scorer ./my-scores.mjs classic
  peerage invariants --only score-monotone whitewashing --format json

Exit code: 0 done, 3 a claim fails of our scores or of yours, 1 failed, 2 misused.`,
    )
    .action(async (flags) => (await import('./invariants.ts')).invariants(flags));
}
