import { describe, expect, it } from 'vitest';
import { proxyOfEnvironment } from '../../../../src/core/extract/llm/client/patient-fetch.ts';
import { isReadableOnItsWay } from '../../../../src/shared/addresses.ts';

const PROXY = 'http://proxy.example:3128';
const of = (url: string, environment: NodeJS.ProcessEnv): string | null =>
  proxyOfEnvironment(new URL(url), environment);

describe('the proxy of the environment', () => {
  it.each([
    ['https://api.example/v1', { HTTPS_PROXY: PROXY }, PROXY],
    ['https://api.example/v1', { https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' }, PROXY],
    ['https://api.example/v1', { HTTP_PROXY: PROXY }, PROXY],
    ['https://api.example/v1', { HTTPS_PROXY: 'proxy.example:3128' }, PROXY],
    ['http://api.example/v1', { HTTPS_PROXY: PROXY }, null],
    ['https://api.example/v1', {}, null],
    ['https://api.example/v1', { HTTPS_PROXY: ' ' }, null],
    ['https://api.example/v1', { HTTPS_PROXY: 'http://' }, null],
    ['http://localhost:11434/v1', { HTTP_PROXY: PROXY }, null],
    ['http://127.0.0.1:11434/v1', { HTTP_PROXY: PROXY }, null],
    ['https://api.example/v1', { HTTPS_PROXY: PROXY, NO_PROXY: '*' }, null],
    ['https://api.example/v1', { HTTPS_PROXY: PROXY, NO_PROXY: 'x.example, api.example' }, null],
    ['https://a.b.example/v1', { HTTPS_PROXY: PROXY, NO_PROXY: '.B.example' }, null],
    ['https://a.b.example/v1', { HTTPS_PROXY: PROXY, no_proxy: 'b.example' }, null],
    ['https://ab.example/v1', { HTTPS_PROXY: PROXY, NO_PROXY: 'b.example' }, PROXY],
    ['https://api.example/v1', { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example:8443' }, PROXY],
    ['https://api.example:8443/v1', { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example:8443' }, null],
    ['https://api.example/v1', { HTTPS_PROXY: PROXY, NO_PROXY: 'api.example:443' }, null],
  ])('of %s in %j is %s', (url, environment, expected) => {
    expect(of(url, environment)).toBe(expected);
  });
});

it.each([
  ['http://gateway.example/v1', true],
  ['http://10.0.0.5:8000', true],
  ['http://localhost.example/', true],
  ['http://127.0.0.1.example/', true],
  ['https://gateway.example/v1', false],
  ['http://localhost:1234', false],
  ['http://LOCALHOST./', false],
  ['http://127.1.2.3', false],
  ['http://0x7f.1/', false],
  ['http://[::1]:11434/v1', false],
  ['ftp://gateway.example', false],
  ['', false],
])('what is sent to %j can be read on its way: %s', (address, expected) => {
  expect(isReadableOnItsWay(address)).toBe(expected);
});
