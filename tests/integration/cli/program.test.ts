import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundled } from '../../support/bundled.ts';
import { eventloom } from '../../support/run-cli.ts';
import { tempFolder } from '../../support/temp.ts';

describe('the command line', () => {
  it.each([
    ['en_US.UTF-8', /^Usage: /, 'Commands:'],
    ['zh_CN.UTF-8', /^用法: /, '命令：'],
  ])('shows its commands in the language %s', async (language, usage, commands) => {
    const { code, stdout, stderr } = await eventloom(tempFolder(), ['--help'], language);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(usage);
    expect(stdout).toContain(commands);
    for (const name of ['try', 'extract', 'serve', 'codebook', 'generate', 'rescue'])
      expect(stdout).toContain(`  ${name} `);
  });

  it.each(['try', 'extract', 'serve', 'codebook', 'generate', 'rescue'])(
    'shows the help of %s in both languages',
    async (name) => {
      const home = tempFolder();
      const english = await eventloom(home, [name, '--help']);
      const chinese = await eventloom(home, [name, '-h'], 'zh_CN.UTF-8');
      for (const { code, stderr } of [english, chinese])
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(english.stdout).not.toMatch(/[\u4e00-\u9fff]/);
      const options = (help: string): string[] =>
        [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
      expect(options(chinese.stdout)).toEqual(options(english.stdout));
      // Every option is explained.
      for (const line of chinese.stdout.split('\n').filter((one) => /^ {2}(-\w, )?--/.test(one)))
        expect(line).toMatch(/[\u4e00-\u9fff]/);
      expect(readdirSync(home)).toEqual([]);
    },
  );

  it.each([
    [
      [],
      'zh_CN.UTF-8',
      '缺少命令，可用：try、extract、insight、export、serve、codebook、imports、generate、rescue',
    ],
    [['abstract'], 'zh_CN.UTF-8', '没有命令 abstract'],
    [['abstract'], 'en_US.UTF-8', 'there is no command abstract'],
    [['--frobnicate'], 'en_US.UTF-8', 'there is no option --frobnicate'],
    [['extract', 'b.csv', '--profile', 'p.csv'], 'zh_CN.UTF-8', '没有选项 --profile，是否要用 --profiles'],
    [['extract', 'b.csv', '--api-key=sk-1'], 'en_US.UTF-8', 'there is no option --api-key\n'],
    [['extract', 'b.csv', 'c.csv'], 'zh_CN.UTF-8', '多出了：c.csv'],
    [['generate', '--users', 'x', '--out', 'b.csv'], 'zh_CN.UTF-8', '--users 应为 1 到 100000000 的整数'],
    [['generate', '--users', '5'], 'zh_CN.UTF-8', '缺少 --out'],
    [['generate', '--users', '5', '--out', 'b.csv', '--shape', 'x'], 'zh_CN.UTF-8', '--shape 不认识 x'],
    [
      ['generate', '--users', '5', '--out', 'b.csv', '--shape', 'web', '--profiles', 'p.csv'],
      'zh_CN.UTF-8',
      'web 没有用户画像',
    ],
  ])('refuses %j in the language %s with exit code 2', async (args, language, expected) => {
    const home = tempFolder();
    const { code, stdout, stderr } = await eventloom(home, args, language);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
    expect(readdirSync(home)).toEqual([]);
  });
});

it.skipIf(!existsSync('/dev/full'))('output that does not fit on the disk is no success', () => {
  const disk = openSync('/dev/full', 'w');
  const run = (language: string): [number | null, string] => {
    const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(bundled('cli')), '--version'], {
      stdio: ['ignore', disk, 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: language },
    });
    return [status, stderr.trim()];
  };
  expect(run('en_US.UTF-8')).toEqual([
    2,
    'The output is not complete: the disk is full. Send standard output elsewhere and run the same command again; everything finished in the workspace is safe.',
  ]);
  expect(run('zh_CN.UTF-8')[1]).toContain('磁盘已满');
  closeSync(disk);
});
