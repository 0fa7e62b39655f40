import { describe, expect, it } from 'vitest';
import { joinBehaviours } from '../../../src/core/abstraction/join.ts';
import type { JoinLimits, Moment } from '../../../src/core/abstraction/join.ts';
import { Random } from '../../../src/core/sample/random.ts';
import { DETAILS } from '../../../src/shared/abstraction.ts';
import type { Detail } from '../../../src/shared/abstraction.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LIMITS = { sessionGapMs: 30 * MINUTE, dayStartMs: 0, themeGapMs: 3 * DAY };

/** `browse 大众/途观 @5h`: the kind, theme and thing, and the time. `!` before it makes it a conversion. */
function moments(text: string): Moment[] {
  const INTENTS: Record<string, string> = { browse: '了解', search: '了解', use: '使用' };
  return text.split(',').map((each) => {
    const [, mark, kind = '', theme = '', thing = '', hours = ''] =
      /^\s*(!?)(\S+) (\S+?)(?:\/(\S+))? @([\d.]+)h$/.exec(each) ?? [];
    const start = Number(hours) * HOUR;
    const label = {
      kind,
      intent: INTENTS[kind] ?? kind,
      thing: thing || theme,
      theme,
      joinedBy: theme,
      isConversion: mark === '!',
    };
    return { start, end: start, label };
  });
}

const groupsOf = (text: string, detail: Detail): number[][] =>
  joinBehaviours(moments(text), { detail, ...LIMITS }).map(({ members }) => members);

describe('behaviours of one user', () => {
  const day =
    'browse 大众/途观 @1h, browse 大众/途观 @1.2h, use 微信 @1.3h, search 大众/油耗 @1.4h, browse 本田/CRV @1.5h';

  it('join at the detail “fine” as neighbours of one kind about one thing', () => {
    expect(groupsOf(day, 'fine')).toEqual([[0, 1], [2], [3], [4]]);
    expect(groupsOf('browse a @1h, use b @1.1h, browse a @1.2h', 'fine')).toEqual([[0], [1], [2]]);
    expect(groupsOf('browse a @1h, browse a @1.5h, browse a @2.1h', 'fine')).toEqual([[0, 1], [2]]);
  });

  it('join at the detail “fine” within a day where sessions are days, which begin at their own hour', () => {
    const night = moments('browse a @1h, browse a @22h, browse a @25h, browse a @29h');
    const limits = { detail: 'fine', themeGapMs: 0, sessionGapMs: null, dayStartMs: 4 * HOUR } as const;
    expect(joinBehaviours(night, limits)).toEqual([
      { members: [0], session: 1 },
      { members: [1, 2], session: 2 },
      { members: [3], session: 3 },
    ]);
  });

  it('join at the detail “standard” by intent and theme, across others', () => {
    expect(groupsOf(day, 'standard')).toEqual([[0, 1, 3], [2], [4]]);
  });

  it('join in a process with neighbours only, also beyond a session', () => {
    const steps = moments('wait a @1h, wait a @9h, solve a @10h, wait a @11h, !buy a @12h, wait a @13h');
    for (const detail of ['standard', 'brief'] as const) {
      const groups = joinBehaviours(steps, { ...LIMITS, detail, isProcess: true });
      expect(groups.map(({ members }) => members)).toEqual([[0, 1], [2], [3], [4], [5]]);
    }
  });

  it('join at the detail “brief” by intent alone', () => {
    expect(groupsOf(day, 'brief')).toEqual([[0, 1, 3, 4], [2]]);
  });

  it('do not join after the theme was silent for longer than its gap, whatever else was done', () => {
    const weeks = 'browse a @0h, use b @50h, use b @100h, browse a @122h, browse a @195h';
    expect(groupsOf(weeks, 'standard')).toEqual([[0], [1, 2], [3], [4]]);
    expect(groupsOf('browse a @0h, browse a @72h, browse a @144h', 'standard')).toEqual([[0, 1, 2]]);
  });

  it('never join a conversion with others, nor across one; at “fine” with its neighbours of the same kind', () => {
    const path = 'browse a @1h, !buy a @2h, !buy a @2.1h, browse a @2.2h, browse a @2.3h';
    expect(groupsOf(path, 'fine')).toEqual([[0], [1, 2], [3, 4]]);
    expect(groupsOf(path, 'standard')).toEqual([[0], [1], [2], [3, 4]]);
    expect(groupsOf(path, 'brief')).toEqual([[0], [1], [2], [3, 4]]);
    expect(groupsOf('buy a @1h, !buy a @1.1h', 'fine')).toEqual([[0], [1]]);
  });

  it('are silent only from the end of the latest activity on', () => {
    const long = moments('browse a @1h, browse b @1.1h, browse b @3.2h');
    long[0] = { ...(long[0] as Moment), end: 3 * HOUR };
    const limits = { detail: 'fine', ...LIMITS } as const;
    expect(joinBehaviours(long, limits)).toEqual([
      { members: [0], session: 1 },
      { members: [1, 2], session: 1 },
    ]);
  });
});

/** A user with bursts, silences and conversions. */
function randomMoments(random: Random): Moment[] {
  let time = 0;
  return Array.from({ length: random.int(0, 60) }, () => {
    time += random.chance(0.2) ? random.int(0, 8 * DAY) : random.int(0, HOUR);
    const kind = random.pick(['browse', 'search', 'click', 'use', 'visit']);
    const theme = random.pick(['大众', '本田', null]);
    const label = {
      kind,
      intent: ['browse', 'search', 'click'].includes(kind) ? 'learn' : kind,
      theme,
      joinedBy: theme,
      thing: theme === null ? null : `${theme}_${random.int(1, 3)}`,
      isConversion: random.chance(0.08),
    };
    return { start: time, end: time + random.int(0, 2) * HOUR, label };
  });
}

describe('for any user and at every detail', () => {
  it.each(DETAILS)(
    '%s: each behaviour is in one group, conversions are alone, and none is reached across',
    (detail) => {
      const random = new Random(1, DETAILS.indexOf(detail));
      for (let user = 0; user < 400; user += 1) {
        const all = randomMoments(random);
        const limits: JoinLimits = { detail, ...LIMITS };
        const groups = joinBehaviours(all, limits);
        expect(groups.flatMap(({ members }) => members).toSorted((a, b) => a - b)).toEqual(
          all.map((_, place) => place),
        );
        expect(groups.map(({ members }) => members[0])).toEqual(
          groups.map(({ members }) => members[0] ?? -1).toSorted((a, b) => a - b),
        );
        for (const { members } of groups) {
          const labels = members.map((place) => (all[place] as Moment).label);
          expect(new Set(labels.map(({ intent }) => intent)).size).toBe(1);
          if (detail !== 'brief') expect(new Set(labels.map(({ theme }) => theme)).size).toBe(1);
          expect(new Set(labels.map(({ isConversion }) => isConversion)).size).toBe(1);
          if (detail !== 'fine' && labels[0]?.isConversion) expect(members).toHaveLength(1);
          const [first = 0, last = 0] = [members[0], members.at(-1)];
          const between = all.slice(first + 1, last).some(({ label }) => label.isConversion);
          if (!labels[0]?.isConversion) expect(between).toBe(false);
        }
        expect(joinBehaviours(all, limits)).toEqual(groups);
      }
    },
  );

  it('a coarser detail never makes more events, but for neighbouring conversions, where a session is shorter than the gap of a theme', () => {
    const random = new Random(2, 0);
    for (let user = 0; user < 400; user += 1) {
      const all = randomMoments(random);
      const [fine = 0, standard = 0, brief = 0] = DETAILS.map(
        (detail) => joinBehaviours(all, { detail, ...LIMITS }).length,
      );
      const conversions = all.filter(({ label }) => label.isConversion).length;
      expect(standard).toBeLessThanOrEqual(fine + conversions);
      expect(brief).toBeLessThanOrEqual(standard);
    }
  });
});
