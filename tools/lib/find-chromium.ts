import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

export interface ChromiumFound {
  path: string;
  /** Whether it can open windows on a display: the serverless build has no user interface. */
  canShow: boolean;
}

const PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
    ['/Applications', join(process.env['HOME'] ?? '/', 'Applications')].map(
      (folder) => `${folder}/${name}.app/Contents/MacOS/${name}`,
    ),
  ),
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) =>
    [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ].map((tail) => join(process.env[variable] ?? 'C:\\', tail)),
  ),
};

const NAMES = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'chromium-browser',
  'chrome',
  'microsoft-edge',
];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function systemChromium(): string | undefined {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  // On Windows and macOS browsers are not on the PATH, on Linux they are nowhere else.
  return [...(PLACES[process.platform] ?? []), ...(process.platform === 'win32' ? [] : onPath)].find(
    executable,
  );
}

/** The Chromium inside the npm package, unpacked; undefined where there is none for this machine. */
export async function bundledChromium(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    createRequire(import.meta.url).resolve('@sparticuz/chromium');
  } catch {
    return undefined;
  }
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

/**
 * Finds a Chromium: `EVENTLOOM_CHROMIUM`, else one of the system, else the one inside the npm package
 * `@sparticuz/chromium` (Linux x64). Undefined when there is none; throws when the variable names no executable.
 * `EVENTLOOM_CHROMIUM=bundled` asks for the package's one whatever the system has.
 */
export async function findChromium(): Promise<ChromiumFound | undefined> {
  const wished = process.env['EVENTLOOM_CHROMIUM'];
  if (wished !== undefined && wished !== '' && wished !== 'bundled') {
    if (!executable(wished)) throw new Error(`EVENTLOOM_CHROMIUM is not an executable file: ${wished}`);
    return { path: wished, canShow: true };
  }
  const system = wished === 'bundled' ? undefined : systemChromium();
  if (system !== undefined) return { path: system, canShow: true };
  const bundled = await bundledChromium();
  return bundled === undefined ? undefined : { path: bundled, canShow: false };
}
