import { Menu, app } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { NEW_WINDOW_ARGUMENT, workspaceArgument } from '../lifecycle/launch-arguments.ts';
import { ownProgram } from '../lifecycle/own-program.ts';
import type { OwnProcess } from '../lifecycle/own-program.ts';
import { shellText } from '../texts/texts.ts';
import { recentEntries } from './recent-entries.ts';

export interface ShortcutMenus {
  locale: Locale;
  recent: string[];
  newWindow: () => void;
}

/** The menus that the system shows at the icon of the application: the jump list of Windows, the dock menu of macOS. */
export function setShortcutMenus(
  { locale, recent, newWindow }: ShortcutMenus,
  own: OwnProcess = process,
): void {
  const title = shellText(locale, 'menu.newWindow');
  if (own.platform === 'darwin') {
    app.dock?.setMenu(Menu.buildFromTemplate([{ label: title, click: () => newWindow() }]));
  }
  if (own.platform !== 'win32') return;
  const program = ownProgram(own);
  // Windows starts the program once more for an entry; that start hands its arguments over and ends.
  const start = { type: 'task' as const, program, iconPath: program, iconIndex: 0 };
  const items = recentEntries(recent).map(({ label, path }) => ({
    ...start,
    title: label.replaceAll('&&', '&'),
    description: path,
    args: `"${workspaceArgument(path)}"`,
  }));
  app.setJumpList([
    { type: 'tasks', items: [{ ...start, title, description: title, args: NEW_WINDOW_ARGUMENT }] },
    ...(items.length > 0 ? [{ type: 'custom' as const, name: shellText(locale, 'menu.recent'), items }] : []),
  ]);
}
