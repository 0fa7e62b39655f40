import { session } from 'electron';
import type { WebContents } from 'electron';

/** The application's pages copy text; no other permission is granted. */
const GRANTED = new Set(['clipboard-sanitized-write']);

/** Refuses camera, location, notifications of pages and whatever else a page may ask for. */
export function denyPermissions(isOwnUrl: (url: string) => boolean): void {
  const grants = (permission: string, url: string): boolean => GRANTED.has(permission) && isOwnUrl(url);
  session.defaultSession.setPermissionRequestHandler((contents, permission, callback) => {
    callback(grants(permission, contents.getURL()));
  });
  session.defaultSession.setPermissionCheckHandler((_contents, permission, origin) =>
    grants(permission, origin),
  );
}

/**
 * Keeps a window on its page: no navigation, no new windows, no guests. Nothing is handed to the system's browser: no page of the
 * application has a link that leads out, so one that is asked for is not the application's.
 */
export function harden(contents: WebContents, isOwnUrl: (url: string) => boolean): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (details) => {
    // A page that reloads itself navigates to where it already is.
    const samePage = isOwnUrl(details.url) && withoutHash(details.url) === withoutHash(contents.getURL());
    if (!samePage) details.preventDefault();
  });
  contents.on('will-redirect', (details) => details.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

function withoutHash(url: string): string {
  const hash = url.indexOf('#');
  return hash === -1 ? url : url.slice(0, hash);
}
