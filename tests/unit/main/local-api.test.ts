import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.ts';
import { LocalApi } from '../../../src/main/api/local-api.ts';
import type { ApiServer } from '../../../src/server/api-server.ts';
import { hashToken, isToken } from '../../../src/server/token.ts';
import { DEFAULT_API_PORT } from '../../../src/shared/local-api-limits.ts';
import type { ApiView } from '../../../src/shared/local-api.ts';
import { MemoryStore, RecordingLog } from './fakes.ts';

interface Started {
  port: number;
  tokenHash: string;
  origins: string[];
  stopped: boolean;
  changes: number;
}

let store: MemoryStore;
let log: RecordingLog;
let started: Started[];
let taken: number | null;
let told: ApiView[];

function localApi(): LocalApi {
  return new LocalApi({
    store,
    log,
    onChanged: (view) => told.push(view),
    startServer: async (options): Promise<ApiServer> => {
      if (options.port === taken) throw new AppError('api.port_in_use', { port: options.port });
      // Two servers at once would be two owners of one port.
      expect(started.every(({ stopped }) => stopped)).toBe(true);
      const server = { ...options, stopped: false, changes: 0 };
      started.push(server);
      return {
        port: options.port,
        url: `http://127.0.0.1:${options.port}`,
        routes: [],
        runChanged: () => (server.changes += 1),
        stop: async () => {
          server.stopped = true;
        },
      };
    },
  });
}

const running = (): Started[] => started.filter(({ stopped }) => !stopped);

beforeEach(() => {
  [store, log, started, taken, told] = [new MemoryStore(), new RecordingLog(), [], null, []];
});

describe('the local API', () => {
  it('is off until it is switched on; then its token is handed out once, and only its hash is kept', async () => {
    const api = localApi();
    await api.begin();
    expect(api.view()).toMatchObject({
      enabled: false,
      port: DEFAULT_API_PORT,
      state: 'off',
      url: null,
      hasToken: false,
    });
    expect(started).toEqual([]);

    const { view, token } = await api.update({ enabled: true });
    expect(isToken(token ?? '')).toBe(true);
    expect(view).toMatchObject({
      state: 'running',
      url: `http://127.0.0.1:${DEFAULT_API_PORT}`,
      hasToken: true,
    });
    expect(running()[0]?.tokenHash).toBe(hashToken(token ?? ''));
    api.runChanged();
    expect(running()[0]?.changes).toBe(1);

    expect(await api.update({ enabled: false })).toMatchObject({
      view: { state: 'off', url: null },
      token: null,
    });
    expect(running()).toEqual([]);
    api.runChanged();
    expect((await api.update({ enabled: true })).token).toBeNull();
    const everything = JSON.stringify([store.value, told, log.lines]);
    expect(everything).not.toContain(token);
    expect(told.map(({ revision }) => revision)).toEqual(told.map((_view, index) => index + 1));
  });

  it('starts with the application, by what is stored', async () => {
    const { token } = await localApi().update({
      enabled: true,
      port: 20_000,
      origins: ['chrome-extension://abc'],
    });
    started.splice(0);
    const next = localApi();
    await next.begin();
    expect(running()).toMatchObject([
      { port: 20_000, origins: ['chrome-extension://abc'], tokenHash: hashToken(token ?? '') },
    ]);
    await next.stop();
    expect(running()).toEqual([]);
    // What is asked while the application quits starts nothing.
    await next.update({ port: 20_001 });
    expect(running()).toEqual([]);
  });

  it.each([
    [{ enabled: true }],
    [{ enabled: true, tokenHash: 'short' }],
    [{ enabled: true, tokenHash: 5, port: 'x' }],
    ['nonsense'],
    [null],
  ])('never runs without a token, whatever is stored: %j', async (value) => {
    store.value = value;
    const api = localApi();
    await api.begin();
    expect(api.view()).toMatchObject({ enabled: false, state: 'off' });
    expect(started).toEqual([]);
  });

  it('says that its port is taken, and goes on at another one', async () => {
    taken = DEFAULT_API_PORT;
    const api = localApi();
    const first = await api.update({ enabled: true });
    expect(first.view).toMatchObject({
      enabled: true,
      state: 'failed',
      url: null,
      error: { code: 'api.port_in_use', params: { port: DEFAULT_API_PORT } },
    });
    expect(isToken(first.token ?? '')).toBe(true);
    // The same again tries again.
    expect((await api.update({ enabled: true })).view.state).toBe('failed');
    expect((await api.update({ port: 20_000 })).view).toMatchObject({ state: 'running', error: null });
    taken = null;
    const { writes } = store;
    expect((await api.update({ port: 20_000 })).view.state).toBe('running');
    expect(store.writes).toBe(writes);
    expect(started).toHaveLength(1);
  });

  it('refuses the old token from the moment on that it is changed', async () => {
    const api = localApi();
    const { token: old } = await api.update({ enabled: true });
    const { token, view } = await api.renewToken();
    expect(token).not.toBe(old);
    expect(view.state).toBe('running');
    expect(running().map(({ tokenHash }) => tokenHash)).toEqual([hashToken(token ?? '')]);
  });

  it('does one thing after another', async () => {
    const api = localApi();
    await Promise.all([
      api.begin(),
      api.update({ enabled: true }),
      api.renewToken(),
      api.update({ port: 20_000 }),
      api.update({ enabled: false }),
      api.update({ enabled: true }),
    ]);
    expect(running()).toMatchObject([{ port: 20_000 }]);
  });

  it('changes nothing that cannot be stored', async () => {
    const api = localApi();
    store.write = () => {
      throw new AppError('app.settings_not_saved', { path: 'local-api.json', detail: 'os.disk_full' });
    };
    await expect(api.update({ enabled: true })).rejects.toMatchObject({ code: 'app.settings_not_saved' });
    expect(api.view()).toMatchObject({ enabled: false, state: 'off', hasToken: false });
    expect(started).toEqual([]);
  });
});
