/**
 * Set-up of the `packed` project: one tarball for all its test files. PEERAGE_TARBALL names one that is
 * packed already; otherwise dist is built where it is out of date and packed here. It never throws, since
 * that would end the whole run: the tests of the package fail instead, with what went wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { pack } from '../../scripts/pack.ts';
import { builtProgram } from '../built.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    tarball: string;
    /** Why there is no tarball; empty where there is one. */
    unpacked: string;
  }
}

export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const given = process.env.PEERAGE_TARBALL;
  project.provide('tarball', given ?? '');
  project.provide('unpacked', '');
  if (given !== undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'peerage-pack-'));
  try {
    await builtProgram();
    project.provide('tarball', pack(folder));
  } catch (error) {
    project.provide('unpacked', String(error));
  }
  return () => rmSync(folder, { recursive: true, force: true });
}
