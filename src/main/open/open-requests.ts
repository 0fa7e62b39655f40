import { AppError, toErrorInfo } from '../../core/errors.ts';
import type { ErrorInfo } from '../../shared/errors.ts';
import type { WorkspaceState } from '../../shared/workspace.ts';
import type { OpenRequest } from './open-request.ts';

/** What requests are carried out with, once the shell is there. */
export interface OpenTarget {
  state(): WorkspaceState;
  /** Opens a workspace that exists; never makes one. */
  open(path: string): Promise<unknown>;
  /** Opens the workspace of last time. */
  openLast(): Promise<unknown>;
  /** Brings a window to the front. */
  show(): void;
  notice(problem: ErrorInfo): void;
}

/**
 * Requests to open a workspace that come from outside: the first arguments, another start, the system. The newest one waits until
 * the shell is there. A file is the user's choice; a link can come from anybody, so it only leads to what was opened before.
 */
export class OpenRequests {
  #target: OpenTarget | null = null;
  #waiting: OpenRequest | null = null;

  ask(request: OpenRequest): void {
    if (this.#target) void this.#carryOut(this.#target, request);
    else this.#waiting = request;
  }

  /** The shell is there: opens what was asked for until now, else the workspace of last time. */
  async connect(target: OpenTarget): Promise<void> {
    this.#target = target;
    const request = this.#waiting;
    this.#waiting = null;
    if (request === null || !(await this.#carryOut(target, request))) await target.openLast();
  }

  /** Resolves to false when the request is refused. */
  async #carryOut(target: OpenTarget, { from, path }: OpenRequest): Promise<boolean> {
    target.show();
    const { path: current, open, recent } = target.state();
    const isKnown = path !== null && [current, ...recent].includes(path);
    if (path === null || (from === 'link' && !isKnown)) {
      target.notice(toErrorInfo(new AppError('app.link_refused')));
      return false;
    }
    if (open && path === current) return true;
    try {
      await target.open(path);
    } catch (error) {
      // The workspace that was open is still open; without one, its state says why.
      target.notice(toErrorInfo(error));
    }
    return true;
  }
}
