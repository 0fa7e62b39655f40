import { at } from './drawing.ts';
import type { Drawing, Mark } from './drawing.ts';
import { FONT_FAMILY, THEME_COLOURS } from './paint.ts';
import type { Paint, PictureTheme } from './paint.ts';

/** Control characters and non-characters, which XML 1.0 does not allow even when they are escaped. */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** A text for an element or attribute of XML: nothing in it is markup, and what XML cannot hold is �. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(ILLEGAL, '\ufffd')
    .replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character] ?? '');
}

const ARROW = 'arrow';

/**
 * A drawing as an SVG document of its own: it needs no style sheet, font file or network. `background`: painted over the whole, none when
 * null.
 */
export function svgOf(drawing: Drawing, theme: PictureTheme, background: Paint | null = 'surface'): string {
  const colours = THEME_COLOURS[theme];
  const { width, height, title, note, marks } = drawing;
  const ground =
    background === null
      ? ''
      : `<rect width="${at(width)}" height="${at(height)}" fill="${colours[background]}"/>\n`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${at(width)}" height="${at(height)}" ` +
    `viewBox="0 0 ${at(width)} ${at(height)}" role="img" font-family="${escapeXml(FONT_FAMILY)}">\n` +
    `<title>${escapeXml(title)}</title>\n` +
    (note ? `<desc>${escapeXml(note)}</desc>\n` : '') +
    (hasArrow(marks) ? `${arrow(colours.ink3)}\n` : '') +
    ground +
    marks.map((mark) => svgMark(mark, colours)).join('\n') +
    '\n</svg>\n'
  );
}

const hasArrow = (marks: readonly Mark[]): boolean =>
  marks.some((mark) => (mark.kind === 'group' ? hasArrow(mark.marks) : mark.kind === 'path' && mark.arrow));

const arrow = (fill: string): string =>
  `<defs><marker id="${ARROW}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" ` +
  `markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M 0 0 L 8 4 L 0 8 Z" fill="${fill}"/></marker></defs>`;

/** Attributes of an element; those that are undefined are left out. */
function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [` ${name}="${typeof value === 'number' ? at(value) : escapeXml(value)}"`],
    )
    .join('');
}

function svgMark(mark: Mark, colours: Record<Paint, string>): string {
  // What is seen only below the pointer is not in a picture.
  if (mark.kind !== 'line' && (mark.hover === 'shown' || mark.hover === 'ground')) return '';
  if (mark.kind === 'group') {
    const place =
      mark.x === undefined && mark.y === undefined
        ? undefined
        : `translate(${at(mark.x ?? 0)} ${at(mark.y ?? 0)})`;
    const tip = mark.tip === undefined ? '' : `<title>${escapeXml(mark.tip)}</title>`;
    const inside = mark.marks.map((each) => svgMark(each, colours)).join('');
    return `<g${attributes({ transform: place })}>${tip}${inside}</g>`;
  }
  if (mark.kind === 'text') {
    const { x, y, size, fill, bold, anchor, halo } = mark;
    const around =
      halo === undefined
        ? {}
        : { stroke: colours[halo], 'stroke-width': 3, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };
    const values = { x, y, 'font-size': size, 'font-weight': bold ? 600 : undefined };
    return `<text${attributes({ ...values, 'text-anchor': anchor, fill: colours[fill], ...around })}>${escapeXml(mark.text)}</text>`;
  }
  const paint = {
    fill: mark.fill === undefined ? 'none' : colours[mark.fill],
    'fill-opacity': mark.fillOpacity,
    stroke: mark.stroke === undefined ? undefined : colours[mark.stroke],
    'stroke-width': mark.strokeWidth,
    'stroke-opacity': mark.strokeOpacity,
    'stroke-dasharray': mark.dashed ? '4 3' : undefined,
  };
  switch (mark.kind) {
    case 'rect': {
      const { x, y, width, height, radius: rx } = mark;
      return `<rect${attributes({ x, y, width, height, rx, ...paint })}/>`;
    }
    case 'path':
      return `<path${attributes({ d: mark.d, ...paint, 'marker-end': mark.arrow ? `url(#${ARROW})` : undefined })}/>`;
    case 'line': {
      const { x1, y1, x2, y2 } = mark;
      return `<line${attributes({ x1, y1, x2, y2, ...paint })}/>`;
    }
    case 'circle':
      return `<circle${attributes({ cx: mark.x, cy: mark.y, r: mark.r, ...paint })}/>`;
  }
}
