import type { ModelFigures, RequestDetail } from '@shared/model';
import { NO_RUN } from '@shared/run';
import type { RunRecord, RunSnapshot } from '@shared/run';
import type { Behaviour, EventRecord, UserDetail, UserRow, UsersPage } from '@shared/users';
import type { RulesInfo, WorkspaceInfo, WorkspaceState } from '@shared/workspace';

export function runSnapshot(patch: Partial<RunSnapshot> = {}): RunSnapshot {
  return { ...NO_RUN, workspaceId: 'w1', runId: 1, revision: 1, status: 'running', totalUsers: 10, ...patch };
}

export function modelFigures(patch: Partial<ModelFigures> = {}): ModelFigures {
  return {
    model: 'some-model',
    requests: 4,
    retries: 0,
    retriesByReason: {},
    inputTokens: 1000,
    outputTokens: 200,
    cost: 1,
    currency: 'CNY',
    projectedCost: 5,
    projectedTokens: 6000,
    maxCost: null,
    maxTokens: null,
    cachedUsers: 0,
    guardrailEvents: 0,
    regroupedEvents: 0,
    unsupportedEvents: 0,
    lowCoverageUsers: 0,
    concurrency: 2,
    inFlight: 0,
    throttledUntil: null,
    throttledBy: null,
    throttledDetail: null,
    waitingSince: null,
    unfinishedSince: null,
    pacedUntil: null,
    pilotUsers: null,
    pilotDetail: null,
    pilotDone: false,
    ...patch,
  };
}

export function runRecord(patch: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: 1,
    status: 'completed',
    extractor: 'rules',
    extractorVersion: 'default 1 (01234567)',
    detail: 'fine',
    scope: 'remaining',
    totalUsers: 10,
    processedUsers: 10,
    successCount: 10,
    failedCount: 0,
    eventCount: 40,
    behaviourCount: 100,
    startTime: 0,
    endTime: 1000,
    activeMs: 1000,
    interruptions: 0,
    error: null,
    resumable: false,
    model: null,
    ...patch,
  };
}

export function userRow(userId: string, patch: Partial<UserRow> = {}): UserRow {
  return {
    userId,
    behaviourCount: 3,
    firstTime: 0,
    lastTime: 0,
    status: 'pending',
    eventCount: 0,
    conversionCount: 0,
    conversions: [],
    failure: null,
    coverage: null,
    lowCoverage: false,
    updatedAt: null,
    ...patch,
  };
}

export function usersPage(...rows: UserRow[]): UsersPage {
  return {
    rows,
    total: rows.length,
    counts: { all: rows.length, pending: rows.length, succeeded: 0, failed: 0, lowCoverage: 0 },
  };
}

export function userDetail(userId: string, patch: Partial<UserDetail> = {}): UserDetail {
  return { user: userRow(userId), profile: null, events: [], moreEvents: false, dayStartMs: 0, ...patch };
}

/** Behaviours with the ids from `first` on. */
export function behaviours(first: number, count: number): Behaviour[] {
  return Array.from({ length: count }, (_, index) => ({
    id: first + index,
    rowNumber: first + index,
    time: first + index,
    text: null,
    action: 'browse',
    item: null,
    app: null,
    media: null,
    poi: null,
    duration: null,
    extra: null,
  }));
}

export function workspaceInfo(patch: Partial<WorkspaceInfo> = {}): WorkspaceInfo {
  return {
    workspaceId: 'w1',
    path: '/one.db',
    sizeBytes: 0,
    users: 0,
    behaviours: 0,
    profiles: 0,
    events: 0,
    conversions: 0,
    sequences: { pending: 0, succeeded: 0, failed: 0 },
    firstTime: null,
    lastTime: null,
    imports: [],
    ...patch,
  };
}

export function workspaceState(path = '/one.db'): WorkspaceState {
  return { path, open: true, error: null, recent: [], rescued: null, fileTask: null };
}

export function rulesInfo(patch: Partial<RulesInfo> = {}): RulesInfo {
  return {
    path: null,
    builtIn: true,
    name: 'default',
    version: 'default 1 (01234567)',
    pack: 'general',
    packVersions: { general: 'default 1 (01234567)', auto: 'auto 1 (01234567)', shop: 'shop 1 (01234567)' },
    sessionGapMinutes: 30,
    maxBehavioursPerUser: 1000,
    agent: [],
    conversions: [],
    typeNames: {},
    themedNames: [],
    kindNames: {},
    actionNames: {},
    error: null,
    ...patch,
  };
}

export function requestDetail(id: number, patch: Partial<RequestDetail> = {}): RequestDetail {
  return {
    id,
    runId: 1,
    state: 'answered',
    startTime: 0,
    firstTokenMs: 10,
    latencyMs: 20,
    userIds: ['a', 'b'],
    askedUserIds: ['a', 'b'],
    inputTokens: 100,
    outputTokens: 20,
    isEstimated: false,
    cost: 0.1,
    failure: null,
    httpStatus: 200,
    finishReason: 'stop',
    judged: true,
    accepted: 2,
    answer: '{"users":[]}',
    reasoning: null,
    failureDetail: null,
    verdicts: [],
    ...patch,
  };
}

/** Events one after another, each on its day and with three behaviours of its own. */
export function events(list: (Partial<EventRecord> & { day?: number })[]): EventRecord[] {
  return list.map(({ day = 0, ...patch }, index) => ({
    ordinal: index + 1,
    type: '了解',
    category: 'engagement',
    startTime: day * 86_400_000 + index,
    endTime: day * 86_400_000 + index,
    origin: 'rule',
    confidence: 1,
    context: {},
    evidence: [index * 10 + 1, index * 10 + 2, index * 10 + 3],
    ...patch,
  }));
}
