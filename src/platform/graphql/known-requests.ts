import type { DocumentNode } from 'graphql';
import type { Context } from '../context.ts';
import { Remembered } from '../remembered.ts';
import type { GraphRequest, HttpParts } from './http.ts';
import { rememberedDocuments } from './pipeline.ts';

/** Values of `Accept` that are remembered. */
const MOST_ACCEPTED = 100;
const LONGEST_ACCEPT = 256;

export interface KnownAnswer {
  contentType: string;
  /** JSON in UTF-8. */
  body: Buffer;
}

/** What a request has to look like to be known at all. */
interface Asked {
  query?: unknown;
  documentId?: unknown;
  extensions?: object | null;
  variables?: Record<string, unknown> | null;
  operationName?: string | null;
}

/**
 * Requests that Apollo need not see again: it has read and validated this very document before, and the answer to it was
 * written from the rows. Who asks, what it costs and what it reads is looked at as always. Whatever is new, odd or wrong
 * goes to Apollo, so that nothing is decided here that it would decide otherwise.
 */
export class KnownRequests {
  readonly #parts: HttpParts;
  readonly #documents = rememberedDocuments();
  readonly #written = new WeakSet<DocumentNode>();
  readonly #contentTypes = new Remembered<string, string>(MOST_ACCEPTED);

  constructor(parts: HttpParts) {
    this.#parts = parts;
  }

  /** Whether Apollo found it good a while ago: it need not be read again. */
  hasDocument(text: string): boolean {
    return this.#documents.get(text) !== undefined;
  }

  /** Apollo found this document good. */
  learnDocument(text: string, document: DocumentNode): void {
    if (this.#documents.get(text) !== document) this.#documents.set(text, document);
  }

  /** The answer to it was written from rows. */
  learnWritten(document: DocumentNode): void {
    this.#written.add(document);
  }

  /** Apollo answers whoever accepts this with that. */
  learnContentType(accept: string | undefined, contentType: string | undefined): void {
    const key = accept ?? '';
    if (contentType !== undefined && key.length <= LONGEST_ACCEPT) this.#contentTypes.set(key, contentType);
  }

  /** Null if Apollo is to answer, for which `request.context` may have begun already. */
  async answer(request: GraphRequest): Promise<KnownAnswer | null> {
    const { message, body } = request;
    const contentType = this.#contentTypes.get(message.headers.accept ?? '');
    if (contentType === undefined || !this.#mayBeKnown(body)) return null;
    request.context = this.#parts.contextOf(message, request.requestId);
    try {
      const answer = await this.#bodyFor(request.context, body);
      return answer === null ? null : { contentType, body: answer };
    } catch {
      // No token, no such document, too much: Apollo meets the same and tells it in its form.
      return null;
    }
  }

  #mayBeKnown(body: unknown): body is Asked {
    if (this.#parts.compiled === null || !isObject(body)) return false;
    const { query, variables, operationName, extensions } = body;
    if (typeof query === 'string' ? this.#documents.get(query) === undefined : query != null) return false;
    const isNamed = operationName == null || typeof operationName === 'string';
    return isNamed && (variables == null || isObject(variables)) && (extensions == null || isObject(extensions));
  }

  async #bodyFor(coming: Promise<Context>, asked: Asked): Promise<Buffer | null> {
    const { documents, charge, compiled } = this.#parts;
    const { variables, operationName } = asked;
    const context = await coming;
    const document = this.#documents.get(documents.textOf(asked) ?? '');
    if (document === undefined || compiled === null || !this.#written.has(document)) return null;
    // Its text may have been pushed out of those that may be asked for by their ids.
    if (asked.query && (asked.documentId || asked.extensions)) documents.learn(String(asked.query), context.caller);
    context.charged = await charge(context.caller, { document, variables, operationName });
    const { cost, variables: coerced } = context.charged;
    const running = { document, operationName, variables: coerced, context };
    return compiled.answer(running, '{"data":', `,"extensions":{"cost":${JSON.stringify(cost)}}}\n`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
