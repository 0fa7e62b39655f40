import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { setOpenAtLogin, wasOpenedAtLogin } from '../../../src/main/lifecycle/login-item.ts';
import { isPortable, ownProgram } from '../../../src/main/lifecycle/own-program.ts';
import type { OwnProcess } from '../../../src/main/lifecycle/own-program.ts';
import { TrayIcon } from '../../../src/main/status/tray.ts';
import { setShortcutMenus } from '../../../src/main/windows/shortcut-menus.ts';

type Callback = (...args: unknown[]) => unknown;
type MenuItem = { label?: string; click?: Callback };

/** What the code under test tells Electron, and what Electron would answer. */
const electron = vi.hoisted(() => {
  const told = {
    loginItem: null as unknown,
    jumpList: null as { type: string; name?: string; items: Record<string, unknown>[] }[] | null,
    dockMenu: null as { label?: string; click?: (...args: unknown[]) => unknown }[] | null,
  };
  const trays: {
    image: string;
    isTemplate: boolean;
    listeners: Map<string, (...args: unknown[]) => unknown>;
  }[] = [];
  class Image {
    isTemplate = false;
    readonly path: string;
    constructor(path: string) {
      this.path = path;
    }
    setTemplateImage(isTemplate: boolean): void {
      this.isTemplate = isTemplate;
    }
  }
  class Tray {
    readonly listeners = new Map<string, (...args: unknown[]) => unknown>();
    constructor(image: Image) {
      trays.push({ image: image.path, isTemplate: image.isTemplate, listeners: this.listeners });
    }
    on(event: string, listener: (...args: unknown[]) => unknown): void {
      this.listeners.set(event, listener);
    }
    setToolTip(): void {}
    setContextMenu(): void {}
    setImage(): void {}
    destroy(): void {}
  }
  const answers = { wasOpenedAtLogin: false };
  return { told, trays, answers, Image, Tray };
});

vi.mock('electron', () => ({
  Tray: electron.Tray,
  Menu: { buildFromTemplate: (template: unknown) => template },
  nativeImage: { createFromPath: (path: string) => new electron.Image(path) },
  nativeTheme: { shouldUseDarkColorsForSystemIntegratedUI: false },
  app: {
    getName: () => 'EventLoom 事织',
    setLoginItemSettings: (settings: unknown) => (electron.told.loginItem = settings),
    getLoginItemSettings: () => ({ wasOpenedAtLogin: electron.answers.wasOpenedAtLogin }),
    setJumpList: (list: typeof electron.told.jumpList) => (electron.told.jumpList = list),
    dock: { setMenu: (menu: MenuItem[]) => (electron.told.dockMenu = menu) },
  },
}));

const INSTALLED = 'C:\\Users\\安\\EventLoom\\EventLoom.exe';
const UNPACKED = 'C:\\Users\\安\\AppData\\Local\\Temp\\2abc\\EventLoom.exe';
const PORTABLE = 'D:\\tools\\eventloom portable.exe';
const windows = (env: NodeJS.ProcessEnv = {}): OwnProcess => ({
  platform: 'win32',
  env,
  execPath: env['PORTABLE_EXECUTABLE_FILE'] ? UNPACKED : INSTALLED,
});
const portable = windows({ PORTABLE_EXECUTABLE_FILE: PORTABLE });
const mac: OwnProcess = { platform: 'darwin', env: {}, execPath: '/Applications/EventLoom.app/x' };

beforeEach(() => {
  electron.trays.length = 0;
  Object.assign(electron.told, { loginItem: null, jumpList: null, dockMenu: null });
  electron.answers.wasOpenedAtLogin = false;
});

describe('the program that the system starts again', () => {
  test('is the running one, or the file of which it is an unpacked copy', () => {
    expect(ownProgram(windows())).toBe(INSTALLED);
    expect(ownProgram(portable)).toBe(PORTABLE);
    expect(
      ownProgram({ platform: 'linux', env: { APPIMAGE: '/home/a/e.AppImage' }, execPath: '/tmp/.m/e' }),
    ).toBe('/home/a/e.AppImage');
    // A variable that another program has left counts on its own system only.
    expect(ownProgram({ ...mac, env: { APPIMAGE: '/x', PORTABLE_EXECUTABLE_FILE: 'y' } })).toBe(mac.execPath);
  });

  test('is portable on Windows only', () => {
    expect(isPortable(portable)).toBe(true);
    expect(isPortable(windows())).toBe(false);
    expect(isPortable({ ...mac, env: { PORTABLE_EXECUTABLE_FILE: 'y' } })).toBe(false);
  });
});

describe('the start at login', () => {
  test('is without a window on Windows, also of the portable program', () => {
    setOpenAtLogin(true, windows());
    expect(electron.told.loginItem).toEqual({ openAtLogin: true, path: INSTALLED, args: ['--hidden'] });
    setOpenAtLogin(true, portable);
    expect(electron.told.loginItem).toEqual({ openAtLogin: true, path: PORTABLE, args: ['--hidden'] });
    setOpenAtLogin(false, portable);
    expect(electron.told.loginItem).toMatchObject({ openAtLogin: false, path: PORTABLE });
  });

  test('has no arguments on macOS, which says by itself that it was one', () => {
    setOpenAtLogin(true, mac);
    expect(electron.told.loginItem).toEqual({ openAtLogin: true });
    expect(wasOpenedAtLogin(mac)).toBe(false);
    electron.answers.wasOpenedAtLogin = true;
    expect(wasOpenedAtLogin(mac)).toBe(true);
    expect(wasOpenedAtLogin(windows())).toBe(false);
    expect(wasOpenedAtLogin({ platform: 'linux' })).toBe(false);
  });

  describe('on Linux', () => {
    const folder = mkdtempSync(join(tmpdir(), 'eventloom-autostart-'));
    const path = join(folder, 'autostart', 'event-loom.desktop');
    const linux: OwnProcess = {
      platform: 'linux',
      env: { XDG_CONFIG_HOME: folder },
      execPath: '/opt/EventLoom/eventloom',
    };
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    test('is a file that is written and removed again', () => {
      setOpenAtLogin(true, linux);
      expect(readFileSync(path, 'utf8')).toContain('Exec="/opt/EventLoom/eventloom" --hidden\n');
      expect(readFileSync(path, 'utf8')).toContain('Name=EventLoom 事织\n');
      setOpenAtLogin(false, linux);
      expect(existsSync(path)).toBe(false);
      // Once more: there is nothing to remove.
      setOpenAtLogin(false, linux);
      expect(electron.told.loginItem).toBeNull();
    });

    test('that cannot be written is an error that says where', () => {
      const env = { XDG_CONFIG_HOME: join(folder, 'file') };
      setOpenAtLogin(true, linux);
      writeFileSync(env.XDG_CONFIG_HOME, '');
      expect(() => setOpenAtLogin(true, { ...linux, env })).toThrow(
        expect.objectContaining({ code: 'app.settings_not_saved' }),
      );
    });
  });
});

describe('the menus at the icon of the application', () => {
  const recent = ['C:\\data\\one.eventloom', 'D:\\R&D\\两.eventloom'];
  const newWindow = vi.fn();

  test('on Windows start the program with arguments, the portable one by the file that is kept', () => {
    for (const [own, program] of [
      [windows(), INSTALLED],
      [portable, PORTABLE],
    ] as const) {
      setShortcutMenus({ locale: 'zh-CN', recent, newWindow }, own);
      const [tasks, files] = electron.told.jumpList ?? [];
      expect(tasks?.items).toEqual([
        expect.objectContaining({ program, iconPath: program, args: '--new-window', title: '新建窗口' }),
      ]);
      expect(files?.name).toBe('最近的工作区');
      expect(files?.items.map(({ args }) => args)).toEqual(
        recent.map((path) => `"--recent-workspace=${path}"`),
      );
      for (const item of files?.items ?? []) expect(item['program']).toBe(program);
    }
    expect(electron.told.dockMenu).toBeNull();
  });

  test('on Windows have no list of workspaces before there is one', () => {
    setShortcutMenus({ locale: 'en', recent: [], newWindow }, windows());
    expect(electron.told.jumpList).toHaveLength(1);
  });

  test('on macOS open a window; on Linux there are none', () => {
    setShortcutMenus({ locale: 'en', recent, newWindow }, mac);
    expect(electron.told.dockMenu?.map(({ label }) => label)).toEqual(['New Window']);
    electron.told.dockMenu?.[0]?.click?.();
    expect(newWindow).toHaveBeenCalledOnce();
    electron.told.dockMenu = null;
    setShortcutMenus({ locale: 'en', recent, newWindow }, { platform: 'linux', env: {}, execPath: '/e' });
    expect(electron.told).toMatchObject({ dockMenu: null, jumpList: null });
  });
});

describe('a click on the tray icon', () => {
  const open = vi.fn();
  const none = (): void => undefined;
  const make = (platform: NodeJS.Platform): (typeof electron.trays)[number] | undefined => {
    new TrayIcon(
      '/tray',
      { open, pause: none, resume: none, settings: none, quit: none },
      platform,
    ).destroy();
    return electron.trays.at(-1);
  };

  test.each(['win32', 'linux'] as const)('opens the window on %s', (platform) => {
    open.mockClear();
    const tray = make(platform);
    tray?.listeners.get('click')?.();
    expect(open).toHaveBeenCalledOnce();
    expect(tray?.isTemplate).toBe(false);
  });

  test('on macOS opens the menu alone, although the event comes', () => {
    const tray = make('darwin');
    expect(tray?.listeners.has('click')).toBe(false);
    expect(tray).toMatchObject({ image: join('/tray', 'idle-Template.png'), isTemplate: true });
  });
});
