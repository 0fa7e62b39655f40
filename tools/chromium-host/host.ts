import type { Chromium } from './browser/chromium.ts';
import type { SchemeHandler } from './browser/page.ts';
import { SchemeMap } from './browser/scheme.ts';
import type { Recorder } from './recorder.ts';
import { createRecorder } from './recorder.ts';

/** What the parts of the stand-in share: there is one application per process, as in Electron. */
export interface Host {
  /** Windows are on a display; otherwise headless. */
  shown: boolean;
  /** A person uses the application; otherwise tests do, through the control channel. */
  forPerson: boolean;
  /** The folder with the application's package.json. */
  appPath: string;
  readonly schemes: SchemeMap;
  readonly handlers: Map<string, SchemeHandler>;
  readonly recorder: Recorder;
  /** There from just before `ready`. */
  chromium: Chromium | undefined;
  /** Says loudly what went wrong where no caller can be told. */
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

/** The running browser. Throws before `ready`, as Electron does for what needs it. */
export function runningChromium(): Chromium {
  if (!host.chromium) throw new Error('Cannot create BrowserWindow before app is ready');
  return host.chromium;
}
