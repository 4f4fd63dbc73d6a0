/**
 * The page of a report, which the build leaves beside the program, and the data put into it. The data stand
 * in a script element that is no script, as JSON in which no character can end that element.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PeerageError } from '../error.ts';
import type { ReportData } from './report-data.ts';
import { systemReason } from './text-file.ts';

/** Where the data go. */
const PLACE = 'PEERAGE_REPORT_DATA';

/** The page without data. @throws PeerageError `unreadable` where the build did not leave it. */
export async function reportPage(): Promise<string> {
  const file = fileURLToPath(new URL('./report.html', import.meta.url));
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = `cannot be read (${systemReason(error)}); it is a part of this package, which npm run build makes`;
    throw new PeerageError('unreadable', reason, { file });
  }
}

/** The page with its data. */
export function filled(page: string, data: ReportData): string[] {
  const at = page.indexOf(PLACE);
  return [page.slice(0, at), embedded(data), page.slice(at + PLACE.length)];
}

/** JSON that no parser of HTML takes for markup, and no parser of scripts for the end of a line. */
export function embedded(data: unknown): string {
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
