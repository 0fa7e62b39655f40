import { isUtf8 } from 'node:buffer';
import type { ErrorInfo } from '../../../shared/errors.ts';
import type { ColumnRole } from '../../../shared/import.ts';
import { printable } from '../text.ts';
import type { RecogniseOptions } from './recognise.ts';
import { NAME_CHARS } from './sample-table.ts';
import type { SampleTable } from './sample-table.ts';

/** What another program has written for what it could not read; where bytes of the file are damaged it is told otherwise. */
const REPLACEMENT = '\uFFFD';
/** Columns whose texts are read by people, or tell users apart. */
const ROLES: readonly ColumnRole[] = ['userId', 'anonymousId', 'action', 'text', 'item'];
/** What stands for lost characters read as GB18030, and memory that was never written. */
const LOST = /锟斤拷|烫烫烫|屯屯屯/;
/** Usual words and signs of Chinese in UTF-8 that were read as GB18030: 用户 浏览 商品 购买 下单 收藏 加购 搜索 。 ， */
const READ_AS_GB = /鐢ㄦ埛|娴忚|鍟嗗搧|璐拱|涓嬪崟|鏀惰棌|鍔犺喘|鎼滅储|銆[傚]|锛[屽歚]/;
/** Beginnings of characters of UTF-8 that were read as Western European text. */
const READ_AS_WESTERN = /[ÂÃÄÅÆÇÈÉÊËÎÏÐÑ×Øà-ô][^\u0000-\u007f]/;
/** Question marks in place of each character. */
const MARKS = /^(?=.*[?？]{2})[?？\s\d,.!，。！]+$/;
/** A text may be a question mark; texts in a tenth of the rows are none. */
const MARKS_SHARE = 0.1;
/** Characters of a value that are looked at. */
const LOOKED_AT = 300;

/** The bytes that characters of windows-1252 beyond ASCII stand for. */
const BYTES = new Map<string, number>();
const western = new TextDecoder('windows-1252');
for (let byte = 0x80; byte <= 0xff; byte++) {
  BYTES.set(String.fromCharCode(byte), byte);
  BYTES.set(western.decode(Uint8Array.of(byte)), byte);
}

/** Whether a text is UTF-8 that was read as Western European text, and written as UTF-8 again. */
function isEncodedTwice(value: string): boolean {
  if (!READ_AS_WESTERN.test(value)) return false;
  const bytes: number[] = [];
  for (const character of value) {
    const byte = character < '\u0080' ? character.charCodeAt(0) : BYTES.get(character);
    if (byte === undefined) return false;
    bytes.push(byte);
  }
  return isUtf8(Uint8Array.from(bytes));
}

/** Tells of texts that were damaged before the file was written, so that no encoding mends them. */
export function tellGarbled(
  table: SampleTable,
  roles: readonly ColumnRole[],
  { isDamaged = false }: Pick<RecogniseOptions, 'isDamaged'>,
  doubts: ErrorInfo[],
): void {
  for (const role of ROLES) {
    const column = roles.indexOf(role);
    if (column < 0) continue;
    const values = table.values(column).map((value) => value.slice(0, LOOKED_AT));
    const marks = role === 'userId' ? [] : values.filter((value) => MARKS.test(value));
    const others = values.filter(
      (value) =>
        (!isDamaged && value.includes(REPLACEMENT)) ||
        LOST.test(value) ||
        READ_AS_GB.test(value) ||
        isEncodedTwice(value),
    );
    const garbled =
      marks.length > 1 && marks.length >= values.length * MARKS_SHARE ? [...others, ...marks] : others;
    if (garbled[0] === undefined) continue;
    const params = {
      column: table.name(column),
      example: printable(garbled[0], NAME_CHARS),
      count: garbled.length,
    };
    doubts.push({ code: 'import.doubt.garbled', params });
  }
}
