import { TYPE_COLOURS, TYPE_PALETTE } from '../palette.ts';

export const PAINTS = [
  'surface',
  'sunken',
  'line',
  'lineStrong',
  'ink',
  'ink2',
  'ink3',
  'teal',
  'conv',
  'convSoft',
  'accentSoft',
  'bad',
  'mark',
  'markLine',
  // Of event types.
  ...TYPE_COLOURS,
] as const;
/** A colour by what it is for; each theme has its own value. */
export type Paint = (typeof PAINTS)[number];

export const PICTURE_THEMES = ['light', 'dark'] as const;
export type PictureTheme = (typeof PICTURE_THEMES)[number];

/** The values of a picture outside of the window; in it, those of its style sheet are the same (a test compares them). */
export const THEME_COLOURS: Record<PictureTheme, Record<Paint, string>> = {
  light: {
    surface: '#ffffff',
    sunken: '#f3f5f8',
    line: '#e2e6ec',
    lineStrong: '#cbd2dc',
    ink: '#18212d',
    ink2: '#465264',
    ink3: '#5f6b7e',
    teal: '#0c7480',
    conv: '#a94a08',
    convSoft: '#fdf0e3',
    accentSoft: '#e4f2f3',
    bad: '#c0322d',
    mark: '#fff3c4',
    markLine: '#e0a800',
    ...TYPE_PALETTE.light,
  },
  dark: {
    surface: '#191f28',
    sunken: '#141920',
    line: '#29313d',
    lineStrong: '#3b4656',
    ink: '#e7ebf1',
    ink2: '#b3bcc9',
    ink3: '#98a4b4',
    teal: '#41b8bd',
    conv: '#f0a35e',
    convSoft: '#38281a',
    accentSoft: '#15323a',
    bad: '#f2817b',
    mark: '#40371a',
    markLine: '#c99a1d',
    ...TYPE_PALETTE.dark,
  },
};

/** Fonts with Chinese characters first on each system; the same as those of the window. */
export const FONT_FAMILY =
  "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei UI', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif";
