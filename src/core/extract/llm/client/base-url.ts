import type { ModelProtocol } from '../../../../shared/model.ts';
import { AppError } from '../../../errors.ts';

/** What people paste along with the base URL: the path of the request itself. */
const REQUEST_PATH = /\/(chat\/completions|completions|messages|models)$/;

/**
 * The base URL as requests use it: no blanks, no trailing slashes, no pasted request path, query or fragment.
 * For Anthropic a missing version is added, because the address that its documentation and its relatives
 * (DeepSeek, MiniMax, GLM, Moonshot) give ends before `/v1`. Throws AppError `model.bad_base_url`.
 */
export function normaliseBaseUrl(baseUrl: string, protocol: ModelProtocol): string {
  const text = baseUrl.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || !url.hostname) {
    throw new AppError('model.bad_base_url', { url: withoutCredentials(text) });
  }
  const path = url.pathname.replace(/\/+$/, '').replace(REQUEST_PATH, '').replace(/\/+$/, '');
  const versioned = protocol === 'anthropic' && !/\/v\d+[a-z0-9]*$/.test(path) ? `${path}/v1` : path;
  return `${url.origin}${versioned}`;
}

/** A password in an address must not end up in a message. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//').slice(0, 200);
}
