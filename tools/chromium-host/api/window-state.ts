import { EventEmitter } from 'node:events';
import { preventable } from '../events.ts';
import { windowList } from './window-list.ts';

type Bounds = Electron.Rectangle;

/** Changes of the browser's window: it comes to the front, gets its bounds, is minimised or restored. */
export type Placement = 'front' | 'bounds' | 'down' | 'up';

type Surface = Pick<
  Electron.BrowserWindow,
  | 'show'
  | 'showInactive'
  | 'hide'
  | 'isVisible'
  | 'focus'
  | 'blur'
  | 'isFocused'
  | 'minimize'
  | 'restore'
  | 'isMinimized'
  | 'maximize'
  | 'unmaximize'
  | 'isMaximized'
  | 'setFullScreen'
  | 'isFullScreen'
  | 'getBounds'
  | 'getNormalBounds'
  | 'setBounds'
  | 'setSize'
  | 'getSize'
  | 'setPosition'
  | 'getPosition'
  | 'setMinimumSize'
>;

/**
 * Bounds and visibility of a window. The state is kept here, and the browser's window follows it: a headless one has no visibility of
 * its own, and tests need an answer at once.
 */
export abstract class HostWindowState extends EventEmitter implements Surface {
  abstract readonly id: number;
  protected bounds: Bounds;
  protected destroyed = false;
  protected visible = false;
  private minimumSize: [number, number];
  private minimized = false;
  private maximized = false;
  private fullScreen = false;

  constructor({
    width = 800,
    height = 600,
    x = 0,
    y = 0,
    minWidth = 0,
    minHeight = 0,
  }: Electron.BrowserWindowConstructorOptions) {
    super();
    this.bounds = { x, y, width: Math.max(width, minWidth), height: Math.max(height, minHeight) };
    this.minimumSize = [minWidth, minHeight];
  }

  /** Applies the state to the browser's window. */
  protected abstract place(what: Placement): void;

  show(): void {
    this.showInactive();
    this.focus();
  }

  showInactive(): void {
    if (this.visible) return;
    this.visible = true;
    this.place('up');
    this.later('show');
  }

  hide(): void {
    if (!this.visible) return;
    this.visible = false;
    this.place('down');
    this.later('hide');
    this.loseFocus();
  }

  isVisible(): boolean {
    return this.visible;
  }

  focus(): void {
    this.place('front');
    if (!this.visible || this.isFocused()) return;
    windowList.focused?.blur();
    windowList.focused = windowList.windows.find((window) => window.id === this.id) ?? null;
    this.later('focus', () => windowList.focused && windowList.emit('focused', windowList.focused));
  }

  blur(): void {
    this.loseFocus();
  }

  isFocused(): boolean {
    return windowList.focused?.id === this.id;
  }

  minimize(): void {
    if (this.minimized) return;
    this.minimized = true;
    this.place('down');
    this.later('minimize');
    this.loseFocus();
  }

  restore(): void {
    if (this.minimized) {
      this.minimized = false;
      this.place('up');
      this.later('restore');
      this.focus();
    } else this.unmaximize();
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  maximize(): void {
    this.showInactive();
    if (this.maximized) return;
    this.maximized = true;
    this.later('maximize');
  }

  unmaximize(): void {
    if (!this.maximized) return;
    this.maximized = false;
    this.later('unmaximize');
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  setFullScreen(fullScreen: boolean): void {
    if (fullScreen === this.fullScreen) return;
    this.fullScreen = fullScreen;
    this.later(fullScreen ? 'enter-full-screen' : 'leave-full-screen');
  }

  isFullScreen(): boolean {
    return this.fullScreen;
  }

  getBounds(): Bounds {
    return { ...this.bounds };
  }

  /** The bounds of the window when it is neither minimised nor maximised: no other bounds are kept here. */
  getNormalBounds(): Bounds {
    return this.getBounds();
  }

  setBounds(bounds: Partial<Bounds>): void {
    const [minWidth, minHeight] = this.minimumSize;
    const next = { ...this.bounds, ...bounds };
    next.width = Math.max(next.width, minWidth);
    next.height = Math.max(next.height, minHeight);
    const { x, y, width, height } = this.bounds;
    this.bounds = next;
    this.place('bounds');
    if (next.width !== width || next.height !== height) this.later('resize', () => this.emit('resized'));
    if (next.x !== x || next.y !== y) this.later('move', () => this.emit('moved'));
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  getSize(): [number, number] {
    return [this.bounds.width, this.bounds.height];
  }

  setPosition(x: number, y: number): void {
    this.setBounds({ x, y });
  }

  getPosition(): [number, number] {
    return [this.bounds.x, this.bounds.y];
  }

  setMinimumSize(width: number, height: number): void {
    this.minimumSize = [width, height];
  }

  protected loseFocus(): void {
    if (!this.isFocused()) return;
    const { focused } = windowList;
    windowList.focused = null;
    this.later('blur', () => focused && windowList.emit('blurred', focused));
  }

  /** Window managers report changes after the call has returned, and none to a window that is closed. */
  private later(event: string, then?: () => unknown): void {
    setImmediate(() => {
      if (this.destroyed) return;
      this.emit(event, preventable({}));
      then?.();
    });
  }
}
