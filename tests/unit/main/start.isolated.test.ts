import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { LaunchArguments } from '../../../src/main/lifecycle/launch-arguments.ts';

/** What Electron answers, and what it is told. */
const electron = vi.hoisted(() => ({
  languages: ['en-US'],
  openedAtLogin: false,
  isFirst: true,
  boxes: [] as { title: string; content: string }[],
  ends: [] as string[],
  scheme: vi.fn(),
}));
const shell = vi.hoisted(() => ({
  start: (_launch: LaunchArguments): void => undefined,
  launches: [] as LaunchArguments[],
}));

vi.mock('electron', () => ({
  app: {
    whenReady: () => Promise.resolve(),
    setAppUserModelId: () => undefined,
    setPath: () => undefined,
    getPath: () => '/none',
    getVersion: () => '1.0.0',
    getLocale: () => 'en',
    getPreferredSystemLanguages: () => electron.languages,
    getLoginItemSettings: () => ({ wasOpenedAtLogin: electron.openedAtLogin }),
    requestSingleInstanceLock: () => electron.isFirst,
    on: () => undefined,
    quit: () => electron.ends.push('quit'),
    exit: (code: number) => electron.ends.push(`exit ${code}`),
  },
  dialog: { showErrorBox: (title: string, content: string) => electron.boxes.push({ title, content }) },
  nativeTheme: {},
  protocol: { registerSchemesAsPrivileged: electron.scheme },
}));
vi.mock('../../../src/main/start-shell.ts', () => ({
  startShell: (_paths: unknown, _log: unknown, launch: LaunchArguments) => {
    shell.launches.push({ ...launch });
    shell.start(launch);
    return { notify: () => undefined, started: () => undefined };
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'eventloom-start-'));
const EVENTS = ['unhandledRejection', 'uncaughtException'] as const;
const before = EVENTS.map((event) => process.listeners(event as 'uncaughtException'));
const [argv, platform] = [process.argv, process.platform];

beforeEach(() => {
  Object.assign(electron, { languages: ['en-US'], openedAtLogin: false, isFirst: true, boxes: [], ends: [] });
  Object.assign(shell, { start: () => undefined, launches: [] });
  vi.stubEnv('EVENTLOOM_USER_DATA', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
  process.argv = argv;
  Object.defineProperty(process, 'platform', { value: platform });
  for (const [at, event] of EVENTS.entries())
    for (const listener of process.listeners(event as 'uncaughtException'))
      if (!before[at]?.includes(listener)) process.removeListener(event, listener);
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the application with such arguments. */
async function start(...args: string[]): Promise<void> {
  process.argv = ['electron', '.', ...args];
  await import('../../../src/main/index.ts');
}

const failsWith = (error: unknown): void => {
  shell.start = () => {
    throw error;
  };
};

describe('a start that fails', () => {
  test('is told once in plain words, with the place of the log, and the program ends', async () => {
    failsWith(new Error('no such module\n    at secret (file.ts)'));
    await start();
    await expect.poll(() => electron.ends).toEqual(['exit 1']);
    expect(electron.boxes).toEqual([
      {
        title: 'EventLoom cannot start',
        content: expect.stringMatching(
          /^Something unexpected went wrong at the start: no such module\. [^\n]+\n\nThe details are in the folder of the log: /,
        ) as unknown,
      },
    ]);
    expect(electron.boxes[0]?.content).toContain(join(folder, 'logs'));
    expect(electron.boxes[0]?.content).not.toContain('secret');
    expect(readFileSync(join(folder, 'logs', 'main.log'), 'utf8')).toContain('at secret (file.ts)');
  });

  test('is told in the language of the system, an error that has words of its own in these', async () => {
    electron.languages = ['zh-Hans-CN', 'en'];
    // The class of the modules that this start loads.
    const { AppError } = await import('../../../src/core/errors.ts');
    failsWith(new AppError('app.file_failed', { path: '/data/状态', detail: 'EROFS' }));
    await start();
    await expect.poll(() => electron.ends).toEqual(['exit 1']);
    expect(electron.boxes).toEqual([
      {
        title: 'EventLoom 事织无法启动',
        content: `无法读写 /data/状态：EROFS。请检查磁盘空间和权限，然后重试。\n\n详细信息在日志文件夹中：${join(folder, 'logs')}`,
      },
    ]);
  });

  test('because there can be no folder for the data is told the same way: there is no log then', async () => {
    writeFileSync(`${folder}.file`, '');
    vi.stubEnv('EVENTLOOM_USER_DATA', join(`${folder}.file`, 'data'));
    await start();
    await expect.poll(() => electron.ends).toEqual(['exit 1']);
    rmSync(`${folder}.file`);
    expect(electron.boxes).toHaveLength(1);
    const { content } = electron.boxes[0] ?? { content: '' };
    expect(content).toContain(`Cannot read or write ${join(`${folder}.file`, 'data', 'workspaces')}: E`);
    expect(content).not.toContain('log');
    expect(shell.launches).toEqual([]);
  });
});

describe('a start', () => {
  test('that works shows no box; a second one hands over and ends', async () => {
    await start();
    await expect.poll(() => shell.launches).toHaveLength(1);
    vi.resetModules();
    electron.isFirst = false;
    await start();
    expect(electron).toMatchObject({ boxes: [], ends: ['quit'] });
    expect(shell.launches).toHaveLength(1);
    expect(electron.scheme).toHaveBeenCalled();
  });

  test.each([
    ['linux', ['--hidden'], false, true],
    ['win32', ['--hidden'], false, true],
    ['linux', [], true, false],
    ['win32', [], true, false],
    ['darwin', [], true, true],
    ['darwin', [], false, false],
  ] as const)(
    'on %s with %j, at login for macOS: %s, is hidden: %s',
    async (system, args, atLogin, hidden) => {
      Object.defineProperty(process, 'platform', { value: system });
      electron.openedAtLogin = atLogin;
      await start(...args);
      await expect.poll(() => shell.launches).toMatchObject([{ hidden, newWindow: false, workspace: null }]);
    },
  );
});
