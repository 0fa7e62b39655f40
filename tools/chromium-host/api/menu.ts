import { windowList } from './window-list.ts';
import { host } from '../host.ts';
import { loud, refuseUnknown } from '../loud.ts';

type Template = Electron.MenuItemConstructorOptions;
type Click = (item: HostMenuItem, window: unknown, event: object) => void;

const ITEM_OPTIONS = [
  'label',
  'role',
  'type',
  'click',
  'enabled',
  'visible',
  'checked',
  'submenu',
  'id',
  'accelerator',
  'registerAccelerator',
  'toolTip',
  'sublabel',
  'icon',
  'acceleratorWorksWhenHidden',
] as const;

/** Actions of the roles that a test can click; other roles belong to the operating system or to the page. */
const ROLE_ACTIONS: Record<string, () => void> = {
  close: () => windowList.focused?.close(),
  minimize: () => windowList.focused?.minimize(),
  reload: () => windowList.focused?.webContents.reload(),
  forcereload: () => windowList.focused?.webContents.reloadIgnoringCache(),
};

/** Lets the application object give the role `quit` its meaning without the two files importing each other. */
export function setRoleAction(role: string, action: () => void): void {
  ROLE_ACTIONS[role] = action;
}

type Surface = Pick<Electron.MenuItem, 'id' | 'label' | 'enabled' | 'visible' | 'checked' | 'click'>;

/** An entry of a menu. */
export class HostMenuItem implements Surface {
  readonly id: string;
  label: string;
  readonly role: string | undefined;
  readonly type: string;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly accelerator: string | undefined;
  readonly submenu: HostMenu | undefined;
  readonly click: () => void;

  constructor(options: Template) {
    refuseUnknown('MenuItem', options, ITEM_OPTIONS);
    const submenu = options.submenu as Template[] | HostMenu | undefined;
    this.submenu = Array.isArray(submenu) ? HostMenu.buildFromTemplate(submenu) : submenu;
    this.type = options.type ?? (this.submenu ? 'submenu' : 'normal');
    this.role = options.role?.toLowerCase();
    this.id = options.id ?? '';
    this.label = options.label ?? options.role ?? '';
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.accelerator = options.accelerator;
    const click = options.click as Click | undefined;
    this.click = () => {
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (this.type === 'radio') this.checked = true;
      if (this.role !== undefined && click === undefined) this.runRole(this.role);
      click?.(this, windowList.focused ?? undefined, { triggeredByAccelerator: false });
    };
  }

  private runRole(role: string): void {
    const action = ROLE_ACTIONS[role];
    if (!action) throw new Error(`chromium-host: menu role ${role} is not provided`);
    action();
  }
}

/** A menu that is not displayed; tests read and click it. */
export class HostMenu {
  readonly items: HostMenuItem[] = [];

  static buildFromTemplate(template: (Template | HostMenuItem)[]): HostMenu {
    const menu = new HostMenu();
    for (const entry of template)
      menu.append(entry instanceof HostMenuItem ? entry : new HostMenuItem(entry));
    return menu;
  }

  static setApplicationMenu(menu: HostMenu | null): void {
    host.recorder.applicationMenu = menu;
  }

  static getApplicationMenu(): HostMenu | null {
    return host.recorder.applicationMenu;
  }

  append(item: HostMenuItem): void {
    this.items.push(item);
  }

  getMenuItemById(id: string): HostMenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : item.submenu?.getMenuItemById(id);
      if (found) return found;
    }
    return null;
  }
}

export const Menu = loud('Menu', HostMenu);
export const MenuItem = loud('MenuItem', HostMenuItem);
