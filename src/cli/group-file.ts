/**
 * `--group`: a small table that says who belongs to which named group, `id,group` a line, with or without
 * that header, between commas, semicolons or tabs; fields may be quoted. One contributor may be in several.
 */
import { PeerageError, quote } from '../error.ts';
import { readText } from './text-file.ts';

const FIELD = '("(?:[^"]|"")*"|[^"]*?)';
const LINE = new RegExp(`^${FIELD}[,;\\t]${FIELD}\\s*$`);

/** @throws PeerageError as `readText`, and `bad-line` with its place. */
export async function readGroups(file: string): Promise<[contributor: string, group: string][]> {
  const lines = (await readText(file)).split(/\r?\n/);
  const members: [string, string][] = [];
  lines.forEach((text, at) => {
    if (text.trim() === '') return;
    const match = LINE.exec(text);
    const [id, group] = [unquoted(match?.[1]), unquoted(match?.[2])];
    if (id === '' || group === '') {
      const reason = `${quote(text)} names no member of a group; expected id,group`;
      throw new PeerageError('bad-line', reason, { file, line: at + 1 });
    }
    if (members.length === 0 && id === 'id' && group === 'group') return;
    members.push([id, group]);
  });
  if (members.length === 0) {
    throw new PeerageError('bad-line', 'names nobody; expected a line id,group for each member', { file });
  }
  return members;
}

function unquoted(field = ''): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field.trim();
}
