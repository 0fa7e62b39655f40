import { Menu, app } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { Events, ShellCommand } from '../../shared/contract.ts';
import { SHORTCUTS } from '../../shared/shortcuts.ts';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';
import { recentEntries } from './recent-entries.ts';

export interface MenuActions {
  newWindow(): void;
  /** Done by a window as by its own buttons. */
  command(command: ShellCommand): void;
  showPage(page: Events['app.navigate']): void;
  openLogs(): void;
  quit(): void;
}

export interface MenuState {
  locale: Locale;
  /** Recent workspaces, the open one first. */
  recent: string[];
}

/** Sets the application menu: what an application of this system is expected to have, with shortcuts. */
export function setAppMenu({ locale, recent }: MenuState, actions: MenuActions): void {
  const say = (key: TextKey): string => shellText(locale, key);
  const role = (
    name: NonNullable<MenuItemConstructorOptions['role']>,
    key: TextKey,
  ): MenuItemConstructorOptions => ({ role: name, label: say(key) });
  const entry = (
    id: string,
    key: TextKey,
    click: () => void,
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    id,
    label: say(key),
    click: () => click(),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac = process.platform === 'darwin';
  const quit = entry('quit', 'menu.quit', () => actions.quit(), 'CommandOrControl+Q');
  const settings = entry(
    'settings',
    'menu.settings',
    () => actions.showPage({ page: 'settings' }),
    SHORTCUTS.settings,
  );
  const others = recentEntries(recent.slice(1));

  const application: MenuItemConstructorOptions = {
    label: say('appName'),
    submenu: [
      role('about', 'menu.about'),
      separator,
      settings,
      separator,
      role('hide', 'menu.hide'),
      separator,
      quit,
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: say('menu.file'),
    submenu: [
      entry('new-window', 'menu.newWindow', () => actions.newWindow(), SHORTCUTS.newWindow),
      separator,
      entry('import', 'menu.import', () => actions.command({ do: 'import' }), SHORTCUTS.import),
      {
        label: say('menu.export'),
        submenu: [
          entry('export', 'menu.exportData', () => actions.command({ do: 'export' }), SHORTCUTS.export),
          entry('export-types', 'menu.exportTypes', () => actions.command({ do: 'export-types' })),
          entry('export-themes', 'menu.exportThemes', () => actions.command({ do: 'export-themes' })),
        ],
      },
      separator,
      entry(
        'new-workspace',
        'menu.newWorkspace',
        () => actions.command({ do: 'new-workspace' }),
        SHORTCUTS.newWorkspace,
      ),
      entry(
        'open-workspace',
        'menu.openWorkspace',
        () => actions.command({ do: 'open-workspace' }),
        SHORTCUTS.openWorkspace,
      ),
      {
        label: say('menu.recent'),
        enabled: others.length > 0,
        submenu: others.map(({ label, path }) => ({
          label,
          click: () => actions.command({ do: 'open-recent', path }),
        })),
      },
      separator,
      role('close', 'menu.closeWindow'),
      ...(mac ? [] : [separator, settings, separator, quit]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: say('menu.edit'),
    submenu: [
      role('undo', 'menu.undo'),
      role('redo', 'menu.redo'),
      separator,
      role('cut', 'menu.cut'),
      role('copy', 'menu.copy'),
      role('paste', 'menu.paste'),
      role('selectAll', 'menu.selectAll'),
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: say('menu.view'),
    submenu: [
      // Shown only: the window listens for these keys itself, since it knows where something is being typed.
      {
        ...entry('palette', 'menu.palette', () => actions.command({ do: 'palette' }), SHORTCUTS.palette),
        registerAccelerator: false,
      },
      separator,
      role('reload', 'menu.reload'),
      separator,
      role('resetZoom', 'menu.resetZoom'),
      role('zoomIn', 'menu.zoomIn'),
      role('zoomOut', 'menu.zoomOut'),
      separator,
      role('togglefullscreen', 'menu.fullScreen'),
      ...(app.isPackaged ? [] : [role('toggleDevTools', 'menu.devTools')]),
    ],
  };
  const help: MenuItemConstructorOptions = {
    label: say('menu.help'),
    role: 'help',
    submenu: [
      entry('updates', 'menu.updates', () => actions.showPage({ page: 'settings', section: 'update' })),
      entry('shortcuts', 'menu.shortcuts', () => actions.command({ do: 'shortcuts' })),
      entry('logs', 'menu.logs', () => actions.openLogs()),
      entry('diagnostics', 'menu.diagnostics', () => actions.command({ do: 'export-diagnostics' })),
      ...(mac
        ? []
        : [
            separator,
            entry('about', 'menu.about', () => actions.showPage({ page: 'settings', section: 'about' })),
          ]),
    ],
  };
  const menus = [...(mac ? [application] : []), file, edit, view, help];
  Menu.setApplicationMenu(Menu.buildFromTemplate(menus));
}
