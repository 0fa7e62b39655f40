import { EventEmitter } from 'node:events';
import { loud } from '../loud.ts';
import { protocol } from './protocol.ts';

/**
 * `session`: one for all windows, of a profile that is empty at each start. The pages get no permission, even if a handler
 * would grant it: DevTools cannot call the application while a page's request is pending.
 */
class HostSession extends EventEmitter {
  readonly protocol = protocol;
  permissionRequestHandler: ((...args: never[]) => void) | null = null;
  permissionCheckHandler: ((...args: never[]) => boolean) | null = null;

  setPermissionRequestHandler(handler: ((...args: never[]) => void) | null): void {
    this.permissionRequestHandler = handler;
  }

  setPermissionCheckHandler(handler: ((...args: never[]) => boolean) | null): void {
    this.permissionCheckHandler = handler;
  }

  /** The host has no settings of a system: everything is asked without a proxy. */
  resolveProxy(): Promise<string> {
    return Promise.resolve('DIRECT');
  }

  /** The profile has no dictionary and nothing to forget. */
  setSpellCheckerEnabled(): void {
    // Headless Chromium has no spell checker.
  }
}

export const defaultSession = loud('session.defaultSession', new HostSession());
export const session = loud('session', { defaultSession });
