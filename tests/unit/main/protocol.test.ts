import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CONTENT_SECURITY_POLICY,
  createAppProtocol,
  fileOfRequest,
} from '../../../src/main/protocol/app-protocol.ts';
import { isOwnUrl } from '../../../src/main/protocol/app-url.ts';

let folder: string;
let root: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventloom-protocol-'));
  root = join(folder, 'renderer');
  mkdirSync(join(root, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'renderer-secret'));
  writeFileSync(join(root, 'index.html'), '<!doctype html>');
  writeFileSync(join(root, 'assets', 'a b.js'), 'export {};');
  writeFileSync(join(root, 'assets', 'x.bin'), 'x');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'renderer-secret', 'secret.txt'), 'secret');
});

afterAll(() => rmSync(folder, { recursive: true }));

const get = (url: string, method = 'GET'): Promise<Response> =>
  createAppProtocol(root)(new Request(url, { method }));

describe('app://eventloom/', () => {
  test.each([
    ['app://eventloom/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://eventloom', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://eventloom/index.html?v=1#/extract', 'text/html; charset=utf-8', '<!doctype html>'],
    ['app://eventloom/assets/a%20b.js', 'text/javascript; charset=utf-8', 'export {};'],
    ['app://eventloom/assets/x.bin', 'application/octet-stream', 'x'],
    ['app://eventloom/assets/../index.html', 'text/html; charset=utf-8', '<!doctype html>'],
  ])('%s is served as %s', async (url, type, body) => {
    const response = await get(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(body);
  });

  test.each([
    'app://eventloom/../secret.txt',
    'app://eventloom/%2e%2e/secret.txt',
    'app://eventloom/..%2fsecret.txt',
    'app://eventloom/assets/..%2f..%2fsecret.txt',
    'app://eventloom/..%2frenderer-secret%2fsecret.txt',
    'app://eventloom/..%5csecret.txt',
    'app://eventloom/index.html%00.js',
    'app://eventloom/%E0%A4%A',
    'app://eventloom/assets',
    'app://eventloom/assets/',
    'app://eventloom/nothing.js',
    'app://other/index.html',
  ])('%s is not found, with no word of its content', async (url) => {
    const response = await get(url);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  test('no other scheme names a file', () => {
    expect(fileOfRequest(root, 'https://eventloom/index.html')).toBeNull();
    expect(fileOfRequest(root, `file://${root}/index.html`)).toBeNull();
  });

  test.each(['app://eventloom/', 'app://eventloom/nothing', 'app://other/'])(
    'every answer carries the policy: %s',
    async (url) => {
      const { headers } = await get(url);
      expect(headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  test('the policy lets no script run but ours', () => {
    const rules = new Map(CONTENT_SECURITY_POLICY.split('; ').map((rule) => [rule.split(' ')[0], rule]));
    expect(rules.get('default-src')).toBe("default-src 'none'");
    expect(rules.get('script-src')).toBe("script-src 'self'");
    expect(rules.get('connect-src')).toBe("connect-src 'self'");
  });

  test('it only reads', async () => {
    expect((await get('app://eventloom/index.html', 'POST')).status).toBe(405);
    const head = await get('app://eventloom/index.html', 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  });
});

describe('which pages are ours', () => {
  test.each([
    ['app://eventloom/index.html', null, true],
    ['app://eventloom/index.html#/data', 'http://localhost:5173', true],
    ['app://eventloom.evil.example/index.html', null, false],
    ['app://evil@eventloom/index.html', null, false],
    ['app://other/index.html', null, false],
    ['https://eventloom/index.html', null, false],
    ['file:///index.html', null, false],
    ['about:blank', null, false],
    ['', null, false],
    ['http://localhost:5173/#/data', 'http://localhost:5173', true],
    ['http://localhost:5173/', 'http://localhost:5173/', true],
    ['http://localhost:5174/', 'http://localhost:5173', false],
    ['http://localhost:5173.evil.example/', 'http://localhost:5173', false],
    ['https://localhost:5173/', 'http://localhost:5173', false],
    ['http://localhost:5173/', null, false],
    ['data:text/html,x', 'file:///x', false],
  ])('%s with server %s: %s', (url, devServer, own) => {
    expect(isOwnUrl(url, devServer)).toBe(own);
  });
});
