import type { ModelSettings, RunEstimate } from '../../../../shared/model.ts';
import type { EncodedUnit } from '../prompt/encode-unit.ts';
import type { Prompt } from '../prompt/prompt.ts';
import type { TokenPrior } from '../prompt/token-prior.ts';
import { amountOf, fitRates } from './output-model.ts';
import type { OutputModel, Rates } from './output-model.ts';
import { Packer } from './request-load.ts';
import type { PackLimits } from './request-load.ts';
import { requestLimits } from './request-limits.ts';
import { requestsFor } from './round-balance.ts';
import type { SizeLearner } from './size-learner.ts';

/** What a block takes in a log like the samples: where the fit starts. */
const BLOCK_RATES: Rates = { perBehaviour: 25, perUnit: 10 };
/** The sample is packed again and again until it fills so many requests: the last, half empty one then hardly counts. */
const REQUESTS_TO_MEASURE = 30;
/** How fast a usual service answers, before one has been seen: a second until the first token, then 50 a second. */
const USUAL_FIRST_MS = 1_000;
const USUAL_TOKEN_MS = 20;

export interface EstimateInput {
  /** Units of some users of the run, chosen evenly; all of them when there are few. */
  sample: readonly EncodedUnit[];
  sampleBehaviours: number;
  /** Users to be asked about, and their behaviours; those whose answer is there already left out. */
  totalUsers: number;
  totalBehaviours: number;
  prompt: Pick<Prompt, 'tokens'>;
  settings: Pick<
    ModelSettings,
    | 'contextTokens'
    | 'maxOutputTokens'
    | 'maxConcurrency'
    | 'requestsPerMinute'
    | 'tokensPerMinute'
    | 'priceIn'
    | 'priceOut'
    | 'currency'
  >;
  outputs: OutputModel;
  /** The provider's tokens for each of ours while it has not said any; left out: as many. */
  prior?: TokenPrior;
  sizes: Pick<SizeLearner, 'units'>;
  /** Milliseconds that an answer of so many tokens takes; null or left out while that is unknown: then a usual service's. */
  latencyMs?: ((outputTokens: number) => number) | null;
  cachedUsers?: number;
}

/**
 * What a run will take:
 * - blocks = behaviours × a + units × b, with a and b fitted to the sample; units = users × units of a user in it
 * - requests = blocks ÷ blocks of a full request, measured by packing the sample under the limits of a run (see requestsFor)
 * - input = (blocks + requests × instructions) × the provider's tokens for each of ours; before it has said any, those of `prior`
 * - output = OutputModel for all behaviours and units, before any is known times the same as blocks
 * - cost = input × its price + output × its price, per million; null when one is unknown
 * - duration = the longest of requests ÷ concurrency × latency, requests ÷ per minute, tokens ÷ per minute
 *
 * `users` are all of the run, cached ones included.
 */
export function estimateRun(input: EstimateInput): Omit<RunEstimate, 'reserve' | 'reserveTokens'> {
  const { sample, outputs, settings, prompt, cachedUsers = 0 } = input;
  const size = sizeOf(input);
  const blocks = blockTokens(input, size);
  const requests = countRequests(sample, size, blocks, limitsOf(input, size), outputs);
  const ratio = ratioOf(input);
  const inputTokens = blocks * ratio.blocks + requests * prompt.tokens * ratio.instructions;
  const outputTokens = outputs.predict(size).mean * ratio.outputs;
  const { priceIn, priceOut, currency } = settings;
  const priced = priceIn !== null && priceOut !== null;
  return {
    users: input.totalUsers + cachedUsers,
    behaviours: input.totalBehaviours,
    requests: Math.ceil(requests),
    inputTokens: Math.round(inputTokens),
    outputTokens: Math.round(outputTokens),
    cost: priced ? (inputTokens * priceIn + outputTokens * priceOut) / 1_000_000 : null,
    currency,
    durationSeconds: durationSeconds(input, requests, inputTokens + outputTokens, outputTokens),
    cachedUsers,
    basis: outputs.learned ? 'learned' : outputs.inputRatio === null ? 'default' : 'counted',
  };
}

/** The output model has what a provider said of prompts or answers in its figures already. */
function ratioOf({ outputs, prior }: EstimateInput): TokenPrior & { outputs: number } {
  const said = outputs.inputRatio?.mean ?? (outputs.learned ? 1 : null);
  if (said !== null || !prior) return { instructions: said ?? 1, blocks: said ?? 1, outputs: 1 };
  return { ...prior, outputs: prior.blocks };
}

interface Size {
  behaviours: number;
  units: number;
}

function sizeOf({ sample, totalUsers, totalBehaviours }: EstimateInput): Size {
  const users = new Set(sample.map(({ unit }) => unit.userNo)).size;
  return {
    behaviours: totalBehaviours,
    units: users === 0 ? totalUsers : totalUsers * (sample.length / users),
  };
}

function blockTokens({ sample, sampleBehaviours }: EstimateInput, size: Size): number {
  const samples = sample.map(({ tokens, unit }) => ({
    behaviours: unit.behaviours.length,
    units: 1,
    amount: tokens,
  }));
  const fit = fitRates(samples, BLOCK_RATES);
  const fitted = amountOf(size, fit?.rates ?? BLOCK_RATES);
  if (!fit) return fitted;
  // A few users with very long texts are outliers of the fit, and still have to be paid for.
  const all = samples.reduce((sum, { amount }) => sum + amount, 0);
  const explained = amountOf({ behaviours: sampleBehaviours, units: sample.length }, fit.rates);
  return explained > 0 ? (fitted * all) / explained : fitted;
}

/** What a request of the run will hold; one that holds everybody is not made smaller. */
function limitsOf(input: EstimateInput, size: Size): PackLimits {
  const limits = requestLimits(input);
  const perUnit = input.outputs.predict({ behaviours: size.behaviours / Math.max(1, size.units), units: 1 });
  const most = Math.min(limits.maxUnits, limits.outputBudget / perUnit.mean);
  if (size.units <= most) return limits;
  const { maxConcurrency: concurrency, requestsPerMinute: perMinute } = input.settings;
  const even = size.units / requestsFor(size.units, { most, units: size.units, concurrency, perMinute }, 0);
  return { ...limits, maxUnits: Math.max(1, Math.min(limits.maxUnits, Math.round(even))) };
}

function countRequests(
  sample: readonly EncodedUnit[],
  size: Size,
  blocks: number,
  limits: PackLimits,
  outputs: OutputModel,
): number {
  if (size.units === 0) return 0;
  if (sample.length === 0) return Math.max(1, Math.ceil(blocks / limits.inputBudget));
  const packer = new Packer(outputs);
  packer.push(...sample);
  const whole = size.units <= sample.length;
  let [requests, tokens] = [0, 0];
  for (;;) {
    if (!whole && packer.length < limits.maxUnits) packer.push(...sample);
    const chosen = packer.next(limits);
    if (chosen.length === 0) return requests;
    requests += 1;
    tokens += chosen.reduce((sum, unit) => sum + unit.tokens, 0);
    if (!whole && requests >= REQUESTS_TO_MEASURE && tokens > 0)
      return Math.max(1, (requests * blocks) / tokens);
  }
}

function durationSeconds(
  { settings, latencyMs }: EstimateInput,
  requests: number,
  tokens: number,
  outputTokens: number,
): number {
  if (requests === 0) return 0;
  const latencyOf = latencyMs ?? usualLatencyMs;
  const rounds = Math.max(1, requests / settings.maxConcurrency);
  const seconds = (rounds * latencyOf(outputTokens / requests)) / 1000;
  const { requestsPerMinute, tokensPerMinute } = settings;
  const paced = [
    requestsPerMinute === null ? 0 : (requests / requestsPerMinute) * 60,
    tokensPerMinute === null ? 0 : (tokens / tokensPerMinute) * 60,
  ];
  return Math.ceil(Math.max(seconds, ...paced));
}

function usualLatencyMs(outputTokens: number): number {
  return USUAL_FIRST_MS + outputTokens * USUAL_TOKEN_MS;
}
