import { readFile } from 'node:fs/promises';
import { extname, isAbsolute, join, relative, sep } from 'node:path';
import { APP_HOST, APP_SCHEME } from './app-url.ts';

/** Element Plus positions its poppers with inline styles, hence 'unsafe-inline' for styles alone. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

const COMMON_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** The file of a request inside `root`, or null when it names none: not decodable, outside of the root, or malformed. */
export function fileOfRequest(root: string, url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || parsed.protocol !== `${APP_SCHEME}:` || parsed.host !== APP_HOST) return null;
  let pathname: string;
  try {
    pathname = decodeURIComponent(parsed.pathname);
  } catch {
    return null;
  }
  // A backslash is a separator on Windows only, and NUL ends a name in C: no file that is served has either.
  if (pathname.includes('\0') || pathname.includes('\\')) return null;
  const file = join(root, pathname === '/' || pathname === '' ? 'index.html' : pathname);
  const inside = relative(root, file);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return null;
  return file;
}

/** Serves the files of a folder under app://eventloom/, with the content security policy on every answer. */
export function createAppProtocol(root: string): (request: Request) => Promise<Response> {
  const answer = (status: number, body: BodyInit | null, headers: Record<string, string> = {}): Response =>
    new Response(body, { status, headers: { ...COMMON_HEADERS, ...headers } });

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return answer(405, null, { Allow: 'GET, HEAD' });
    const file = fileOfRequest(root, request.url);
    if (file === null) return answer(404, null);
    try {
      const content = await readFile(file);
      const type = CONTENT_TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream';
      return answer(200, request.method === 'HEAD' ? null : content, { 'Content-Type': type });
    } catch {
      return answer(404, null);
    }
  };
}
