import { formatMessage } from '../../core/i18n.ts';
import type { Locale } from '../../shared/settings.ts';
import type { Wait, WaitReason } from '../../shared/waiting.ts';
import { clockText, shellText, waitText } from '../texts/texts.ts';
import type { TextKey } from '../texts/texts.ts';

/** In which language, and when: milliseconds since the epoch. */
interface Moment {
  locale: Locale;
  now: number;
}

const HELD_BY = {
  rate_limited: 'held.rate_limited',
  usage_limit: 'held.usage_limit',
  network: 'held.network',
  server_error: 'held.server_error',
  timeout: 'held.timeout',
  not_an_answer: 'held.not_an_answer',
  rejected: 'held.rejected',
  paced: 'held.paced',
  other: 'held.other',
} as const satisfies Record<WaitReason, TextKey>;

const DETAIL_CHARS = 90;
const REASON_CHARS = 160;

/** What the menu says of a wait or a stop besides the status. */
export function detailsOf(wait: Wait | null, locale: Locale): string[] {
  if (wait === null || wait.kind === 'locked' || wait.kind === 'silent' || wait.kind === 'unfinished')
    return [];
  const lines: string[] = [];
  if (wait.kind === 'stopped') {
    const { code, params } = wait.error;
    const unquoted = { code, params: { ...params, ...(wait.detail === null ? {} : { detail: '' }) } };
    lines.push(shortened(formatMessage(locale, unquoted), REASON_CHARS));
  }
  if (wait.detail !== null)
    lines.push(shellText(locale, 'provider.said', { detail: shortened(wait.detail, DETAIL_CHARS) }));
  return lines;
}

function shortened(text: string, chars: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > chars ? `${line.slice(0, chars)}…` : line;
}

/** Seconds until a running run sends requests again, rounded up; 0 when that is not known, or it is not waiting. */
export function heldSeconds(wait: Wait | null, now: number): number {
  return wait?.kind === 'held' ? Math.ceil((wait.until - now) / 1000) : 0;
}

/** The line about work that waits, which ends with how far it is; null when it does not wait. */
export function waitLine(wait: Wait | null, progress: string, { locale, now }: Moment): string | null {
  switch (wait?.kind) {
    case undefined:
    case 'stopped':
      return null;
    case 'locked':
      return shellText(locale, 'tray.locked', { progress });
    case 'silent':
      return shellText(locale, 'tray.silent', { progress, since: clockText(wait.since, now) });
    case 'unfinished':
      return shellText(locale, 'tray.unfinished', { progress, since: clockText(wait.since, now) });
    case 'trying':
      return shellText(locale, 'tray.trying', {
        progress,
        reason: shellText(locale, HELD_BY[wait.reason]),
      });
    case 'held': {
      const reason = shellText(locale, HELD_BY[wait.reason]);
      const left = waitText(locale, heldSeconds(wait, now));
      return shellText(locale, 'tray.held', { progress, reason, wait: left });
    }
  }
}

/** The line about a run that has stopped: why, where few words say it, and until when. */
export function stopLine(
  wait: Wait | null,
  numbers: Record<string, string | number>,
  { locale, now }: Moment,
): string {
  if (wait?.kind !== 'stopped' || wait.reason === null || wait.reason === 'other')
    return shellText(locale, 'tray.failed', numbers);
  const reason = shellText(locale, HELD_BY[wait.reason]);
  if (wait.until === null || wait.until <= now)
    return shellText(locale, 'tray.failedFor', { ...numbers, reason });
  return shellText(locale, 'tray.failedUntil', { ...numbers, reason, until: clockText(wait.until, now) });
}
