import { net, powerMonitor } from 'electron';
import type { EngineApi } from '../../core/engine/engine-api.ts';
import { toErrorInfo } from '../../core/errors.ts';
import type { LatestSnapshots } from '../engine/latest-snapshots.ts';
import { waitOf } from '../../shared/waiting.ts';
import type { Waitable } from '../../shared/waiting.ts';
import type { Log } from '../log/rotating-log.ts';
import { systemScheduler } from '../push/snapshot-channel.ts';
import { NetworkWatch } from './network-watch.ts';
import { SleepWatch } from './sleep-watch.ts';

export interface PowerOptions {
  engine: () => EngineApi;
  snapshots: LatestSnapshots;
  /** The machine may be in another network now. */
  networkChanged: () => Promise<void>;
  log: Log;
}

function waitsForNetwork(work: Waitable): boolean {
  const wait = waitOf(work, Date.now());
  return wait?.kind === 'held' && wait.reason === 'network';
}

/** Tells the engine when the machine slept, and when the network that work waits for is there again. */
export function connectPower({ engine, snapshots, networkChanged, log }: PowerOptions): void {
  const tell = (what: string, call: (api: EngineApi) => Promise<void>): void => {
    log.info(what);
    Promise.resolve()
      .then(() => call(engine()))
      .catch((error: unknown) => log.warn(`the engine was not told: ${toErrorInfo(error).code}`));
  };
  const sleep = new SleepWatch({
    now: () => Date.now(),
    slept: (ms) => {
      tell(`the machine slept for ${ms} ms`, (api) => api.machineSlept(ms));
      if (network.waiting) tell('the service is tried again', (api) => api.tryModelNow());
    },
  });
  const network = new NetworkWatch({
    isOnline: () => net.isOnline(),
    isBack: () =>
      void networkChanged().then(() =>
        tell('the network is back; the service is tried again', (api) => api.tryModelNow()),
      ),
    scheduler: systemScheduler,
  });
  const look = (): void => {
    const { run, induction } = snapshots;
    const waits = waitsForNetwork(run) || waitsForNetwork({ ...induction, model: induction });
    if (waits && !network.waiting) void networkChanged();
    network.waits(waits);
  };
  snapshots.listen({ run: look, induction: look });
  powerMonitor.on('suspend', () => sleep.suspended());
  powerMonitor.on('resume', () => sleep.resumed());
}
