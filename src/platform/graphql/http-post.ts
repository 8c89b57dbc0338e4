import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BareAnswer } from '../http/bare-frame.ts';
import { failureOf } from '../http/frame.ts';
import { type Ask, type GraphRequest, type HttpParts, textOf } from './http.ts';
import type { KnownRequests } from './known-requests.ts';
import { LIMITS } from './pipeline.ts';

const ROUTE = '/graphql';
const JSON_IN_UTF_8 = /^application\/json(; ?charset=utf-8)?$/i;

/**
 * Answers what frontends send: a POST of JSON with a length. Whatever else there is, on purpose or by mistake, is left
 * to Express, whose body reader knows all of HTTP; so this needs to know only the one way.
 */
export function answeringPosts({ frame, log }: HttpParts, ask: Ask, known: KnownRequests) {
  const reply = async (message: IncomingMessage, text: string, answer: BareAnswer) => {
    const request: GraphRequest = { message, requestId: answer.requestId, body: bodyOf(text) };
    const again = await known.answer(request);
    if (again !== null) return answer.send(200, ['content-type', again.contentType], again.body);
    const result = await ask(request);
    if (result.status === undefined) {
      known.learnContentType(message.headers.accept, result.headers.get('content-type'));
    }
    answer.send(result.status ?? 200, [...result.headers].flat(), textOf(result));
  };
  return (message: IncomingMessage, response: ServerResponse): boolean => {
    if (!isUsual(message)) return false;
    const answer = frame(message, response, ROUTE);
    const failed = (error: unknown) => {
      const { status, body } = failureOf(error as { status?: unknown }, answer.requestId, log);
      answer.send(status, ['Content-Type', 'application/json; charset=utf-8'], JSON.stringify(body));
    };
    readText(message, (text) => {
      reply(message, text, answer).catch(failed);
    });
    return true;
  };
}

function isUsual({ method, url, headers }: IncomingMessage): boolean {
  if (method !== 'POST' || url !== ROUTE || headers['content-encoding'] !== undefined) return false;
  const length = Number(headers['content-length']);
  return length > 0 && length <= LIMITS.bytes && JSON_IN_UTF_8.test(headers['content-type'] ?? '');
}

/** Node reads no more than the length that was told. Of a body that breaks off nobody is told: its sender is gone. */
function readText(message: IncomingMessage, take: (text: string) => void): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => {
    const [first] = chunks;
    take(chunks.length === 1 && first !== undefined ? first.toString() : Buffer.concat(chunks).toString());
  });
}

/** As strictly as Express' reader takes it. @throws 400 unless it is an object or a list. */
function bodyOf(text: string): unknown {
  const body = parsed(text);
  if (typeof body === 'object' && body !== null) return body;
  throw Object.assign(new Error('The body is neither an object nor a list.'), { status: 400 });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    throw Object.assign(error as Error, { status: 400 });
  }
}
