/**
 * Makes datasets/debian-keyring/ from Debian's `debian-keyring` package: who certified whose OpenPGP key,
 * and the rank of each key. Needs a Debian system (apt-get, apt-cache, dpkg-deb) with gpg, and a mirror.
 * The same package gives the same bytes, on any day: dates are compared with the package's, never with
 * today's. Only key ids, dates, classes and ranks are kept; no name or address leaves the listing.
 *
 * node scripts/debian-keyring.mjs [--package VERSION] [--verify]
 *   --package  another version than the shipped one      --verify  also check every signature (minutes)
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const SHIPPED = '2022.12.24';
const FOLDER = fileURLToPath(new URL('../datasets/debian-keyring/', import.meta.url));

/** The members' keyrings, and what a credential of each rank weighs: the README says why. */
const RANKS = [
  { file: 'debian-keyring.gpg', issuer: 'debian-developers', weight: 1 },
  { file: 'debian-nonupload.gpg', issuer: 'debian-non-uploading', weight: 0.5 },
  { file: 'debian-maintainers.gpg', issuer: 'debian-maintainers', weight: 0.25 },
];
/** OpenPGP's certification classes; a higher one says more about how well the signer checked. */
const KINDS = { 10: 'generic', 11: 'persona', 12: 'casual', 13: 'positive' };
/** From this second on GnuPG takes nobody's word for another's key that rests on SHA-1 (its digest 2). */
const SHA1_REFUSED = 1547856000;

/** gpg checks no signature by a key that has expired, so it checks them with a clock that is before every key. */
const EARLY = '--faked-system-time 19900101T000000! --ignore-time-conflict --ignore-valid-from'.split(' ');

/** The programs it calls, and what to do where one is missing. */
const INSTALL = {
  gpg: 'install the package gnupg',
  'apt-get': 'run this on Debian or a system derived from it',
  'apt-cache': 'run this on Debian or a system derived from it',
  'dpkg-deb': 'install the package dpkg',
};

/** A failure that its one sentence explains: printed without a stack. */
class Refusal extends Error {}

/** Standard output of a program, byte for byte; messages are read in English, whatever the user's locale. */
function run(program, args, options = {}) {
  const env = { ...process.env, ...options.env, LC_ALL: 'C' };
  try {
    const stdio = ['ignore', 'pipe', 'pipe'];
    return execFileSync(program, args, { ...options, env, stdio, encoding: 'latin1', maxBuffer: 2 ** 30 });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Refusal(`${program} is missing; ${INSTALL[program]}`);
    const said = (error.stderr || error.message).trim().split('\n').at(-1);
    throw new Refusal(`${program} ${args[0]} failed: ${said}`);
  }
}

/** Downloads and unpacks the package into `folder`; apt checks it against the mirror's signed index. */
function unpack(version, folder) {
  const offered = () =>
    run('apt-cache', ['madison', 'debian-keyring'])
      .split('\n')
      .map((line) => line.split('|')[1]?.trim())
      .filter(Boolean);
  if (!offered().includes(version)) run('apt-get', ['update']);
  const versions = offered();
  if (!versions.includes(version)) {
    const instead = versions.length === 0 ? 'none' : [...new Set(versions)].join(', ');
    throw new Refusal(
      `apt offers debian-keyring ${instead}, not ${version}; add a mirror that has it, or name one with --package`,
    );
  }
  run('apt-get', ['download', `debian-keyring=${version}`], { cwd: folder });
  const file = readdirSync(folder).find((name) => name.endsWith('.deb'));
  run('dpkg-deb', ['-x', file, 'package'], { cwd: folder });
  return createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex');
}

/** When the package was made, in epoch seconds: the newest entry of its changelog. */
function packageDate(folder) {
  const changelog = gunzipSync(
    readFileSync(join(folder, 'package/usr/share/doc/debian-keyring/changelog.gz')),
  );
  const date = Date.parse(/^ -- .*> {2}(.+)$/m.exec(changelog.toString('latin1'))?.[1]);
  if (Number.isNaN(date)) throw new Refusal('the package has no date in its changelog');
  return date / 1000;
}

/**
 * The primary keys of some keyrings and the signatures on their user ids, as gpg lists them in its colon
 * format: field 2 validity, 5 key id, 6 created, 7 expires, 11 class, 16 digest. The issuer of a
 * signature is a primary key: only these can certify.
 */
function list(gpg, command, files) {
  const keys = [];
  const signatures = [];
  let key = '';
  let userId = '';
  const keyrings = files.flatMap((file) => ['--keyring', file]);
  for (const line of gpg([...keyrings, ...command]).split('\n')) {
    const field = line.split(':');
    if (field[0] === 'pub') {
      key = field[4];
      userId = '';
      keys.push(key);
    } else if (field[0] === 'uid' || field[0] === 'uat') {
      userId = field[7]; // a hash of it
    } else if (field[0] === 'sub') {
      userId = ''; // a certification filed under a subkey belongs to no user id
    } else if (field[0] === 'sig' || field[0] === 'rev') {
      signatures.push({
        validity: field[1],
        source: field[4],
        target: key,
        userId,
        created: Number(field[5]),
        expires: Number(field[6]) || Number.POSITIVE_INFINITY,
        revokes: field[0] === 'rev',
        class: field[10].slice(0, 2),
        sha1: field[15] === '2',
      });
    }
  }
  return { keys, signatures };
}

/** The certifications of one member's key by another that stand at `now`, and the number left out, by reason. */
function standing(signatures, ranks, now) {
  const slot = (s) => `${s.source} ${s.target} ${s.userId}`;
  const revoked = new Map();
  for (const s of signatures) {
    if (s.revokes && s.class === '30') {
      revoked.set(slot(s), Math.max(s.created, revoked.get(slot(s)) ?? 0));
    }
  }
  const left = {
    'by a key that is in none of the three keyrings': 0,
    'revoked by its signer': 0,
    'expired when the package was made': 0,
    'on SHA-1, since 2019-01-19': 0,
    'not on a user id': 0,
  };
  const kept = signatures.filter((s) => {
    if (s.revokes || !(s.class in KINDS) || s.source === s.target) return false;
    let why;
    if (!ranks.has(s.source)) why = 'by a key that is in none of the three keyrings';
    else if (s.userId === '') why = 'not on a user id';
    else if (s.created <= (revoked.get(slot(s)) ?? 0)) why = 'revoked by its signer';
    else if (s.expires <= now) why = 'expired when the package was made';
    else if (s.sha1 && s.created > SHA1_REFUSED) why = 'on SHA-1, since 2019-01-19';
    else return true;
    left[why]++;
    return false;
  });
  return { kept, left };
}

/** One row for each signer, signee and day: the user ids signed on one occasion are one vouching. */
function occasions(kept) {
  const classes = new Map();
  for (const s of kept) {
    const day = new Date(s.created * 1000).toISOString().slice(0, 10);
    const row = `${day},${s.source},${s.target}`;
    if (!(classes.get(row) >= s.class)) classes.set(row, s.class);
  }
  return [...classes].sort(byCodeUnit).map(([row, cls]) => {
    const [at, source, target] = row.split(',');
    return { source, target, kind: KINDS[cls], at };
  });
}

/** Sorts entries by their keys, the same on every machine and in every locale. */
function byCodeUnit([a], [b]) {
  return a < b ? -1 : a > b ? 1 : 0;
}

function table(heads, rows) {
  const lines = rows.map(([name, value]) => `| ${name} | ${value.toLocaleString('en-US')} |`);
  return [`| ${heads[0]} | ${heads[1]} |`, '| --- | ---: |', ...lines].join('\n');
}

/** Puts `text` between the README's markers: what it states of the files is never written by hand. */
function rewrite(text) {
  const path = join(FOLDER, 'README.md');
  const block = /(<!-- made by scripts\/debian-keyring\.mjs -->\n)[\s\S]*(<!-- end -->)/;
  const readme = readFileSync(path, 'utf8');
  if (!block.test(readme)) throw new Refusal('datasets/debian-keyring/README.md has lost its markers');
  writeFileSync(
    path,
    readme.replace(block, (_, begin, end) => `${begin}\n${text}\n\n${end}`),
  );
}

function make(version, verify, folder) {
  for (const program in INSTALL) run(program, ['--version']);
  const packageHash = unpack(version, folder);
  const now = packageDate(folder);
  const home = join(folder, 'gnupg');
  mkdirSync(home, { mode: 0o700 });
  const quiet = ['--batch', '--no-options', '--no-auto-check-trustdb', '--no-default-keyring'];
  const colons = ['--with-colons', '--fixed-list-mode'];
  const gpg = (args) => run('gpg', [...quiet, ...colons, ...args], { env: { GNUPGHOME: home } });
  const files = RANKS.map(({ file }) => join(folder, 'package/usr/share/keyrings', file));

  const ranks = new Map();
  const signatures = [];
  for (const [rank, file] of files.entries()) {
    const listed = list(gpg, ['--list-sigs'], [file]);
    for (const key of listed.keys) {
      if (!/^[0-9A-F]{16}$/.test(key))
        throw new Refusal(`gpg listed "${key}", not a key id of 16 hex digits`);
      if (ranks.has(key)) throw new Refusal(`the key ${key} is listed twice, so its rank is not known`);
      ranks.set(key, RANKS[rank]);
    }
    signatures.push(...listed.signatures);
  }
  const { kept, left } = standing(signatures, ranks, now);
  const rows = occasions(kept);
  if (rows.length === 0) throw new Refusal('gpg listed no certification of one member by another');
  if (verify) {
    const checked = standing(list(gpg, ['--check-sigs', ...EARLY], files).signatures, ranks, now).kept;
    const good = checked.filter((s) => s.validity === '!').length;
    if (good !== kept.length) {
      throw new Refusal(`gpg verifies ${good} of the ${kept.length} signatures; nothing was written`);
    }
    process.stdout.write(`gpg verifies all ${good} signatures\n\n`);
  }

  const members = [...ranks].sort(byCodeUnit);
  const contents = {
    'certifications.csv': [
      'source,target,kind,at',
      ...rows.map((r) => `${r.source},${r.target},${r.kind},${r.at}`),
    ],
    'credentials.csv': [
      'target,weight,issuer',
      ...members.map(([key, { weight, issuer }]) => `${key},${weight},${issuer}`),
    ],
  };
  const sums = Object.entries(contents).map(([name, lines]) => {
    const text = `${lines.join('\n')}\n`;
    writeFileSync(join(FOLDER, name), text);
    return `    ${createHash('sha256').update(text).digest('hex')}  ${name}`;
  });
  const distinct = (of) => new Set(rows.map(of)).size;
  const counts = table(
    ['in the files', 'count'],
    [
      ['keys', members.length],
      ...RANKS.map((rank) => [`keys: ${rank.issuer}`, members.filter(([, of]) => of === rank).length]),
      ['certifications', rows.length],
      ...Object.values(KINDS).map((kind) => [
        `certifications: ${kind}`,
        rows.filter((r) => r.kind === kind).length,
      ]),
      ['pairs of signer and signee', distinct((r) => r.source + r.target)],
      ['signers', distinct((r) => r.source)],
      ['signees', distinct((r) => r.target)],
      ['keys in no certification', members.length - new Set(rows.flatMap((r) => [r.source, r.target])).size],
    ],
  );
  const away = table(
    ["signatures on another's key", 'count'],
    [['in the files', kept.length], ...Object.entries(left)],
  );
  rewrite(
    `Made from \`debian-keyring\` ${version}, dated ${new Date(now * 1000).toISOString().slice(0, 10)}; ` +
      `sha256 of the package:\n\n    ${packageHash}\n\n` +
      `The first certification is dated ${rows[0].at}, the last ${rows.at(-1).at}.\n\n` +
      `${counts}\n\n${away}\n\nsha256 of the files:\n\n${sums.join('\n')}`,
  );
  process.stdout.write(`${counts}\n\n${away}\n\n${sums.join('\n')}\n`);
}

let scratch;
try {
  const { values } = parseArgs({
    options: { package: { type: 'string', default: SHIPPED }, verify: { type: 'boolean', default: false } },
  });
  scratch = mkdtempSync(join(tmpdir(), 'debian-keyring-'));
  make(values.package, values.verify, scratch);
} catch (error) {
  const explained = error instanceof Refusal || error.code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`debian-keyring: ${explained ? error.message : error.stack}\n`);
  process.exitCode = 1;
} finally {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
}
