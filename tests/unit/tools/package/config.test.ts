import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { icnsSizes, icoSizes, pngSize } from '../../../../tools/package/check/icon-files.ts';
import { FUSES, configuration, projectPage } from '../../../../tools/package/config.ts';

const CERTIFICATE = { CSC_LINK: 'file:///c.p12' };
const APPLE = { APPLE_ID: 'a', APPLE_APP_SPECIFIC_PASSWORD: 'p', APPLE_TEAM_ID: 't' };
const config = configuration({}, '/icons');

describe('the configuration of the packages', () => {
  it('switches everything off that would make the program run or load something else', () => {
    expect(FUSES).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(config.electronFuses).toMatchObject(FUSES);
    expect(config.appImage?.executableArgs).toEqual([]);
  });

  it('installs for one user on Windows, into a folder of their choice, in both languages', () => {
    expect(config.nsis).toMatchObject({
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      installerLanguages: ['en_US', 'zh_CN'],
    });
  });

  it('gives workspace files an icon of their own on each system', () => {
    const at = (path: string): Buffer => readFileSync(new URL(`../../../../${path}`, import.meta.url));
    const [ico, icns] = [config.win, config.mac].map((system) => {
      const [association] = [system?.fileAssociations ?? []].flat();
      return association?.icon ?? '';
    });
    expect(icoSizes(at(ico ?? ''))).toEqual([16, 24, 32, 48, 64, 256]);
    expect(icnsSizes(at(icns ?? '')).length).toBeGreaterThan(5);
    expect(JSON.stringify(config)).toContain('document-256.png=/usr/share/icons/hicolor/256x256/mimetypes/');
    expect(pngSize(at('resources/icons/document-256.png'))).toBe(256);
  });

  it('signs for macOS with what the environment has', () => {
    expect(config.mac).toMatchObject({ identity: '-', hardenedRuntime: false, notarize: false });
    const signed = configuration(CERTIFICATE, '/icons').mac;
    expect(signed).toMatchObject({ hardenedRuntime: true, notarize: false });
    expect(signed).not.toHaveProperty('identity');
    expect(configuration({ ...CERTIFICATE, ...APPLE }, '/icons').mac).toMatchObject({ notarize: true });
    expect(configuration(APPLE, '/icons').mac).toMatchObject({ notarize: false });
  });

  it('names an address for updates only where the environment does', () => {
    expect(config.publish).toBeNull();
    expect(configuration({ EVENTLOOM_UPDATE_URL: 'https://u.invalid' }, '/icons').publish).toEqual([
      { provider: 'generic', url: 'https://u.invalid' },
    ]);
  });

  it('names the repository that it is built in', () => {
    expect(projectPage({})).toMatch(/\.invalid$/);
    expect(projectPage({ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'a/b' })).toBe(
      'https://github.com/a/b',
    );
  });
});
