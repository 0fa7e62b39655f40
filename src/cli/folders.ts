import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Record<string, string | undefined>;

/** The folder for data of this application, e.g. workspaces that were not named. EVENTLOOM_HOME overrides it. */
export function dataFolder(environment: Environment = process.env): string {
  return userFolder(environment, {
    linux: ['XDG_DATA_HOME', ['.local', 'share']],
    windows: ['LOCALAPPDATA', ['AppData', 'Local']],
  });
}

/** The folder for settings of this application. EVENTLOOM_HOME overrides it. */
export function configFolder(environment: Environment = process.env): string {
  return userFolder(environment, {
    linux: ['XDG_CONFIG_HOME', ['.config']],
    windows: ['APPDATA', ['AppData', 'Roaming']],
  });
}

/** For each system: the variable that names the parent folder, and where that is in the user's home when it is not set. */
type Places = Record<'linux' | 'windows', [variable: string, inHome: string[]]>;

function userFolder(environment: Environment, places: Places): string {
  if (environment['EVENTLOOM_HOME']) return environment['EVENTLOOM_HOME'];
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'event-loom');
  const [variable, inHome] = process.platform === 'win32' ? places.windows : places.linux;
  return join(environment[variable] || join(homedir(), ...inHome), 'event-loom');
}
