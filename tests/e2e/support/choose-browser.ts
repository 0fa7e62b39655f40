import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundledChromium } from '../../../tools/lib/find-chromium.ts';
import { chooseRuntime } from './runtime.ts';

/**
 * Before the first spec: the host is to use the Chromium of the npm package where that one runs, whatever the system has. It is built without
 * a user interface, and takes a fifth less of the processors than the browser of a user does without showing one. The page is the
 * same. Not where a browser is asked for, nor with a display, where specs open windows on it.
 */
export default async function setup(): Promise<void> {
  const { EVENTLOOM_CHROMIUM: wished, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (wished || DISPLAY || WAYLAND_DISPLAY || chooseRuntime() === 'electron') return;
  // Unpacked here: two files of specs that did so at once would be in each other's way.
  const path = await bundledChromium();
  if (path === undefined) return;
  // A bare system lacks libraries that it needs.
  const runs = await promisify(execFile)(path, ['--version']).then(
    () => true,
    () => false,
  );
  if (runs) process.env['EVENTLOOM_CHROMIUM'] = 'bundled';
}
