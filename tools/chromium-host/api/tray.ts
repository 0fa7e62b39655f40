import { EventEmitter } from 'node:events';
import { host } from '../host.ts';
import { loud } from '../loud.ts';
import type { HostMenu } from './menu.ts';
import { nativeImage } from './native-image.ts';
import type { HostNativeImage } from './native-image.ts';

type Surface = Pick<
  Electron.Tray,
  | 'setToolTip'
  | 'setTitle'
  | 'getTitle'
  | 'setIgnoreDoubleClickEvents'
  | 'setPressedImage'
  | 'getBounds'
  | 'isDestroyed'
  | 'destroy'
>;

/** An icon in the notification area that is not displayed; tests read and click it. */
export class HostTray extends EventEmitter implements Surface {
  image: string;
  tooltip = '';
  title = '';
  menu: HostMenu | null = null;
  private destroyed = false;

  constructor(image: HostNativeImage | string) {
    super();
    this.image = sourceOf(image);
    const self = loud('Tray', this, (key) => {
      if (this.destroyed && key !== 'isDestroyed') throw new TypeError('Object has been destroyed');
    });
    host.recorder.trays.add(this);
    return self;
  }

  setImage(image: HostNativeImage | string): void {
    this.image = sourceOf(image);
  }

  /** The image while the button is pressed, which never happens here. */
  setPressedImage(): void {
    // Nothing is drawn.
  }

  setToolTip(tooltip: string): void {
    this.tooltip = tooltip;
  }

  setTitle(title: string): void {
    this.title = title;
  }

  getTitle(): string {
    return this.title;
  }

  setContextMenu(menu: HostMenu | null): void {
    this.menu = menu;
  }

  setIgnoreDoubleClickEvents(): void {
    // macOS only, and there is nothing to click twice.
  }

  getBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: 0, height: 0 };
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  destroy(): void {
    this.destroyed = true;
    host.recorder.trays.delete(this);
  }
}

function sourceOf(image: HostNativeImage | string): string {
  if (typeof image !== 'string') return image.source;
  const loaded = nativeImage.createFromPath(image);
  // Electron refuses a tray whose icon cannot be read.
  if (loaded.isEmpty()) throw new Error(`Failed to load image from path '${image}'`);
  return loaded.source;
}

export const Tray = loud('Tray', HostTray);
