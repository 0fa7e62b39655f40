import { getCACertificates } from 'node:tls';
import { isThisMachine } from '../../../../shared/addresses.ts';

/** Where requests go through: the address of a proxy, null for none; undefined: what the environment says. */
export type ProxyChoice = string | null | undefined;

/** A request that failed on its way through a proxy; the cause says how. */
export class ProxiedFailure extends Error {
  /** The address of the proxy, without name and password. */
  readonly proxy: string;

  constructor(proxy: string, cause: unknown) {
    super('the request went through a proxy', { cause });
    this.proxy = proxy;
  }
}

/** So many ways are kept open: one changes with the network that the machine is in. */
const MOST_WAYS = 4;

/** Made at the first request of each way: the application does not load an HTTP client to start. */
const ways = new Map<string | null, Promise<typeof fetch>>();

/**
 * `fetch` without time-outs of its own: Node's gives up after 300 seconds without headers, or between two pieces of a
 * body, whatever the user allows; how long to wait is decided by pacing alone. Connections are kept and shared.
 * `choose` is asked at each request. Rejects with ProxiedFailure for what a proxy may be the cause of.
 */
export function patientFetchBy(choose: () => ProxyChoice): typeof fetch {
  return async (input, init) => {
    const chosen = choose();
    const url = new URL(input instanceof Request ? input.url : input);
    const proxy = chosen === undefined ? proxyOfEnvironment(url, process.env) : chosen;
    try {
      return await (
        await wayThrough(proxy)
      )(input, init);
    } catch (error) {
      if (proxy === null || init?.signal?.aborted) throw error;
      throw new ProxiedFailure(withoutSecrets(proxy), error);
    }
  };
}

/** As `patientFetchBy`, through the proxy that the environment names. */
export const patientFetch: typeof fetch = patientFetchBy(() => undefined);

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or their names in small letters) say for an address; null for none.
 * This machine is asked without one.
 */
export function proxyOfEnvironment(url: URL, environment: NodeJS.ProcessEnv): string | null {
  const read = (name: string): string =>
    (environment[name.toLowerCase()] || environment[name.toUpperCase()] || '').trim();
  const named = (url.protocol === 'https:' && read('https_proxy')) || read('http_proxy');
  if (named === '' || isThisMachine(url.hostname)) return null;
  const excepted = read('no_proxy')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  if (excepted.some((entry) => isExcepted(url, entry))) return null;
  const proxy = named.includes('://') ? named : `http://${named}`;
  return URL.canParse(proxy) ? proxy : null;
}

/** Whether an entry of NO_PROXY (`*`, `example.com`, `.example.com`, each perhaps with a port) is about an address. */
function isExcepted(url: URL, entry: string): boolean {
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const portOf = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (port !== undefined && port !== portOf) return false;
  const suffix = name.replace(/^\*?\.?/, '');
  return name === '*' || url.hostname === suffix || (suffix !== '' && url.hostname.endsWith(`.${suffix}`));
}

function wayThrough(proxy: string | null): Promise<typeof fetch> {
  const known = ways.get(proxy);
  if (known) return known;
  const made = connect(proxy);
  ways.set(proxy, made);
  const [oldest] = ways.keys();
  if (ways.size > MOST_WAYS && oldest !== undefined) ways.delete(oldest);
  return made;
}

/**
 * Both halves are undici's own: a dispatcher of one version need not fit the `fetch` of another, and which one Node has
 * built in changes with Electron (https://github.com/digitalbazaar/http-client/pull/53).
 */
async function connect(proxy: string | null): Promise<typeof fetch> {
  const { Agent, ProxyAgent, fetch: undiciFetch } = await import('undici');
  const options = { headersTimeout: 0, bodyTimeout: 0 };
  const ca = trustedCertificates();
  const tls = ca ? { ca } : {};
  const dispatcher =
    proxy === null
      ? new Agent({ ...options, connect: tls })
      : new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls: tls });
  // The types of two releases of one interface.
  const fetchFn = undiciFetch as unknown as (
    input: Parameters<typeof fetch>[0],
    init: Parameters<typeof fetch>[1] & { dispatcher: unknown },
  ) => Promise<Response>;
  return (input, init) => fetchFn(input, { ...init, dispatcher });
}

/**
 * The certificates of Node and those that the system trusts besides: companies have their own. Undefined where the system
 * cannot be asked: then Node's own apply.
 */
function trustedCertificates(): string[] | undefined {
  try {
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  } catch {
    return undefined;
  }
}

function withoutSecrets(proxy: string): string {
  const url = new URL(proxy);
  return `${url.protocol}//${url.host}`;
}
