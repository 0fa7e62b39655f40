import type { SchemeHandler } from '../browser/page.ts';
import { host } from '../host.ts';
import { loud } from '../loud.ts';
import { app } from './app.ts';

export interface CustomScheme {
  scheme: string;
  privileges?: { standard?: boolean; secure?: boolean };
}

/** `protocol`: schemes of the application's own, answered by its handlers. */
export const protocol = loud('protocol', {
  /** Has to be called before `ready`, and once: in Electron a second call fails. */
  registerSchemesAsPrivileged(schemes: CustomScheme[]): void {
    if (app.isReady()) {
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    }
    for (const { scheme, privileges } of schemes) {
      if (privileges?.standard !== true || privileges.secure !== true) {
        throw new Error(
          `chromium-host: protocol: a scheme that is not standard and secure is not provided (${scheme})`,
        );
      }
      host.schemes.add(scheme);
    }
  },
  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    if (!host.schemes.has(scheme)) {
      throw new Error(`chromium-host: protocol.handle: ${scheme} has to be registered as privileged`);
    }
    if (host.handlers.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    const asynchronous: SchemeHandler = async (request) => handler(request);
    host.handlers.set(scheme, asynchronous);
  },
  unhandle(scheme: string): void {
    if (!host.handlers.delete(scheme)) throw new Error(`Failed to unhandle protocol: ${scheme}`);
  },
  isProtocolHandled(scheme: string): boolean {
    return host.handlers.has(scheme);
  },
} satisfies Pick<Electron.Protocol, 'unhandle' | 'isProtocolHandled' | 'registerSchemesAsPrivileged'> &
  Record<'handle', unknown>);
