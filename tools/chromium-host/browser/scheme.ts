import type { Protocol } from './protocol.ts';

/** An answer for `Fetch.fulfillRequest`, without its request id. */
export type Fulfilment = Omit<Protocol.Fetch.fulfillRequestParameters, 'requestId'>;

/**
 * A privileged scheme cannot be added to a Chromium from outside, so `app://host/path` is `https://app.host.localhost/path` there:
 * an origin with the same privileges (secure context, fetch, storage), whose requests are intercepted and never leave the browser.
 */
export class SchemeMap {
  private readonly schemes = new Set<string>();

  add(scheme: string): void {
    this.schemes.add(scheme);
  }

  has(scheme: string): boolean {
    return this.schemes.has(scheme);
  }

  /** URL patterns of what has to be intercepted. */
  patterns(): string[] {
    return [...this.schemes].map((scheme) => `https://${scheme}.*.localhost/*`);
  }

  /** `app://eventloom/a` → `https://app.eventloom.localhost/a`; other URLs stay as they are. */
  toBrowser(url: string): string {
    const [, scheme = '', host = '', tail = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
    if (!this.schemes.has(scheme)) return url;
    return `https://${scheme}.${host}.localhost${tail.startsWith('/') ? tail : `/${tail}`}`;
  }

  /** The reverse of {@link toBrowser}. */
  toApp(url: string): string {
    const [, scheme = '', host = '', tail = ''] =
      /^https:\/\/([^./]+)\.([^/?#]+)\.localhost(\/.*)?$/.exec(url) ?? [];
    return this.schemes.has(scheme) ? `${scheme}://${host}${tail}` : url;
  }
}

/** The request of a page as `protocol.handle` gets it. */
export function toRequest(url: string, request: Protocol.Network.Request): Request {
  const parts = (request.postDataEntries ?? []).map((entry) => Buffer.from(entry.bytes ?? '', 'base64'));
  return new Request(url, {
    method: request.method,
    headers: request.headers as Record<string, string>,
    ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
  });
}

/** A handler's answer as DevTools takes it. */
export async function toFulfilment(response: Response, schemes: SchemeMap): Promise<Fulfilment> {
  const body = Buffer.from(await response.arrayBuffer());
  const responseHeaders = [...response.headers].map(([name, value]) => ({
    name,
    value: name === 'location' ? schemes.toBrowser(value) : value,
  }));
  return {
    responseCode: response.status,
    ...(response.statusText === '' ? {} : { responsePhrase: response.statusText }),
    responseHeaders,
    body: body.toString('base64'),
  };
}
