import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { anonymousLine, isCrashNote } from '../../../src/main/diagnostics/anonymous-log.ts';
import { collectDiagnostics, writeDiagnostics } from '../../../src/main/diagnostics/export-diagnostics.ts';
import type { DiagnosticsContext } from '../../../src/main/diagnostics/export-diagnostics.ts';
import { readLicences } from '../../../src/main/diagnostics/licences.ts';
import { parseSettings } from '../../../src/main/settings/settings-service.ts';
import { modelSettingsSchema } from '../../../src/shared/model.ts';
import { NO_RUN } from '../../../src/shared/run.ts';
import { tempFolder } from '../../support/temp.ts';

const AT = '2026-11-26T10:00:00.000Z';

describe('a line of the log', () => {
  it.each([
    [
      'warn the workspace /home/alice/客户 A/secret.eventloom cannot be opened: workspace.damaged',
      'warn the workspace <path> cannot be opened: workspace.damaged',
    ],
    [
      'warn settings.json was unreadable and is now C:\\Users\\Alice\\x.corrupt-1',
      'warn settings.json was unreadable and is now <path>',
    ],
    [
      'error request users.get failed: SyntaxError: Unexpected token \'b\', "bought a car" is not valid JSON',
      'error request users.get failed: SyntaxError: Unexpected token <text>, <text> is not valid JSON',
    ],
    [
      'error x at file:///opt/EventLoom/resources/app.asar/out/main/index.js:12:3',
      'error x at out/main/index.js:12:3',
    ],
    [
      'error x at run (/opt/EventLoom/resources/app.asar/out/main/chunks/engine-CAYH35MO.js:1:2)',
      'error x at run (out/main/chunks/engine-CAYH35MO.js:1:2)',
    ],
    ['warn updater: https://updates.example/feed?key=abc answered', 'warn updater: <address> answered'],
    [
      'error key sk-abc123 of alice@example.com, user 13800138000 看车',
      'error key <id> of <address> user <id> <text>',
    ],
    ['info started 0.1.0 on linux, Node 24.21.0', 'info started 0.1.0 on linux, Node 24.21.0'],
    ['warn no backup was made: workspace.busy', 'warn no backup was made: workspace.busy'],
  ])('%j is told as %j', (line, told) => {
    expect(anonymousLine(`${AT} ${line}`)).toBe(`${AT} ${told}`);
  });

  it('may tell of a crash', () => {
    expect(isCrashNote(`${AT} error a window's process is gone: crashed (5)`)).toBe(true);
    expect(isCrashNote(`${AT} info started`)).toBe(false);
  });
});

/** The files of a zip, by their names. */
function unzip(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength] = [bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const local = bytes.readUInt32LE(at + 42);
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(data, data + size);
    files.set(name, (bytes.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content)).toString());
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

/** What must be nowhere in the file: each stands in a place that the diagnostics come from. */
const SECRETS = {
  key: 'sk-live-very-secret-5521',
  address: 'gateway.intranet.example',
  model: 'our-private-deployment',
  user: 'user-13800138000',
  behaviour: '咨询离婚律师',
  folder: '/home/alice/Clients/ACME',
  file: 'acme-log-2026.csv',
  origin: 'chrome-extension://abcdef',
};

function context(folder: string, open: boolean): DiagnosticsContext {
  const settings = modelSettingsSchema.parse({
    preset: 'custom',
    baseUrl: `http://${SECRETS.address}/v1?key=${SECRETS.key}`,
    model: SECRETS.model,
  });
  const run = {
    ...NO_RUN,
    workspaceId: SECRETS.user,
    status: 'failed',
    currentUserIds: [SECRETS.user],
    error: { code: 'run.unknown_user', params: { userIds: SECRETS.user, detail: SECRETS.behaviour } },
  } as const;
  const info = {
    workspaceId: SECRETS.user,
    path: `${SECRETS.folder}/w.eventloom`,
    sizeBytes: 12_000_000,
    users: 3,
    behaviours: 40,
    profiles: 0,
    events: 12,
    conversions: 1,
    imports: [{ fileName: SECRETS.file }],
  };
  const engine = {
    workspaceInfo: async () => info,
    runSnapshot: async () => run,
    runHistory: async () => [run],
  };
  return {
    appInfo: () => ({
      version: '1.2.3',
      platform: 'linux',
      packaged: true,
      electron: '',
      node: '',
      userDataPath: SECRETS.folder,
    }),
    settings: {
      view: () => ({
        ...parseSettings({ rulesPath: `${SECRETS.folder}/r.yaml` }),
        locale: 'en',
        dark: false,
      }),
    },
    model: {
      view: async () => ({
        revision: 1,
        settings,
        key: 'session',
        environmentKeyFor: SECRETS.address,
        canEncrypt: true,
        changedAt: null,
        ready: true,
      }),
    },
    api: { view: () => ({ enabled: true, origins: [SECRETS.origin] }) },
    workspace: {
      state: () => ({ path: folder, error: { code: 'workspace.damaged', params: { path: SECRETS.folder } } }),
    },
    engine: () => {
      if (!open) throw new Error('down');
      return engine;
    },
  } as unknown as DiagnosticsContext;
}

describe('the diagnostics', () => {
  it.each([true, false])('are readable files without a secret (a workspace is open: %s)', async (open) => {
    const folder = tempFolder();
    const logs = join(folder, 'logs');
    mkdirSync(logs);
    const planted = Object.values(SECRETS).map(
      (secret) => `${AT} error request failed: "${secret}" at ${secret}`,
    );
    writeFileSync(join(logs, 'main.1.log'), `${AT} info the oldest line\n${planted.join('\n')}\n`);
    writeFileSync(join(logs, 'main.log'), `${AT} error the engine stopped: app.internal\n`);
    const path = join(folder, 'diagnostics.zip');
    await writeDiagnostics(path, await collectDiagnostics(context(folder, open), logs, Date.parse(AT)));

    const files = unzip(readFileSync(path));
    expect([...files.keys()].map((name) => name.split('/')[1])).toEqual([
      'README.txt',
      'system.txt',
      'settings.json',
      'workspace.json',
      'log.txt',
      'crashes.txt',
    ]);
    const all = [...files.values()].join('\n');
    for (const [what, secret] of Object.entries(SECRETS))
      expect([what, all.includes(secret)]).toEqual([what, false]);
    for (const part of ['13800138000', 'alice', 'ACME', 'acme', '离婚', 'very-secret'])
      expect(all).not.toContain(part);
    const read = (name: string): string => files.get(`eventloom-diagnostics/${name}`) ?? '';
    expect(read('system.txt')).toContain('EventLoom 1.2.3');
    expect(JSON.parse(read('settings.json'))).toMatchObject({
      ownRules: true,
      localApi: true,
      model: { preset: 'custom', inClear: true, named: true, key: 'session' },
    });
    expect(JSON.parse(read('workspace.json'))).toMatchObject(
      open
        ? {
            open: true,
            users: 3,
            behaviours: 40,
            imports: 1,
            run: { status: 'failed', error: 'run.unknown_user' },
          }
        : { open: false, error: 'workspace.damaged' },
    );
    expect(read('log.txt').split('\n')[0]).toBe(`${AT} info the oldest line`);
    expect(read('crashes.txt')).toContain('the engine stopped: app.internal');
    expect(existsSync(`${path}.part`)).toBe(false);
  });

  it('that cannot be written say where and why', async () => {
    const folder = tempFolder();
    const source = await collectDiagnostics(context(folder, false), join(folder, 'none'), 0);
    expect(source.log).toEqual([]);
    const path = join(folder, 'missing', 'd.zip');
    await expect(writeDiagnostics(path, source)).rejects.toMatchObject({
      code: 'app.file_failed',
      params: { path },
    });
  });
});

it('licences are those of all bundles together, by name; a bundle without a list has none', async () => {
  const folders = ['a', 'b', 'c'].map((name) => join(tempFolder(), name));
  for (const folder of folders) mkdirSync(folder);
  const licence = (name: string, version = '1.0.0'): object => ({ name, version, licence: 'MIT', text: 'x' });
  const [one = '', other = ''] = folders;
  writeFileSync(join(one, 'licences.json'), JSON.stringify([licence('zod'), licence('vue')]));
  writeFileSync(join(other, 'licences.json'), JSON.stringify([licence('vue'), licence('zod', '2.0.0')]));
  const read = await readLicences(folders);
  expect(read.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'vue 1.0.0',
    'zod 1.0.0',
    'zod 2.0.0',
  ]);
});
