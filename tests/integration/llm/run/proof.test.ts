import type { ServerResponse } from 'node:http';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ModelHarness } from '../../../support/model-harness.ts';
import { delta, events, rawServer } from '../client/support.ts';
import type { RawServer } from '../client/support.ts';

/** A server of its own, and a run that asks it. */
async function started(
  reply: (response: ServerResponse) => void,
): Promise<{ harness: ModelHarness; server: RawServer }> {
  const server = await rawServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    reply(response);
  });
  onTestFinished(() => server.close());
  const harness = await ModelHarness.open({ users: 60, settings: { baseUrl: server.baseUrl } });
  await harness.start();
  return { harness, server };
}

const refusal = {
  error: { message: 'Invalid API key', code: 'invalid_api_key', type: 'authentication_error' },
};

it('a key that is rejected inside an announced stream costs one request', async () => {
  const { harness, server } = await started((response) => {
    setTimeout(() => response.end(events(refusal)), 200);
  });
  expect((await harness.ended()).error?.code).toBe('model.unauthorized');
  expect(server.requests).toHaveLength(1);
});

it.each([
  ['an event without text', events(delta('')), 500],
  ['nothing for a while', ': waiting\n\n', 2_500],
])('a stream that is announced and then has %s lets more go before it ends', async (_, first, within) => {
  const { harness, server } = await started((response) => {
    response.write(first);
  });
  await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(1), { timeout: within });
  await harness.engine.cancelRun();
});
