import type { EngineApi } from '../../core/engine/engine-api.ts';
import { formatMessage } from '../../core/i18n.ts';
import type { ApiBackend } from '../../server/api-backend.ts';
import type { ApiView } from '../../shared/local-api.ts';
import type { Locale } from '../../shared/settings.ts';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import type { RunCommands } from '../engine/run-commands.ts';
import type { Log } from '../log/rotating-log.ts';
import { openValueStore } from '../settings/value-store.ts';
import { LocalApi } from './local-api.ts';

/** Mode of a file that holds a secret: for its owner only. */
const OWNER_ONLY = 0o600;

export interface CreateLocalApiOptions {
  userData: string;
  engine: () => EngineApi;
  snapshots: LatestSnapshots;
  runs: RunCommands;
  locale: () => Locale;
  log: Log;
  onChanged: (view: ApiView) => void;
}

/** The local API over the one engine of the application; what it tells of the run is what the windows are told. */
export function createLocalApi(options: CreateLocalApiOptions): LocalApi {
  const { engine, snapshots, runs, locale, log } = options;
  const backend: ApiBackend = {
    engine,
    snapshot: () => snapshots.run,
    runs,
    errorText: (error) => formatMessage(locale(), error),
    failed: (error) => log.error('a request of the local API failed', error),
  };
  const api = new LocalApi({
    store: openValueStore(options.userData, 'local-api', log, OWNER_ONLY),
    startServer: async (server) => {
      // Most people never switch it on: no start waits for an HTTP server to be loaded.
      const { startApiServer } = await import('../../server/api-server.ts');
      return startApiServer({ ...server, backend });
    },
    log,
    onChanged: options.onChanged,
  });
  snapshots.listen({ run: () => api.runChanged() });
  void api.begin();
  return api;
}
