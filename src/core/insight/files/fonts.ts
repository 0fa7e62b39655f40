import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Fonts for pictures: files, the best one first. */
export interface Fonts {
  files: string[];
  /** The name of the family of the first one. */
  family: string;
  /** Whether one of them has Chinese characters. */
  isChinese: boolean;
}

/** Font files by their names, each with its family, and the file of its bold face; the best ones first. */
type FontNames = readonly { file: string; family: string; bold?: string }[];

/** Fonts with Chinese characters that systems and their language packs bring. */
const CHINESE: FontNames = [
  // macOS
  { file: 'PingFang.ttc', family: 'PingFang SC' },
  { file: 'Hiragino Sans GB.ttc', family: 'Hiragino Sans GB' },
  { file: 'STHeiti Medium.ttc', family: 'Heiti SC' },
  // Windows
  { file: 'msyh.ttc', family: 'Microsoft YaHei', bold: 'msyhbd.ttc' },
  { file: 'Deng.ttf', family: 'DengXian', bold: 'Dengb.ttf' },
  { file: 'simhei.ttf', family: 'SimHei' },
  { file: 'simsun.ttc', family: 'SimSun' },
  // Linux
  { file: 'NotoSansCJK-Regular.ttc', family: 'Noto Sans CJK SC', bold: 'NotoSansCJK-Bold.ttc' },
  { file: 'NotoSansCJK-VF.ttc', family: 'Noto Sans CJK SC' },
  { file: 'NotoSansCJKsc-Regular.otf', family: 'Noto Sans CJK SC', bold: 'NotoSansCJKsc-Bold.otf' },
  { file: 'NotoSansSC-Regular.otf', family: 'Noto Sans SC', bold: 'NotoSansSC-Bold.otf' },
  { file: 'NotoSansSC-Regular.ttf', family: 'Noto Sans SC', bold: 'NotoSansSC-Bold.ttf' },
  { file: 'SourceHanSans.ttc', family: 'Source Han Sans SC' },
  { file: 'SourceHanSansSC-Regular.otf', family: 'Source Han Sans SC', bold: 'SourceHanSansSC-Bold.otf' },
  { file: 'SourceHanSansCN-Regular.otf', family: 'Source Han Sans CN', bold: 'SourceHanSansCN-Bold.otf' },
  { file: 'wqy-microhei.ttc', family: 'WenQuanYi Micro Hei' },
  { file: 'wqy-zenhei.ttc', family: 'WenQuanYi Zen Hei' },
  { file: 'DroidSansFallbackFull.ttf', family: 'Droid Sans Fallback' },
  { file: 'DroidSansFallback.ttf', family: 'Droid Sans Fallback' },
];

/** Fonts without them, so that numbers can be read at least. */
const LATIN: FontNames = [
  { file: 'Helvetica.ttc', family: 'Helvetica' },
  { file: 'segoeui.ttf', family: 'Segoe UI', bold: 'segoeuib.ttf' },
  { file: 'arial.ttf', family: 'Arial', bold: 'arialbd.ttf' },
  { file: 'Arial.ttf', family: 'Arial', bold: 'Arial Bold.ttf' },
  { file: 'NotoSans-Regular.ttf', family: 'Noto Sans', bold: 'NotoSans-Bold.ttf' },
  { file: 'DejaVuSans.ttf', family: 'DejaVu Sans', bold: 'DejaVuSans-Bold.ttf' },
  { file: 'LiberationSans-Regular.ttf', family: 'Liberation Sans', bold: 'LiberationSans-Bold.ttf' },
  { file: 'FreeSans.ttf', family: 'FreeSans', bold: 'FreeSansBold.ttf' },
];

/** Font folders are not deeper than this below the first one. */
const DEPTH = 4;

/** Where this system keeps its fonts. */
export function fontFolders(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
  home: string = homedir(),
): string[] {
  if (platform === 'win32') {
    const own = env['LOCALAPPDATA'];
    return [
      join(env['WINDIR'] ?? 'C:\\Windows', 'Fonts'),
      ...(own === undefined ? [] : [join(own, 'Microsoft', 'Windows', 'Fonts')]),
    ];
  }
  if (platform === 'darwin')
    return ['/System/Library/Fonts', '/Library/Fonts', join(home, 'Library', 'Fonts')];
  return [
    '/usr/share/fonts',
    '/usr/local/share/fonts',
    join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'fonts'),
    join(home, '.fonts'),
  ];
}

/** The fonts that pictures are drawn with: the best one with Chinese characters, else one without. */
export function findFonts(folders: readonly string[] = fontFolders()): Fonts {
  const found = new Map<string, string>();
  for (const folder of folders) collect(folder, DEPTH, found);
  for (const [names, isChinese] of [
    [CHINESE, true],
    [LATIN, false],
  ] as const) {
    const font = names.find(({ file }) => found.has(file.toLowerCase()));
    if (!font) continue;
    const files = [font.file, ...(font.bold === undefined ? [] : [font.bold])];
    return {
      files: files.flatMap((file) => found.get(file.toLowerCase()) ?? []),
      family: font.family,
      isChinese,
    };
  }
  return { files: [], family: '', isChinese: false };
}

/** Whether a text has Chinese characters. */
export const hasChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** The files below a folder by their names; one that was found before is kept. */
function collect(folder: string, depth: number, found: Map<string, string>): void {
  if (!existsSync(folder)) return;
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be read has no fonts for us.
    return;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth > 0) collect(path, depth - 1, found);
    } else if (!found.has(entry.name.toLowerCase())) found.set(entry.name.toLowerCase(), path);
  }
}
