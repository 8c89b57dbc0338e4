/** Where the answers of one live operation go: a socket, under the operation's id, or an event stream. */
export interface Outlet {
  /** Sends an answer. @param text the JSON of an execution result @param cursor from where to go on after it */
  next(text: string, cursor: string): void;
  /** The client stands here: what it missed is over. For those that can tell a cursor without an event. */
  reached(cursor: string): void;
  /** Bytes that the client has not taken yet. */
  waiting(): number;
  /** Nothing more will come. */
  complete(): void;
  /** Nothing more can come; the client is told as much of the error as it may see. */
  fail(error: unknown): void;
}
