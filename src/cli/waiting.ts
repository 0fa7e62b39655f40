import { waitReasonOf } from '../shared/model.ts';
import type { FailureClass, WaitReason } from '../shared/model.ts';
import type { Message } from '../shared/messages/index.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import { localTime } from './terminal-text.ts';
import { text } from './texts.ts';

/** A longer wait is printed on a line of its own, and again whenever its end has moved by this much. */
const LONG_MS = 60_000;

const REASONS: Record<WaitReason, Message> = {
  rate_limited: { 'zh-CN': '限流', en: 'rate limited' },
  usage_limit: { 'zh-CN': '用量已达上限', en: 'usage limit reached' },
  network: { 'zh-CN': '网络中断', en: 'it cannot be reached' },
  server_error: { 'zh-CN': '服务故障', en: 'server error' },
  timeout: { 'zh-CN': '超时', en: 'no answer in time' },
  not_an_answer: { 'zh-CN': '收到的不是模型的回答', en: 'what came is no answer of a model' },
  rejected: { 'zh-CN': '请求被拒绝', en: 'requests are rejected' },
  other: { 'zh-CN': '暂时不可用', en: 'not available now' },
};

/** Text of the current wait for the progress line: reason, end, the provider's message. Null when the run does not wait. */
export function waitText(locale: Locale, snapshot: RunSnapshot, now: number): string | null {
  const wait = waitOf(snapshot, now);
  if (!wait) return null;
  const params = { reason: reasonText(locale, wait.by), until: localTime(wait.until, now) };
  return text(locale, 'waiting', params) + words(locale, wait.detail);
}

interface Wait {
  by: FailureClass | null;
  detail: string | null;
  until: number;
}

/** Reports long waits, each once. */
export class WaitNotes {
  #told: Wait | null = null;

  /** The line to print for a snapshot; null when nothing has changed. */
  next(locale: Locale, snapshot: RunSnapshot, now: number): string | null {
    const wait = waitOf(snapshot, now);
    const since = snapshot.model?.waitingSince ?? null;
    if (!wait) {
      // Between two tries no wait is in force, but the service has not answered yet.
      if (since === null) this.#told = null;
      return null;
    }
    if (wait.until - now <= LONG_MS && (since === null || now - since <= LONG_MS)) return null;
    const same = this.#told?.by === wait.by && this.#told.detail === wait.detail;
    if (same && Math.abs(wait.until - (this.#told?.until ?? 0)) < LONG_MS) return null;
    this.#told = wait;
    const params = { reason: reasonText(locale, wait.by), until: localTime(wait.until, now) };
    const line =
      since === null
        ? text(locale, 'longWait', params)
        : text(locale, 'longWaitSince', { ...params, since: localTime(since, now) });
    return line + words(locale, wait.detail);
  }
}

function waitOf({ status, model }: RunSnapshot, now: number): Wait | null {
  const until = model?.throttledUntil ?? null;
  if (!model || status !== 'running' || until === null || until <= now) return null;
  return { by: model.throttledBy, detail: model.throttledDetail, until };
}

function reasonText(locale: Locale, by: FailureClass | null): string {
  return REASONS[waitReasonOf(by)][locale];
}

function words(locale: Locale, detail: string | null): string {
  return detail === null || detail === '' ? '' : text(locale, 'providerSays', { detail });
}
