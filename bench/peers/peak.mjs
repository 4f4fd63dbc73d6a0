/**
 * The most memory that this process has held, in bytes. Linux begins the peak that getrusage tells with that
 * of the process that started this one, which may be large: there it is read from the process's own record.
 */
import { readFileSync } from 'node:fs';

export function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'));
  return Number(kilobytes) * 1024;
}
