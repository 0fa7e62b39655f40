import type { Log } from '../log/rotating-log.ts';
import type { Scheduler } from '../push/snapshot-channel.ts';

/** A script of a company that says which proxy to take may wait for its server. */
const RESOLVE_MS = 5_000;

/** Schemes by what Chromium calls the kinds of proxies; SOCKS alone is version 4, which cannot be used. */
const SCHEMES: Partial<Record<string, string>> = {
  PROXY: 'http',
  HTTP: 'http',
  HTTPS: 'https',
  SOCKS5: 'socks5',
};

export interface SystemProxyOptions {
  /** What the system says for an address, e.g. `PROXY proxy.example:8080; DIRECT` (Session.resolveProxy). */
  resolve: (url: string) => Promise<string>;
  scheduler: Scheduler;
  log: Log;
}

/** The first proxy of an answer of the system that can be used; null for none, or where none is to be used. */
export function proxyOfAnswer(answer: string): string | null {
  for (const entry of answer.split(';')) {
    const [kind = '', address = ''] = entry.trim().split(/\s+/);
    if (kind.toUpperCase() === 'DIRECT') return null;
    const scheme = SCHEMES[kind.toUpperCase()];
    const proxy = `${scheme}://${address}`;
    if (scheme !== undefined && address !== '' && URL.canParse(proxy)) return proxy;
  }
  return null;
}

/** Asks the system for the proxy of an address. Never rejects, and does not wait for long: no proxy then. */
export function systemProxy({
  resolve,
  scheduler,
  log,
}: SystemProxyOptions): (url: string) => Promise<string | null> {
  return async (url) => {
    let cancel = (): void => undefined;
    const late = new Promise<null>((done) => {
      cancel = scheduler.after(RESOLVE_MS, () => done(null));
    });
    try {
      const answer = await Promise.race([resolve(url), late]);
      if (answer === null) log.warn('the system did not say in time which proxy to use');
      return answer === null ? null : proxyOfAnswer(answer);
    } catch (error) {
      log.error('the system did not say which proxy to use', error);
      return null;
    } finally {
      cancel();
    }
  };
}
