import { describe, expect, it } from 'vitest';
import { encodeGb18030, makeLog, TestWorkspace } from './support.ts';

const TEXT_LOG = '用户ID,时间,行为描述\n张三,2025-11-24 10:00:00,浏览哈弗H6\n007,2025/1/5 9:03,到店看车\n';
const BEHAVIOURS = `SELECT b.id, u.id AS user, b.time, b.text, b.action, b.item, b.app, b.media, b.poi, b.duration, b.extra
  FROM behaviours b JOIN users u ON u.no = b.user_no ORDER BY b.id`;

const none = {
  text: null,
  action: null,
  item: null,
  app: null,
  media: null,
  poi: null,
  duration: null,
  extra: null,
};
const EXPECTED_TEXT_ROWS = [
  { ...none, id: 1, user: '张三', time: Date.UTC(2025, 10, 24, 10), text: '浏览哈弗H6' },
  { ...none, id: 2, user: '007', time: Date.UTC(2025, 0, 5, 9, 3), text: '到店看车' },
];

describe('a log is imported', () => {
  it.each([
    ['UTF-8', Buffer.from(TEXT_LOG)],
    ['UTF-8 with BOM', Buffer.from(`\uFEFF${TEXT_LOG}`)],
    ['GB18030', encodeGb18030(TEXT_LOG)],
    ['UTF-16LE with BOM', Buffer.from(`\uFEFF${TEXT_LOG}`, 'utf16le')],
    ['tabs and CR LF', Buffer.from(TEXT_LOG.replaceAll(',', '\t').replaceAll('\n', '\r\n'))],
    ['semicolons', Buffer.from(TEXT_LOG.replaceAll(',', ';'))],
    ['commas, as told to Excel', Buffer.from(`sep=,\r\n${TEXT_LOG}`)],
    ['bars, as told to Excel', Buffer.from(`\uFEFF"SEP=|"\n${TEXT_LOG.replaceAll(',', '|')}`)],
    ['UTF-16BE with BOM', Buffer.from(`\uFEFF${TEXT_LOG}`, 'utf16le').swap16()],
  ])('as text in %s', async (_name, bytes) => {
    const workspace = new TestWorkspace();
    const report = await workspace.import(workspace.file('log.csv', bytes));
    expect(report).toMatchObject({
      rowsRead: 2,
      rowsAdded: 2,
      rowsKnown: 0,
      badRowCount: 0,
      usersAdded: 2,
      sameFile: false,
    });
    expect(workspace.rows(BEHAVIOURS)).toEqual(EXPECTED_TEXT_ROWS);
  });

  it('in columns, with the further ones kept', async () => {
    const workspace = new TestWorkspace();
    const log =
      'user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration,城市,channel\n' +
      'u1,browse,2025-11-24 10:00:00,哈弗H6,,汽车之家,,129,北京,\n' +
      'u1,visit_poi,1763952167,,,,长城4S店,3733.5,,\n' +
      'u2,search,2025-11-24T02:42:47Z,"哈弗\nH6, ""新""",懂车帝,,,,,sem\n';
    await workspace.import(workspace.file('log.csv', log));
    expect(workspace.rows(BEHAVIOURS)).toEqual([
      {
        ...none,
        id: 1,
        user: 'u1',
        time: Date.UTC(2025, 10, 24, 10),
        action: 'browse',
        item: '哈弗H6',
        media: '汽车之家',
        duration: 129,
        extra: '{"城市":"北京"}',
      },
      {
        ...none,
        id: 2,
        user: 'u1',
        time: Date.UTC(2025, 10, 24, 10, 42, 47),
        action: 'visit_poi',
        poi: '长城4S店',
        duration: 3733.5,
      },
      {
        ...none,
        id: 3,
        user: 'u2',
        time: Date.UTC(2025, 10, 24, 10, 42, 47),
        action: 'search',
        item: '哈弗\nH6, "新"',
        app: '懂车帝',
        extra: '{"channel":"sem"}',
      },
    ]);
    expect(workspace.rows('SELECT * FROM sequences')).toMatchObject([
      { user_no: 1, status: 'pending', behaviour_count: 2, first_time: Date.UTC(2025, 10, 24, 10) },
      { user_no: 2, status: 'pending', behaviour_count: 1, last_time: Date.UTC(2025, 10, 24, 10, 42, 47) },
    ]);
  });

  it('as the user says, when the columns are not recognised', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', 'p,q,r,left out\na,2025-01-01 00:00,看车,x\n');
    await expect(workspace.import(path)).rejects.toMatchObject({
      code: 'import.missing_column',
      params: { missing: 'user_id, behavior_text / action', found: 'p, q, r, left out' },
    });
    await workspace.import(path, 'behaviours', { roles: ['userId', 'time', 'text', 'ignore'] });
    expect(workspace.rows(BEHAVIOURS)).toMatchObject([{ user: 'a', text: '看车', extra: null }]);
  });

  it('and its record is kept', async () => {
    const workspace = new TestWorkspace();
    await workspace.import(workspace.file('log.csv', TEXT_LOG));
    expect(workspace.rows('SELECT * FROM imports')).toMatchObject([
      {
        kind: 'behaviours',
        file_name: 'log.csv',
        file_size: 102,
        base_id: 0,
        rows_read: 2,
        rows_added: 2,
        bad_rows: 0,
      },
    ]);
    expect(workspace.rows('SELECT file_sha256 AS sha FROM imports')[0]?.['sha']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('with progress that never falls, then finishing', async () => {
    const workspace = new TestWorkspace();
    const seen: { phase: string; bytesRead: number; bytesTotal: number; rowsRead: number }[] = [];
    const path = workspace.file('log.csv', makeLog(100_000, 50));
    await workspace.start(path, 'behaviours', {}, (progress) => seen.push(progress)).done;
    expect(seen[0]).toMatchObject({ phase: 'reading', rowsRead: 0 });
    expect(seen.at(-1)).toMatchObject({
      phase: 'finishing',
      rowsRead: 100_000,
      bytesRead: seen[0]?.bytesTotal,
    });
    for (let index = 1; index < seen.length; index++) {
      expect(seen[index]?.bytesRead).toBeGreaterThanOrEqual(seen[index - 1]?.bytesRead ?? 0);
    }
  });

  it('within bounded memory', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', makeLog(200_000, 20_000));
    const idle = process.memoryUsage().rss;
    let peak = 0;
    const report = await workspace.start(path, 'behaviours', {}, () => {
      peak = Math.max(peak, process.memoryUsage().rss);
    }).done;
    expect(report).toMatchObject({ rowsAdded: 200_000, usersAdded: 20_000, badRowCount: 0 });
    expect(peak).toBeGreaterThan(0);
    expect((peak - idle) / 2 ** 20).toBeLessThan(400);
    expect(workspace.rows('SELECT sum(behaviour_count) AS n FROM sequences')).toEqual([{ n: 200_000 }]);
    expect(workspace.rows('PRAGMA foreign_key_check')).toEqual([]);
    expect(workspace.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });
});
