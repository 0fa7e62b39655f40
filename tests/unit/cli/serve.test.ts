import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FROM_SOURCES } from '../../../src/cli/from-sources.ts';
import { parseServeArguments } from '../../../src/cli/serve-arguments.ts';
import type { ServeArguments } from '../../../src/cli/serve-arguments.ts';
import { defaultTokenFile, tokenOfFile } from '../../../src/cli/token-file.ts';
import { isToken, newToken } from '../../../src/server/token.ts';
import { DEFAULT_API_PORT } from '../../../src/shared/local-api-limits.ts';
import { tempFolder } from '../../support/temp.ts';

const hasModes = process.platform !== 'win32';

describe('the token file', () => {
  it('is made once, readable by its owner only, and kept', () => {
    const path = join(tempFolder(), 'folder', 'token');
    const token = tokenOfFile(path, false, 'en');
    expect(isToken(token)).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(`${token}\n`);
    if (hasModes) expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(tokenOfFile(path, false, 'en')).toBe(token);
    const renewed = tokenOfFile(path, true, 'en');
    expect(renewed).not.toBe(token);
    expect(tokenOfFile(path, false, 'en')).toBe(renewed);
  });

  it.runIf(hasModes)('is not used when others may read it; a new token closes it', () => {
    const path = join(tempFolder(), 'token');
    for (const mode of [0o644, 0o640, 0o604]) {
      writeFileSync(path, newToken());
      chmodSync(path, mode);
      expect(() => tokenOfFile(path, false, 'en')).toThrow('others may read the token file');
    }
    tokenOfFile(path, true, 'en');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it.runIf(hasModes)('does not write through a link that somebody has put in its place', () => {
    const folder = tempFolder();
    const [path, target] = [join(folder, 'token'), join(folder, 'target')];
    writeFileSync(target, 'mine', { mode: 0o600 });
    symlinkSync(target, path);
    tokenOfFile(path, true, 'en');
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });

  it('is said to be unusable where it is', () => {
    const folder = tempFolder();
    const path = join(folder, 'token');
    writeFileSync(path, 'password', { mode: 0o600 });
    expect(() => tokenOfFile(path, false, 'zh-CN')).toThrow(`${path} 里没有令牌`);
    mkdirSync(join(folder, 'folder'), { mode: 0o700 });
    expect(() => tokenOfFile(join(folder, 'folder'), false, 'en')).toThrow(
      'cannot be read or written: EISDIR',
    );
    expect(() => tokenOfFile(join(path, 'x'), false, 'en')).toThrow('cannot be read or written');
    expect(existsSync(`${path}.${process.pid}.part`)).toBe(false);
  });
});

describe('the arguments of serve', () => {
  function parse(values: Record<string, unknown>, args: string[] = []): ServeArguments {
    const context = {
      locale: 'en',
      directory: '/data',
      environment: { EVENTLOOM_HOME: '/home/me' },
      installation: FROM_SOURCES,
    } as const;
    return parseServeArguments({ ...context, args, values: { workspace: 'w.db', ...values } });
  }

  it('have defaults', () => {
    expect(parse({})).toEqual({
      workspace: join('/data', 'w.db'),
      port: DEFAULT_API_PORT,
      tokenFile: defaultTokenFile({ EVENTLOOM_HOME: '/home/me' }),
      newToken: false,
      origins: [],
      rules: { pack: 'general' },
      extractor: 'rules',
      model: null,
      maxCost: null,
      maxTokens: null,
      prompt: null,
      confirmAddress: false,
    });
    const origins = 'chrome-extension://abc, https://tool.example:8443';
    expect(parse({ port: '0', origin: origins, model: 'm' })).toMatchObject({
      port: 0,
      origins: ['chrome-extension://abc', 'https://tool.example:8443'],
      extractor: 'rules',
      model: { model: 'm' },
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ workspace: '' }, '--workspace is missing'],
    [{ port: '65536' }, '--port must be a whole number from 0 to 65535, not “65536”'],
    [{ port: '-1' }, '--port'],
    [{ port: '1e3' }, '--port'],
    [{ port: 'http' }, '--port'],
    [{ origin: '*' }, '--origin cannot be “*”'],
    [{ origin: 'https://a.example/' }, '--origin'],
    [{ origin: 'null' }, '--origin'],
    [{ origin: 'https://a.example,localhost' }, '--origin cannot be “localhost”'],
    [{ extractor: 'magic' }, 'there is no extractor magic'],
    [{ extractor: 'llm' }, '--extractor llm needs --model'],
    [{ 'max-cost': '5' }, '--max-cost needs'],
  ])('%j are refused', (values, message) => {
    expect(() => parse(values)).toThrow(message);
  });

  it('are options only', () => {
    expect(() => parse({}, ['w.db'])).toThrow('too many arguments: w.db');
  });
});
