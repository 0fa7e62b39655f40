import { electronExecutable } from '../../../tools/lib/electron-binary.ts';

export interface Runtime {
  kind: 'electron' | 'chromium-host';
  /** e.g. `chromium-host (Chromium 156.0.8078.79)`. */
  description: string;
}

/**
 * Which runtime the specs run in: real Electron when its binary is there, else the Chromium host.
 * `EVENTLOOM_E2E_RUNTIME` (`electron` or `chromium-host`) forces one.
 */
export function chooseRuntime(): Runtime['kind'] {
  const wished = process.env['EVENTLOOM_E2E_RUNTIME'];
  if (wished === 'electron' || wished === 'chromium-host') return wished;
  if (wished !== undefined && wished !== '')
    throw new Error(`EVENTLOOM_E2E_RUNTIME is electron or chromium-host, not ${wished}`);
  return electronExecutable() === undefined ? 'chromium-host' : 'electron';
}

let announced = false;

/** Says once per test file what it runs in; not on standard output, where the benchmark prints its figures. */
export function announce(runtime: Runtime): void {
  if (!announced) process.stderr.write(`e2e runtime: ${runtime.description}\n`);
  announced = true;
}
