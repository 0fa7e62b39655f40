import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../../.github/workflows', import.meta.url));
const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(
    z.string(),
    z.object({
      'timeout-minutes': z.number(),
      permissions: z.record(z.string(), z.string()).optional(),
      needs: z.union([z.string(), z.array(z.string())]).optional(),
      strategy: z
        .object({ matrix: z.object({ include: z.array(z.record(z.string(), z.string())).optional() }) })
        .optional(),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          with: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
  ),
});

/** What may write to the repository. */
const MAY_WRITE = ['release.yml publish contents'];

describe.each(readdirSync(FOLDER))('the workflow %s', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const workflow = workflowSchema.parse(parse(text));
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('pins each action by its commit, and says which version that is', () => {
    const lines = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it.skipIf(spawnSync('actionlint', ['--version']).status !== 0)('has nothing that actionlint finds', () => {
    const { status, stdout } = spawnSync('actionlint', ['-no-color', join(FOLDER, file)], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([0, '']);
  });

  it('may read, and write only where it publishes', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const writes = Object.entries(workflow.jobs).flatMap(([name, job]) =>
      Object.entries(job.permissions ?? {})
        .filter(([, right]) => right !== 'read')
        .map(([what]) => `${file} ${name} ${what}`),
    );
    for (const right of writes) expect(MAY_WRITE).toContain(right);
  });

  it('leaves no token in the checkout, and runs nothing that a stranger wrote', () => {
    for (const { uses, with: options } of steps) {
      if (uses?.startsWith('actions/checkout@')) expect(options?.['persist-credentials']).toBe(false);
    }
    for (const { run } of steps) expect(run ?? '').not.toMatch(/\$\{\{\s*(github|inputs|secrets)\b/);
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target');
  });
});

describe('what release.yml announces updates with', () => {
  const workflow = workflowSchema.parse(parse(readFileSync(join(FOLDER, 'release.yml'), 'utf8')));
  const builds = (workflow.jobs['build']?.strategy?.matrix.include ?? []).map(({ system, arch, os }) => ({
    system: system ?? '',
    architectures: (arch ?? '').split(','),
    artifact: os ?? '',
  }));
  /** The file in which electron-builder announces an architecture, as electron-updater looks for it (Provider.js). */
  const feedOf = (system: string, architecture: string): string => {
    if (system === 'windows') return 'latest.yml';
    if (system === 'mac') return 'latest-mac.yml';
    return architecture === 'x64' ? 'latest-linux.yml' : `latest-linux-${architecture}.yml`;
  };

  it('is written by one job for each file, because publishing joins what the jobs made in one folder', () => {
    const feeds = builds.flatMap(({ system, architectures }) => [
      ...new Set(architectures.map((architecture) => feedOf(system, architecture))),
    ]);
    expect(feeds.toSorted()).toEqual([
      'latest-linux-arm64.yml',
      'latest-linux.yml',
      'latest-mac.yml',
      'latest.yml',
    ]);
    expect(new Set(builds.map(({ artifact }) => artifact)).size).toBe(builds.length);
  });

  it('covers each architecture, and each is started before anything is published', () => {
    const made = builds.flatMap(({ system, architectures }) =>
      architectures.map((name) => `${system} ${name}`),
    );
    expect(made.toSorted()).toEqual([
      'linux arm64',
      'linux x64',
      'mac universal',
      'windows arm64',
      'windows x64',
    ]);
    const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
    for (const name of ['x64', 'arm64'])
      expect(runs.filter((run) => run.endsWith(`try-installer.ps1 ${name}`))).toHaveLength(1);
    expect(workflow.jobs['publish']?.needs).toEqual(['build', 'windows-arm', 'sbom']);
  });

  it('is checked by an actionlint of a fixed version', () => {
    const ci = workflowSchema.parse(parse(readFileSync(join(FOLDER, 'ci.yml'), 'utf8')));
    const runs = ci.jobs['packages']?.steps.map(({ run }) => run ?? '') ?? [];
    expect(runs.filter((run) => /\/actionlint@v\d+\.\d+\.\d+$/.test(run))).toHaveLength(1);
  });

  it('lists what ships, Electron too, of which CI has asked for known holes', () => {
    const ci = workflowSchema.parse(parse(readFileSync(join(FOLDER, 'ci.yml'), 'utf8')));
    expect(ci.jobs['packages']?.steps.map(({ run }) => run)).toContain(
      'node tools/package/materials.ts audit',
    );
    expect(workflow.jobs['sbom']?.steps.map(({ run }) => run)).toContain(
      'node tools/package/materials.ts sbom > eventloom.cdx.json',
    );
  });

  it('publishes the notes of the changelog', () => {
    const runs = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
    expect(runs).toContain('node tools/package/release-notes.ts > release-notes.md');
    expect(runs.some((run) => run.includes('--notes-file release-notes.md'))).toBe(true);
  });
});
