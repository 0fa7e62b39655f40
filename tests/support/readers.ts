import { spawnSync } from 'node:child_process';

/**
 * Programs of others that read what is exported. Their tests are skipped where they are not installed, unless EVENTLOOM_READERS is set:
 * then they run, and fail without them.
 */
const mustBeThere = (process.env['EVENTLOOM_READERS'] ?? '') !== '';

/** Whether the tests of a program are skipped; `args`: a call that succeeds where it is installed. */
export function lacks(program: string, args: readonly string[]): boolean {
  return !mustBeThere && spawnSync(program, args).status !== 0;
}
