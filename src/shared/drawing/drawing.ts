import type { ColourOf } from '../type-colours.ts';
import type { Paint } from './paint.ts';

/** How the outline and the inside of a mark are painted; what is left out is not painted. */
interface Painted {
  fill?: Paint;
  /** 0 to 1. */
  fillOpacity?: number;
  stroke?: Paint;
  strokeWidth?: number;
  strokeOpacity?: number;
  dashed?: boolean;
  /** How a window shows that the pointer or the focus is on the group of this mark. */
  hover?: 'ground' | 'outline' | 'strong';
}

export interface RectMark extends Painted {
  kind: 'rect';
  x: number;
  y: number;
  width: number;
  height: number;
  radius?: number;
}

export interface PathMark extends Painted {
  kind: 'path';
  /** As in the attribute `d` of SVG. */
  d: string;
  /** Whether an arrow stands at its end. */
  arrow?: boolean;
}

export interface LineMark extends Painted {
  kind: 'line';
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface CircleMark extends Painted {
  kind: 'circle';
  x: number;
  y: number;
  r: number;
}

export interface TextMark {
  kind: 'text';
  /** Of the base line, at the start, the middle or the end of the text. */
  x: number;
  y: number;
  text: string;
  size: number;
  fill: Paint;
  bold?: boolean;
  anchor?: 'start' | 'middle' | 'end';
  /** The ground, painted around the text so that lines below it do not disturb. */
  halo?: Paint;
  /** Seen in a window only while the group it is in is pointed at or has the focus, and nowhere else. */
  hover?: 'shown';
}

/** Marks that belong together, such as a bar with its number. */
export interface GroupMark {
  kind: 'group';
  /** Where the origin of its marks is; at that of the drawing when left out. */
  x?: number;
  y?: number;
  /** What is said of it when the pointer rests on it, and to those who do not see it. */
  tip?: string;
  /** The figure it stands for: its key lists the users. */
  users?: { key: string; title: string };
  /** A stable name, by which programs find it. */
  name?: string;
  /** As of a text. */
  hover?: 'shown';
  marks: Mark[];
}

export type Mark = RectMark | PathMark | LineMark | CircleMark | TextMark | GroupMark;

/** A picture as data: sizes and places in pixels, the origin at the top left. */
export interface Drawing {
  /** A stable name, e.g. `funnel`. */
  name: string;
  title: string;
  width: number;
  height: number;
  marks: Mark[];
  /** What is not shown, or else has to be known. */
  note?: string;
  /** The same in numbers, for those who do not see the picture; the first row is the heading. */
  table?: string[][];
  /** Whether its figures are so many that the arrow keys lead from one to the next, and the tab key past all of them. */
  isGrid?: boolean;
  /** A picture wider than its place may be scaled down to this, and scrolls from then on; 1 when left out. */
  leastScale?: number;
}

/** What a picture needs to know besides the answer. */
export interface DrawOptions {
  locale: 'zh-CN' | 'en';
  /** Of the place it has, in pixels; graphs are as wide as they need to be. */
  width: number;
  /** The name of an event type in the language wanted. */
  nameOf: (type: string) => string;
  /** The colour of an event type. */
  colourOf: ColourOf;
}

/** The number as a coordinate is written: two decimals are enough, and files stay small. */
export const at = (value: number): number => Math.round(value * 100) / 100;

/** Characters that take as much room as a Chinese one: from Hangul Jamo on, without the few narrow blocks between. */
const WIDE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/;
const NARROW = /[ilj|.,:;'!()[\] ]/;
const BROAD = /[A-Z@%&mw<>=+—…→]/;
const DIGIT = /[0-9]/;

/** About how wide a text is, in pixels: pictures are made where no font can be measured. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const character of text) {
    if (WIDE.test(character) || (character.codePointAt(0) ?? 0) > 0xffff) ems += 1;
    else if (NARROW.test(character)) ems += 0.3;
    else if (DIGIT.test(character)) ems += 0.63;
    else ems += BROAD.test(character) ? 0.8 : 0.6;
  }
  return ems * size;
}

/** A text that is not wider than `width`; one that is loses its end, for which `…` stands. */
export function cutText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (textWidth(`${kept}${character}…`, size) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** The room for labels at the left of rows: as wide as the longest one, and no wider than two fifths of the picture. */
export function labelRoom(labels: readonly string[], size: number, width: number): number {
  const longest = Math.max(0, ...labels.map((label) => textWidth(label, size)));
  return Math.min(Math.max(90, longest + 4), width * 0.4);
}

/** A text of several lines at the most, each not wider than `width`; it breaks between words or Chinese characters. */
export function wrapText(text: string, size: number, width: number, lines = 3): string[] {
  const parts = text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) ?? [];
  const wrapped: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line !== '' && textWidth(line + part.trimEnd(), size) > width) {
      wrapped.push(line.trimEnd());
      line = '';
    }
    line += part;
  }
  wrapped.push(line.trimEnd());
  if (wrapped.length <= lines) return wrapped.map((each) => cutText(each, size, width));
  const last = wrapped.slice(lines - 1).join(' ');
  return [...wrapped.slice(0, lines - 1), cutText(last, size, width)];
}

/** A picture that says why there is none. */
export function emptyDrawing(name: string, title: string, text: string, width: number): Drawing {
  const mark: Mark = { kind: 'text', x: 0, y: 24, text, size: 13, fill: 'ink2' };
  return { name, title, width, height: 36, marks: [mark] };
}
