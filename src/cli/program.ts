/**
 * The commands, their flags and their help. Whatever does work is imported when its command runs, so that
 * help and version are quick; whatever a flag means is read in flags.ts and policy.ts. More than 300 lines,
 * because what the commands say of themselves is most of it.
 */
import { Command } from 'commander';
import pc from 'picocolors';
import { version } from '../../package.json';
import { serviceCommands } from './service.ts';

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

  const explain = program
    .command('explain')
    .summary("say where a contributor's trust comes from")
    .description(
      'Reads one or more files as one record and takes the mass of one contributor apart:\n' +
        'by who endorsed it last, by the credentials it started at, or by the strongest\n' +
        'chains it came along; with what was said, what objections cost, and in words.',
    )
    .usage('ID FILE... [options]')
    .argument('[ID]')
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

  policyOptions(recordOptions(explain))
    .optionsGroup('The answer:')
    .option('--by <NAME>', 'endorser, origin or path (default: endorser)')
    .option('--depth <N>', 'levels of the tree (default: 1); by path: endorsements in a chain (default: 6)')
    .option('--breadth <N>', 'parts that are told one by one; the rest is "others" (default: 20)')
    .option('--tolerance <SHARE>', 'share of the score that need not be traced (default: 0.001)')
    .option('--format <NAME>', 'tree or json (default: tree)')
    .option('--workers <N>', 'threads to read with (default: one a core)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Examples:
  peerage explain linus endorsements.csv --credentials moderators.csv
  peerage explain linus endorsements.csv --depth 3 --breadth 5
  peerage explain linus endorsements.csv --by path --format json
  peerage explain -- -linus- endorsements.csv`,
    )
    .action(async (id, files, flags) => (await import('./explain.ts')).explain(id, files, flags));

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

  auditCommand(program);
  balanceCommand(program);
  attackCommand(program);
  reportCommand(program);
  ledgerCommands(program);
  invariantsCommand(program);
  serviceCommands(program);

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

function auditCommand(program: Command): void {
  const audit = program
    .command('audit')
    .summary('say who holds trust and through whom it flows')
    .description(
      'Reads one or more files as one record and says how trust is held, through how few\n' +
        'contributors it flows (the waist), what is delivered without them, who issues,\n' +
        'and which groups get what: in plain sentences, with the errors of what is sampled.',
    )
    .usage('FILE... [options]')
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

  policyOptions(recordOptions(audit))
    .optionsGroup('The audit:')
    .option('--walks <N>', 'walks to draw, from 100 (default: 20000)')
    .option('--seed <N>', 'where chance starts; the same seed gives the same audit (default: 1)')
    .option('--group <FILE>', 'named groups to measure: id,group')
    .option('--through <ID...>', 'whose share that passes through is computed (default: the 3 strongest)')
    .option('--holders-from <SHARE>', 'below this share of all credentials is without one (default: 0)')
    .option('--since <DATE|SEQUENCE>', 'also say who rose and fell since then')
    .option('--top <N>', 'carriers, holders and movers to name (default: 10)')
    .option('--fail-if <EXPR>', 'exit with 3 where this holds, such as waist50<5; may be repeated', again)
    .optionsGroup('The answer:')
    .option('--format <NAME>', 'text or json (default: by the name of --out, or text)')
    .option('--out <FILE>', 'write to a file, which appears whole or not at all')
    .option('--tolerance <N>', 'error bound of the scores to reach (default: 1e-9)')
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Figures for --fail-if: gini, top1, top10, effective, effectiveHHI, nakamoto50,
waist50, waist90, peers50, peers90, hourglass, survive1, survive10, survive100,
granted, earned, holders, newcomers, spearman, kendall, used, suspicious.

Examples:
  peerage audit endorsements.csv --credentials moderators.csv
  peerage audit events.jsonl --since 2024-01-01 --exclude "*-bot"
  peerage audit votes.csv --group teams.csv --fail-if "waist50<5" --fail-if "survive10<30%"

Exit code: 0 done, 1 failed, 2 misused, 3 a condition of --fail-if holds or has no figure.`,
    )
    .action(async (files, flags) => (await import('./audit.ts')).audit(files, flags));
}

function balanceCommand(program: Command): void {
  const balance = program
    .command('balance')
    .summary('say what other settings of the balance would do')
    .description(
      'Reads one or more files as one record and sweeps the balance over it: at each\n' +
        'setting the waist, what survives without the ten strongest carriers, how\n' +
        'concentrated trust is, how far the order moves, and what fakes could get.',
    )
    .usage('FILE... [options]')
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

  policyOptions(recordOptions(balance))
    .optionsGroup('The dial:')
    .option('--balances <A,B,...>', 'balances to try (default: 1 to 0.1 by tenths, and 0.05)')
    .option('--dampings <A,B,...>', "dampings to try with each (default: today's)")
    .option('--caps <A,B,...>', "caps to try with each, or none (default: today's)")
    .option('--group <FILE>', 'named groups whose bound is shown: id,group')
    .option('--target <EXPR>', 'recommend a setting, such as survive10>=0.6; may be repeated', again)
    .option('--walks <N>', 'walks to draw at each setting, from 100 (default: 10000)')
    .option('--seed <N>', 'where chance starts (default: 1)')
    .option('--holders-from <SHARE>', 'below this share of all credentials is without one (default: 0)')
    .optionsGroup('The answer:')
    .option('--svg <FILE>', 'also draw it')
    .option('--format <NAME>', 'table or json (default: by the name of --out, or table)')
    .option('--out <FILE>', 'write to a file, which appears whole or not at all')
    .option('--tolerance <N>', "error bound of today's scores to reach (default: 1e-9)")
    .option('--quiet', 'nothing on standard error but errors')
    .optionsGroup('Options:')
    .addHelpText(
      'after',
      `
Figures for --target: waist50, waist90, peers50, peers90, survive1, survive10,
survive100, top1, agreement, exposure, balance, damping.

Examples:
  peerage balance endorsements.csv --credentials moderators.csv
  peerage balance votes.csv --credentials admins.csv --damping 0.5 --cap 8 --target "survive10>=0.6" --svg dial.svg

Exit code: 0 done, 1 failed, 2 misused, 3 no setting reaches the targets.`,
    )
    .action(async (files, flags) => (await import('./balance.ts')).balance(files, flags));
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
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

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
    .argument('[FILE...]')
    .configureHelp({ styleTitle: bold });

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

function ledgerCommands(program: Command): void {
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
    `Makes a new ledger of a backup; whoever was erased stays erased.${PLACE}`,
  )
    .option('--until <SEQUENCE>', 'only the entries up to this one')
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

function invariantsCommand(program: Command): void {
  program
    .command('invariants')
    .summary('say what scores satisfy, and measure which scorer does')
    .description(
      'Prints what trust is claimed to satisfy and what it is known not to, and checks each of\n' +
        'that on random communities: for our scores under each preset, for PageRank, HITS,\n' +
        'in-degree and mean rating, or for a scorer of your own. Needs fast-check.',
    )
    .configureHelp({ styleTitle: bold })
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
