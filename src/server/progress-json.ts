import type { ErrorInfo } from '../shared/errors.ts';
import type { ModelFigures } from '../shared/model.ts';
import type { RunSnapshot } from '../shared/run.ts';
import { stopOf, waitOf } from '../shared/waiting.ts';
import type { Wait } from '../shared/waiting.ts';

const isoOrNull = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

/**
 * A snapshot for other programs: snake_case names, times as ISO 8601 in UTC, the error as a text of `errorText`. `now`:
 * milliseconds since the epoch.
 */
export function progressJson(
  snapshot: RunSnapshot,
  errorText: (error: ErrorInfo) => string,
  now: number = Date.now(),
): Record<string, unknown> {
  const stop = snapshot.error && stopOf(snapshot.error);
  return {
    status: snapshot.status,
    total_users: snapshot.totalUsers,
    processed_users: snapshot.processedUsers,
    success_count: snapshot.successCount,
    failed_count: snapshot.failedCount,
    current_batch: snapshot.currentBatch,
    total_batches: snapshot.totalBatches,
    current_user_ids: snapshot.currentUserIds,
    progress_percent: snapshot.progressPercent,
    estimated_remaining_seconds: snapshot.estimatedRemainingSeconds,
    start_time: isoOrNull(snapshot.startTime),
    end_time: isoOrNull(snapshot.endTime),
    error_message: snapshot.error && errorText(snapshot.error),
    error_code: snapshot.error?.code ?? null,
    error_detail: stop?.detail ?? null,
    error_until: isoOrNull(stop?.until ?? null),
    wait: waitFields(waitOf(snapshot, now)),
    run_id: snapshot.runId,
    revision: snapshot.revision,
    workspace_id: snapshot.workspaceId,
    extractor: snapshot.extractor,
    detail: snapshot.detail,
    behavior_count: snapshot.behaviourCount,
    event_count: snapshot.eventCount,
    current_user_count: snapshot.currentUserCount,
    users_per_minute: snapshot.usersPerMinute,
    active_seconds: Math.round(snapshot.activeMs / 1000),
    resumable: snapshot.resumable,
    resumed_automatically: snapshot.resumedAutomatically,
    dismissed: snapshot.dismissed,
    waits_for_lock: snapshot.waitsForLock,
    ...(snapshot.model ? modelFields(snapshot.model) : {}),
  };
}

/** What is waited for; the same fields for each kind of wait. */
function waitFields(wait: Wait | null): Record<string, unknown> | null {
  if (wait === null) return null;
  const held = { reason: null, detail: null, since: null, until: null, ...wait };
  return {
    kind: held.kind,
    reason: held.reason,
    detail: held.detail,
    since: isoOrNull(held.since),
    until: isoOrNull(held.until),
  };
}

function modelFields(model: ModelFigures): Record<string, unknown> {
  return {
    model: model.model,
    requests: model.requests,
    retries: model.retries,
    retries_by_reason: model.retriesByReason,
    input_tokens: model.inputTokens,
    output_tokens: model.outputTokens,
    cost: model.cost,
    currency: model.currency,
    projected_cost: model.projectedCost,
    projected_total_tokens: model.projectedTokens,
    max_cost: model.maxCost,
    max_total_tokens: model.maxTokens,
    cached_users: model.cachedUsers,
    guardrail_events: model.guardrailEvents,
    regrouped_events: model.regroupedEvents,
    unsupported_events: model.unsupportedEvents,
    low_coverage_users: model.lowCoverageUsers,
    concurrency: model.concurrency,
    in_flight: model.inFlight,
    throttled_until: isoOrNull(model.throttledUntil),
    throttled_by: model.throttledBy,
    throttled_detail: model.throttledDetail,
    waiting_since: isoOrNull(model.waitingSince),
    unfinished_since: isoOrNull(model.unfinishedSince),
    pilot_users: model.pilotUsers,
    pilot_detail: model.pilotDetail,
    pilot_done: model.pilotDone,
    paced_until: isoOrNull(model.pacedUntil),
  };
}
