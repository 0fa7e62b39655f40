import { app } from 'electron';
import { parseLaunchArguments } from './lifecycle/launch-arguments.ts';
import { wasOpenedAtLogin } from './lifecycle/login-item.ts';
import { failToStart } from './lifecycle/start-failure.ts';
import { RotatingLog } from './log/rotating-log.ts';
import { listenForOpenRequests } from './open/listen.ts';
import { OpenRequests } from './open/open-requests.ts';
import { TroubleReporter } from './log/trouble-reporter.ts';
import { preparePaths } from './paths.ts';
import type { AppPaths } from './paths.ts';
import { registerAppScheme } from './protocol/scheme.ts';
import { startShell } from './start-shell.ts';
import type { Shell } from './start-shell.ts';

const LOG_FILE_BYTES = 1_000_000;
const LOG_FILES = 3;

// Before `ready`: the scheme, the folder of user data, and the lock that lives in it.
registerAppScheme();
app.setAppUserModelId('com.eventloom.app');
try {
  const paths = preparePaths(import.meta.url);
  if (app.requestSingleInstanceLock()) start(paths);
  else app.quit();
} catch (error) {
  void failToStart(error, null);
}

function start(paths: AppPaths): void {
  const log = new RotatingLog({
    folder: paths.logs,
    maxBytes: LOG_FILE_BYTES,
    maxFiles: LOG_FILES,
    now: () => Date.now(),
  });
  let shell: Shell | null = null;
  const requests = new OpenRequests();
  const trouble = new TroubleReporter(log);
  process.on('unhandledRejection', (reason) => trouble.report('unhandled rejection', reason));
  // Electron would show a box with a stack, and Node would end the process.
  process.on('uncaughtException', (error) => trouble.report('uncaught exception', error));
  // A tray may not be visible (GNOME shows none), so a second start always brings the window back.
  app.on('second-instance', (_event, argv) => shell?.started(parseLaunchArguments(argv)));
  listenForOpenRequests(requests);
  app
    .whenReady()
    .then(() => {
      log.info(`started ${app.getVersion()} on ${process.platform}, Node ${process.versions.node}`);
      const launch = parseLaunchArguments(process.argv);
      launch.hidden ||= wasOpenedAtLogin();
      shell = startShell(paths, log, launch, requests);
      trouble.tellBy(shell.notify);
    })
    .catch((error: unknown) => {
      log.error('the application cannot start', error);
      return failToStart(error, paths.logs);
    })
    .catch((error: unknown) => {
      log.error('the reason could not be shown', error);
      app.exit(1);
    });
}
