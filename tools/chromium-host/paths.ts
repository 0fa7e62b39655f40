import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

function appData(): string {
  if (process.platform === 'win32') return process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
}

/** The folders of `app.getPath`, where Electron's documentation puts them; `setPath` overrides. */
export class AppPaths {
  private readonly changed = new Map<string, string>();
  private readonly appName: () => string;

  constructor(appName: () => string) {
    this.appName = appName;
  }

  /** Throws for a name that is no known folder. */
  get(name: string): string {
    const changed = this.changed.get(name);
    if (changed !== undefined) return changed;
    const home = homedir();
    const userData = (): string => this.changed.get('userData') ?? join(appData(), this.appName());
    const known: Record<string, () => string> = {
      home: () => home,
      appData,
      userData,
      sessionData: userData,
      logs: () => join(userData(), 'logs'),
      crashDumps: () => join(userData(), 'Crashpad'),
      temp: tmpdir,
      exe: () => process.execPath,
      module: () => process.execPath,
      assets: () => dirname(process.execPath),
      desktop: () => join(home, 'Desktop'),
      documents: () => join(home, 'Documents'),
      downloads: () => join(home, 'Downloads'),
      music: () => join(home, 'Music'),
      pictures: () => join(home, 'Pictures'),
      videos: () => join(home, 'Videos'),
    };
    const folder = known[name];
    if (!folder) throw new Error(`Failed to get '${name}' path`);
    return folder();
  }

  set(name: string, path: string): void {
    this.get(name);
    if (resolve(path) !== path) throw new Error('Path must be absolute');
    this.changed.set(name, path);
  }
}
