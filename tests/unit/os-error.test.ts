import { describe, expect, it } from 'vitest';
import { formatMessage } from '../../src/core/i18n.ts';
import { osCause } from '../../src/core/os-error.ts';

/** As Node makes them. */
function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const path = 'log.csv';

describe('why a file operation failed', () => {
  it.each([
    [
      systemError('EISDIR', 'EISDIR: illegal operation on a directory, read'),
      '这是一个文件夹',
      'it is a folder',
    ],
    [systemError('EACCES', "EACCES: permission denied, open 'log.csv'"), '没有访问权限', 'permission denied'],
    [systemError('ENOSPC', 'ENOSPC: no space left on device, write'), '磁盘已满', 'the disk is full'],
    [
      systemError('EIO', "EIO: i/o error, open 'log.csv'"),
      '系统报告错误（EIO: i/o error）',
      'the system reported an error (EIO: i/o error)',
    ],
    ['odd', '系统报告错误（odd）', 'the system reported an error (odd)'],
  ])('%s is said in the language of the message', (error, zh, en) => {
    const info = { code: 'import.unreadable', params: { path, ...osCause(error) } } as const;
    expect(formatMessage('zh-CN', info)).toContain(`无法读取文件 log.csv：${zh}。`);
    expect(formatMessage('en', info)).toContain(`cannot be read: ${en}.`);
  });
});
