import { describe, expect, it } from 'vitest';
import { progressJson } from '../../../src/server/progress-json.ts';
import type { ModelFigures } from '../../../src/shared/model.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import type { RunSnapshot } from '../../../src/shared/run.ts';
import { schemaOf } from '../../support/openapi.ts';

const MODEL: ModelFigures = {
  model: 'm',
  requests: 12,
  retries: 1,
  retriesByReason: { timeout: 1 },
  inputTokens: 1000,
  outputTokens: 200,
  cost: 0.5,
  currency: 'CNY',
  projectedCost: 40.25,
  projectedTokens: 96_000,
  maxCost: 50,
  maxTokens: 100_000,
  cachedUsers: 2,
  guardrailEvents: 3,
  regroupedEvents: 4,
  unsupportedEvents: 5,
  lowCoverageUsers: 6,
  concurrency: 8,
  inFlight: 7,
  throttledUntil: null,
  throttledBy: null,
  throttledDetail: null,
  waitingSince: null,
  unfinishedSince: null,
  pacedUntil: null,
  pilotUsers: 20,
  pilotDetail: 'fine',
  pilotDone: true,
};
const PILOT: RunSnapshot = {
  ...NO_RUN,
  workspaceId: 'w',
  runId: 3,
  status: 'paused',
  extractor: 'llm',
  detail: 'standard',
  resumedAutomatically: true,
  dismissed: true,
  model: MODEL,
};

/** What is called otherwise than the snapshot calls it: by the seed's names, or by those of the requests of the API. */
const RENAMED: Record<string, string> = {
  behaviourCount: 'behavior_count',
  error: 'error_message',
  activeMs: 'active_seconds',
  maxTokens: 'max_total_tokens',
  projectedTokens: 'projected_total_tokens',
};
const nameOf = (field: string): string =>
  RENAMED[field] ?? field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const json = (snapshot: RunSnapshot): Record<string, unknown> => progressJson(snapshot, ({ code }) => code);

describe('the progress for other programs', () => {
  it('leaves nothing of a snapshot out', () => {
    const names = [...Object.keys(PILOT).filter((field) => field !== 'model'), ...Object.keys(MODEL)].map(
      nameOf,
    );
    const told = Object.keys(json(PILOT));
    expect(told).toEqual(expect.arrayContaining(names));
    expect(told.filter((name) => !names.includes(name))).toEqual([
      'error_code',
      'error_detail',
      'error_until',
      'wait',
    ]);
  });

  it('tells a pilot that waits for a decision from a pause, and what the rest will cost', () => {
    expect(json(PILOT)).toMatchObject({
      status: 'paused',
      pilot_done: true,
      pilot_users: 20,
      pilot_detail: 'fine',
      projected_cost: 40.25,
      projected_total_tokens: 96_000,
      in_flight: 7,
      resumed_automatically: true,
      dismissed: true,
    });
    expect(json({ ...PILOT, model: { ...MODEL, pilotDone: false } })).toMatchObject({
      status: 'paused',
      pilot_done: false,
    });
    expect(json({ ...PILOT, model: null })).not.toHaveProperty('pilot_done');
  });

  it('is described, each field of it', () => {
    const schema = schemaOf('GET', '/api/v1/events/extract/progress', 200, 'application/json');
    expect(schema.safeParse({ code: 0, data: json(PILOT) }).error).toBeUndefined();
    for (const [field, wrong] of [
      ['pilot_done', 'yes'],
      ['pilot_users', 'all'],
      ['pilot_detail', 'coarse'],
      ['projected_cost', 'much'],
      ['projected_total_tokens', 'many'],
      ['in_flight', 1.5],
      ['resumed_automatically', 1],
      ['dismissed', null],
    ])
      expect([
        field,
        schema.safeParse({ code: 0, data: { ...json(PILOT), [String(field)]: wrong } }).success,
      ]).toEqual([field, false]);
  });
});
