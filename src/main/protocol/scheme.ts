import { protocol } from 'electron';
import { createAppProtocol } from './app-protocol.ts';
import { APP_SCHEME } from './app-url.ts';

/** Makes app:// a secure origin of its own; only possible before `ready`. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built renderer; after `ready`. */
export function serveRenderer(root: string): void {
  protocol.handle(APP_SCHEME, createAppProtocol(root));
}
