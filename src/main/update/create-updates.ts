import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { UpdateView } from '../../shared/update.ts';
import { isPortable } from '../lifecycle/own-program.ts';
import type { Log } from '../log/rotating-log.ts';
import { systemScheduler } from '../push/snapshot-channel.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { ShellState } from '../settings/shell-state.ts';
import { updaterConfig, updatesOff } from './update-config.ts';
import { UpdateService } from './update-service.ts';
import type { Updater } from './updater-port.ts';

export interface UpdatesOptions {
  userData: string;
  settings: SettingsService;
  state: ShellState;
  /** Whether anything is under way that an update must not end. */
  isWorking: () => boolean;
  /** Ends the application in order. */
  leave: () => void;
  onChanged: (view: UpdateView) => void;
  log: Log;
}

/** The update service of this installation. */
export function createUpdates(options: UpdatesOptions): UpdateService {
  const { userData, settings, state, isWorking, leave, onChanged, log } = options;
  const environment = process.env['EVENTLOOM_UPDATE_URL'];
  const packagedPath = join(process.resourcesPath, 'app-update.yml');
  const off = updatesOff({
    isPackaged: app.isPackaged,
    environment,
    hasPackaged: app.isPackaged && existsSync(packagedPath),
    isPortable: isPortable(),
  });
  return new UpdateService({
    version: app.getVersion(),
    off,
    loadUpdater: () => loadUpdater({ environment, packagedPath, userData, log }),
    automatic: () => settings.current.checkUpdates,
    isWorking,
    remember: ({ version, resume }) => state.updateStarted(version, resume),
    leave,
    onChanged,
    scheduler: systemScheduler,
    now: () => Date.now(),
    log,
  });
}

interface UpdaterFiles {
  environment: string | undefined;
  /** What the packager wrote. */
  packagedPath: string;
  userData: string;
  log: Log;
}

/** Loads the updater on demand: most starts need none, nor the parser of its configuration. */
async function loadUpdater({ environment, packagedPath, userData, log }: UpdaterFiles): Promise<Updater> {
  const [{ ElectronUpdater, writeUpdateConfig }, { autoUpdater }, { parse }] = await Promise.all([
    import('./electron-updater.ts'),
    import('electron-updater'),
    import('yaml'),
  ]);
  const packaged: unknown = existsSync(packagedPath) ? parse(readFileSync(packagedPath, 'utf8')) : null;
  const config = updaterConfig(environment, packaged);
  if (environment?.trim()) {
    const path = join(userData, 'app-update.json');
    writeUpdateConfig(path, config);
    autoUpdater.updateConfigPath = path;
  }
  return new ElectronUpdater(autoUpdater, log);
}
