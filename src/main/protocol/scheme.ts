import { protocol } from 'electron';
import { createAppProtocol } from './app-protocol.ts';
import { APP_SCHEME } from './app-url.ts';

/** Makes app:// a secure origin of its own; only possible before `ready`. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    // The compiled code of pages is kept: their files have names that change with their content.
    {
      scheme: APP_SCHEME,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built renderer; after `ready`. `onAsked`: called with each request. */
export function serveRenderer(root: string, onAsked: () => void): void {
  const answer = createAppProtocol(root);
  protocol.handle(APP_SCHEME, (request) => {
    onAsked();
    return answer(request);
  });
}
