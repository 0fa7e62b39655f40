import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createUpdateInfoTasks,
  writeUpdateInfoFiles,
} from 'app-builder-lib/out/publish/updateInfoBuilder.js';
import { findFile, parseUpdateInfo, resolveFiles } from 'electron-updater/out/providers/Provider.js';
import { Arch, Platform } from 'electron-builder';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { configuration } from '../../../../tools/package/config.ts';
import { notesOfThisVersion, releaseNotes, sectionOf } from '../../../../tools/package/release-notes.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something new.

## [1.2.0] - 2026-01-05

### Fixed

- A \`bug\`.

## [1.1.0] - 2025-11-02

## [1.0.0]

- The first.

[1.0.0]: https://example.invalid
`;

describe('the notes of a version', () => {
  it('are its section of the changelog, without its heading and the next one', () => {
    expect(sectionOf(CHANGELOG, '1.2.0')).toBe('### Fixed\n\n- A `bug`.');
    expect(sectionOf(CHANGELOG.replaceAll('\n', '\r\n'), '1.2.0')).toBe('### Fixed\n\n- A `bug`.');
    expect(sectionOf(CHANGELOG, '1.0.0')).toBe('- The first.');
  });

  it('are missing where there is no section, or nothing in it', () => {
    expect(sectionOf(CHANGELOG, '1.1.0')).toBeNull();
    expect(sectionOf(CHANGELOG, '1.2')).toBeNull();
  });

  it('are what is not released yet for a version between releases', () => {
    expect(releaseNotes(CHANGELOG, '1.3.0')).toBe('### Added\n\n- Something new.');
    expect(releaseNotes('# Changelog', '1.3.0')).toBe('');
  });

  it('exist for the present version', () => {
    expect(notesOfThisVersion()).toMatch(/^###? .+\n\n- /);
  });
});

describe('what announces an update of Windows', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eventloom-feed-'));
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('has the notes, and the installer of each architecture that was packed together', async () => {
    const config = configuration({ EVENTLOOM_UPDATE_URL: 'https://u.invalid' }, '/icons', '- Something new.');
    // What of the builder's packager its own code for these files uses.
    const packager = {
      platform: Platform.WINDOWS,
      platformSpecificBuildOptions: config.win,
      config,
      appInfo: { version: '1.2.0' },
      metadata: { dependencies: { 'electron-updater': '^6.8.10' } },
      info: {},
      emitArtifactCreated: () => Promise.resolve(),
    };
    type Event = Parameters<typeof createUpdateInfoTasks>[0];
    const publish = { provider: 'generic' as const, url: 'https://u.invalid' };
    const tasks = [];
    for (const arch of [Arch.x64, Arch.arm64]) {
      const file = join(folder, `eventloom-1.2.0-win-${Arch[arch]}-setup.exe`);
      writeFileSync(file, Arch[arch]);
      const event = { file, arch, packager, target: { outDir: folder } } as unknown as Event;
      tasks.push(...(await createUpdateInfoTasks(event, [publish])));
    }
    await writeUpdateInfoFiles(tasks, packager as unknown as Parameters<typeof writeUpdateInfoFiles>[1]);

    expect(readdirSync(folder).filter((name) => name.endsWith('.yml'))).toEqual(['latest.yml']);
    const base = new URL('https://u.invalid/');
    const info = parseUpdateInfo(readFileSync(join(folder, 'latest.yml'), 'utf8'), 'latest.yml', base);
    expect(info).toMatchObject({ version: '1.2.0', releaseNotes: '- Something new.' });
    for (const [arch, other] of [
      ['x64', 'arm64'],
      ['arm64', 'x64'],
    ] as const) {
      vi.spyOn(process, 'arch', 'get').mockReturnValue(arch);
      const found = findFile(resolveFiles(info, base), 'exe')?.url.href;
      expect(found).toContain(`-${arch}-setup.exe`);
      expect(found).not.toContain(other);
    }
  });
});
