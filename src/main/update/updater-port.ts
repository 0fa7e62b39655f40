import type { OfferedUpdate } from '../../shared/update.ts';

/** How an installation begins: `failed`: it did not. `leaves`: the process must end now. `ends-itself`: the updater ends it. */
export type InstallStart = 'failed' | 'leaves' | 'ends-itself';

/** What the update service needs of an updater. Implemented with electron-updater, and by tests. */
export interface Updater {
  /** Asks the server; null when there is nothing newer. Rejects when it does not answer. */
  check(): Promise<OfferedUpdate | null>;
  /** Downloads what was offered and checks it; rejects when it is damaged or forged, and leaves nothing of it. */
  download(onPercent: (percent: number) => void): Promise<void>;
  /** Starts to install what was downloaded; `relaunch`: the new version is started afterwards. */
  install(relaunch: boolean): InstallStart;
}
