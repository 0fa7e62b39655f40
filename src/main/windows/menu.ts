import { Menu, app } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { shellText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';

export interface MenuActions {
  newWindow(): void;
  quit(): void;
}

/** Sets the application menu in a language: shortcuts that a page cannot handle itself. */
export function setAppMenu(locale: Locale, actions: MenuActions): void {
  const say = (key: TextKey): string => shellText(locale, key);
  const role = (
    name: NonNullable<MenuItemConstructorOptions['role']>,
    key: TextKey,
  ): MenuItemConstructorOptions => ({ role: name, label: say(key) });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const mac = process.platform === 'darwin';
  const quit: MenuItemConstructorOptions = {
    id: 'quit',
    label: say('menu.quit'),
    accelerator: 'CommandOrControl+Q',
    click: () => actions.quit(),
  };

  const application: MenuItemConstructorOptions = {
    label: say('appName'),
    submenu: [role('about', 'menu.about'), separator, role('hide', 'menu.hide'), separator, quit],
  };
  const file: MenuItemConstructorOptions = {
    label: say('menu.file'),
    submenu: [
      {
        id: 'new-window',
        label: say('menu.newWindow'),
        accelerator: 'CommandOrControl+N',
        click: () => actions.newWindow(),
      },
      role('close', 'menu.closeWindow'),
      ...(mac ? [] : [separator, quit]),
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
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(mac ? [application] : []), file, edit, view]));
}
