import type { RequestHandler } from 'express';

/** Bytes of one request that are read at all; nothing that may be sent is larger than 2 MB. */
const MOST_READ = 32 * 1_024 * 1_024;

/**
 * The same reader of bodies, with an end. A body that is too large is read on, so that its sender is still there to hear
 * why it is refused; one that never ends would keep us reading, so beyond MOST_READ the connection is cut.
 */
export function cutEndless(readBody: RequestHandler): RequestHandler {
  return (request, response, next) => {
    readBody(request, response, next);
    // After the reader: whoever listens first starts the flow.
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_READ) request.destroy();
    });
  };
}
