import { host } from '../host.ts';
import type { ShellCall } from '../recorder.ts';
import { loud } from '../loud.ts';

function record(call: ShellCall['call'], target: string): void {
  host.recorder.shellCalls.push({ call, target });
  if (host.forPerson) process.stdout.write(`${call}: ${target}\n`);
}

/** `shell`: recorded, and written to the terminal when a user runs the host. */
export const shell = loud('shell', {
  openExternal: (url: string): Promise<void> => Promise.resolve(record('openExternal', url)),
  openPath: (path: string): Promise<string> => {
    record('openPath', path);
    return Promise.resolve('');
  },
  showItemInFolder: (path: string): void => record('showItemInFolder', path),
} satisfies Partial<Electron.Shell>);
