import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preventable } from '../events.ts';
import { host } from '../host.ts';
import { loud } from '../loud.ts';
import { AppPaths } from '../paths.ts';
import { systemLanguages } from '../system-languages.ts';
import { SingleInstance } from '../single-instance.ts';
import { setRoleAction } from './menu.ts';
import type { HostMenu } from './menu.ts';
import { windowList } from './window-list.ts';

type Surface = Pick<
  Electron.App,
  | 'whenReady'
  | 'isReady'
  | 'quit'
  | 'exit'
  | 'setPath'
  | 'getAppPath'
  | 'getName'
  | 'setName'
  | 'getVersion'
  | 'getLocale'
  | 'getSystemLocale'
  | 'getPreferredSystemLanguages'
  | 'hasSingleInstanceLock'
  | 'releaseSingleInstanceLock'
  | 'setAppUserModelId'
  | 'enableSandbox'
  | 'focus'
  | 'isPackaged'
  | 'name'
  | 'disableHardwareAcceleration'
  | 'setBadgeCount'
  | 'getBadgeCount'
  | 'relaunch'
>;

interface Manifest {
  name: string;
  productName?: string;
  version: string;
}

/** `app`: the life cycle of the application, in the order of Electron's browser.cc. */
class HostApp extends EventEmitter implements Surface {
  readonly isPackaged = false;
  readonly dock = undefined;
  readonly commandLine = loud('app.commandLine', {
    switches: new Map<string, string>(),
    appendSwitch(name: string, value = ''): void {
      this.switches.set(name, value);
    },
    appendArgument(value: string): void {
      this.switches.set(value, '');
    },
    hasSwitch(name: string): boolean {
      return this.switches.has(name);
    },
    getSwitchValue(name: string): string {
      return this.switches.get(name) ?? '';
    },
  });
  /** Called at the very end; ends the process. */
  onEnd: (exitCode: number) => Promise<void> = (exitCode) => Promise.resolve(process.exit(exitCode));
  private appName: string | undefined = undefined;
  private readonly paths = new AppPaths(() => this.getName());
  private instance: SingleInstance | undefined = undefined;
  private ready = false;
  private quitting = false;
  private exiting = false;
  private ended = false;
  private exitCode = 0;
  private announceReady: () => void = () => undefined;
  private readonly readyPromise = new Promise<void>((resolve) => (this.announceReady = resolve));

  constructor() {
    super();
    windowList.on('allClosed', () => this.onAllClosed());
    windowList.on('closeCancelled', () => (this.quitting = false));
    windowList.on('created', (window) => this.emit('browser-window-created', preventable({}), window));
    windowList.on('focused', (window) => this.emit('browser-window-focus', preventable({}), window));
    windowList.on('blurred', (window) => this.emit('browser-window-blur', preventable({}), window));
    setRoleAction('quit', () => this.quit());
  }

  get name(): string {
    return this.getName();
  }

  set name(name: string) {
    this.setName(name);
  }

  get applicationMenu(): HostMenu | null {
    return host.recorder.applicationMenu;
  }

  isReady(): boolean {
    return this.ready;
  }

  whenReady(): Promise<void> {
    return this.readyPromise;
  }

  /** Called by the host when everything is ready. */
  becomeReady(): void {
    if (this.ended) return;
    this.ready = true;
    this.emit('will-finish-launching');
    this.emit('ready', preventable({}), {});
    this.announceReady();
  }

  isEnded(): boolean {
    return this.ended;
  }

  quit(): void {
    if (this.quitting || this.exiting) return;
    const event = preventable({});
    this.quitting = true;
    this.emit('before-quit', event);
    if (event.defaultPrevented) {
      this.quitting = false;
      return;
    }
    if (windowList.windows.length === 0) this.finishQuit();
    for (const window of [...windowList.windows]) window.close();
  }

  exit(exitCode = 0): void {
    this.exitCode = exitCode;
    this.exiting = true;
    const open = [...windowList.windows];
    for (const window of open) window.destroy();
    this.end();
  }

  getPath(name: string): string {
    return this.paths.get(name);
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }

  getAppPath(): string {
    return host.appPath;
  }

  getName(): string {
    const { productName, name } = this.manifest();
    return this.appName ?? productName ?? name;
  }

  setName(name: string): void {
    this.appName = name;
  }

  getVersion(): string {
    return this.manifest().version;
  }

  getLocale(): string {
    return this.commandLine.getSwitchValue('lang') || this.getSystemLocale();
  }

  getSystemLocale(): string {
    return systemLanguages()[0] ?? 'en-US';
  }

  getPreferredSystemLanguages(): string[] {
    return systemLanguages();
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    this.instance ??= new SingleInstance(this.getPath('userData'));
    const second = {
      argv: process.argv,
      workingDirectory: process.cwd(),
      additionalData: additionalData ?? null,
    };
    return this.instance.request(second, (start) => {
      // Electron delays it until `ready`.
      void this.readyPromise.then(() =>
        this.emit(
          'second-instance',
          preventable({}),
          start.argv,
          start.workingDirectory,
          start.additionalData,
        ),
      );
    });
  }

  hasSingleInstanceLock(): boolean {
    return this.instance?.isHeld() ?? false;
  }

  releaseSingleInstanceLock(): void {
    this.instance?.release();
  }

  setAppUserModelId(): void {
    // Windows only: groups task bar buttons, and there is no task bar.
  }

  enableSandbox(): void {
    if (this.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
  }

  disableHardwareAcceleration(): void {
    if (this.ready)
      throw new Error('app.disableHardwareAcceleration() can only be called before app is ready');
  }

  /** Kept for tests to read: there is no dock. */
  setBadgeCount(count = 0): boolean {
    host.recorder.badge = count;
    return true;
  }

  getBadgeCount(): number {
    return host.recorder.badge;
  }

  /** Recorded: a test starts the application again by itself. */
  relaunch(): void {
    host.recorder.relaunched = true;
  }

  focus(): void {
    windowList.windows[0]?.focus();
  }

  private manifest(): Manifest {
    return JSON.parse(readFileSync(join(host.appPath, 'package.json'), 'utf8')) as Manifest;
  }

  private onAllClosed(): void {
    if (this.exiting || this.ended) return;
    if (this.quitting) this.finishQuit();
    else if (!this.emit('window-all-closed')) this.quit();
  }

  private finishQuit(): void {
    const event = preventable({});
    this.emit('will-quit', event);
    if (event.defaultPrevented) {
      this.quitting = false;
      return;
    }
    this.end();
  }

  private end(): void {
    if (this.ended) return;
    this.ended = true;
    this.emit('quit', preventable({}), this.exitCode);
    void (this.instance?.sent() ?? Promise.resolve()).then(() => {
      this.instance?.release();
      return this.onEnd(this.exitCode);
    });
  }
}

export const app = loud('app', new HostApp());
