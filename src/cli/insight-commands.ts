/** The commands that ask why, what if, and who has power: explain, what-if, audit, balance. */
import type { Command } from 'commander';
import { again, policyOptions, recordOptions } from './options.ts';

export function insightCommands(program: Command): void {
  explainCommand(program);
  whatIfCommand(program);
  auditCommand(program);
  balanceCommand(program);
}

function explainCommand(program: Command): void {
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
    .argument('[FILE...]');

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
}

function whatIfCommand(program: Command): void {
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
    .argument('[FILE...]');

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
    .argument('[FILE...]');

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
