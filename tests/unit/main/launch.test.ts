import { describe, expect, test } from 'vitest';
import { autostartEntry } from '../../../src/main/lifecycle/autostart-entry.ts';
import { parseLaunchArguments, workspaceArgument } from '../../../src/main/lifecycle/launch-arguments.ts';
import { hasSystemTray } from '../../../src/main/lifecycle/system-tray.ts';
import { recentEntries } from '../../../src/main/windows/recent-entries.ts';

describe('what a start is asked for', () => {
  test.each([
    [[], { hidden: false, newWindow: false, workspace: null }],
    [['--hidden'], { hidden: true, newWindow: false, workspace: null }],
    [['--lang=en', '--new-window', '.'], { hidden: false, newWindow: true, workspace: null }],
    [
      [workspaceArgument('C:\\a b\\中文.db')],
      { hidden: false, newWindow: false, workspace: 'C:\\a b\\中文.db' },
    ],
    [[workspaceArgument('')], { hidden: false, newWindow: false, workspace: null }],
  ])('%j', (argv, expected) => {
    expect(parseLaunchArguments(['electron', ...argv])).toEqual(expected);
  });
});

describe('whether there is a tray to stay in', () => {
  const asked: string[] = [];
  const answer =
    (text: string | Error) =>
    async (program: string): Promise<string> => {
      asked.push(program);
      if (text instanceof Error) throw text;
      return text;
    };

  test('Windows and macOS have one, and nobody is asked', async () => {
    expect(await hasSystemTray('win32', answer('   boolean false'))).toBe(true);
    expect(await hasSystemTray('darwin', answer('   boolean false'))).toBe(true);
    expect(asked).toEqual([]);
  });

  test('on Linux the desktop says it; where it cannot be asked, one is assumed', async () => {
    expect(await hasSystemTray('linux', answer('   boolean false\n'))).toBe(false);
    expect(await hasSystemTray('linux', answer('   boolean true\n'))).toBe(true);
    expect(await hasSystemTray('linux', answer(new Error('ENOENT')))).toBe(true);
  });
});

test('a desktop of Linux starts the program at login, whatever its path holds', () => {
  expect(autostartEntry('/opt/EventLoom/event-loom', 'EventLoom 事织').split('\n')).toEqual([
    '[Desktop Entry]',
    'Type=Application',
    'Name=EventLoom 事织',
    'Exec="/opt/EventLoom/event-loom" --hidden',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ]);
  expect(autostartEntry('/home/a b/100%/$x"y', 'E')).toContain(
    String.raw`Exec="/home/a b/100%%/\\$x\\"y" --hidden`,
  );
});

test('recent workspaces are told by name, and by folder where names are the same', () => {
  expect(recentEntries(['/a/one.db', '/a/R&D.db', '/b/one.db'])).toEqual([
    { label: 'one.db — /a', path: '/a/one.db' },
    { label: 'R&&D.db', path: '/a/R&D.db' },
    { label: 'one.db — /b', path: '/b/one.db' },
  ]);
});
