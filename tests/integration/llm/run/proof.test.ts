import type { ServerResponse } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../../../src/core/clock.ts';
import { ModelHarness } from '../../../support/model-harness.ts';
import { SimClock } from '../../../support/sim-clock.ts';
import { delta, events, rawServer } from '../client/support.ts';
import type { RawServer } from '../client/support.ts';

/** Turns of the event loop in which an exchange over a local socket goes on, before time moves. */
const TURNS = 200;

/** A server of its own, and a run that asks it. */
async function started(
  reply: (response: ServerResponse) => void,
  clock?: Clock,
): Promise<{ harness: ModelHarness; server: RawServer }> {
  const server = await rawServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    reply(response);
  });
  onTestFinished(() => server.close());
  const harness = await ModelHarness.open({
    users: 60,
    settings: { baseUrl: server.baseUrl },
    ...(clock ? { clock } : {}),
  });
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
  ['an event without text', events(delta('')), 0],
  ['nothing but a keep-alive', ': waiting\n\n', 1_000],
])(
  'a stream that is announced and then has %s lets a second request go (after %3$i ms)',
  async (_, first, ms) => {
    const clock = new SimClock(Date.now(), TURNS);
    let requests = 0;
    let secondAt: (ms: number) => void = () => undefined;
    const second = new Promise<number>((resolve) => (secondAt = resolve));
    const { harness } = await started((response) => {
      response.write(first);
      requests += 1;
      if (requests === 2) secondAt(clock.now());
    }, clock);
    const startedAt = clock.now();
    expect((await clock.run(second)) - startedAt).toBe(ms);
    await harness.engine.cancelRun();
  },
);
