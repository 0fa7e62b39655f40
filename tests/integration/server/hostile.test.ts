import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newToken } from '../../../src/server/token.ts';
import { ApiHarness } from '../../support/api-harness.ts';
import { describedRoutes } from '../../support/openapi.ts';

const PROGRESS = '/api/v1/events/extract/progress';
const START = '/api/v1/events/extract/start';
const JSON_BODY = { 'content-type': 'application/json' };

/** A connection on which a test writes what it likes. */
async function open(
  harness: ApiHarness,
): Promise<{ socket: Socket; heard: () => string; closed: Promise<void> }> {
  const socket = connect(harness.server.port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return { socket, heard: () => text, closed };
}

/** Sends bytes and waits for the whole answer. */
async function exchange(harness: ApiHarness, bytes: string): Promise<string> {
  const { socket, heard, closed } = await open(harness);
  socket.write(bytes);
  await closed;
  return heard();
}

describe('a request that is refused', () => {
  it('is any without the token, whatever its method and address', async () => {
    const harness = await ApiHarness.start();
    await harness.fill(5);
    const paths = [
      ...new Set(describedRoutes.map((route) => (route.split(' ')[1] ?? '').replace('{userId}', 'u1'))),
    ];
    for (const path of [...paths, '/', '/nothing', '/api/v1/users/%ff', '//', '/api/v1/../../etc/passwd']) {
      for (const method of [
        'GET',
        'POST',
        'HEAD',
        'OPTIONS',
        'PUT',
        'DELETE',
        'PATCH',
        'TRACE',
        'PROPFIND',
      ]) {
        const { status, headers, text } = await harness.raw(method, path, { authorization: null });
        expect([method, path, status]).toEqual([method, path, 401]);
        expect(headers['www-authenticate']).toBe('Bearer');
        expect(text).not.toContain('u1');
      }
    }
    for (const authorization of ['', 'Bearer', 'Bearer ', `Basic ${harness.token}`, harness.token]) {
      expect((await harness.raw('GET', PROGRESS, { authorization })).status).toBe(401);
    }
    // A token in the address is none: addresses are written to logs and histories.
    const inUrl = await harness.raw('GET', `${PROGRESS}?token=${harness.token}`, { authorization: null });
    expect(inUrl.status).toBe(401);
    expect(harness.run.runId).toBeNull();
  });

  it('carries a wrong token; of too many it is told to wait, while the right one always passes', async () => {
    const harness = await ApiHarness.start();
    const { token } = harness;
    const wrong = [newToken(), `${token}x`, token.slice(1), token.toUpperCase(), `${token.slice(0, -1)}_`];
    const statuses: number[] = [];
    for (let index = 0; index < 40; index += 1) {
      const authorization = `Bearer ${wrong[index % wrong.length]}`;
      const answer = await harness.raw('GET', PROGRESS, { authorization });
      statuses.push(answer.status);
      if (answer.status === 429) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      expect((await harness.call('GET', PROGRESS)).status).toBe(200);
    }
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(25);
  });

  it('names another host, as after DNS rebinding', async () => {
    const harness = await ApiHarness.start();
    const { port } = harness.server;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`]) {
      expect([host, (await harness.raw('GET', PROGRESS, { headers: { host } })).status]).toEqual([host, 200]);
    }
    const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1', 'localhost', `localhost:${port + 1}`];
    hosts.push(
      `127.0.0.1.evil.example:${port}`,
      `localhost.:${port}`,
      `0.0.0.0:${port}`,
      `2130706433:${port}`,
    );
    for (const host of hosts) {
      const { status, json } = await harness.raw('GET', PROGRESS, { headers: { host } });
      expect([host, status, json.code]).toEqual([host, 403, 'api.host_refused']);
    }
    const authorization = `authorization: Bearer ${harness.token}`;
    const absolute = await exchange(
      harness,
      `GET http://evil.example${PROGRESS} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${authorization}\r\n\r\n`,
    );
    expect(absolute).toMatch(/^HTTP\/1\.1 403 /);
    const two = `host: 127.0.0.1:${port}\r\nhost: evil.example`;
    expect(await exchange(harness, `GET ${PROGRESS} HTTP/1.1\r\n${two}\r\n${authorization}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 40[03] /,
    );
    expect(await exchange(harness, `GET ${PROGRESS} HTTP/1.0\r\n${authorization}\r\n\r\n`)).toMatch(/ 403 /);
  });

  it('comes from a page, unless its origin is listed; no page is let read an answer', async () => {
    const origin = 'chrome-extension://abcdefghijklmnop';
    const harness = await ApiHarness.start({ origins: [origin] });
    const { port, url } = harness.server;
    for (const other of ['null', 'https://evil.example', url, `http://localhost:${port}`, `${origin}/`, '']) {
      const { status, json, headers } = await harness.raw('GET', PROGRESS, { headers: { origin: other } });
      expect([other, status, json.code]).toEqual([other, 403, 'api.origin_refused']);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    const listed = await harness.raw('GET', PROGRESS, { headers: { origin } });
    expect(listed.status).toBe(200);
    expect(Object.keys(listed.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    const preflight = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const asked = await harness.raw('OPTIONS', START, { headers: preflight, authorization: null });
    expect([asked.status, asked.json.code]).toEqual([403, 'api.origin_refused']);
  });

  it('has a body that is no JSON, or too large, or meant to change objects', async () => {
    const harness = await ApiHarness.start();
    await harness.fill(5);
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonx',
    ];
    for (const type of [...types, 'text/json', '']) {
      const { status, json } = await harness.raw('POST', START, {
        headers: { 'content-type': type },
        body: '{}',
      });
      expect([type, status, json.code]).toEqual([type, 415, 'api.content_type']);
    }
    const tooLarge = JSON.stringify({
      user_ids: Array.from({ length: 10_000 }, (_, index) => `user-${index}`),
    });
    const bad: [string, number, string][] = [
      [tooLarge, 413, 'api.too_large'],
      ['{', 400, 'api.bad_request'],
      ['[]', 400, 'api.bad_request'],
      ['null', 400, 'api.bad_request'],
      ['"start"', 400, 'api.bad_request'],
      ['{"__proto__":{"extractor":"llm"}}', 400, 'api.bad_request'],
      ['{"constructor":{"prototype":{"extractor":"llm"}}}', 400, 'api.bad_request'],
      ['{"user_ids":{"__proto__":["u1"],"length":1}}', 400, 'api.bad_request'],
      [`${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400, 'api.bad_request'],
    ];
    for (const [body, status, code] of bad) {
      const answer = await harness.raw('POST', START, { headers: JSON_BODY, body });
      expect([body.slice(0, 50), answer.status, answer.json.code]).toEqual([body.slice(0, 50), status, code]);
    }
    // Without a length, in pieces.
    const chunked = await exchange(
      harness,
      `POST ${START} HTTP/1.1\r\nhost: localhost:${harness.server.port}\r\nauthorization: Bearer ${harness.token}\r\n` +
        `content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n` +
        `${(70_000).toString(16)}\r\n${' '.repeat(70_000)}\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
    expect(({} as { extractor?: string }).extractor).toBeUndefined();
    expect(harness.run.runId).toBeNull();
    expect(harness.failures).toEqual([]);
  });

  it('plays tricks with its address', async () => {
    const harness = await ApiHarness.start();
    await harness.fill(5);
    const users = '/api/v1/users';
    for (const [path, status, code] of [
      [`${users}/..%2f..%2fetc%2fpasswd`, 404, 'workspace.user_not_found'],
      [`${users}/%2e%2e`, 404, 'workspace.user_not_found'],
      [`${users}/u1%00`, 404, 'workspace.user_not_found'],
      [`${users}/%27%20OR%201=1--`, 404, 'workspace.user_not_found'],
      [`${users}/${'a'.repeat(7_000)}`, 404, 'workspace.user_not_found'],
      [`${users}/__proto__`, 404, 'workspace.user_not_found'],
      [`${users}/${'a'.repeat(9_000)}`, 413, 'api.too_large'],
      [`${users}/u1/../u2`, 404, 'api.not_found'],
      [`${users}//u1`, 404, 'api.not_found'],
      [`${users}/`, 400, 'api.bad_request'],
      ['/api/v1//users', 404, 'api.not_found'],
      ['/API/V1/USERS', 404, 'api.not_found'],
      ['/%61pi/v1/users/%', 400, 'api.bad_request'],
      [`${users}/%ff`, 400, 'api.bad_request'],
      [`${users}?__proto__=1`, 400, 'api.bad_request'],
      [`${users}?search=${'a'.repeat(400)}`, 400, 'api.bad_request'],
    ] as const) {
      const answer = await harness.raw('GET', path);
      const shown = path.slice(0, 60);
      expect([shown, answer.status, answer.json.code]).toEqual([shown, status, code]);
    }
    for (const [method, path, allow] of [
      ['HEAD', users, 'GET'],
      ['PUT', users, 'GET'],
      ['DELETE', `${users}/u1?x=1`, 'GET'],
      ['OPTIONS', `${users}/${encodeURIComponent('a/b')}/events`, 'GET'],
      ['PROPFIND', PROGRESS, 'GET'],
      ['POST', PROGRESS, 'GET'],
      ['GET', START, 'POST'],
      ['PATCH', START, 'POST'],
    ] as const) {
      const { status, headers, json } = await harness.raw(method, path);
      expect([method, path, status, headers['allow']]).toEqual([method, path, 405, allow]);
      if (method !== 'HEAD') expect(json.code).toBe('api.method_not_allowed');
    }
    // What is no address stays none, whatever its method.
    for (const path of ['/api/v1/user', `${users}/u1/`, `${users}/u1/events/1`, '/'])
      expect([path, (await harness.raw('DELETE', path)).status]).toEqual([path, 404]);
    const injected = await harness.raw('GET', `${users}?search=${encodeURIComponent("%' OR '1'='1")}`);
    expect(injected.json.data).toMatchObject({ total: 0 });
    const long = await harness.raw('GET', `${users}/${'a'.repeat(20_000)}`);
    expect([long.status, long.json.code]).toEqual([413, 'api.too_large']);
    const host = `host: localhost:${harness.server.port}\r\n`;
    const upgrade = `${host}connection: upgrade\r\nupgrade: websocket\r\n\r\n`;
    expect(await exchange(harness, `GET ${PROGRESS} HTTP/1.1\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await exchange(harness, `CONNECT evil.example:80 HTTP/1.1\r\n${host}\r\n`)).not.toContain(' 200 ');
    expect(await exchange(harness, 'GARBAGE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(harness.failures).toEqual([]);
  });
});

describe('a client that takes its time', () => {
  it('is left in the middle of its header or body, and keeps nobody else out', async () => {
    const harness = await ApiHarness.start({ limits: { headersMs: 60, requestMs: 120, checkMs: 20 } });
    await harness.fill(5);
    const head = `POST ${START} HTTP/1.1\r\nhost: localhost:${harness.server.port}\r\n`;
    const inHeader = await Promise.all(Array.from({ length: 20 }, () => open(harness)));
    for (const { socket } of inHeader) socket.write(head);
    const inBody = await open(harness);
    const auth = `authorization: Bearer ${harness.token}\r\ncontent-type: application/json\r\n`;
    inBody.socket.write(`${head}${auth}content-length: 1000\r\n\r\n{`);
    // One that sends a byte now and then gets no more time for it.
    const dripping = await open(harness);
    dripping.socket.write(`${head}${auth}content-length: 1000\r\n\r\n`);
    const drip = setInterval(() => dripping.socket.write(' '), 10);
    onTestFinished(() => clearInterval(drip));
    const answered = await harness.call('GET', PROGRESS);
    expect(answered.status).toBe(200);
    await Promise.all([...inHeader, inBody, dripping].map(({ closed }) => closed));
    for (const { heard } of inHeader) expect(heard()).toMatch(/^HTTP\/1\.1 408 /);
    expect(harness.run.runId).toBeNull();
  });

  it('finds no more than so many connections', async () => {
    const harness = await ApiHarness.start({
      limits: { connections: 5, headersMs: 100, requestMs: 100, checkMs: 20 },
    });
    const all = await Promise.all(Array.from({ length: 30 }, () => open(harness)));
    let left = 0;
    for (const { closed } of all) void closed.then(() => (left += 1));
    await expect.poll(() => left).toBeGreaterThanOrEqual(25);
    // Those that were let in send nothing, and are left, too.
    await expect.poll(() => left).toBe(30);
    expect((await harness.call('GET', PROGRESS)).status).toBe(200);
  });
});

describe('the server', () => {
  it('listens on the loopback address only, and says which port is taken', async () => {
    const harness = await ApiHarness.start();
    expect(harness.server.url).toBe(`http://127.0.0.1:${harness.server.port}`);
    await expect(ApiHarness.start({ port: harness.server.port })).rejects.toMatchObject({
      code: 'api.port_in_use',
      params: { port: harness.server.port },
    });
  });

  it('lets every answer be read by the one who asked only', async () => {
    const { headers } = await (await ApiHarness.start()).raw('GET', PROGRESS);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-type': 'application/json; charset=utf-8',
    });
    expect(Object.keys(headers)).not.toContain('server');
  });
});
