import type { RequestDetail, RequestSummary } from '../../shared/model.ts';

/** A request without its answer, for the list of requests. */
export function summaryOf(detail: RequestDetail): RequestSummary {
  return {
    id: detail.id,
    runId: detail.runId,
    state: detail.state,
    startTime: detail.startTime,
    firstTokenMs: detail.firstTokenMs,
    latencyMs: detail.latencyMs,
    userIds: detail.userIds,
    inputTokens: detail.inputTokens,
    outputTokens: detail.outputTokens,
    isEstimated: detail.isEstimated,
    cost: detail.cost,
    failure: detail.failure,
    httpStatus: detail.httpStatus,
    finishReason: detail.finishReason,
    judged: detail.judged,
    accepted: detail.accepted,
  };
}
