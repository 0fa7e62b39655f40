import { readFileSync } from 'node:fs';
import { AppError } from '../../errors.ts';
import { findFonts, hasChinese } from './fonts.ts';
import type { Fonts } from './fonts.ts';

/** Pixels of a picture for each of a drawing: as sharp as a screen of high density shows it. */
const ZOOM = 2;
/** A picture with more pixels on a side is made smaller: programs refuse larger ones, and memory grows with the square. */
const MOST_PIXELS = 12_000;

let started: Promise<void> | null = null;

/** A picture as a file, and whether Chinese characters in it could not be drawn. */
export interface Png {
  bytes: Uint8Array;
  lacksChineseFont: boolean;
}

/**
 * An SVG document of ours as PNG, drawn by resvg (WebAssembly: no native module) with fonts of this system. `wasm`: the file of its
 * program. Throws insight.no_font.
 */
export async function pngOf(
  svg: string,
  { width, height }: { width: number; height: number },
  wasm: string | URL,
  fonts: Fonts = findFonts(),
): Promise<Png> {
  if (fonts.files.length === 0) throw new AppError('insight.no_font');
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  started ??= initWasm(readFileSync(wasm));
  await started;
  const zoom = Math.min(ZOOM, MOST_PIXELS / Math.max(width, height, 1));
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      fontBuffers: fonts.files.map((file) => new Uint8Array(readFileSync(file))),
      defaultFontFamily: fonts.family,
      sansSerifFamily: fonts.family,
    },
  });
  try {
    const image = resvg.render();
    try {
      return { bytes: image.asPng(), lacksChineseFont: !fonts.isChinese && hasChinese(svg) };
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}
