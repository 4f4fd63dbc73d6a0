/** What several commands share: how their help looks, and the options that declare a record and a policy. */
import type { Command } from 'commander';
import pc from 'picocolors';

/** How titles of the help look; commander takes that out where colours are not wanted. */
export const { bold } = pc.createColors(true);

/** Of an option that may be repeated. */
export const again = (value: string, before: string[] = []) => [...before, value];

/** The options that say what is read, and how. */
export function recordOptions(command: Command): Command {
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

/** The options that declare a policy. */
export function policyOptions(command: Command): Command {
  return command
    .optionsGroup('The policy (any of these replaces the one that the record declares):')
    .option('--policy <FILE>', 'a policy as JSON; what it leaves out has its default')
    .option('--preset <NAME>', 'classic, guarded or resilient (default: classic)')
    .option('--damping <N>', 'chance to follow an endorsement, 0 to below 1 (default: 0.85)')
    .option('--balance <N>', 'share of the restart that credentials give, 1e-9 to 1 (default: 1)')
    .option('--cap <N|none>', 'largest earned restart, in mean restarts (default: none)')
    .option('--objection-weight <N>', 'how much distrust counts against a voice, 0 to 1 (default: 1)')
    .option('--reserve <N>', 'endorsement weight that everyone withholds (default: 0)')
    .option('--concavity <linear|sqrt>', 'how repeated endorsements of one pair add up (default: linear)')
    .option('--half-life <DAYS|none>', 'days in which an endorsement loses half its weight (default: none)');
}
