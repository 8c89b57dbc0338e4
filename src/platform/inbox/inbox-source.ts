import type { Delivery, Handler } from './delivery.ts';

/** Largest body that is taken, in bytes. */
export const LARGEST_BODY = 1_024 * 1_024;

/** What was sent, by HTTP or by another way in. */
export interface WebhookRequest {
  /** The exact bytes of the body: signatures are made over these. */
  rawBody: Uint8Array;
  /** Names in lower case, as Node gives them. */
  headers: Record<string, string | string[] | undefined>;
  /** The `:event` of the path, percent-decoded; null at an address without one. */
  event: string | null;
  query: Record<string, unknown>;
  /** Somebody who may says that it is genuine: no secret is asked. A signature, which nobody can vouch for, still is. */
  vouchedFor?: true;
}

/** A delivery that may be stored: it comes from whom it says, and its body was read. */
export interface VerifiedDelivery {
  /** Plain ASCII, at most 255 characters; equal for repeats of one event and for nothing else. */
  eventKey: string;
  /** At most 100 characters. */
  eventType: string;
  /** The sender's own id, plain ASCII, at most 255 characters. */
  eventId: string | null;
  payload: unknown;
}

/** Why a request is not taken. */
export interface WebhookRefusal {
  /** The HTTP status that says so. */
  status: number;
  /** One sentence, without anything of the body. */
  error: string;
}

/** A sender of webhooks, as the inbox sees it. */
export interface InboxSource<Tables> {
  /** Kept with each row and named as the cause of changes, e.g. `stripe`. At most 20 ASCII characters. */
  sourceSystem: string;
  /** Addresses below the root; they may have the parameter `:event`. */
  paths: string[];
  /** Decides whether a request is genuine and readable. Nothing is stored before. */
  verify(request: WebhookRequest, receivedAt: Date): VerifiedDelivery | WebhookRefusal;
  /**
   * Gives what applies the delivery. It runs before the transaction is opened, so whatever must be asked over the
   * network is asked here and carried into the handler. What it throws is a failed attempt, save NotNow.
   */
  handlerFor(delivery: Delivery): Handler<Tables> | Promise<Handler<Tables>>;
}
