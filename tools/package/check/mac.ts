import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { getRawHeader } from '@electron/asar';
import { PRODUCT } from '../config.ts';
import { fuseWire } from './stand-in-electron.ts';
import { archiveProblems, fuseProblems } from './unpacked.ts';

const HELPERS = ['', ' (GPU)', ' (Plugin)', ' (Renderer)'].map((kind) => `Electron Helper${kind}`);
const LANGUAGES = ['de', 'en', 'zh_CN'];

function informationOf(name: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleIdentifier</key><string>com.github.Electron</string>
<key>CFBundleName</key><string>${name}</string>
</dict></plist>
`;
}

/** Makes a folder that the builder takes for Electron on macOS: bundles without programs, with the fuses where they belong. */
export function makeStandInForMac(folder: string): void {
  const write = (path: string, data: string | Buffer = ''): void => {
    const file = join(folder, 'Electron.app', 'Contents', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, data);
  };
  write('Info.plist', informationOf('Electron'));
  write('MacOS/Electron');
  write('Resources/electron.icns');
  write('Resources/default_app.asar');
  for (const language of LANGUAGES) {
    write(`Resources/${language}.lproj/InfoPlist.strings`);
    write(`Frameworks/Electron Framework.framework/Versions/A/Resources/${language}.lproj/locale.pak`);
  }
  write('Frameworks/Electron Framework.framework/Electron Framework', fuseWire());
  for (const helper of HELPERS) {
    write(`Frameworks/${helper}.app/Contents/Info.plist`, informationOf(helper));
    write(`Frameworks/${helper}.app/Contents/MacOS/${helper}`);
  }
}

/** What the bundle for macOS must say of itself, and hold. It is not signed here. */
export async function macProblems(app: string): Promise<string[]> {
  const contents = join(app, 'Contents');
  const resources = join(contents, 'Resources');
  const information = readFileSync(join(contents, 'Info.plist'), 'utf8').replace(/\s+/g, '');
  const archive = join(resources, 'app.asar');
  const hash = createHash('sha256').update(getRawHeader(archive).headerString).digest('hex');
  const says = [
    `<key>CFBundleExecutable</key><string>${PRODUCT}</string>`,
    '<key>CFBundleTypeExtensions</key><array><string>eventloom</string></array>',
    '<key>CFBundleURLSchemes</key><array><string>eventloom</string></array>',
    '<key>LSMinimumSystemVersion</key><string>13.0</string>',
    hash,
  ];
  const holds = [
    'MacOS/EventLoom',
    'Resources/icon.icns',
    'Resources/bin/eventloom',
    'Resources/LICENSE.txt',
  ];
  const languages = readdirSync(resources).filter((name) => name.endsWith('.lproj'));
  return [
    ...archiveProblems(archive),
    ...(await fuseProblems(app)),
    ...says.filter((text) => !information.includes(text)).map((text) => `Info.plist does not say ${text}`),
    ...holds.filter((path) => !existsSync(join(contents, path))).map((path) => `${path} is missing`),
    ...(existsSync(join(resources, 'default_app.asar')) ? ['default_app.asar is there'] : []),
    ...(languages.sort().join() === 'en.lproj,zh_CN.lproj' ? [] : [`languages: ${languages.join(', ')}`]),
  ];
}
