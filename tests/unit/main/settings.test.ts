import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RotatingLog } from '../../../src/main/log/rotating-log.ts';
import { putAsideIfCorrupt } from '../../../src/main/settings/put-aside.ts';
import { SettingsService, parseSettings } from '../../../src/main/settings/settings-service.ts';
import type { SystemPreferences } from '../../../src/main/settings/settings-service.ts';
import { saveTo } from '../../../src/main/settings/stored-object.ts';
import { ShellState } from '../../../src/main/settings/shell-state.ts';
import type { Locale, Settings, SettingsView } from '../../../src/shared/settings.ts';
import { MemoryStore, RecordingLog } from './fakes.ts';

const defaults = parseSettings({});

describe('settings as they stand in a file', () => {
  test.each([[undefined], [null], ['text'], [[]], [42]])('%j gives the defaults', (value) => {
    expect(parseSettings(value)).toEqual(defaults);
  });

  test('one mistake costs one setting', () => {
    const stored = {
      language: 'klingon',
      theme: 'dark',
      closeBehaviour: 7,
      rulesPath: '/a/b.yaml',
      unknown: 1,
    };
    expect(parseSettings(stored)).toEqual({ ...defaults, theme: 'dark', rulesPath: '/a/b.yaml' });
  });
});

class FakeSystem implements SystemPreferences {
  systemLocale: Locale = 'en';
  systemDark = false;
  theme: Settings['theme'] = 'system';

  locale(): Locale {
    return this.systemLocale;
  }

  dark(): boolean {
    return this.theme === 'dark' || (this.theme === 'system' && this.systemDark);
  }

  openAtLogin: boolean | null = null;

  setOpenAtLogin(openAtLogin: boolean): void {
    this.openAtLogin = openAtLogin;
  }

  applyTheme(theme: Settings['theme']): void {
    this.theme = theme;
  }
}

describe('the settings service', () => {
  let store: MemoryStore;
  let system: FakeSystem;
  let told: SettingsView[];
  let service: SettingsService;

  beforeEach(() => {
    store = new MemoryStore({ theme: 'dark' });
    system = new FakeSystem();
    told = [];
    service = new SettingsService(store, system, (view) => told.push(view));
  });

  test('applies the stored theme at the start and tells nobody', () => {
    expect(system.theme).toBe('dark');
    expect(service.view()).toMatchObject({ theme: 'dark', dark: true, locale: 'en' });
    expect(told).toEqual([]);
  });

  test('writes and tells a change, and an equal value neither', () => {
    expect(service.update({ language: 'zh-CN', theme: 'light' })).toMatchObject({
      locale: 'zh-CN',
      dark: false,
    });
    expect(store.value).toMatchObject({ language: 'zh-CN', theme: 'light' });
    service.update({ language: 'zh-CN', theme: 'light' });
    service.update({});
    expect(store.writes).toBe(1);
    expect(told).toHaveLength(1);
  });

  test('keeps what a newer version has stored: settings and values that this one does not know', () => {
    store.value = { theme: 'sepia', language: 'en', panels: { left: 'narrow' } };
    service = new SettingsService(store, system, () => undefined);
    expect(service.current.theme).toBe('system');
    service.update({ closeBehaviour: 'quit' });
    expect(store.value).toEqual({
      theme: 'sepia',
      language: 'en',
      panels: { left: 'narrow' },
      closeBehaviour: 'quit',
    });
    service.update({ theme: 'light' });
    expect(store.value).toMatchObject({ theme: 'light', panels: { left: 'narrow' } });
  });

  test('follows the system where it is told to, and tells only real changes', () => {
    service.update({ theme: 'system' });
    told.length = 0;
    system.systemDark = true;
    service.refresh();
    service.refresh();
    expect(told).toEqual([expect.objectContaining({ dark: true, locale: 'en' })]);
    system.systemLocale = 'zh-CN';
    expect(service.view().locale).toBe('zh-CN');
  });

  test('a setting that cannot be written is not changed', () => {
    store.write = () => {
      throw new Error('read-only');
    };
    expect(() => service.update({ theme: 'light' })).toThrow('read-only');
    expect(service.current.theme).toBe('dark');
    expect(system.theme).toBe('dark');
  });
});

describe('what the shell remembers', () => {
  test('the last workspace, and at most ten recent ones, each once, the newest first', () => {
    const store = new MemoryStore();
    const state = new ShellState(store, new RecordingLog());
    for (let n = 0; n < 12; n += 1) state.workspaceOpened(`/w/${n}.db`);
    state.workspaceOpened('/w/5.db');
    expect(state.workspacePath).toBe('/w/5.db');
    expect(state.recent).toEqual([5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map((n) => `/w/${n}.db`));
    const writes = store.writes;
    state.workspaceOpened('/w/5.db');
    expect(store.writes).toBe(writes);
    expect(new ShellState(store, new RecordingLog()).recent).toEqual(state.recent);
  });

  test('keeps what a newer version has stored', () => {
    const store = new MemoryStore({ zoom: 1.5, trayHintShown: 'twice' });
    new ShellState(store, new RecordingLog()).workspaceOpened('/w.db');
    expect(store.value).toEqual({
      zoom: 1.5,
      trayHintShown: 'twice',
      workspacePath: '/w.db',
      recent: ['/w.db'],
    });
  });

  test('nonsense in the file costs only itself', () => {
    const stored = { workspacePath: '/w.db', recent: 'x', bounds: { x: 0 }, trayHintShown: 'yes' };
    const state = new ShellState(new MemoryStore(stored), new RecordingLog());
    expect([state.workspacePath, state.recent, state.bounds, state.trayHintShown]).toEqual([
      '/w.db',
      [],
      null,
      false,
    ]);
    expect(new ShellState(new MemoryStore('x'), new RecordingLog()).workspacePath).toBeNull();
  });

  test('what cannot be written is remembered and logged', () => {
    const store = new MemoryStore();
    store.write = () => {
      throw new Error('full');
    };
    const log = new RecordingLog();
    const state = new ShellState(store, log);
    state.markTrayHintShown();
    expect(state.trayHintShown).toBe(true);
    expect(log.lines).toEqual([expect.stringContaining('full')]);
  });
});

describe('a file of the user-data folder that cannot be written', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

  test('is named, with what the system says', () => {
    const write = (): void =>
      saveTo('/data/settings.json', () => {
        throw full;
      });
    expect(write).toThrow(
      expect.objectContaining({
        code: 'app.settings_not_saved',
        params: {
          path: '/data/settings.json',
          detail: 'os.disk_full',
          cause: 'ENOSPC: no space left on device',
        },
      }),
    );
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'eventloom-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(['', '{"theme":', '[1]', 'null', '"x"'])(
    'a settings file of %j is put aside, not deleted',
    (text) => {
      const path = join(folder, 'settings.json');
      writeFileSync(path, text);
      const aside = putAsideIfCorrupt(path, 7);
      expect(aside).toBe(`${path}.corrupt-7`);
      expect(existsSync(path)).toBe(false);
      expect(readFileSync(String(aside), 'utf8')).toBe(text);
    },
  );

  test('a good file and a missing one stay', () => {
    const path = join(folder, 'settings.json');
    expect(putAsideIfCorrupt(path, 7)).toBeNull();
    writeFileSync(path, '{"theme":"dark"}');
    expect(putAsideIfCorrupt(path, 7)).toBeNull();
    expect(existsSync(path)).toBe(true);
  });

  test('the log never grows beyond its files', () => {
    const log = new RotatingLog({ folder: join(folder, 'logs'), maxBytes: 200, maxFiles: 3, now: () => 0 });
    for (let n = 0; n < 100; n += 1) log.info(`line ${n}`);
    const read = (name: string): string => readFileSync(join(folder, 'logs', name), 'utf8');
    expect(read('main.log')).toContain('line 99');
    for (const name of ['main.log', 'main.1.log', 'main.2.log'])
      expect(read(name).length).toBeLessThanOrEqual(200);
    expect(existsSync(join(folder, 'logs', 'main.3.log'))).toBe(false);
  });

  test('a log goes on in the file of the last start, and never throws', () => {
    const options = { folder: join(folder, 'logs'), maxBytes: 100_000, maxFiles: 2, now: () => 0 };
    new RotatingLog(options).info('first');
    new RotatingLog(options).error('second', new Error('why'));
    const text = readFileSync(join(folder, 'logs', 'main.log'), 'utf8');
    expect(text).toContain('1970-01-01T00:00:00.000Z info first\n');
    expect(text).toContain('error second: Error: why');
    writeFileSync(join(folder, 'file'), '');
    expect(() => new RotatingLog({ ...options, folder: join(folder, 'file') }).info('x')).not.toThrow();
  });
});
