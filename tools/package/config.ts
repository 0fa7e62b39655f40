import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Configuration, FileAssociation } from 'electron-builder';

type Environment = Record<string, string | undefined>;

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** The program on Linux, and the command everywhere. */
export const COMMAND = 'eventloom';
/** Name of programs and folders: ASCII, because not every tool that a path is given to can take more. */
export const PRODUCT = 'EventLoom';
export const MIME_TYPE = 'application/x-eventloom';
const EXTENSION = 'eventloom';
const SCHEME = 'eventloom';
/** The installers of each system; on Linux those first whose sandbox works everywhere. */
export const TARGETS = {
  linux: ['deb', 'rpm', 'AppImage'],
  mac: ['dmg', 'zip'],
  windows: ['nsis', 'portable'],
} as const;
/** The page of the project where neither package.json nor the environment names it; the name cannot exist (RFC 2606). */
const NO_PAGE = 'https://eventloom.invalid';
const NO_ADDRESS = 'EventLoom <maintainers@eventloom.invalid>';

/**
 * What is packed. Everything that runs is bundled into `out`, so no node_modules are, nor sources or maps; of the resources,
 * only what is read while the application runs.
 */
const FILES: readonly string[] = [
  'out/main/**/*.js',
  'out/main/*.wasm',
  'out/preload/*.cjs',
  'out/renderer/**/*',
  'resources/rules/*.yaml',
  'resources/prompts/*.md',
  'resources/tray/*.{png,ico}',
  'resources/icons/icon-256.png',
  'package.json',
  '!**/*.map',
];

/** Fuses of Electron: what a packaged program never does, whatever it is told at its start. docs/packaging.md has the reasons. */
export const FUSES = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableCookieEncryption: true,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
} as const;

const part = (path: string): string => join(PROJECT, 'tools', 'package', path);

/** The pages of the project, for what must name one: the repository where GitHub builds it. */
export function projectPage({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: repository,
}: Environment): string {
  return server && repository ? `${server}/${repository}` : NO_PAGE;
}

/**
 * The configuration of electron-builder. `icons` is a folder with the application icon as `<size>x<size>.png`, `notes` what
 * installed applications show as new in this version.
 */
export function configuration(environment: Environment, icons: string, notes = ''): Configuration {
  const updates = environment['EVENTLOOM_UPDATE_URL'];
  return {
    appId: 'com.eventloom.app',
    productName: PRODUCT,
    copyright: 'EventLoom contributors, Apache-2.0',
    directories: { output: 'dist', buildResources: part('.') },
    artifactName: `${COMMAND}-\${version}-\${os}-\${arch}.\${ext}`,
    extraMetadata: { homepage: projectPage(environment) },
    // A copy: the builder changes what it is given.
    files: [...FILES],
    asar: true,
    // False: there are no modules to install, to build or to collect.
    beforeBuild: () => Promise.resolve(false),
    afterExtract: ({ appOutDir }) => removeDefaultApp(appOutDir),
    electronLanguages: ['en-US', 'zh-CN'],
    // Apple's own tool signs anew what the fuses have changed.
    electronFuses: { ...FUSES, resetAdHocDarwinSignature: process.platform === 'darwin' },
    extraResources: [{ from: 'LICENSE', to: 'LICENSE.txt' }],
    releaseInfo: { releaseNotes: notes },
    publish: updates ? [{ provider: 'generic', url: updates }] : null,
    toolsets: { appimage: '1.0.3' },
    ...windows(),
    ...mac(environment),
    ...linux(icons),
  };
}

/** Electron's own application, which the builder leaves in an unpacked Electron that it is given. */
async function removeDefaultApp(electron: string): Promise<void> {
  for (const resources of ['resources', 'Electron.app/Contents/Resources'])
    await rm(join(electron, resources, 'default_app.asar'), { force: true });
}

function association(name: string, icon: string): FileAssociation[] {
  return [{ ext: EXTENSION, name, icon, description: 'EventLoom workspace / 事织工作区', role: 'Editor' }];
}

function windows(): Pick<Configuration, 'win' | 'nsis' | 'portable'> {
  return {
    win: {
      icon: 'resources/icons/icon.ico',
      target: [...TARGETS.windows],
      fileAssociations: association('EventLoom.Workspace', 'resources/icons/document.ico'),
      extraResources: [{ from: part('windows'), to: 'bin', filter: ['eventloom.cmd', 'path.ps1'] }],
    },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      buildUniversalInstaller: false,
      installerLanguages: ['en_US', 'zh_CN'],
      include: part('windows/installer.nsh'),
      artifactName: `${COMMAND}-\${version}-win-\${arch}-setup.\${ext}`,
    },
    portable: {
      buildUniversalInstaller: false,
      artifactName: `${COMMAND}-\${version}-win-\${arch}-portable.\${ext}`,
    },
  };
}

function mac(environment: Environment): Pick<Configuration, 'mac' | 'dmg'> {
  const isSigned = Boolean(environment['CSC_LINK'] || environment['CSC_NAME']);
  return {
    mac: {
      icon: 'resources/icons/icon.icns',
      target: [...TARGETS.mac],
      category: 'public.app-category.business',
      minimumSystemVersion: '13.0',
      fileAssociations: association('EventLoom Workspace', 'resources/icons/document.icns'),
      protocols: [{ name: PRODUCT, schemes: [SCHEME] }],
      extraResources: [{ from: part('launcher'), to: 'bin', filter: [COMMAND] }],
      extendInfo: { CFBundleDisplayName: 'EventLoom 事织', CFBundleAllowMixedLocalizations: true },
      entitlements: part('mac/entitlements.plist'),
      entitlementsInherit: part('mac/entitlements.plist'),
      gatekeeperAssess: false,
      // Without a certificate the signature is ad hoc, else nothing would start; library validation refuses such libraries.
      ...(isSigned ? { hardenedRuntime: true } : { identity: '-', hardenedRuntime: false }),
      notarize: isSigned && canNotarise(environment),
    },
    dmg: { title: '${productName} ${version}' },
  };
}

/** Whether the environment has what Apple asks for: a key of App Store Connect, or an account with a password for this. */
function canNotarise(environment: Environment): boolean {
  const has = (...names: string[]): boolean => names.every((name) => Boolean(environment[name]));
  return (
    has('APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER') ||
    has('APPLE_ID', 'APPLE_APP_SPECIFIC_PASSWORD', 'APPLE_TEAM_ID')
  );
}

function linux(icons: string): Pick<Configuration, 'linux' | 'deb' | 'rpm' | 'appImage'> {
  const scripts = {
    afterInstall: part('linux/after-install.sh'),
    afterRemove: part('linux/after-remove.sh'),
  };
  const name = MIME_TYPE.replace('/', '-');
  const files = [
    `${part(`launcher/${COMMAND}`)}=/usr/bin/${COMMAND}`,
    `${part('linux/eventloom-mime.xml')}=/usr/share/mime/packages/${COMMAND}.xml`,
    `${join(PROJECT, 'resources/icons/document-256.png')}=/usr/share/icons/hicolor/256x256/mimetypes/${name}.png`,
  ];
  return {
    linux: {
      icon: icons,
      target: [...TARGETS.linux],
      executableName: COMMAND,
      syncDesktopName: true,
      category: 'Science;DataVisualization',
      maintainer: NO_ADDRESS,
      synopsis: 'Turns raw user behaviours into events',
      desktop: {
        entry: {
          // Not by `mimeTypes` and `protocols`: the builder would add them once more for every package.
          MimeType: `${MIME_TYPE};x-scheme-handler/${SCHEME};`,
          'Name[zh_CN]': '事织 EventLoom',
          'Comment[zh_CN]': '把海量的原始用户行为抽象为少量重要的事件',
          Keywords: 'behaviour;events;analytics;funnel;',
          'Keywords[zh_CN]': '行为;事件;分析;用户;',
        },
      },
    },
    deb: {
      ...scripts,
      packageName: COMMAND,
      // Those of the builder, and what else the program of Electron is linked to.
      depends: [
        ...['libgtk-3-0', 'libnotify4', 'libnss3', 'libxss1', 'libxtst6', 'xdg-utils', 'libatspi2.0-0'],
        ...['libuuid1', 'libsecret-1-0', 'libgbm1', 'libasound2 | libasound2t64'],
      ],
      fpm: files,
    },
    rpm: {
      ...scripts,
      packageName: COMMAND,
      // Every Electron carries the same build ids, and two packages must not own one link.
      fpm: ['--rpm-rpmbuild-define=_build_id_links none', ...files],
    },
    // By default the builder switches the sandbox off for everybody.
    appImage: { executableArgs: [] },
  };
}
