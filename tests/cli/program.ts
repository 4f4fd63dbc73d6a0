/**
 * Runs the built program as a user does: in a folder of its own, with files made for the case, its streams
 * connected to pipes. What it printed and how it ended is all that a test gets to see.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Run {
  /** The exit code; a signal's name where one ended it. */
  exit: number | string;
  stdout: string;
  stderr: string;
}

const folders: string[] = [];

/** A new folder with these files. */
export function folderOf(files: Files = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-cli-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Removes every folder that was made; for the end of a test file. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function run(
  program: string,
  args: readonly string[],
  {
    folder,
    stdin = '',
    env = {},
  }: { folder: string; stdin?: string | Uint8Array; env?: Record<string, string> },
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that refuses its input does not read it to the end.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ exit: code ?? String(signal), stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** Runs in a new folder of these files, which is removed afterwards. */
export async function runWith(
  program: string,
  args: readonly string[],
  files: Files = {},
  stdin: string | Uint8Array = '',
): Promise<Run> {
  const folder = folderOf(files);
  try {
    return await run(program, args, { folder, stdin });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function text(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
