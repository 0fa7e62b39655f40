import type { ResumeRequest, RunRequest } from '../../shared/run.ts';
import { AppError } from '../errors.ts';
import type { StreamingExtractor } from '../extract/extractor.ts';
import type { RunModel, RunRow, RunState } from './ports.ts';
import { pilotDone } from './model-figures.ts';

/** Throws run.cap_needs_price: a cap in money needs prices to be counted. A cap in tokens (`maxTokens`) needs none. */
function checkedCap(maxCost: number | null, priced: boolean): number | null {
  if (maxCost !== null && !priced) throw new AppError('run.cap_needs_price');
  return maxCost;
}

/** What changes when a run goes on: model and prices may be others than at its start. Throws run.cap_needs_price. */
export function modelOnResume(
  run: RunRow,
  model: RunModel,
  extractor: StreamingExtractor,
  change: NonNullable<ResumeRequest>,
): NonNullable<RunState['model']> {
  const { name, currency, priced } = extractor.model;
  return {
    name,
    currency,
    priced,
    maxCost: checkedCap(change.maxCost === undefined ? model.maxCost : change.maxCost, priced),
    maxTokens: change.maxTokens === undefined ? model.maxTokens : change.maxTokens,
    pilotReleased: model.pilotReleased || pilotDone(run),
  };
}

/** The model of a new run. Throws run.cap_needs_price. */
export function modelOf(extractor: StreamingExtractor, options: Partial<RunRequest>): RunModel {
  const { name, currency, priced } = extractor.model;
  return {
    name,
    currency,
    priced,
    maxCost: checkedCap(options.maxCost ?? null, priced),
    maxTokens: options.maxTokens ?? null,
    pilotUsers: options.pilotUsers ?? null,
    pilotReleased: false,
    pilotDetail: null,
    fresh: options.fresh ?? false,
    cachedUsers: 0,
    guardrailEvents: 0,
    regroupedEvents: 0,
    unsupportedEvents: 0,
    lowCoverageUsers: 0,
  };
}
