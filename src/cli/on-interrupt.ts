import { ExitCode } from './exit-code.ts';

/**
 * Calls back at the first Ctrl-C, or the first other signal that terminates the process, so that a command can stop
 * cleanly. A second one ends the process at once: what is on disk is consistent at any instant.
 */
export function onInterrupt(callback: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      process.once(signal, () => process.exit(ExitCode.interrupted));
      callback();
    });
  }
}
