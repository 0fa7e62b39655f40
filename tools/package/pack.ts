import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Arch, Platform, build } from 'electron-builder';
import { PROJECT, configuration } from './config.ts';
import { notesOfThisVersion } from './release-notes.ts';

export const ARCHITECTURES = { x64: Arch.x64, arm64: Arch.arm64, universal: Arch.universal };
export type Architecture = keyof typeof ARCHITECTURES;

export interface PackOptions {
  platform: 'linux' | 'mac' | 'windows';
  /** Several of one system are packed together, because they share one file that announces updates. */
  architectures: Architecture[];
  /** Kinds of installers; those of the configuration when left out, and `dir` for the unpacked folder alone. */
  targets?: string[];
  /** Where they are written. */
  output: string;
  /** A folder with an unpacked Electron for the only architecture; otherwise the builder fetches one for each. */
  electron?: string;
  environment: Record<string, string | undefined>;
}

const PLATFORMS = { linux: Platform.LINUX, mac: Platform.MAC, windows: Platform.WINDOWS };

/** Packs what has been built into `out`. Resolves to the files of the installers. */
export async function pack(options: PackOptions): Promise<string[]> {
  const { platform, architectures, targets = [], output, electron, environment } = options;
  const icons = mkdtempSync(join(tmpdir(), 'eventloom-icons-'));
  try {
    copyIcons(icons);
    const config = configuration(environment, icons, notesOfThisVersion());
    return await build({
      projectDir: PROJECT,
      targets: PLATFORMS[platform].createTarget(targets, ...architectures.map((name) => ARCHITECTURES[name])),
      publish: 'never',
      config: {
        ...config,
        directories: { ...config.directories, output },
        ...(electron === undefined ? {} : { electronDist: electron }),
      },
    });
  } finally {
    rmSync(icons, { recursive: true, force: true });
  }
}

/** The builder takes a set of icons by the names of its files: `icon-48.png` becomes `48x48.png`. */
function copyIcons(folder: string): void {
  const from = join(PROJECT, 'resources', 'icons');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(from)) {
    const [, size] = /^icon-(\d+)\.png$/.exec(name) ?? [];
    if (size !== undefined) copyFileSync(join(from, name), join(folder, `${size}x${size}.png`));
  }
}
