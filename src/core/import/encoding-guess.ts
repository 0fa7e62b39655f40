import type { FileEncoding } from '../../shared/import.ts';

/** An encoding with how natural the text is that it makes of some bytes: from 0 to 1. */
export interface RankedEncoding {
  encoding: FileEncoding;
  score: number;
}

/** What may come in a text of any language. */
const SIGNS =
  '\\u2010-\\u2026\\u2030\\u2032\\u2033\\u2039-\\u203b\\u3000-\\u301f\\uff01-\\uff5e\\uffe0-\\uffe5·×°§±÷€£¥«»©®™№¿¡²³½¼¾´';
const PUNCTUATION = new RegExp(`^[${SIGNS}]$`, 'u');
/** Signs around a word. */
const EDGES = new RegExp(`^[${SIGNS}]+|[${SIGNS}]+$`, 'gu');

/** Characters that the two bytes of some rows of a character set stand for. */
function charactersOf(encoding: string, leads: [number, number], trails: [number, number][]): Set<string> {
  const decoder = new TextDecoder(encoding);
  const found = new Set<string>();
  for (let lead = leads[0]; lead <= leads[1]; lead++)
    for (const [from, to] of trails)
      for (let trail = from; trail <= to; trail++) found.add(decoder.decode(Uint8Array.of(lead, trail)));
  found.delete('\ufffd');
  return found;
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** The characters that the standards put first because they are the usual ones. */
const SIMPLIFIED = once(
  () => new Set([...charactersOf('gb18030', [0xb0, 0xd7], [[0xa1, 0xfe]]), ...USUAL_OF_SECOND_LEVEL]),
);
/** Characters of the second level of GB 2312 that are as usual: of 浏览, and of names of people. */
const USUAL_OF_SECOND_LEVEL = '浏您喵哒嗨婷琳欣磊鑫璐玮瑶婧涵怡妍莉雯倩萍昊钰琪馨淼璇莹蕾薇芷沁沐霖烨';
const TRADITIONAL = once(() =>
  charactersOf(
    'big5',
    [0xa4, 0xc6],
    [
      [0x40, 0x7e],
      [0xa1, 0xfe],
    ],
  ),
);
const KANJI = once(() => charactersOf('euc-jp', [0xb0, 0xcf], [[0xa1, 0xfe]]));
/** The syllables of most Korean text; what Chinese text looks like when it is read as Korean are others. */
const SYLLABLES = new Set(
  '이다는의에하고가을지로기사도한리자들나대은어시해그일수아정스인보부마라게니면전장소주제성구과상여원동비진우무신조경안모있었것서를와으며할중개없생같만후회방세등두년국문화연습내강당계관발출현실공용학물업민위력산입차번남노데레르트드바버브크프카코타터토파포피호희추천검색담페클릭매결확취료완배송품바창로그찜좋아요심본재간분백천격간음식점요청열람닫목록설선택삭최근금오늘내영화악곡노래앱홈킹뷰댓글공유팔됨됐했간저쿠폰뱅킹체크카달력층별편집알림',
);
const KANA = /^[\u3041-\u30fe]$/;

const WESTERN = 'äöüßÄÖÜéèêëàâçîïôûùœÉÈÊÀÂÇÎÔÛñáíóúÑÁÍÓÚãõÃÕåøæÅØÆìòªº';
const LETTERS = {
  western: new RegExp(`^[A-Za-z${WESTERN}]+$`),
  central: /^[A-Za-ząćęłńóśźżĄĆĘŁŃÓŚŹŻáéíýčďěňřšťůúžÁÉÍÝČĎĚŇŘŠŤŮÚŽäöüßőűÄÖÜŐŰôĺľŕÔăâîșţşđĐ]+$/,
  turkish: /^[A-Za-zçğıöşüâîûÇĞİÖŞÜ]+$/,
  baltic: /^[A-Za-ząčęėįšųūžĄČĘĖĮŠŲŪŽāēģīķļņĀĒĢĪĶĻŅõäöüÕÄÖÜ]+$/,
  // Words of three letters have a vowel.
  cyrillic: /^(?:[А-Яа-яЁёІіЇїЄєҐґЎў]{1,2}|(?=.*[аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ])[А-Яа-яЁёІіЇїЄєҐґЎў]+)$/,
  // Words of several syllables have an accent, and this sigma stands at the end.
  greek: /^(?:[Α-Ωα-ρσ-ωάέήίόύώς]{1,3}|(?=.*[ΆΈΉΊΌΎΏάέήίόύώΐΰ])[Α-ΩΆΈΉΊΌΎΏα-ρσ-ωάέήίόύώϊϋΐΰ]+ς?|[Α-Ω]+)$/,
  hebrew: /^[א-תְ-ּ]+$/,
  arabic: /^[ء-ْپچژگ]+$/,
  thai: /^(?=.*[ะ-ฺเ-ๅ็-๎].*)(?:[เแโใไ]?[ก-ฮ][ะ-ฺๅ-๎ฯ]*)+$/,
} as const;

/** The encodings of one byte a character, with the letters that words of their languages have. */
const ONE_BYTE: [FileEncoding, keyof typeof LETTERS][] = [
  ['windows-1252', 'western'],
  ['windows-1251', 'cyrillic'],
  ['windows-1250', 'central'],
  ['iso-8859-2', 'central'],
  ['windows-1254', 'turkish'],
  ['windows-1257', 'baltic'],
  ['windows-1253', 'greek'],
  ['koi8-r', 'cyrillic'],
  ['windows-1255', 'hebrew'],
  ['windows-1256', 'arabic'],
  ['windows-874', 'thai'],
  ['macintosh', 'western'],
];
export const ONE_BYTE_ENCODINGS: ReadonlySet<FileEncoding> = new Set(ONE_BYTE.map(([encoding]) => encoding));
const IN_LATIN = new Set<keyof typeof LETTERS>(['western', 'central', 'turkish', 'baltic']);
const BEYOND_ASCII = /[^\u0000-\u007f]/;
/** What is longer is no word; its beginning says as much. */
const LONGEST_WORD = 100;
/** Words of Latin letters have some of ASCII. */
const FOREIGN_LETTERS = 0.7;
/** With so many characters, what is missing is missing for a reason. */
const ENOUGH = 4;

/** Encodings in which bytes that are not UTF-8 can be read, the most natural text first. */
export function rankEncodings(bytes: Uint8Array): RankedEncoding[] {
  const ranked = [
    ...eastAsian(bytes),
    ...ONE_BYTE.map(([encoding, letters]) => ({
      encoding,
      score: wordScore(decode(bytes, encoding), letters),
    })),
  ];
  // Sorting is stable: of two that read the bytes alike, the more usual one comes first.
  return ranked.sort((a, b) => b.score - a.score);
}

/** The text of bytes in an encoding, damage included. */
export function decode(bytes: Uint8Array, encoding: FileEncoding): string {
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
}

function eastAsian(bytes: Uint8Array): RankedEncoding[] {
  const share = (encoding: FileEncoding, isNatural: (character: string) => boolean): [number, string[]] => {
    const foreign = [...decode(bytes, encoding)].filter((character) => character > '\u007f');
    const natural = foreign.filter((character) => isNatural(character) || PUNCTUATION.test(character));
    const told = natural.filter((character) => !PUNCTUATION.test(character));
    return [foreign.length === 0 || told.length === 0 ? 0 : natural.length / foreign.length, foreign];
  };
  let [chinese] = share('gb18030', (character) => SIMPLIFIED().has(character));
  let [taiwanese] = share('big5', (character) => TRADITIONAL().has(character));
  const [korean, syllables] = share('euc-kr', (character) => SYLLABLES.has(character));
  const japanese = (['shift_jis', 'euc-jp'] as const).map((encoding) => {
    const [score, read] = share(encoding, (character) => KANA.test(character) || KANJI().has(character));
    // Hardly any Japanese text does without kana; Shift_JIS without them is told by its bytes.
    const isLikely =
      read.some((character) => KANA.test(character)) || (encoding === 'shift_jis' && !isPaired(bytes));
    return { encoding, score: isLikely ? score : score * 0.6 };
  });
  // Two of five characters of Big5 have a second byte that those of the usual characters of GB18030 never have.
  if (isPaired(bytes)) taiwanese *= 0.6;
  if (korean >= 0.7 && syllables.length >= ENOUGH) chinese *= 0.6;
  return [
    { encoding: 'gb18030', score: chinese },
    { encoding: 'big5', score: taiwanese },
    ...japanese,
    { encoding: 'euc-kr', score: korean },
  ];
}

/** Whether all bytes beyond ASCII come in pairs, as in EUC encodings and in the usual part of GB18030. */
function isPaired(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0x80) continue;
    if ((bytes[at] ?? 0) < 0xa1 || (bytes[at + 1] ?? 0) < 0xa1) return false;
    at += 1;
  }
  return true;
}

/** Share of the words beyond ASCII that are made as words of a language are. */
function wordScore(text: string, letters: keyof typeof LETTERS): number {
  let natural = 0;
  let words = 0;
  // Runs as long as they are: a pattern that asks for a character beyond ASCII tries each place of a long run without one.
  for (const [run] of text.matchAll(/[A-Za-z\u0080-\u{10ffff}]+/gu)) {
    if (!BEYOND_ASCII.test(run)) continue;
    const bare = run.slice(0, LONGEST_WORD).replace(EDGES, '');
    if (!BEYOND_ASCII.test(bare)) continue;
    words += 1;
    if (LETTERS[letters].test(bare)) natural += wordWeight(bare, letters);
  }
  return words === 0 ? 0 : natural / words;
}

function wordWeight(word: string, letters: keyof typeof LETTERS): number {
  const characters = [...word];
  const foreign = characters.filter((character) => character > '\u007f').length;
  if (letters === 'thai') return thaiWeight(word);
  // Of the words of one capital letter beyond ASCII these are usual: French À, Portuguese and Italian É and È.
  if (IN_LATIN.has(letters) && /^\p{Lu}$/u.test(word))
    return letters === 'western' && /[ÀÉÈ]/.test(word) ? 1 : 0;
  if (IN_LATIN.has(letters) && characters.length > 2 && foreign / characters.length > FOREIGN_LETTERS)
    return 0;
  if (/^\p{Lu}?\p{Ll}*$/u.test(word) || /^[\p{Lo}\p{M}]+$/u.test(word)) return 1;
  // Small letters of KOI8-R are capitals of windows-1251.
  if (/^\p{Lu}+$/u.test(word)) return letters === 'cyrillic' ? 0.5 : 1;
  return 0;
}

/** Two of five characters of Thai are vowels and marks. */
function thaiWeight(word: string): number {
  const marks = word.match(/[ะ-ฺเ-ๅ็-๎]/g) ?? [];
  return marks.length * 4 >= word.length ? 1 : 0;
}
