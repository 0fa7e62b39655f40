import type { FileFormatName } from '../../../shared/import.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { AppError } from '../../errors.ts';
import { utf16Of } from '../encoding.ts';
import type { FileSource } from '../file-source.ts';
import { PackedBytes, PlainBytes, readHead } from './byte-input.ts';
import type { ByteInput } from './byte-input.ts';
import { TABLE_FORMATS } from './index.ts';
import type { TableFormatName } from './index.ts';
import { FORMAT_LIMITS } from './limits.ts';
import type { FormatLimits } from './limits.ts';
import type { TableFormat } from './table.ts';
import { unpackToFile } from './unpack-file.ts';
import type { OnUnpack } from './unpack-file.ts';
import { firstTags } from './xml-stream.ts';
import { zipEntries, zipEntryBytes } from './zip-directory.ts';
import type { ZipEntry } from './zip-directory.ts';

/** How much of a file is looked at: enough for what stands before the first tag or record. */
const HEAD_BYTES = 1 << 16;

/** What a file is, judged by its content: names end in anything. */
export interface RecognisedFile {
  format: FileFormatName;
  /** The content, unpacked where the file is packed. */
  bytes: ByteInput;
  /** The content where it can be read at any place: the file, or what it was unpacked to. Of a packed text it is the file as it is. */
  content: FileSource;
}

type BytesMean = { format: FileFormatName } | { pack: 'gzip' | 'zip' } | { refusal: ErrorCode };

/** How packed files begin, and those that are none of a format that is read. */
const MAGIC: readonly [string, BytesMean][] = [
  ['\x1f\x8b', { pack: 'gzip' }],
  ['PK\x03\x04', { pack: 'zip' }],
  ['PK\x05\x06', { pack: 'zip' }],
  ['PARE', { refusal: 'import.encrypted' }],
  ['7z\xbc\xaf\x27\x1c', { refusal: 'import.unpack_first' }],
  ['Rar!\x1a\x07', { refusal: 'import.unpack_first' }],
  ['BZh', { refusal: 'import.unpack_first' }],
  ['\x04\x22\x4d\x18', { refusal: 'import.unpack_first' }],
  ['\x1f\x9d', { refusal: 'import.unpack_first' }],
  ['%PDF-', { refusal: 'import.not_text' }],
  ['\x89PNG\r\n\x1a\n', { refusal: 'import.not_text' }],
  ['\xfd7zXZ\0', { refusal: 'import.unpack_first' }],
  ['\x28\xb5\x2f\xfd', { refusal: 'import.unpack_first' }],
];
/** An archive of tar says what it is behind the name and the rights of its first file. */
const TAR_MAGIC = 'ustar';
const TAR_MAGIC_AT = 257;
/** Documents of old Office programs, and encrypted new ones (MS-CFB). */
const COMPOUND_FILE = '\xd0\xcf\x11\xe0';
/** What one of an encrypted document is called in there, in UTF-16. */
const ENCRYPTED_PART = Buffer.from('EncryptedPackage', 'utf16le');

/**
 * Recognises a file by its content. Throws for what is no table, with what to do instead: `import.unpack_first`,
 * `import.workbook_encrypted`, `import.workbook_legacy`, `import.web_page`, `import.unpack_space`, `import.bomb` and others.
 */
export async function recogniseFile(
  file: FileSource,
  limits: FormatLimits = FORMAT_LIMITS,
  onUnpack: OnUnpack = () => undefined,
): Promise<RecognisedFile> {
  const bytes = new PlainBytes(file);
  const means = meaningOf(file.head(HEAD_BYTES), file);
  if ('format' in means) return { format: means.format, bytes, content: file };
  if ('refusal' in means) throw new AppError(means.refusal, { path: file.path });
  if (means.pack === 'gzip') {
    return unpacked(file, new PackedBytes(file, undefined, limits), limits, onUnpack);
  }
  const entries = filesIn(file);
  if (isWorkbook(file, entries)) return { format: 'xlsx', bytes, content: file };
  const [only] = entries;
  if (!only) throw new AppError('import.empty', { path: file.path });
  if (entries.length > 1) {
    throw new AppError('import.zip_of_several', { path: file.path, count: entries.length });
  }
  return unpacked(file, zipEntryBytes(file, only, limits), limits, onUnpack);
}

const filesIn = (file: FileSource): ZipEntry[] =>
  zipEntries(file).filter(
    ({ name }) => !name.endsWith('/') && !name.startsWith('__MACOSX/') && !OF_SYSTEM.test(name),
  );

/** What file managers leave in folders, and so in archives of them. */
const OF_SYSTEM = /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$/i;

/** The parts of documents of Numbers (Apple), which older ones keep in an archive within. */
const NUMBERS = /(?:^|\/)Index(?:\.zip|\/Document\.iwa)$/;

/** Whether an archive is a workbook of Excel; throws `import.workbook_legacy` for one of other programs. */
function isWorkbook(file: FileSource, entries: readonly ZipEntry[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('xl/workbook.xml')) return true;
  if (names.has('word/document.xml') || names.has('ppt/presentation.xml'))
    throw new AppError('import.not_text', { path: file.path });
  const isOther =
    names.has('xl/workbook.bin') ||
    names.has('content.xml') ||
    entries.some(({ name }) => NUMBERS.test(name));
  if (!isOther) return false;
  throw new AppError('import.workbook_legacy', { path: file.path });
}

/**
 * The file that is packed in another one: read as a stream where its format allows that, else unpacked to a temporary file. One that is
 * itself packed has to be unpacked first.
 */
async function unpacked(
  file: FileSource,
  bytes: ByteInput,
  limits: FormatLimits,
  onUnpack: OnUnpack,
): Promise<RecognisedFile> {
  const { head } = await readHead(bytes, HEAD_BYTES);
  if (head.length === 0) throw new AppError('import.empty', { path: file.path });
  const means = meaningOf(head, file);
  if ('refusal' in means) throw new AppError(means.refusal, { path: file.path });
  if ('format' in means) {
    const { format } = means;
    const content = needsFile(format) ? await unpackToFile(file, bytes, limits, onUnpack) : file;
    return { format, bytes, content };
  }
  if (means.pack === 'zip') {
    const content = await unpackToFile(file, bytes, limits, onUnpack);
    if (isWorkbook(content, filesIn(content))) return { format: 'xlsx', bytes, content };
  }
  throw new AppError('import.unpack_first', { path: file.path });
}

const FORMATS = Object.entries(TABLE_FORMATS) as [TableFormatName, TableFormat][];

/** Whether a file of a format is read at any place. */
const needsFile = (format: FileFormatName): boolean => format !== 'csv' && TABLE_FORMATS[format].needsFile;

function meaningOf(head: Buffer, file: FileSource): BytesMean {
  const start = head.toString('latin1', 0, 32);
  const magic = MAGIC.find(([bytes]) => start.startsWith(bytes));
  if (magic) return magic[1];
  if (head.toString('latin1', TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length) === TAR_MAGIC)
    return { refusal: 'import.unpack_first' };
  const known = FORMATS.find(([, format]) => format.magic !== undefined && start.startsWith(format.magic));
  if (known) return { format: known[0] };
  if (start.startsWith(COMPOUND_FILE)) {
    return { refusal: isEncrypted(file) ? 'import.workbook_encrypted' : 'import.workbook_legacy' };
  }
  return meaningOfText(textOf(head).trimStart());
}

function meaningOfText(text: string): BytesMean {
  if (isOcelXml(text)) return { refusal: 'import.ocel_other' };
  const known = FORMATS.find(([, format]) => format.isText?.(text) === true);
  if (known) return { format: known[0] };
  if (!text.startsWith('<')) return { format: 'csv' };
  const tags = firstTags(text);
  if (/<workbook[\s>]/.test(tags) || /excel\.sheet/.test(text.toLowerCase())) {
    return { refusal: 'import.workbook_legacy' };
  }
  if (/<(?:!doctype html|html|head|body|table|meta|style|div)[\s>]/.test(tags))
    return { refusal: 'import.web_page' };
  return /^<\?xml/i.test(text) ? { refusal: 'import.xml' } : { format: 'csv' };
}

/** Whether a text is an OCEL log in XML, of version 1 or 2: its root is called as the one of XES is, and it has objects. */
function isOcelXml(text: string): boolean {
  if (!text.startsWith('<') || !/^\s*<log[\s>]/.test(firstTags(text))) return false;
  return (
    /<(?:object-types|event-types|objects)[\s>]|<global\s+scope=["']object["']/.test(text) &&
    !/<trace[\s>]/.test(text)
  );
}

/** The beginning of a text, to be looked at for its first characters only. */
function textOf(head: Buffer): string {
  const encoding =
    head[0] === 0xff && head[1] === 0xfe
      ? 'utf-16le'
      : head[0] === 0xfe && head[1] === 0xff
        ? 'utf-16be'
        : (utf16Of(head) ?? 'utf-8');
  // Sequences of JSON texts begin with a separator of records.
  return new TextDecoder(encoding).decode(head).replace(/^\u001e/, '');
}

/** The directory of a compound file may be anywhere in it; an encrypted document is one entry of it. */
function isEncrypted(file: FileSource): boolean {
  let rest: Buffer = Buffer.alloc(0);
  for (const chunk of file.chunks(0)) {
    const piece = Buffer.concat([rest, chunk]);
    if (piece.includes(ENCRYPTED_PART)) return true;
    rest = piece.subarray(-ENCRYPTED_PART.length);
  }
  return false;
}
