/** Final, and text (RFC 6455, 5.2). */
const TEXT = 0x81;
/** From these lengths on they are written with 16 and with 64 bits. */
const TWO_BYTES = 126;
const EIGHT_BYTES = 65_536;

const BEFORE_ID = Buffer.from('{"id":');
const AFTER_ID = ',"type":"next","payload":';

/** Below this many bytes copying all is cheaper than writing twice; above it nobody has a copy of its own. */
const COPIED_BELOW = 4_096;

interface Frame {
  /** With room for the id. */
  start: Buffer;
  idAt: number;
  /** What follows for all alike. */
  rest: Buffer | null;
}

let lastText = '';
/** Frames of the last answer, by the length of ids: mostly all are of one. */
const frames = new Map<number, Frame>();

/**
 * The WebSocket frame of an answer for the operation with this id (its JSON in UTF-8), in one part or two. What many
 * get is encoded once; for each of them the id is put in.
 */
export function nextFrame(text: string, id: Buffer): Buffer[] {
  if (text !== lastText) {
    lastText = text;
    frames.clear();
  }
  const { start, idAt, rest } = frames.get(id.length) ?? framed(text, id.length);
  const own = Buffer.from(start);
  id.copy(own, idAt);
  return rest === null ? [own] : [own, rest];
}

function framed(text: string, idLength: number): Frame {
  const rest = Buffer.from(`${AFTER_ID}${text}}`);
  const head = header(BEFORE_ID.length + idLength + rest.length);
  const isSmall = rest.length < COPIED_BELOW;
  const start = Buffer.concat([head, BEFORE_ID, Buffer.alloc(idLength), ...(isSmall ? [rest] : [])]);
  const frame = { start, idAt: head.length + BEFORE_ID.length, rest: isSmall ? null : rest };
  frames.set(idLength, frame);
  return frame;
}

function header(length: number): Buffer {
  if (length < TWO_BYTES) return Buffer.from([TEXT, length]);
  if (length < EIGHT_BYTES) return Buffer.from([TEXT, 126, length >> 8, length & 0xff]);
  const long = Buffer.from([TEXT, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  long.writeBigUInt64BE(BigInt(length), 2);
  return long;
}
