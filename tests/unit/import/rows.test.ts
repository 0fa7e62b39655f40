import { describe, expect, it } from 'vitest';
import { BehaviourRow } from '../../../src/core/import/behaviour-row.ts';
import { ProfileRow } from '../../../src/core/import/profile-row.ts';
import { TimeZone } from '../../../src/core/import/times/time-zone.ts';
import type { ColumnRole } from '../../../src/shared/import.ts';

const HEADER = ['用户', '时间', '行为', '描述', '时长', '城市', '__proto__'];
const ROLES: ColumnRole[] = ['userId', 'time', 'action', 'text', 'duration', 'extra', 'extra'];
const row = new BehaviourRow(HEADER, ROLES, new TimeZone('Asia/Shanghai'));

describe('a behaviour', () => {
  it('is read, trimmed, with empty values as none', () => {
    expect(row.read([' 007 ', '2025-01-01 00:00:00', ' 看车', '', '12.5', '北京 ', ''])).toBeNull();
    expect(row.userId).toBe('007');
    expect(row.time).toBe(Date.UTC(2025, 0, 1));
    expect([row.action, row.text, row.duration, row.item]).toEqual(['看车', null, 12.5, null]);
    expect(row.extra).toBe('{"城市":"北京"}');
  });

  it.each(['007', '1e5', 'x"y', 'a b', '０１', '😀', '-1'])('keeps the user id %j as it is', (userId) => {
    expect(row.read([userId, '2025-01-01', 'a', '', '', '', ''])).toBeNull();
    expect(row.userId).toBe(userId);
  });

  it('keeps a column whatever it is called', () => {
    row.read(['u', '2025-01-01', 'a', '', '', '', 'x']);
    expect(row.extra).toBe('{"__proto__":"x"}');
    row.read(['u', '2025-01-01', 'a', '', '', '', '']);
    expect(row.extra).toBeNull();
  });

  it('is kept without a duration that cannot be read, which is told', () => {
    expect(row.read(['u', '2025-01-01', 'purchase', '', 'ten\u0007', '', ''])).toBeNull();
    expect([row.action, row.duration, row.unread]).toEqual([
      'purchase',
      null,
      { value: 'ten ', column: '时长' },
    ]);
    expect(row.read(['u', '2025-01-01', 'purchase', '', '00:10', '', ''])).toBeNull();
    expect([row.duration, row.unread]).toEqual([10, null]);
    row.read(['u', '2025-01-01', 'purchase', '', '', '', '']);
    expect([row.duration, row.unread]).toEqual([null, null]);
  });

  it('says which columns can have a value', () => {
    expect(row.columns).toEqual(['text', 'action', 'duration', 'extra']);
  });

  it.each([
    [
      ['', '2025-01-01', 'a', '', '', '', ''],
      { code: 'import.row.missing_user', params: { column: '用户' } },
    ],
    [
      ['u', 'soon', 'a', '', '', '', ''],
      { code: 'import.row.bad_time', params: { value: 'soon', column: '时间' } },
    ],
    [
      ['u', '2025-01-01', '', ' ', '', '', ''],
      { code: 'import.row.no_content', params: { column: '描述, 行为' } },
    ],
  ])('%j is refused', (fields, reason) => {
    expect(row.read(fields)).toEqual(reason);
  });
});

it('a profile keeps its fields in the order of the file, without empty ones', () => {
  const profile = new ProfileRow(
    ['city', 'id', 'age', 'note', 'x'],
    ['profile', 'userId', 'profile', 'extra', 'ignore'],
  );
  expect(profile.read(['北京', ' u1 ', '', 'n', 'y'])).toBeNull();
  expect(profile.userId).toBe('u1');
  expect(JSON.parse(profile.fields)).toEqual([
    { name: 'city', value: '北京' },
    { name: 'note', value: 'n' },
  ]);
  expect(profile.read(['北京', '', '', '', ''])).toEqual({
    code: 'import.row.missing_user',
    params: { column: 'id' },
  });
});
