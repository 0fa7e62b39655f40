import type { Detail } from '../shared/abstraction.ts';
import type { ModelFigures } from '../shared/model.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import { errorText, limitEnd, providerWords } from './error-text.ts';

const isoOrNull = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

/** A snapshot for other programs: snake_case names, times as ISO 8601 in UTC, the error as text. */
export function seedSnapshot(snapshot: RunSnapshot, locale: Locale): Record<string, unknown> {
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
    error_message: snapshot.error && errorText(locale, snapshot.error),
    error_code: snapshot.error?.code ?? null,
    error_detail: providerWords(snapshot.error),
    error_until: isoOrNull(limitEnd(snapshot.error)),
    run_id: snapshot.runId,
    revision: snapshot.revision,
    ...(snapshot.model ? modelFields(snapshot.model) : {}),
  };
}

/** What a workspace has of events at the end of a command. */
export interface ResultFigures {
  events: number;
  /** How many types of event there are. */
  types: number;
  /** Share of the events that fit no type, 0 to 1. */
  otherShare: number;
  /** Null before the first run. */
  detail: Detail | null;
}

/** The fields that the last line of `--json` has in addition. */
export function resultFields({ events, types, otherShare, detail }: ResultFigures): Record<string, unknown> {
  return { events, types, other_share: Math.round(otherShare * 1e6) / 1e6, detail };
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
    cached_users: model.cachedUsers,
    guardrail_events: model.guardrailEvents,
    regrouped_events: model.regroupedEvents,
    unsupported_events: model.unsupportedEvents,
    low_coverage_users: model.lowCoverageUsers,
    concurrency: model.concurrency,
    throttled_until: isoOrNull(model.throttledUntil),
    throttled_by: model.throttledBy,
    throttled_detail: model.throttledDetail,
    waiting_since: isoOrNull(model.waitingSince),
  };
}
