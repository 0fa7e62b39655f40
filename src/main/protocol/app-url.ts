/** The scheme and origin the application's pages are served from. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'eventloom';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
export const APP_INDEX = `${APP_ORIGIN}/index.html`;

/**
 * Whether a URL is a page of the application: inside app://eventloom/, or of the exact origin of the development server when
 * there is one. Non-special schemes have the origin "null" in WHATWG URLs, so scheme and host are compared instead.
 */
export function isOwnUrl(url: string, devServer: string | null): boolean {
  if (!URL.canParse(url)) return false;
  const parsed = new URL(url);
  if (parsed.username || parsed.password) return false;
  if (parsed.protocol === `${APP_SCHEME}:`) return parsed.host === APP_HOST;
  if (!devServer || !URL.canParse(devServer)) return false;
  return parsed.origin !== 'null' && parsed.origin === new URL(devServer).origin;
}
