import { expect, it, onTestFinished, vi } from 'vitest';
import { InductionHarness } from '../../support/induction-harness.ts';
import { rawServer } from '../llm/client/support.ts';

/** A minute of the time-outs of the system takes so long here. */
const MINUTE_MS = 300;

it.each([null, 600])(
  'the test of a server that says nothing ends with a report (time-out of the settings: %s)',
  async (timeoutSeconds) => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const quick = vi
      .spyOn(AbortSignal, 'timeout')
      .mockImplementation((ms) => timeout((ms * MINUTE_MS) / 60_000));
    onTestFinished(() => quick.mockRestore());
    const server = await rawServer(() => undefined);
    onTestFinished(() => server.close());
    const harness = await InductionHarness.open({ settings: { baseUrl: server.baseUrl, timeoutSeconds } });
    expect(await harness.engine.testModel()).toMatchObject({
      reachable: false,
      error: { code: 'model.timeout', params: { detail: 'no answer within 60 seconds' } },
    });
  },
);

it('a test that is cancelled ends its request at once, and no other test', async () => {
  const closed = Promise.withResolvers<null>();
  const asked = Promise.withResolvers<null>();
  const server = await rawServer((socket) => {
    asked.resolve(null);
    socket.once('close', () => closed.resolve(null));
  });
  onTestFinished(() => server.close());
  const { engine } = await InductionHarness.open({ settings: { baseUrl: server.baseUrl } });
  const test = engine.testModel(1);
  const refused = expect(test).rejects.toMatchObject({ code: 'model.test_cancelled' });
  await asked.promise;
  await engine.cancelModelTest(2);
  await engine.cancelModelTest(1);
  await refused;
  await closed.promise;
});
