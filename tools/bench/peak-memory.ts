import { existsSync, readFileSync } from 'node:fs';

/**
 * The most resident memory that this process, threads included, has had, in megabytes. From Linux itself where it is:
 * `maxRSS` of a child there begins with what its parent had.
 */
export function peakMemoryMb(): number {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8')) : null;
  return (peak ? Number(peak[1]) : process.resourceUsage().maxRSS) / 1024;
}
