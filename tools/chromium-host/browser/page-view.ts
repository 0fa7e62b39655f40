import type { CdpSession } from './connection.ts';

/** The view of a page: bounds of its window, colour scheme and emulated focus. */
export class PageView {
  private readonly session: CdpSession;

  constructor(session: CdpSession) {
    this.session = session;
  }

  async bringToFront(): Promise<void> {
    await this.session.tell('Page.bringToFront');
  }

  /** Places the window, in CSS pixels, so that the page itself has the given size: a window of Electron has no tool bar. */
  async setBounds(bounds: { x: number; y: number; width: number; height: number }): Promise<void> {
    const { x: left, y: top, width, height } = bounds;
    const window = await this.session.send('Browser.getWindowForTarget').catch(() => undefined);
    if (!window) return;
    const { cssLayoutViewport } = await this.session.send('Page.getLayoutMetrics');
    const bar = (window.bounds.height ?? 0) - cssLayoutViewport.clientHeight;
    await this.session.tell('Browser.setWindowBounds', {
      windowId: window.windowId,
      bounds: { left, top, width, height: height + bar },
    });
  }

  async setMinimized(minimized: boolean): Promise<void> {
    const window = await this.session.send('Browser.getWindowForTarget').catch(() => undefined);
    const windowState = minimized ? 'minimized' : 'normal';
    if (window)
      await this.session.tell('Browser.setWindowBounds', {
        windowId: window.windowId,
        bounds: { windowState },
      });
  }

  /** The value of `prefers-color-scheme` in the page; undefined leaves it to the system. */
  async emulateDark(dark: boolean | undefined): Promise<void> {
    const value = dark === undefined ? '' : dark ? 'dark' : 'light';
    await this.session.tell('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value }],
    });
  }

  /** Emulates visibility and focus: a headless page in the background would not paint. */
  async emulateFocus(): Promise<void> {
    await this.session.tell('Emulation.setFocusEmulationEnabled', { enabled: true });
  }

  /** Whether the page uses the dark colour scheme. */
  async isDark(): Promise<boolean> {
    const expression = `matchMedia('(prefers-color-scheme: dark)').matches`;
    const answer = await this.session.send('Runtime.evaluate', { expression }).catch(() => undefined);
    return answer?.result.value === true;
  }
}
