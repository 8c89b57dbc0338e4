import { open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { BrokenXlsx, damaged, notComplete } from './broken-xlsx.ts';

const MIB = 1_048_576;
const MOST_PARTS = 2_000;
const MOST_IN_ALL = 4_096 * MIB;
/** From here on a part must not grow to more than so many times what it takes in the file. */
const LARGE = 32 * MIB;
const MOST_GROWTH = 250;

const ZIP = Buffer.from('PK');
const OLE2 = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/** The parts of a container, by path. Sizes are counted while unpacking: what the container says of them may be a lie. */
export class ZipParts {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #unpacked = new Map<string, number>();

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws BrokenXlsx */
  static async open(path: string): Promise<ZipParts> {
    refuseOtherFiles(path, await firstBytes(path));
    const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
      throw notWhole(error);
    });
    try {
      return new ZipParts(zip, await entriesOf(zip));
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /** The text of a part, in pieces, unpacked as they are asked for. `mostMib`: what it may unpack to. @throws BrokenXlsx */
  async *text(path: string, mostMib: number): AsyncGenerator<string, void> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const bytes of this.#bytes(path, mostMib)) {
      const text = decoded(decoder, bytes);
      if (text !== '') yield text;
    }
    decoded(decoder);
  }

  close(): void {
    this.#zip.close();
  }

  async *#bytes(path: string, mostMib: number): AsyncGenerator<Buffer, void> {
    const entry = this.#entries.get(path);
    if (entry === undefined) throw damaged(`it lacks its part ${path}`);
    let size = 0;
    let checksum = 0;
    for await (const bytes of this.#stream(entry)) {
      size += bytes.length;
      checksum = crc32(bytes, checksum);
      this.#refuseTooLarge(entry, size, mostMib);
      yield bytes;
    }
    if (checksum !== entry.crc32) throw damaged('a checksum is wrong');
  }

  async *#stream(entry: Entry): AsyncGenerator<Buffer, void> {
    try {
      yield* await this.#zip.openReadStreamPromise(entry);
    } catch (error) {
      throw notWhole(error);
    }
  }

  #refuseTooLarge(entry: Entry, size: number, mostMib: number): void {
    if (size > mostMib * MIB) throw tooLarge(entry.fileName, mostMib);
    if (size > LARGE && size > MOST_GROWTH * entry.compressedSize) throw tooLarge(entry.fileName, LARGE / MIB);
    this.#unpacked.set(entry.fileName, Math.max(size, this.#unpacked.get(entry.fileName) ?? 0));
    if (size < LARGE) return;
    const inAll = [...this.#unpacked.values()].reduce((sum, one) => sum + one, 0);
    if (inAll > MOST_IN_ALL) throw tooLarge('The file', MOST_IN_ALL / MIB);
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(OLE2.length), 0, OLE2.length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    const { code = 'no reason given' } = error as NodeJS.ErrnoException;
    throw new BrokenXlsx('unreadable', `${path} cannot be read (${code}).`, {}, { cause: error });
  }
}

function refuseOtherFiles(path: string, begins: Buffer): void {
  if (begins.subarray(0, ZIP.length).equals(ZIP)) return;
  if (begins.equals(OLE2)) {
    throw new BrokenXlsx('encrypted', `${path} is encrypted or an old .xls: save it without a password as .xlsx.`);
  }
  throw notXlsx(path);
}

export function notXlsx(path: string): BrokenXlsx {
  const how = 'In Google Sheets: File, Download, Microsoft Excel (.xlsx).';
  return new BrokenXlsx('notXlsx', `${path} is not an xlsx workbook. ${how}`);
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_PARTS) throw tooManyParts();
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      refuseUnreadable(entry, entries);
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    throw notWhole(error);
  }
  return entries;
}

function refuseUnreadable(entry: Entry, others: ReadonlyMap<string, Entry>): void {
  if (entry.isEncrypted()) {
    throw new BrokenXlsx('encrypted', 'The workbook is encrypted: save it without a password as .xlsx.');
  }
  if (!entry.canDecodeFileData()) throw damaged('it is packed in a way nobody uses');
  // Two parts of one name: programs would differ in what they read.
  if (others.has(entry.fileName)) throw damaged('it has a part twice');
}

function tooManyParts(): BrokenXlsx {
  return new BrokenXlsx(
    'tooLarge',
    `The file would unpack to more than ${MOST_PARTS} parts; a workbook has a few dozen.`,
  );
}

function tooLarge(what: string, mib: number): BrokenXlsx {
  return new BrokenXlsx(
    'tooLarge',
    `${what} would unpack to more than ${mib} MiB, which no workbook of this kind does.`,
  );
}

/** What yauzl and zlib say where bytes are missing; everything else means that bytes are wrong. */
const CUT = /truncated|unexpected E(OF|nd)|unexpected end|not enough bytes|overflows file bounds|signature not found/i;

function notWhole(error: unknown): BrokenXlsx {
  if (error instanceof BrokenXlsx) return error;
  const { message } = error as Error;
  if (/encryption/.test(message)) {
    return new BrokenXlsx('encrypted', 'The workbook is encrypted: save it without a password as .xlsx.');
  }
  return CUT.test(message) ? notComplete(error) : damaged('as a zip file', error);
}

function decoded(decoder: TextDecoder, bytes?: Buffer): string {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (error) {
    throw damaged('its text is not UTF-8', error);
  }
}
