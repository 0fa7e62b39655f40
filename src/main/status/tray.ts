import { join } from 'node:path';
import { Menu, Tray, nativeImage, nativeTheme } from 'electron';
import type { MenuItemConstructorOptions, NativeImage } from 'electron';
import type { Locale } from '../../shared/settings.ts';
import { systemScheduler } from '../push/snapshot-channel.ts';
import { shellText } from '../texts/texts.ts';
import { LastWins } from './last-wins.ts';
import type { ShellStatus } from './shell-status.ts';
import { trayImageName } from './tray-image.ts';
import type { TrayPicture } from './tray-image.ts';

/** Faster changes cannot be read, and on Linux each change sends the whole menu over D-Bus. */
const UPDATE_INTERVAL_MS = 1000;

export interface TrayActions {
  open(): void;
  pause(): void;
  resume(): void;
  settings(section: 'model' | 'rules'): void;
  quit(): void;
}

interface Shown {
  status: ShellStatus;
  locale: Locale;
  image: string;
}

/** The tray icon. Its image, tooltip and menu follow the status. */
export class TrayIcon {
  readonly #folder: string;
  readonly #actions: TrayActions;
  readonly #platform: NodeJS.Platform;
  readonly #tray: Tray;
  readonly #updates: LastWins<Shown>;
  #image = '';

  constructor(folder: string, actions: TrayActions, platform: NodeJS.Platform = process.platform) {
    this.#folder = folder;
    this.#actions = actions;
    this.#platform = platform;
    this.#image = this.#imageName({ state: 'idle', ring: null });
    this.#tray = new Tray(this.#load(this.#image));
    // On macOS a click opens the menu, and the event comes as well (electron/electron#24200): the window would cover the menu.
    if (platform !== 'darwin') this.#tray.on('click', () => actions.open());
    this.#updates = new LastWins(
      (shown) => this.#show(shown),
      ({ status, locale, image }) =>
        [
          ...[status.text, ...status.details, status.canPause, status.canResume],
          ...[status.settings, locale, image],
        ].join('|'),
      UPDATE_INTERVAL_MS,
      systemScheduler,
    );
  }

  update(status: ShellStatus, locale: Locale): void {
    this.#updates.offer({ status, locale, image: this.#imageName(pictureOf(status)) });
  }

  destroy(): void {
    this.#updates.dispose();
    this.#tray.destroy();
  }

  #show({ status, locale, image }: Shown): void {
    if (image !== this.#image) {
      this.#image = image;
      this.#tray.setImage(this.#load(image));
    }
    this.#tray.setToolTip(`${shellText(locale, 'appName')} · ${status.text}`);
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#menu(status, locale)));
  }

  #menu(status: ShellStatus, locale: Locale): MenuItemConstructorOptions[] {
    const { open, pause, resume, settings, quit } = this.#actions;
    const { settings: section } = status;
    const items: MenuItemConstructorOptions[] = [
      { id: 'status', label: status.text, enabled: false },
      ...status.details.map((label, index) => ({ id: `detail-${index}`, label, enabled: false })),
      { type: 'separator' },
      { id: 'open', label: shellText(locale, 'tray.open'), click: () => open() },
    ];
    if (status.canPause)
      items.push({ id: 'pause', label: shellText(locale, 'tray.pause'), click: () => pause() });
    if (status.canResume) {
      items.push({ id: 'resume', label: shellText(locale, 'tray.resume'), click: () => resume() });
    }
    if (section !== null) {
      const label = shellText(locale, 'tray.settings');
      items.push({ id: 'settings', label, click: () => settings(section) });
    }
    items.push(
      { type: 'separator' },
      { id: 'quit', label: shellText(locale, 'tray.quit'), click: () => quit() },
    );
    return items;
  }

  #imageName(picture: TrayPicture): string {
    // The panel's colour, not the application's: on Windows they can differ, and the theme setting of the application must not count.
    return trayImageName(picture, this.#platform, nativeTheme.shouldUseDarkColorsForSystemIntegratedUI);
  }

  #load(name: string): NativeImage {
    const image = nativeImage.createFromPath(join(this.#folder, name));
    if (this.#platform === 'darwin') image.setTemplateImage(true);
    return image;
  }
}

/** The ring is drawn only while something runs, and only as far as its end is known. */
function pictureOf({ icon, progress }: ShellStatus): TrayPicture {
  const ring = icon === 'running' && progress && progress.mode !== 'indeterminate' ? progress.fraction : null;
  return { state: icon, ring };
}
