import { SaxesParser } from 'saxes';
import { BrokenXlsx, damaged, notComplete } from './broken-xlsx.ts';

/** Nothing in a workbook is nested deeper than a dozen levels. */
const DEEPEST = 64;
/** The parser keeps what it has begun until it is whole: a tag, a text, a comment. */
const LONGEST_PIECE = 4_194_304;

export type Attributes = Readonly<Record<string, string>>;

/** Names are without their prefix: `x:row` is `row`. */
export interface XmlListener {
  opens(name: string, attributes: Attributes): void;
  text?(text: string): void;
  closes?(name: string): void;
}

/**
 * Lets the listener hear a document, piece by piece; after each piece there is a chance to take what it has gathered.
 * Resolves no entities but XML's own five.
 *
 * @throws BrokenXlsx
 */
export async function* parseXml(pieces: AsyncIterable<string>, listener: XmlListener): AsyncGenerator<void, void> {
  const parser = new Parser(listener);
  for await (const piece of pieces) {
    parser.write(piece);
    yield;
  }
  parser.end();
  yield;
}

/** The whole of a small document. */
export async function readXml(pieces: AsyncIterable<string>, listener: XmlListener): Promise<void> {
  for await (const _ of parseXml(pieces, listener));
}

class Parser {
  readonly #saxes = new SaxesParser({ xmlns: false, position: false });
  readonly #listener: XmlListener;
  #depth = 0;
  #sinceLast = 0;

  constructor(listener: XmlListener) {
    this.#listener = listener;
    this.#saxes.on('opentag', ({ name, attributes }) => this.#opens(name, attributes));
    this.#saxes.on('closetag', ({ name }) => this.#closes(name));
    this.#saxes.on('doctype', () => {
      throw damaged('it declares a document type, which a workbook never does');
    });
    if (listener.text === undefined) return;
    const hears = listener.text.bind(listener);
    this.#saxes.on('text', hears);
    this.#saxes.on('cdata', hears);
  }

  write(piece: string): void {
    this.#sinceLast += piece.length;
    try {
      this.#saxes.write(piece);
    } catch (error) {
      throw error instanceof BrokenXlsx ? error : damaged('as XML', error);
    }
    if (this.#sinceLast <= LONGEST_PIECE) return;
    throw new BrokenXlsx('tooLarge', 'One piece of it would unpack to more than 4 MiB, which no cell does.');
  }

  end(): void {
    try {
      this.#saxes.close();
    } catch (error) {
      throw error instanceof BrokenXlsx ? error : notComplete(error);
    }
  }

  #opens(name: string, attributes: Attributes): void {
    this.#sinceLast = 0;
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw damaged('its XML is nested without end');
    this.#listener.opens(localName(name), attributes);
  }

  #closes(name: string): void {
    this.#sinceLast = 0;
    this.#depth -= 1;
    this.#listener.closes?.(localName(name));
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
