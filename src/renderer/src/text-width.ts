const pen = document.createElement('canvas').getContext('2d');

/** The font of an element. Its shorthand is empty where figures are tabular. */
export function fontOf(element: Element, weight?: number): string {
  const { fontFamily, fontSize, fontWeight } = getComputedStyle(element);
  return `${weight ?? fontWeight} ${fontSize} ${fontFamily}`;
}

/** How wide a text is, in pixels. */
export function textWidth(text: string, font: string): number {
  if (!pen) return 0;
  pen.font = font;
  return Math.ceil(pen.measureText(text).width);
}

/** The text, or as much of its start and end as fits: what tells two ids apart is at either end. */
export function shortenMiddle(text: string, width: number, font: string): string {
  // Both are rounded to pixels.
  if (textWidth(text, font) <= width + 1) return text;
  const letters = [...text];
  const shortened = (kept: number): string =>
    `${letters.slice(0, Math.ceil(kept / 2)).join('')}…${letters.slice(-Math.floor(kept / 2)).join('')}`;
  let [fits, tooMany] = [2, letters.length];
  while (tooMany - fits > 1) {
    const kept = Math.floor((fits + tooMany) / 2);
    if (textWidth(shortened(kept), font) <= width) fits = kept;
    else tooMany = kept;
  }
  return shortened(fits);
}
