import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { findChromium } from '../../lib/find-chromium.ts';
import { CdpConnection } from './connection.ts';
import { pipeTransport } from './transport.ts';

export interface ChromiumOptions {
  /** Windows on the display; otherwise headless. */
  shown: boolean;
  /** Opens a DevTools port on 127.0.0.1 for tests, besides the pipe. */
  devToolsPort: boolean;
  /** Language of the pages, e.g. `zh-CN`. */
  language: string;
}

const PROFILE_PREFIX = 'eventloom-chromium-';

const FLAGS = [
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-search-engine-choice-screen',
  // The last two are pages of the browser's address bar, which takes half a second of a processor at each start.
  '--disable-features=Translate,MediaRouter,OptimizationHints,DialMediaRouteProvider,WebUIOmniboxPopup,WebUIOmniboxAimPopup',
  '--metrics-recording-only',
  '--password-store=basic',
  '--use-mock-keychain',
  // A window that is covered, or not the front tab, is not throttled, as in Electron.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-hang-monitor',
  '--disable-prompt-on-repost',
];

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes the profiles of hosts that were killed before they could do it themselves; their names carry their pid. */
function sweepProfiles(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PROFILE_PREFIX)
      ? Number(name.slice(PROFILE_PREFIX.length).split('-')[0])
      : NaN;
    if (Number.isInteger(pid) && !alive(pid)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** An application window does not offer to translate the page or to save passwords. */
function writePreferences(profile: string): void {
  mkdirSync(join(profile, 'Default'));
  const preferences = { translate: { enabled: false }, credentials_enable_service: false };
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
}

function flags(options: ChromiumOptions, profile: string): string[] {
  return [
    ...FLAGS,
    ...profileFlags(profile),
    `--lang=${options.language}`,
    `--accept-lang=${options.language}`,
    // Animations of a headless window are not seen, and each frame is drawn in software.
    ...(options.shown
      ? []
      : ['--headless', '--hide-scrollbars', '--mute-audio', '--force-prefers-reduced-motion']),
    ...(options.devToolsPort ? ['--remote-debugging-port=0'] : []),
    '--no-startup-window',
  ];
}

/** What a second call of the executable needs to reach the browser that owns a profile. */
export function profileFlags(profile: string): string[] {
  // Chromium refuses its sandbox to root; in many containers there is no other user. (`test-type`: no warning bar about it.)
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : [];
  return [`--user-data-dir=${profile}`, ...asRoot];
}

/** A Chromium process with a profile of its own and a pipe to it. */
export class ChromiumProcess {
  readonly connection: CdpConnection;
  readonly executable: string;
  readonly profile: string;
  readonly exited: Promise<void>;
  /** The end of its output on stderr. */
  said = '';
  private readonly child: ChildProcess;
  /** Kills the browser and removes its profile, however this process ends. */
  private readonly onExit = (): void => {
    this.kill();
    this.removeProfile();
  };

  private constructor(executable: string, options: ChromiumOptions) {
    this.executable = executable;
    this.profile = mkdtempSync(join(tmpdir(), `${PROFILE_PREFIX}${process.pid}-`));
    writePreferences(this.profile);
    process.once('exit', this.onExit);
    this.child = spawn(executable, flags(options, this.profile), {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C on the terminal reaches the host only, which closes the browser.
      detached: process.platform !== 'win32',
      // For a locale that is not installed Chromium uses C, and then finds no file with a Chinese name.
      env: { ...process.env, LANGUAGE: options.language.replace('-', '_'), LC_ALL: 'C.UTF-8' },
    });
    this.exited = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', (error) => {
        this.said += error.message;
        resolve();
      });
    });
    this.child.stderr?.on(
      'data',
      (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-4000)),
    );
    const [, , , input, output] = this.child.stdio as unknown as [null, null, Readable, Writable, Readable];
    this.connection = new CdpConnection(pipeTransport(input, output));
  }

  /** Starts the Chromium that is found on this machine. Throws when there is none, or none with the required features. */
  static async start(options: ChromiumOptions): Promise<ChromiumProcess> {
    const found = await findChromium();
    if (!found) {
      throw new Error(
        'No Chromium found. Install Chrome or Chromium, or set EVENTLOOM_CHROMIUM to its path.',
      );
    }
    if (options.shown && !found.canShow) throw new Error(`This Chromium cannot open windows: ${found.path}`);
    sweepProfiles();
    return new ChromiumProcess(found.path, options);
  }

  /** Waits for the requested exit; kills the whole process group after three seconds. Removes the profile. */
  async end(): Promise<void> {
    const timer = setTimeout(() => this.kill(), 3000);
    await this.exited;
    clearTimeout(timer);
    process.off('exit', this.onExit);
    this.removeProfile();
  }

  /** Ends the browser at once, without waiting. */
  kill(): void {
    const { pid } = this.child;
    if (pid === undefined || this.child.exitCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }

  private removeProfile(): void {
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
