import { safeStorage, session } from 'electron';
import type { EngineApi } from '../../core/engine/engine-api.ts';
import { KeyAddresses } from '../../core/key-addresses.ts';
import type { ModelView } from '../../shared/model.ts';
import type { Log } from '../log/rotating-log.ts';
import { systemProxy } from '../network/system-proxy.ts';
import { systemScheduler } from '../push/snapshot-channel.ts';
import { openValueStore } from '../settings/value-store.ts';
import { takeEnvironmentKey } from './environment-key.ts';
import { systemCipher } from './key-cipher.ts';
import { KeyStore } from './key-store.ts';
import type { KeyQuestion } from './key-store.ts';
import { ModelConfigService } from './model-config-service.ts';

/** Mode of a file that holds a secret: for its owner only. */
const OWNER_ONLY = 0o600;

export interface CreateModelOptions {
  userData: string;
  engine: () => EngineApi;
  confirmKey: (question: KeyQuestion) => Promise<boolean>;
  log: Log;
  onChanged: (view: ModelView) => void;
}

/** The model service on this system's files and keyring; after `ready`. */
export function createModel({
  userData,
  engine,
  confirmKey,
  log,
  onChanged,
}: CreateModelOptions): ModelConfigService {
  return new ModelConfigService({
    engine,
    store: openValueStore(userData, 'model', log),
    keys: new KeyStore({
      store: openValueStore(userData, 'credentials', log, OWNER_ONLY),
      cipher: systemCipher(safeStorage, process.platform),
      environmentKey: takeEnvironmentKey(process.env),
      addresses: new KeyAddresses(openValueStore(userData, 'key-addresses', log, OWNER_ONLY)),
      log,
    }),
    confirmKey,
    proxyFor: systemProxy({
      resolve: (url) => session.defaultSession.resolveProxy(url),
      scheduler: systemScheduler,
      log,
    }),
    scheduler: systemScheduler,
    log,
    onChanged,
  });
}
