import type { Page } from 'playwright-core';
import type {
  ControlRequest,
  MenuEntry,
  NativeState,
  TrayState,
  WindowAction,
  WindowState,
} from '../../../tools/chromium-host/control-protocol.ts';
import type { Runtime } from './runtime.ts';

export type { MenuEntry, TrayState, WindowState };
export type DialogKind = 'messageBox' | 'openDialog' | 'saveDialog';

export interface DialogView {
  kind: DialogKind | 'errorBox';
  options: { message?: string; detail?: string; title?: string; buttons?: string[]; content?: string };
  answered: boolean;
}

/** A started application, whichever runtime it is in. */
export interface Started {
  runtime: Runtime;
  /** Asks the main process (control-protocol.ts). */
  call(request: ControlRequest): Promise<unknown>;
  /** The Playwright page of a DevTools target; waits until Playwright has seen it. */
  page(targetId: string): Promise<Page>;
  /** Makes a page usable again whose renderer process died. */
  renew(targetId: string): Promise<Page>;
  /** Process id of the main process. */
  pid: number;
  /** Exit code, or the signal's name. */
  exited: Promise<number | string>;
  /** What the process wrote. */
  log(): string;
  /** Kills the main process with SIGKILL. */
  kill(): void;
  /** Lets go of connections and of what a killed process left. */
  release(): Promise<void>;
  /** Starts the same application once more; resolves with its exit code. */
  again(args: string[]): Promise<number | string>;
}

/** Waits until a question has an answer other than undefined; fails after `seconds` with what was waited for. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The application as a test sees it: its windows as Playwright pages, and what the desktop around them would show. */
export class AppUnderTest {
  readonly runtime: Runtime;
  /** Exit code, or the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  readonly pid: number;
  readonly userData: string;
  private readonly started: Started;
  private readonly onDispose: () => void;

  constructor(started: Started, userData: string, onDispose: () => void) {
    this.started = started;
    this.runtime = started.runtime;
    this.exited = started.exited;
    this.pid = started.pid;
    this.userData = userData;
    this.onDispose = onDispose;
  }

  /** The open windows in the order in which they were opened. */
  async windows(): Promise<Page[]> {
    const pages = (await this.states()).map(({ targetId }) =>
      targetId === null ? undefined : this.started.page(targetId),
    );
    return Promise.all(pages.filter((page) => page !== undefined));
  }

  /** The first window; waits until it is there and visible. */
  async firstWindow(): Promise<Page> {
    const state = await until('a visible window', async () => (await this.states()).find(isUp));
    return this.started.page(String(state.targetId));
  }

  /** Does something that opens a window and gives that window when it is visible. */
  async newWindow(open: () => Promise<unknown>): Promise<Page> {
    const before = new Set((await this.states()).map(({ id }) => id));
    await open();
    const state = await until('a new window', async () =>
      (await this.states()).find((window) => isUp(window) && !before.has(window.id)),
    );
    return this.started.page(String(state.targetId));
  }

  /** Visibility, focus, title, bounds and taskbar progress of a window. */
  async windowState(page: Page): Promise<WindowState> {
    for (const state of await this.states()) {
      if (state.targetId !== null && (await this.started.page(state.targetId)) === page) return state;
    }
    throw new Error('this page is no open window');
  }

  /** The user clicks the window's close button. Does not wait: the application may refuse, or ask. */
  closeWindow(page: Page): Promise<void> {
    return this.act(page, 'close');
  }

  /** Minimises, restores, focuses, blurs, shows or hides a window as the user would. */
  async act(page: Page, action: WindowAction): Promise<void> {
    const { id } = await this.windowState(page);
    await this.started.call({ method: 'window', id, action });
  }

  async setBounds(page: Page, bounds: Partial<WindowState['bounds']>): Promise<void> {
    const { id } = await this.windowState(page);
    await this.started.call({ method: 'setBounds', id, bounds });
  }

  /** Kills the renderer process of a window, waits until the application has reloaded it, and gives the page to go on with. */
  async crashRenderer(page: Page): Promise<Page> {
    return this.afterCrash(page, () => this.act(page, 'crash'));
  }

  /** Does what makes the renderer process of a window end, waits for the reload, and gives the page to go on with. */
  async afterCrash(page: Page, end: () => Promise<unknown>): Promise<Page> {
    const { targetId } = await this.windowState(page);
    const crashed = page.waitForEvent('crash');
    await end();
    await crashed;
    await until('the reload after the crash', async () =>
      (await this.states()).find((state) => state.targetId === targetId && !state.crashed && !state.loading),
    );
    return this.started.renew(String(targetId));
  }

  /** The tray icon as it is now; null without one. */
  async tray(): Promise<TrayState | null> {
    return (await this.started.call({ method: 'tray' })) as TrayState | null;
  }

  /** Clicks the tray icon, or an entry of its menu by its labels (or their beginnings). */
  async clickTray(...path: string[]): Promise<void> {
    await this.started.call({ method: 'clickTray', path });
  }

  async menu(): Promise<MenuEntry[]> {
    return (await this.started.call({ method: 'menu' })) as MenuEntry[];
  }

  /** Clicks an entry of the application menu by its labels (or their beginnings). */
  async clickMenu(...path: string[]): Promise<void> {
    await this.started.call({ method: 'clickMenu', path });
  }

  async notifications(): Promise<{ title: string; body: string }[]> {
    return (await this.started.call({ method: 'notifications' })) as { title: string; body: string }[];
  }

  /** Clicks a notification; the newest by default. */
  async clickNotification(index = -1): Promise<void> {
    await this.started.call({ method: 'clickNotification', index });
  }

  /** All dialogs so far, open ones with `answered: false`. */
  async dialogs(): Promise<DialogView[]> {
    return (await this.started.call({ method: 'dialogs' })) as DialogView[];
  }

  /** Waits until a dialog of this kind is open. */
  async openDialog(kind: DialogKind): Promise<DialogView> {
    return until(`an open ${kind}`, async () =>
      (await this.dialogs()).find((dialog) => dialog.kind === kind && !dialog.answered),
    );
  }

  /**
   * Answers the open dialog of a kind, or the next one: a message box by its button's label or index, the others by a path (open:
   * also several). Null cancels.
   */
  async answerDialog(kind: DialogKind, answer: string | number | string[] | null): Promise<void> {
    await this.started.call({ method: 'answerDialog', kind, answer });
  }

  async shellCalls(): Promise<{ call: string; target: string }[]> {
    return (await this.started.call({ method: 'shellCalls' })) as { call: string; target: string }[];
  }

  /** The running power save blockers, by their type. */
  async powerBlockers(): Promise<string[]> {
    return (await this.started.call({ method: 'powerBlockers' })) as string[];
  }

  /** The number on the icon of the application. */
  async badge(): Promise<number> {
    return (await this.started.call({ method: 'badge' })) as number;
  }

  /** What only real Electron can say; fails in the host. */
  async native(): Promise<NativeState> {
    return (await this.started.call({ method: 'native' })) as NativeState;
  }

  /** The network goes or comes back, as the operating system says. */
  async online(online: boolean): Promise<void> {
    await this.started.call({ method: 'online', online });
  }

  /** The operating system says e.g. `shutdown`, `suspend`, `resume`. */
  async powerEvent(event: string): Promise<void> {
    await this.started.call({ method: 'powerEvent', event });
  }

  /** The operating system changes to dark or light. */
  async systemDark(dark: boolean): Promise<void> {
    await this.started.call({ method: 'systemDark', dark });
  }

  /** The user chooses "quit". Does not wait for the end (`exited` does): the application may ask. */
  async quit(): Promise<void> {
    await this.started.call({ method: 'quit' });
  }

  /** kill -9 of the main process; waits until it and its browser are gone. */
  async kill9(): Promise<void> {
    this.started.kill();
    await this.exited;
    await this.started.release();
  }

  /** Starts the application once more with the same user data; resolves with the exit code of that second process. */
  secondStart(...args: string[]): Promise<number | string> {
    return this.started.again(args);
  }

  /** What the main process wrote to stdout and stderr. */
  log(): string {
    return this.started.log();
  }

  /** Ends the application whatever it does, without asking. */
  async dispose(): Promise<void> {
    this.onDispose();
    await this.kill9();
  }

  private async states(): Promise<WindowState[]> {
    return (await this.started.call({ method: 'windows' })) as WindowState[];
  }
}

function isUp(state: WindowState): boolean {
  return state.visible && state.targetId !== null && state.url !== '';
}
