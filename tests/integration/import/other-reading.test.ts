import { describe, expect, it } from 'vitest';
import { toErrorInfo } from '../../../src/core/errors.ts';
import { formatMessage } from '../../../src/core/i18n.ts';
import { WorkspaceStore } from '../../../src/core/store/workspace-store.ts';
import type { ImportOptions } from '../../../src/shared/import.ts';
import { encodeGb18030, TestWorkspace } from './support.ts';

/** A log whose first character beyond ASCII lies after what is looked at to tell the encoding. */
const asciiLog = (rows: number): string =>
  `user_id,action,timestamp,item_id,app_id,media_id,poi_id,duration\n${'user,browse,2025-01-01 10:00,some-item-of-interest,,,,1\n'.repeat(rows)}`;

describe('the same file read another way', () => {
  const plain = 'user_id,timestamp,action,item\na,2025-01-01 10:00,look,car\n';
  const zoned = 'user_id,timestamp,action,item\na,2025-01-01T00:00:00Z,look,car\n';

  it.each<[string, Partial<ImportOptions>, string]>([
    ['roles', { roles: ['userId', 'time', 'item', 'action'] }, '列的含义'],
    ['time_zone', { timeZone: 'UTC' }, '时区（以前 UTC，这次 Asia/Shanghai）'],
    ['encoding', { encoding: 'gb18030' }, '编码（以前 gb18030，这次 utf-8）'],
  ])('is not taken for the import it corrects: %s', async (name, wrong, words) => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', zoned);
    await workspace.import(path, 'behaviours', wrong);
    const before = workspace.dump();
    const error = toErrorInfo(await workspace.import(path).catch((thrown: unknown) => thrown));
    expect(error).toMatchObject({
      code: 'import.other_reading',
      params: { path, reason: `import.reading.${name}` },
    });
    expect(formatMessage('zh-CN', error)).toContain(`不同之处：${words}。`);
    expect(workspace.dump()).toEqual(before);
  });

  it('nor with another delimiter, of a file that reads with both', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', 'user_id,timestamp,action,a;b\nu,2025-01-01,look,1;2\n');
    await workspace.import(path, 'behaviours', { delimiter: ',' });
    await expect(workspace.import(path, 'behaviours', { delimiter: ';' })).rejects.toMatchObject({
      code: 'import.other_reading',
      params: { reason: 'import.reading.delimiter' },
    });
  });

  it('is the same import when it is only told what was recognised', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', zoned);
    await workspace.import(path);
    const again = await workspace.import(path, 'behaviours', {
      roles: ['userId', 'time', 'action', 'item'],
      encoding: 'utf-8',
      delimiter: ',',
      timeZone: 'Asia/Shanghai',
    });
    expect(again).toMatchObject({ sameFile: true, rowsAdded: 0 });
  });

  it('is the same import in any zone when none of its times has one', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', plain);
    await workspace.import(path);
    expect(await workspace.import(path, 'behaviours', { timeZone: 'UTC' })).toMatchObject({ sameFile: true });
  });

  it('is the same import when it proves to be GB18030 after the part that is looked at', async () => {
    const workspace = new TestWorkspace();
    const late = encodeGb18030('张三,browse,2025-01-01,长城,,,,\n');
    const path = workspace.file('log.csv', Buffer.concat([Buffer.from(asciiLog(30_000)), late]));
    await workspace.import(path);
    expect(await workspace.import(path)).toMatchObject({ sameFile: true });
    expect(await workspace.import(path, 'behaviours', { encoding: 'gb18030' })).toMatchObject({
      sameFile: true,
    });
    await expect(workspace.import(path, 'behaviours', { encoding: 'utf-8' })).rejects.toMatchObject({
      params: { reason: 'import.reading.encoding', before: 'gb18030', now: 'utf-8' },
    });
  });

  it('is imported once the workspace is cleared', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', zoned);
    await workspace.import(path, 'behaviours', { timeZone: 'UTC' });
    new WorkspaceStore(workspace.db).clear('all');
    expect(await workspace.import(path)).toMatchObject({ sameFile: false, rowsAdded: 1 });
    expect(workspace.rows('SELECT time FROM behaviours')).toEqual([{ time: Date.UTC(2025, 0, 1, 8) }]);
  });

  it('is imported again when it holds profiles, which replace each other', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('profiles.csv', 'user_id,age,note\nu1,40,x\n');
    await workspace.import(path, 'profiles');
    const corrected = await workspace.import(path, 'profiles', { roles: ['userId', 'profile', 'ignore'] });
    expect(corrected).toMatchObject({ sameFile: false, rowsAdded: 1 });
    expect(workspace.rows('SELECT fields FROM profiles')).toEqual([
      { fields: '[{"name":"age","value":"40"}]' },
    ]);
  });

  it('is the same import when the workspace is of before this was kept', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', zoned);
    await workspace.import(path, 'behaviours', { timeZone: 'UTC' });
    workspace.db.exec('UPDATE imports SET reading = NULL');
    expect(await workspace.import(path)).toMatchObject({ sameFile: true });
  });

  it('is not read at all in a zone that does not exist', async () => {
    const workspace = new TestWorkspace();
    const path = workspace.file('log.csv', plain);
    await workspace.import(path);
    await expect(workspace.import(path, 'behaviours', { timeZone: 'Mars' })).rejects.toMatchObject({
      code: 'import.bad_time_zone',
    });
  });
});
