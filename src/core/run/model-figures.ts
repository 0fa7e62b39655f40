import type { ModelFigures } from '../../shared/model.ts';
import type { LiveFigures } from '../extract/extractor.ts';
import type { RequestTotals } from '../extract/ports.ts';
import type { RunRow } from './ports.ts';

/** What the figures are made of. */
type FiguredRun = Pick<
  RunRow,
  'model' | 'status' | 'processedUsers' | 'totalUsers' | 'doneWeight' | 'totalWeight'
>;

/** Nothing is asked now. */
const STANDING: LiveFigures = {
  concurrency: 0,
  inFlight: 0,
  throttledUntil: null,
  throttledBy: null,
  throttledDetail: null,
  waitingSince: null,
  unfinishedSince: null,
  pacedUntil: null,
};

/** What the whole run will have taken, from what the work done so far took; null while nothing is done. */
function projected(run: FiguredRun, taken: number): number | null {
  if (run.status === 'completed') return taken;
  return run.doneWeight === 0 ? null : (taken / run.doneWeight) * run.totalWeight;
}

/** How many users belong to the pilot; null without a pilot, and once the rest was released. */
export function pilotSize(run: Pick<RunRow, 'model'>): number | null {
  return run.model?.pilotReleased === false ? run.model.pilotUsers : null;
}

/** True when the pilot is processed and the rest of the users was not released yet, whatever the state of the run. */
export function isAtPilotEnd(run: FiguredRun): boolean {
  const pilot = pilotSize(run);
  return pilot !== null && run.processedUsers >= Math.min(pilot, run.totalUsers);
}

/** True while a run waits for its user to look at the pilot. */
export function pilotDone(run: FiguredRun): boolean {
  return run.status === 'paused' && isAtPilotEnd(run);
}

/** Of the users left, the share that comes before the run next waits for its user: what is left of a pilot, or all. */
export function shareUntilWait(run: Pick<RunRow, 'model' | 'processedUsers' | 'totalUsers'>): number {
  const pilot = pilotSize(run) ?? 0;
  if (run.processedUsers >= pilot || pilot >= run.totalUsers) return 1;
  return (pilot - run.processedUsers) / (run.totalUsers - run.processedUsers);
}

/** The figures of a run with a model; null for one without. `live` is null when nothing drives it. */
export function modelFigures(
  run: FiguredRun,
  totals: RequestTotals,
  live: LiveFigures | null,
): ModelFigures | null {
  const { model } = run;
  if (!model) return null;
  const cost = model.priced ? totals.cost : null;
  return {
    model: model.name,
    requests: totals.requests,
    retries: totals.retries,
    retriesByReason: { ...totals.retriesByReason },
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    cost,
    currency: model.currency,
    projectedCost: cost === null ? null : projected(run, cost),
    projectedTokens: projected(run, totals.inputTokens + totals.outputTokens),
    maxCost: model.maxCost,
    maxTokens: model.maxTokens,
    cachedUsers: model.cachedUsers,
    guardrailEvents: model.guardrailEvents,
    regroupedEvents: model.regroupedEvents,
    unsupportedEvents: model.unsupportedEvents,
    lowCoverageUsers: model.lowCoverageUsers,
    ...(live ?? STANDING),
    pilotUsers: model.pilotUsers,
    pilotDetail: model.pilotDetail,
    pilotDone: pilotDone(run),
  };
}
