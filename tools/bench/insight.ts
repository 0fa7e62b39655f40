import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { InsightDesk } from '../../src/core/insight/insight-desk.ts';
import { Workspace } from '../../src/core/store/workspace.ts';
import type { Codebook } from '../../src/shared/codebook.ts';
import { questionSchema } from '../../src/shared/insight.ts';
import type { AskedQuestion, InsightResult } from '../../src/shared/insight.ts';
import { startThreadedEngine } from './llm/threaded-engine.ts';
import { median } from './report.ts';
import type { Report } from './report.ts';

const EVENTS_PER_USER = 50;
/** Engagements, the more frequent the earlier, and conversions. */
const TYPES = [
  '浏览',
  '搜索',
  '对比',
  '观看',
  '点击',
  '收藏',
  '分享',
  '评论',
  '咨询',
  '试驾',
  '加购',
  '购买',
];
const CONVERSIONS = 2;
const FILES = ['', '-wal', '-shm', '-lock', '-insight'];

const FUNNEL: AskedQuestion = { analysis: 'funnel', steps: ['搜索', '加购', '购买'], window: '7d' };
/** The same question in SQL: the best attempt of each user begins at any first step. */
const FUNNEL_SQL = `
  WITH first AS (SELECT user_no, id, start_time AS t FROM events WHERE type = '搜索'),
    second AS (SELECT f.user_no, f.t AS begun, min(e.id) AS id FROM first f JOIN events e
      ON e.user_no = f.user_no AND e.id > f.id AND e.type = '加购' AND e.start_time <= f.t + 604800000 GROUP BY f.user_no, f.t),
    third AS (SELECT DISTINCT s.user_no FROM second s JOIN events e
      ON e.user_no = s.user_no AND e.id > s.id AND e.type = '购买' AND e.start_time <= s.begun + 604800000)
  SELECT (SELECT count(DISTINCT user_no) FROM first) AS a, (SELECT count(DISTINCT user_no) FROM second) AS b, (SELECT count(*) FROM third) AS c`;
const GRAPH_SQL = `
  SELECT count(*) AS edges FROM (SELECT type, next, count(*) AS events, count(DISTINCT user_no) AS users, avg(gap) FROM (
    SELECT user_no, type, lead(type) OVER w AS next, lead(start_time) OVER w - start_time AS gap FROM events
    WINDOW w AS (PARTITION BY user_no ORDER BY id)) WHERE next IS NOT NULL GROUP BY type, next)`;
const VARIANTS_SQL = `
  SELECT count(*) AS variants FROM (SELECT way, count(*) FROM (SELECT user_no, group_concat(type, '>' ORDER BY id) AS way FROM events GROUP BY user_no)
    GROUP BY way)`;

/** Times questions about generated events, beside the same in SQL, and how late the main thread is while they run. */
export async function benchInsight(
  report: Report,
  { folder, events, rounds }: { folder: string; events: number; rounds: number },
): Promise<void> {
  const path = join(folder, 'insight.eventloom');
  const codebook = fillWithEvents(path, events);
  const what = `${events.toLocaleString('en')} events`;
  const conditions = `${(events / EVENTS_PER_USER).toLocaleString('en')} users, ${TYPES.length} types; median of ${rounds}`;
  const small = events <= 1_000_000;
  const most = (atOneMillion: number): { most: number } => ({ most: small ? atOneMillion : 3000 });
  try {
    const none = (): void => undefined;
    const ask = (desk: InsightDesk, question: AskedQuestion): InsightResult =>
      desk.ask(questionSchema.parse(question), codebook, none);
    const begun = performance.now();
    // As the thread of questions has it.
    const eventsWorkerUrl = new URL('../../out/main/events-worker.js', import.meta.url);
    const desk = new InsightDesk(path, { eventsWorkerUrl });
    ask(desk, { analysis: 'funnel', steps: ['浏览', '购买'] });
    const loaded = performance.now() - begun;
    report.record(
      `${what}: read for the first time`,
      loaded,
      'ms',
      small ? { most: 1500 } : null,
      conditions,
    );
    const again = performance.now();
    ask(new InsightDesk(path), { analysis: 'funnel', steps: ['浏览', '购买'] });
    report.record(
      `${what}: opened again, from the cache`,
      performance.now() - again,
      'ms',
      small ? { most: 100 } : null,
      conditions,
    );

    const timed = (question: AskedQuestion): number =>
      median(
        Array.from({ length: rounds }, (_, round) => {
          const start = performance.now();
          // Another period each time: no answer is there already.
          ask(desk, { ...question, select: { from: `2000-01-0${(round % 9) + 1}` } });
          return performance.now() - start;
        }),
      );
    report.record(`${what}: funnel of three steps`, timed(FUNNEL), 'ms', most(50), conditions);
    report.record(`${what}: process graph`, timed({ analysis: 'graph' }), 'ms', most(200), conditions);
    report.record(`${what}: variants`, timed({ analysis: 'variants' }), 'ms', most(200), conditions);
    report.record(`${what}: paths`, timed({ analysis: 'paths' }), 'ms', small ? null : most(0), conditions);
    for (const [name, question] of [
      ['overview', { analysis: 'overview' }],
      ['around an event', { analysis: 'around', event: '购买' }],
      ['profile', { analysis: 'profile', event: '购买' }],
      ['evolution graph', { analysis: 'evolution' }],
    ] satisfies [string, AskedQuestion][])
      report.record(`${what}: ${name}`, timed(question), 'ms', small ? null : most(0), conditions);
    if (small) {
      const sequences: AskedQuestion = { analysis: 'sequences', support: 0.01, length: 5, target: '购买' };
      const start = performance.now();
      const result = ask(desk, sequences);
      const patterns = result.analysis === 'sequences' ? result.patterns : 0;
      report.record(
        `${what}: frequent sequences (1 %, length ≤ 5)`,
        performance.now() - start,
        'ms',
        { most: 5000 },
        `${patterns} closed patterns`,
      );
    }
    report.record(
      `${what}: memory`,
      process.memoryUsage().rss / 2 ** 20,
      'MB',
      { most: 1536 },
      'the process that asked all of these',
    );

    const workspace = Workspace.open(path, false);
    for (const [name, sql] of [
      ['funnel', FUNNEL_SQL],
      ['process graph', GRAPH_SQL],
      ['variants', VARIANTS_SQL],
    ] as const) {
      const start = performance.now();
      workspace.db.prepare(sql).get();
      report.record(`${what}: ${name} in SQL`, performance.now() - start, 'ms', null);
    }
    workspace.close();

    const engine = startThreadedEngine();
    await engine.api.openWorkspace({ path, create: false, resumePolicy: 'leave' });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (const question of [
      FUNNEL,
      { analysis: 'graph' },
      { analysis: 'variants' },
    ] satisfies AskedQuestion[])
      await engine.api.askInsight(questionSchema.parse(question));
    delay.disable();
    report.record(`${what}: delay of the main process while they run`, delay.max / 1e6, 'ms', { most: 50 });
    await engine.api.closeWorkspace();
    await engine.dispose();
  } finally {
    for (const suffix of FILES) rmSync(path + suffix, { force: true });
  }
}

/** A sex, an age and one of forty cities, scattered over the users by their number. */
function profileOf(no: number): { name: string; value: string }[] {
  const of = (by: number, count: number): number => (Math.imul(no, by) >>> 8) % count;
  return [
    { name: 'gender', value: of(0x9e3779b1, 2) === 0 ? '女' : '男' },
    { name: 'age', value: String(18 + of(0x85ebca6b, 50)) },
    { name: 'city', value: `城市${of(0xc2b2ae35, 40)}` },
  ];
}

/** Fills a workspace with events of users who browse and sometimes buy; returns the codebook of their types. */
export function fillWithEvents(path: string, events: number): Codebook {
  const users = events / EVENTS_PER_USER;
  const workspace = Workspace.open(path, true);
  const { db } = workspace;
  db.exec('BEGIN');
  const user = db.prepare('INSERT INTO users (no, id) VALUES (?, ?)');
  const event = db.prepare(
    `INSERT INTO events (id, type, category, start_time, end_time, origin, confidence, context, evidence)
     VALUES (?, ?, ?, ?, ?, 'rule', 1, ?, '[1,2,3]')`,
  );
  const profile = db.prepare('INSERT INTO profiles (user_no, fields) VALUES (?, ?)');
  const sequence = db.prepare(
    "INSERT INTO sequences (user_no, status, behaviour_count, event_count, updated_at) VALUES (?, 'succeeded', ?, ?, 1)",
  );
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let no = 1; no <= users; no += 1) {
    user.run(no, `user_${no}`);
    sequence.run(no, EVENTS_PER_USER * 3, EVENTS_PER_USER);
    profile.run(no, JSON.stringify(profileOf(no)));
    let time = Date.UTC(2026, 0, 1) + random() * 1e9;
    // Each has a few habits, so that sequences repeat.
    const habits = [random(), random(), random()].map((of) =>
      Math.floor(of * of * (TYPES.length - CONVERSIONS)),
    );
    for (let ordinal = 1; ordinal <= EVENTS_PER_USER; ordinal += 1) {
      time += random() * 86_400_000;
      const place =
        random() < 0.03
          ? TYPES.length - 1 - Math.floor(random() * CONVERSIONS)
          : (habits[Math.floor(random() * 3)] ?? 0);
      const context = JSON.stringify({
        count: 3,
        object: `主题${Math.floor(random() * 200)}`,
        duration: Math.floor(random() * 5000),
      });
      event.run(
        no * 2 ** 21 + ordinal,
        TYPES[place] ?? '',
        place >= TYPES.length - CONVERSIONS ? 'conversion' : 'engagement',
        Math.round(time),
        Math.round(time + 60_000),
        context,
      );
    }
  }
  db.exec('COMMIT');
  workspace.close();
  return {
    language: 'zh',
    other: '其他',
    types: [...TYPES, '其他'].map((id) => ({
      ...{ id, zh: id, en: id, definition: '', examples: [], aliases: [] },
      category: TYPES.indexOf(id) >= TYPES.length - CONVERSIONS ? 'conversion' : 'engagement',
      state: 'active',
      details: ['fine', 'standard', 'brief'],
    })),
  };
}
