import type { EngineApi } from '../core/engine/engine-api.ts';
import { AppError } from '../core/errors.ts';
import type { RunEstimate } from '../shared/model.ts';
import type { ExtractArguments } from './arguments.ts';
import type { Output } from './output.ts';
import { text } from './texts.ts';

/** Sends one tiny request, from which it is known how the provider counts. Rejects with the reason when it is not answered. */
export async function testConnection(engine: EngineApi, output: Output): Promise<void> {
  const { error, usageReported } = await engine.testModel();
  if (error) throw new AppError(error.code, error.params);
  output.note(text(output.locale, usageReported ? 'connectionWorks' : 'connectionSaysNothing'));
}

/** Tells what the run would take. Rejects with what would keep it from starting. */
export async function tellEstimate(
  engine: EngineApi,
  { scope, extractor, fresh, detail }: ExtractArguments,
  output: Output,
): Promise<void> {
  const { estimate, problem } = await engine.preflightRun(scope, extractor, fresh, detail);
  if (problem) throw new AppError(problem.code, problem.params);
  if (!estimate) return;
  output.estimate(estimateFields(estimate), estimateText(estimate, output));
  if (estimate.basis === 'default') output.note(text(output.locale, 'roughEstimate'));
}

function estimateText(estimate: RunEstimate, { locale }: Output): string {
  const { users, behaviours, requests, inputTokens, outputTokens, durationSeconds, cost, currency } =
    estimate;
  return text(locale, 'estimate', {
    users,
    behaviours,
    requests,
    input: inputTokens,
    output: outputTokens,
    seconds: durationSeconds,
    cost: cost === null ? '' : text(locale, 'estimatedCost', { cost: cost.toFixed(2), currency }),
  });
}

/** For other programs, named as in the snapshots. */
function estimateFields(estimate: RunEstimate): Record<string, unknown> {
  return {
    users: estimate.users,
    behaviours: estimate.behaviours,
    cached_users: estimate.cachedUsers,
    requests: estimate.requests,
    input_tokens: estimate.inputTokens,
    output_tokens: estimate.outputTokens,
    cost: estimate.cost,
    currency: estimate.currency,
    duration_seconds: estimate.durationSeconds,
    basis: estimate.basis,
  };
}
