import type { Chromium } from './browser/chromium.ts';
import type { SchemeHandler } from './browser/page.ts';
import { SchemeMap } from './browser/scheme.ts';
import type { Recorder } from './recorder.ts';
import { createRecorder } from './recorder.ts';

/** State that the parts of the host share: there is one application per process, as in Electron. */
export interface Host {
  /** Windows are on a display; otherwise headless. */
  shown: boolean;
  /** A user runs the application; otherwise tests do, through the control channel. */
  forPerson: boolean;
  /** The folder with the application's package.json. */
  appPath: string;
  readonly schemes: SchemeMap;
  readonly handlers: Map<string, SchemeHandler>;
  readonly recorder: Recorder;
  /** Set just before `ready`. */
  chromium: Chromium | undefined;
  /** Reports an error that no caller can receive. */
  report(problem: string): void;
}

export const host: Host = {
  shown: false,
  forPerson: false,
  appPath: process.cwd(),
  schemes: new SchemeMap(),
  handlers: new Map(),
  recorder: createRecorder(),
  chromium: undefined,
  report: (problem) => void process.stderr.write(`chromium-host: ${problem}\n`),
};

/** The running browser. Throws before `ready`, as Electron does for members that need it. */
export function runningChromium(): Chromium {
  if (!host.chromium) throw new Error('Cannot create BrowserWindow before app is ready');
  return host.chromium;
}
