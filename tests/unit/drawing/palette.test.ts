import { describe, expect, it } from 'vitest';
import { NEUTRAL_COLOUR, TYPE_COLOURS, TYPE_PALETTE, TYPE_SLOTS } from '../../../src/shared/palette.ts';

type Triple = [number, number, number];

/** How linear RGB is seen with each kind of colour vision (G. M. Machado et al., IEEE TVCG 15, 2009, severity 1.0). */
const VISIONS: Record<string, [Triple, Triple, Triple]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const times = (rows: readonly Triple[], [x, y, z]: Triple): Triple =>
  rows.map(([a, b, c]) => a * x + b * y + c * z) as Triple;

/** The linear RGB of `#rrggbb`. */
function linear(hex: string): Triple {
  return [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

/** CIE L*a*b* (D65) of linear sRGB. */
function lab(rgb: Triple): Triple {
  const [x, y, z] = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    rgb,
  );
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);
  const [fx, fy, fz] = [f(x / 0.95047), f(y), f(z / 1.08883)];
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)];
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
const cosine = (angle: number): number => Math.cos((angle * Math.PI) / 180);
const sine = (angle: number): number => Math.sin((angle * Math.PI) / 180);

/** CIEDE2000 (G. Sharma et al., Color Research and Application 30, 2005). */
function difference([L1, a, b1]: Triple, [L2, c, b2]: Triple): number {
  const mean = (Math.hypot(a, b1) + Math.hypot(c, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(mean ** 7 / (mean ** 7 + 25 ** 7)));
  const [a1, a2] = [a * (1 + g), c * (1 + g)];
  const [C1, C2] = [Math.hypot(a1, b1), Math.hypot(a2, b2)];
  const hue = (x: number, y: number): number =>
    x === 0 && y === 0 ? 0 : (degrees(Math.atan2(y, x)) + 360) % 360;
  const [h1, h2] = [hue(a1, b1), hue(a2, b2)];
  const isGrey = C1 * C2 === 0;
  let turn = isGrey ? 0 : h2 - h1;
  if (turn > 180) turn -= 360;
  if (turn < -180) turn += 360;
  const [dL, dC, dH] = [L2 - L1, C2 - C1, 2 * Math.sqrt(C1 * C2) * sine(turn / 2)];
  const [L, C] = [(L1 + L2) / 2, (C1 + C2) / 2];
  let h = h1 + h2;
  if (!isGrey) h = Math.abs(h1 - h2) <= 180 ? h / 2 : h < 360 ? (h + 360) / 2 : (h - 360) / 2;
  const t =
    1 - 0.17 * cosine(h - 30) + 0.24 * cosine(2 * h) + 0.32 * cosine(3 * h + 6) - 0.2 * cosine(4 * h - 63);
  const sL = 1 + (0.015 * (L - 50) ** 2) / Math.sqrt(20 + (L - 50) ** 2);
  const [sC, sH] = [1 + 0.045 * C, 1 + 0.015 * C * t];
  const turned = -sine(60 * Math.exp(-(((h - 275) / 25) ** 2))) * 2 * Math.sqrt(C ** 7 / (C ** 7 + 25 ** 7));
  const [l, s, w] = [dL / sL, dC / sC, dH / sH];
  return Math.sqrt(l ** 2 + s ** 2 + w ** 2 + turned * s * w);
}

it('measures the difference of colours as the published data have it', () => {
  // Pairs 1, 7, 17 and 25 of the test data of Sharma et al.
  expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
  expect(difference([50, 0, 0], [50, -1, 2])).toBeCloseTo(2.3669, 4);
  expect(difference([50, 2.5, 0], [73, 25, -18])).toBeCloseTo(27.1492, 4);
  expect(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4);
});

describe.each(['light', 'dark'] as const)('the palette of types, %s', (theme) => {
  const seen = (name: (typeof TYPE_COLOURS)[number], vision: string): Triple => {
    const rgb = times(VISIONS[vision] ?? [], linear(TYPE_PALETTE[theme][name]));
    return lab(rgb.map((part) => Math.min(1, Math.max(0, part))) as Triple);
  };

  it.each(Object.keys(VISIONS))('is told apart in %s', (vision) => {
    expect(TYPE_SLOTS.length).toBeGreaterThanOrEqual(10);
    for (const [place, one] of TYPE_COLOURS.entries())
      for (const other of TYPE_COLOURS.slice(place + 1)) {
        const least = other === NEUTRAL_COLOUR ? 8 : 9;
        expect(difference(seen(one, vision), seen(other, vision)), `${one} ${other}`).toBeGreaterThan(least);
      }
  });

  it('is seen on the ground of pictures', () => {
    const luminance = (hex: string): number => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0];
    const ground = luminance(theme === 'light' ? '#ffffff' : '#191f28');
    for (const slot of TYPE_SLOTS) {
      const [low = 0, high = 0] = [luminance(TYPE_PALETTE[theme][slot]), ground].sort((a, b) => a - b);
      expect((high + 0.05) / (low + 0.05), slot).toBeGreaterThan(2.2);
    }
  });
});
