import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { InsightService } from '../../../src/core/engine/insight-service.ts';
import { AppError } from '../../../src/core/errors.ts';
import type { Codebook } from '../../../src/shared/codebook.ts';
import { questionSchema } from '../../../src/shared/insight.ts';
import type { InsightProgress } from '../../../src/shared/insight.ts';
import { fillWithEvents } from '../../../tools/bench/insight.ts';
import { bundled } from '../../support/bundled.ts';
import { tempFolder } from '../../support/temp.ts';

/** A thread that is told of a question and computes without an end, or for a time. */
const busyThread = (ms: number): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id }) => {
        const end = performance.now() + ${ms};
        while (performance.now() < end);
        parentPort.postMessage({ kind: 'answer', id, result: {} });
      });`)}`,
  );

const OVERVIEW = questionSchema.parse({ analysis: 'overview' });
/** Minutes of work over the log below. */
const ENDLESS = questionSchema.parse({ analysis: 'sequences', support: 0.001, length: 8, gap: '30d' });

const NO_CODEBOOK: Codebook = { language: 'zh', other: '其他', types: [] };
const services: InsightService[] = [];

function serviceOf(
  workerUrl: URL,
  workspacePath = '/none.eventloom',
  codebook = NO_CODEBOOK,
): { service: InsightService; told: (InsightProgress | null)[] } {
  const told: (InsightProgress | null)[] = [];
  const service = new InsightService({
    ...{ workspacePath, workerUrl },
    codebook: () => codebook,
    onProgress: (progress) => told.push(progress),
  });
  services.push(service);
  return { service, told };
}

afterEach(async () => {
  for (const service of services.splice(0)) await service.dispose(new AppError('insight.cancelled'));
});

describe('a question that runs longer than a second', () => {
  it('tells its share, is ended at once, and the next one is answered', { timeout: 60_000 }, async () => {
    const path = join(tempFolder(), 'large.eventloom');
    const { service, told } = serviceOf(bundled('insight-worker'), path, fillWithEvents(path, 100_000));
    const asked = service.ask(ENDLESS);
    const ended = expect(asked).rejects.toMatchObject({ code: 'insight.cancelled' });
    await expect.poll(() => told.length, { timeout: 30_000 }).toBeGreaterThan(2);
    const last = told.at(-1);
    expect(last?.share ?? 0).toBeGreaterThanOrEqual(0);
    expect(last?.share ?? 0).toBeLessThan(1);
    // By itself it would not end within the time that the test has.
    await service.cancel();
    await ended;
    expect(told.at(-1)).toBeNull();
    expect(await service.ask(OVERVIEW)).toMatchObject({ analysis: 'overview', events: 100_000 });
  });

  it('is told of where nobody knows how far it is, and is ended', async () => {
    const { service, told } = serviceOf(busyThread(600_000));
    const ended = expect(service.ask(OVERVIEW)).rejects.toMatchObject({ code: 'insight.cancelled' });
    await expect.poll(() => told, { timeout: 5_000 }).toEqual([{ phase: 'computing', share: null }]);
    await service.cancel();
    await ended;
    expect(told).toEqual([{ phase: 'computing', share: null }, null]);
  });

  it('alone is told of: what is answered sooner says nothing', async () => {
    const { service, told } = serviceOf(busyThread(50));
    await service.ask(OVERVIEW);
    await service.ask(OVERVIEW);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(told).toEqual([]);
  });
});
