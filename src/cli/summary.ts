import stringWidth from 'string-width';
import type { EngineApi } from '../core/engine/engine-api.ts';
import { formatWallTime } from '../core/wall-time.ts';
import type { Locale } from '../shared/settings.ts';
import { typeNameIn } from '../shared/type-names.ts';
import type { EventRecord, UserDetail, UserRow } from '../shared/users.ts';
import type { Calls } from './installation.ts';
import { padColumns } from './terminal-text.ts';
import { text } from './texts.ts';

/** How many events of the one user are shown, and among how many users that one is chosen. */
const EVENTS_SHOWN = 12;
const CANDIDATES = 200;
/** Fields of an event's context that describe its subject. */
const SUBJECTS = ['item', 'poi', 'media', 'app', 'text', 'note'] as const;

export interface SummaryFiles {
  workspace: string;
  events: string;
}

/** The name of an event type in a language. */
type NameOf = (type: string) => string;

/** The result of a run for a first-time user: figures, one user's events, where the files are, what is next. */
export async function summaryLines(
  engine: EngineApi,
  locale: Locale,
  files: SummaryFiles,
  calls: Calls,
): Promise<string[]> {
  const rules = await engine.rulesInfo();
  const nameOf: NameOf = (type) => typeNameIn(rules, type, locale) ?? type;
  const user = await exampleUser(engine);
  return [
    '',
    ...(await figures(engine, locale)),
    '',
    ...(await conversions(engine, locale, nameOf)),
    '',
    ...(user ? [...oneUser(user, locale, nameOf), ''] : []),
    ...labelled([
      [text(locale, 'summaryWorkspace'), files.workspace],
      [text(locale, 'summaryEvents'), files.events],
    ]),
    '',
    text(locale, 'summaryOwnData', { tryFile: calls.tryFile, extractHelp: calls.extractHelp }),
    text(locale, 'summaryWindow', { window: calls.window }),
  ];
}

async function figures(engine: EngineApi, locale: Locale): Promise<string[]> {
  const info = await engine.workspaceInfo();
  const number = numbers(locale);
  const line = text(locale, 'summaryFigures', {
    users: number(info.users),
    behaviours: number(info.behaviours),
    events: number(info.events),
  });
  if (info.firstTime === null || info.lastTime === null) return [line];
  const day = (time: number): string => formatWallTime(time).slice(0, 10);
  return [line, text(locale, 'summaryPeriod', { from: day(info.firstTime), to: day(info.lastTime) })];
}

async function conversions(engine: EngineApi, locale: Locale, nameOf: NameOf): Promise<string[]> {
  const number = numbers(locale);
  const types = await engine.eventTypes();
  const converting = types.filter(({ category }) => category === 'conversion');
  const total = (of: typeof types): string => number(of.reduce((sum, { events }) => sum + events, 0));
  const others = types.filter(({ category }) => category !== 'conversion');
  return [
    text(locale, 'summaryConversions', { conversions: total(converting), engagements: total(others) }),
    ...labelled(converting.map(({ type, events }) => [nameOf(type), number(events)])),
  ];
}

/** A user worth looking at: of those with the most conversions, the one with the shortest sequence. Null when none succeeded. */
async function exampleUser(engine: EngineApi): Promise<UserDetail | null> {
  const { rows } = await engine.listUsers({
    page: 1,
    pageSize: CANDIDATES,
    search: '',
    status: 'succeeded',
    sortBy: 'conversionCount',
    sortOrder: 'desc',
  });
  const tellsSomething = (row: UserRow): boolean => row.conversionCount > 1 && row.eventCount > 4;
  const good = rows.filter(tellsSomething);
  const [chosen] = good.length > 0 ? good.toSorted((a, b) => a.eventCount - b.eventCount) : rows;
  return chosen ? engine.getUser(chosen.userId) : null;
}

function oneUser({ user, events }: UserDetail, locale: Locale, nameOf: NameOf): string[] {
  const number = numbers(locale);
  // The events that lead to the last conversion; where there is none, the last events.
  const last = events.findLastIndex(({ category }) => category === 'conversion');
  const end = last < 0 ? events.length : Math.max(last + 1, Math.min(EVENTS_SHOWN, events.length));
  const start = Math.max(0, end - EVENTS_SHOWN);
  const shown = events.slice(start, end);
  const kind = (event: EventRecord): string =>
    event.category === 'conversion'
      ? text(locale, 'summaryConversion', { type: nameOf(event.type) })
      : nameOf(event.type);
  const times = columns(shown.map(({ startTime, endTime }) => period(startTime, endTime)));
  const kinds = columns(shown.map(kind));
  const lines = shown.map((event, index) => {
    const words = [subject(event), ...countWords(event, locale)].filter((word) => word !== '').join(' · ');
    return `  ${times[index] ?? ''}  ${kinds[index] ?? ''}  ${words}`.trimEnd();
  });
  const left = (count: number, key: 'summaryEarlier' | 'summaryLater'): string[] =>
    count === 0 ? [] : [text(locale, key, { count: number(count) })];
  return [
    text(locale, 'summaryUser', {
      user: user.userId,
      behaviours: number(user.behaviourCount),
      events: number(user.eventCount),
    }),
    ...left(start, 'summaryEarlier'),
    ...lines,
    ...left(events.length - end, 'summaryLater'),
  ];
}

/** What an event was about, e.g. `宝马_X3 · 汽车之家`. */
function subject({ context }: EventRecord): string {
  return SUBJECTS.map((field) => context[field])
    .filter((value) => typeof value === 'string' && value !== '')
    .join(' · ');
}

function countWords({ evidence }: EventRecord, locale: Locale): string[] {
  if (evidence.length < 2) return [];
  return [text(locale, 'summaryEvidence', { count: numbers(locale)(evidence.length) })];
}

/** `2026-01-24 14:22–14:32`; the end is left out when it is the same minute, and has its date when that is another. */
function period(start: number, end: number): string {
  const [from, to] = [formatWallTime(start).slice(0, 16), formatWallTime(end).slice(0, 16)];
  if (from === to) return from;
  return `${from}–${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
}

function labelled(rows: [label: string, value: string][]): string[] {
  const labels = columns(rows.map(([label]) => label));
  return rows.map(([, value], index) => `  ${labels[index] ?? ''}  ${value}`);
}

/** Texts filled up to the width of the widest. */
function columns(texts: string[]): string[] {
  const width = Math.max(0, ...texts.map((one) => stringWidth(one)));
  return texts.map((one) => padColumns(one, width));
}

function numbers(locale: Locale): (value: number) => string {
  const format = new Intl.NumberFormat(locale);
  return (value) => format.format(value);
}
