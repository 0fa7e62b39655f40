import { describe, expect, it } from 'vitest';
import { normaliseBaseUrl } from '../../../../src/core/extract/llm/client/http.ts';
import { bodyKind } from '../../../../src/core/extract/llm/client/read-body.ts';
import { networkFailure } from '../../../../src/core/extract/llm/client/model-error.ts';
import { retryAfterMs } from '../../../../src/core/extract/llm/client/waits.ts';

describe('the base URL', () => {
  it.each([
    ['https://api.deepseek.com', 'openai', 'https://api.deepseek.com'],
    [' https://api.openai.com/v1/ ', 'openai', 'https://api.openai.com/v1'],
    ['https://api.openai.com/v1/chat/completions', 'openai', 'https://api.openai.com/v1'],
    ['https://api.openai.com/v1/chat/completions//', 'openai', 'https://api.openai.com/v1'],
    ['https://open.bigmodel.cn/api/paas/v4/', 'openai', 'https://open.bigmodel.cn/api/paas/v4'],
    ['http://127.0.0.1:1234/v1?x=1#y', 'openai', 'http://127.0.0.1:1234/v1?x=1'],
    ['https://a.example/v1?x=1&api_key=abc&token=d', 'openai', 'https://a.example/v1?x=1'],
    [
      'https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21',
      'openai',
      'https://me.openai.azure.com/openai/deployments/gpt?api-version=2024-10-21',
    ],
    ['https://gateway.example/v1/responses', 'openai', 'https://gateway.example/v1'],
    ['https://api.anthropic.com', 'anthropic', 'https://api.anthropic.com/v1'],
    ['https://api.anthropic.com/v1/messages', 'anthropic', 'https://api.anthropic.com/v1'],
    ['https://api.deepseek.com/anthropic/', 'anthropic', 'https://api.deepseek.com/anthropic/v1'],
  ] as const)('%s for %s is %s', (given, protocol, expected) => {
    expect(normaliseBaseUrl(given, protocol)).toBe(expected);
  });

  it.each(['', 'api.openai.com/v1', 'ftp://x/v1', 'file:///etc', 'https://'])('%j is none', (given) => {
    expect(() => normaliseBaseUrl(given, 'openai')).toThrow('model.bad_base_url');
  });

  it('is told without the password in it', () => {
    expect(() => normaliseBaseUrl('ftp://me:secret@host', 'openai')).toThrow('ftp://host');
  });
});

describe('the wait that a provider asks for', () => {
  const now = Date.UTC(2026, 0, 1, 12, 0, 0);
  it.each([
    [{ 'retry-after': '37' }, 37_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '3600' }, 3_600_000],
    [{ 'retry-after-ms': '1234.5', 'retry-after': '9' }, 1_235],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:01:30 GMT' }, 90_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:01:30 GMT', date: 'Thu, 01 Jan 2026 11:00:00 GMT' }, 90_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:01:30 GMT', date: 'soon' }, 90_000],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ] as [Record<string, string>, number | null][])('in %j is %s ms', (headers, expected) => {
    expect(retryAfterMs(headers, now)).toBe(expected);
  });
});

describe('the kind of a body', () => {
  it.each([
    ['data: {}', 'events'],
    ['data:{}', 'events'],
    ['\uFEFF\n: ping', 'events'],
    ['event: error', 'events'],
    ['  \n{"a":1}', 'json'],
    ['[1]', 'json'],
    ['<!DOCTYPE html>', 'html'],
    ['database error', 'text'],
    ['da', null],
    ['  ', null],
    ['', null],
  ])('of one that begins with %j is %s', (beginning, expected) => {
    expect(bodyKind(beginning, false)).toBe(expected);
  });

  it('is decided at its end', () => {
    expect([bodyKind(' \n', true), bodyKind('da', true)]).toEqual(['empty', 'text']);
  });
});

describe('an error of the connection', () => {
  const coded = (code: string): Error =>
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  it.each([
    ['ECONNREFUSED', 'network'],
    ['ENOTFOUND', 'network'],
    ['EAI_AGAIN', 'network'],
    ['ECONNRESET', 'network'],
    ['EPIPE', 'network'],
    ['UND_ERR_SOCKET', 'network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'network'],
    ['CERT_HAS_EXPIRED', 'network'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network'],
    ['HPE_INVALID_CONSTANT', 'network'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout'],
  ])('%s is %s', (code, expected) => {
    expect(networkFailure(coded(code))).toEqual({ failure: expected, detail: code, proxy: null });
  });

  it('is found among the addresses that were tried', () => {
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const error = new TypeError('fetch failed', { cause: new AggregateError([refused]) });
    expect(networkFailure(error)?.detail).toBe('ECONNREFUSED');
  });

  it('is seen in a port that may not be asked', () => {
    const error = new Error('Cannot connect to API: bad port', { cause: new Error('bad port') });
    expect(networkFailure(error)?.failure).toBe('network');
  });

  it('is not seen in other errors', () => {
    expect(networkFailure(Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBeNull();
  });
});
