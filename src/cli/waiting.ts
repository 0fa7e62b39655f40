import type { Message } from '../shared/messages/index.ts';
import type { RunSnapshot } from '../shared/run.ts';
import type { Locale } from '../shared/settings.ts';
import { waitOf } from '../shared/waiting.ts';
import type { Wait, Waitable, WaitReason } from '../shared/waiting.ts';
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
  paced: { 'zh-CN': '已到每分钟的限额', en: 'limit per minute' },
  other: { 'zh-CN': '暂时不可用', en: 'not available now' },
};

/** A wait that passes; how a run stopped is printed at its end (stopLines). */
type PassingWait = Exclude<Wait, { kind: 'stopped' }>;

/** Text of the current wait for the progress line: reason, end, the provider's message. Null when the run does not wait. */
export function waitText(locale: Locale, snapshot: RunSnapshot, now: number): string | null {
  const wait = passingWait(snapshot, now);
  switch (wait?.kind) {
    case undefined:
      return null;
    case 'locked':
      return text(locale, 'waitingLock');
    case 'silent':
      return text(locale, 'waitingSilent', { since: localTime(wait.since, now) });
    case 'unfinished':
      return text(locale, 'waitingUnfinished', { since: localTime(wait.since, now) });
    case 'trying':
      return (
        text(locale, 'waitingTry', { reason: REASONS[wait.reason][locale] }) + words(locale, wait.detail)
      );
    case 'held': {
      const params = { reason: REASONS[wait.reason][locale], until: localTime(wait.until, now) };
      return text(locale, 'waiting', params) + words(locale, wait.detail);
    }
  }
}

/** A wait that was told, and its end: the time of the telling where it had none. */
interface Told {
  wait: PassingWait;
  until: number;
}

/** Reports long waits, each once. */
export class WaitNotes {
  #told: Told | null = null;

  /** The line to print for a snapshot of a run or an induction; null when nothing has changed. */
  next(locale: Locale, work: Waitable, now: number): string | null {
    const wait = passingWait(work, now);
    if (wait === null) {
      this.#told = null;
      return null;
    }
    const until = wait.kind === 'held' ? wait.until : now;
    if (!isLong(wait, now) || (this.#told !== null && isSame(this.#told, { wait, until }))) return null;
    this.#told = { wait, until };
    return noteText(locale, wait, now);
  }
}

function passingWait(work: Waitable, now: number): PassingWait | null {
  const wait = waitOf(work, now);
  return wait?.kind === 'stopped' ? null : wait;
}

function isLong(wait: PassingWait, now: number): boolean {
  if (wait.kind === 'locked') return true;
  if (wait.kind === 'held' && wait.until - now > LONG_MS) return true;
  return wait.since !== null && now - wait.since > LONG_MS;
}

/** Whether the user knows it already. While one request tries, the wait before it goes on. */
function isSame(told: Told, next: Told): boolean {
  const [a, b] = [told.wait, next.wait];
  if (a.kind === 'locked' || b.kind === 'locked') return a.kind === b.kind;
  if (a.kind === 'silent' || b.kind === 'silent') return a.kind === b.kind;
  if (a.kind === 'unfinished' || b.kind === 'unfinished') return a.kind === b.kind;
  if (a.cause !== b.cause || a.reason !== b.reason || a.detail !== b.detail) return false;
  return b.kind === 'trying' || Math.abs(next.until - told.until) < LONG_MS;
}

function noteText(locale: Locale, wait: PassingWait, now: number): string {
  if (wait.kind === 'locked') return text(locale, 'longWaitLock');
  const since = wait.since === null ? '' : localTime(wait.since, now);
  if (wait.kind === 'silent') return text(locale, 'longWaitSilent', { since });
  if (wait.kind === 'unfinished') return text(locale, 'longWaitUnfinished', { since });
  const reason = REASONS[wait.reason][locale];
  const said = words(locale, wait.detail);
  if (wait.kind === 'trying') return text(locale, 'longWaitTry', { reason, since }) + said;
  const params = { reason, since, until: localTime(wait.until, now) };
  return text(locale, since === '' ? 'longWait' : 'longWaitSince', params) + said;
}

function words(locale: Locale, detail: string | null): string {
  return detail === null || detail === '' ? '' : text(locale, 'providerSays', { detail });
}
