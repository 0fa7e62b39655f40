import type { ModelProtocol } from '../../../../shared/model.ts';
import { AppError } from '../../../errors.ts';

/** Paths of single requests that people paste along with the base URL. */
const REQUEST_PATH = /\/(chat\/completions|completions|responses|messages|models)$/;
/** Query parameters that carry a credential. They are removed: base URLs are stored and shown, and the key has a field of its own. */
const CREDENTIAL = /^(api[-_]?)?key$|token|secret|password|^sig(nature)?$/i;
/** Azure expects keys in the `api-key` header; bearer tokens are for Entra ID. */
const AZURE_HOST = /\.(azure\.com|azure\.cn|azure\.us|azure-api\.net)$/i;
/** Response headers that exist to hold secrets. */
const HIDDEN_HEADERS = new Set(['set-cookie', 'authorization', 'proxy-authenticate', 'www-authenticate']);

/**
 * The base URL as requests use it: no blanks, trailing slashes, pasted request path, fragment or credentials. The query
 * is kept (Azure needs `?api-version=`). For Anthropic a missing version is added, because the address that its
 * documentation and its relatives (DeepSeek, MiniMax, GLM, Moonshot) give ends before `/v1`.
 * Throws AppError `model.bad_base_url`.
 */
export function normaliseBaseUrl(baseUrl: string, protocol: ModelProtocol): string {
  const text = baseUrl.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) {
    // A password in an address must not end up in a message.
    throw new AppError('model.bad_base_url', { url: text.replace(/\/\/[^/@]*@/, '//').slice(0, 200) });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(REQUEST_PATH, '').replace(/\/+$/, '');
  const versioned = protocol === 'anthropic' && !/\/v\d+[a-z0-9]*$/.test(path) ? `${path}/v1` : path;
  for (const name of [...url.searchParams.keys()]) if (CREDENTIAL.test(name)) url.searchParams.delete(name);
  return `${url.origin}${versioned}${url.search}`;
}

/** The URL of one kind of request below a normalised base URL, e.g. `/chat/completions`. */
export function requestUrl(baseUrl: string, path: string): string {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  return url.href;
}

/** The headers that carry the key, and those that the protocol demands; none for a key of null. */
export function protocolHeaders(
  protocol: ModelProtocol,
  baseUrl: string,
  apiKey: string | null,
): Record<string, string> {
  if (protocol === 'anthropic') {
    return { 'anthropic-version': '2023-06-01', ...(apiKey === null ? {} : { 'x-api-key': apiKey }) };
  }
  if (apiKey === null) return {};
  return AZURE_HOST.test(new URL(baseUrl).hostname)
    ? { 'api-key': apiKey }
    : { authorization: `Bearer ${apiKey}` };
}

/** Response headers with lower-case names, without those that hold secrets, and redacted: some gateways echo what they were sent. */
export function visibleHeaders(headers: Headers, redact: (text: string) => string): Record<string, string> {
  const visible = [...headers].filter(([name]) => !HIDDEN_HEADERS.has(name));
  return Object.fromEntries(visible.map(([name, value]) => [name, redact(value)]));
}
