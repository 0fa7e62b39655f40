import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listModels } from '../../../../src/core/extract/llm/client/list-models.ts';
import { patientFetchBy } from '../../../../src/core/extract/llm/client/patient-fetch.ts';
import { tempFolder } from '../../../support/temp.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../../../support/test-certificate.ts';

/** Listens on the loopback address until the test ends; gives the port. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const answer = JSON.stringify({ data: [{ id: 'model-a' }] });

/** A proxy that connects every name to one port of this machine, or answers with a status of its own. */
async function startProxy(
  target: number,
  refusal: number | null = null,
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.on('error', () => undefined);
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\n\r\n`);
      return;
    }
    const onward = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, asked };
}

function list(baseUrl: string, proxy: string | null): Promise<string[]> {
  const settings = { protocol: 'openai', baseUrl } as const;
  return listModels({ settings, apiKey: 'sk-test', fetch: patientFetchBy(() => proxy) });
}

describe('requests to a model', () => {
  it('go through the proxy that the system names', async () => {
    const port = await listen(createServer((_request, response) => response.end(answer)));
    const proxy = await startProxy(port);
    // The name is known to the proxy only.
    expect(await list('http://model.test/v1', proxy.url)).toEqual(['model-a']);
    expect(proxy.asked).toEqual(['model.test:80']);
  });

  it.each([403, 407, 502])('name the proxy that answers with %i itself', async (status) => {
    const proxy = await startProxy(0, status);
    const failed = list('https://model.test/v1', proxy.url.replace('//', '//user:secret@'));
    await expect(failed).rejects.toMatchObject({
      failure: 'network',
      message: `no connection (answer ${status}, through the proxy ${proxy.url})`,
    });
  });

  it('name the proxy that is not there', async () => {
    await expect(list('https://model.test/v1', 'http://127.0.0.1:9')).rejects.toMatchObject({
      failure: 'network',
      message: expect.stringContaining('through the proxy http://127.0.0.1:9'),
    });
  });

  it('follow the proxy of the moment', async () => {
    const port = await listen(createServer((_request, response) => response.end(answer)));
    const [one, other] = [await startProxy(port), await startProxy(port)];
    let proxy = one.url;
    const fetch = patientFetchBy(() => proxy);
    const settings = { protocol: 'openai', baseUrl: 'http://model.test/v1' } as const;
    await listModels({ settings, apiKey: null, fetch });
    proxy = other.url;
    await listModels({ settings, apiKey: null, fetch });
    expect([one.asked.length, other.asked.length]).toEqual([1, 1]);
  });

  // Where the system keeps its certificates in files, a test can add one.
  it.skipIf(process.platform !== 'linux')(
    'trust the certificates of the system besides those of Node',
    async () => {
      const server = createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, (_request, response) =>
        response.end(answer),
      );
      const port = await listen(server);
      const file = join(tempFolder(), 'certificates.pem');
      writeFileSync(file, TEST_CERTIFICATE);
      const module = new URL('../../../../src/core/extract/llm/client/list-models.ts', import.meta.url).href;
      const script = `import { listModels } from ${JSON.stringify(module)};
      const settings = { protocol: 'openai', baseUrl: 'https://localhost:${port}/v1' };
      console.log(await listModels({ settings, apiKey: null }).catch((error) => error.message));`;
      const ask = async (environment: Record<string, string>): Promise<string> => {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ['--input-type=module', '--experimental-strip-types', '--no-warnings', '--eval', script],
          { env: { PATH: process.env['PATH'], ...environment } },
        );
        return stdout.trim();
      };
      expect(await ask({})).toMatch(/^no connection \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED)/);
      expect(await ask({ SSL_CERT_FILE: file })).toBe("[ 'model-a' ]");
    },
  );
});
