import type { Duplex } from 'node:stream';
import ZongJi, { type AnyBinlogEvent } from '@vlasky/zongji';
import type { serverOf } from '../database/connect.ts';

/** A connection that gives nothing for this long is dead, in milliseconds. */
const SILENT_MS = 5_000;
/** How often the server shows that it is there when nothing is written, in nanoseconds as MySQL wants it. */
const HEARTBEAT_NS = 1_000_000_000;
/** Replicas have numbers; two with one number push each other out. */
const LARGEST_SERVER_ID = 2 ** 31 - 1;

const EVENTS = ['tablemap', 'writerows', 'xid', 'xaprepare', 'query', 'transactionpayload', 'heartbeat', 'rotate'];

/** A statement that writes rows but does not show them: as text, or prepared by another transaction before. */
const WITHOUT_ROWS = /^\s*(INSERT|REPLACE|LOAD|XA COMMIT)\b/i;

export interface LogStreamOptions {
  server: ReturnType<typeof serverOf>;
  /** Transactions that are known already, as a GTID set. */
  from: string;
  schema: string;
  /** Column that numbers the rows, by table. */
  numberColumns: ReadonlyMap<string, string>;
}

/** Who is told what the log says. Must not throw. */
export interface LogListener {
  /** Numbers of the rows that a transaction has put in, by table. */
  onCommit(numbers: ReadonlyMap<string, bigint[]>): void;
  /** This transaction cannot be read; null: nobody knows which. */
  onUnreadable(gtid: string | null): void;
  /** A sign of life. */
  onHeard(): void;
}

/** One connection that reads the binary log as a replica does, until it ends for whatever reason. */
export class LogStream {
  /** Why it ended; never rejects. */
  readonly ended: Promise<Error>;
  readonly #zongji: ZongJi;
  readonly #columns: ReadonlyMap<string, string>;
  readonly #listener: LogListener;
  readonly #silence: NodeJS.Timeout;
  /** Rows of the transaction that is being read. */
  #numbers = new Map<string, bigint[]>();
  #end: (reason: Error) => void = () => undefined;

  constructor({ server, from, schema, numberColumns }: LogStreamOptions, listener: LogListener) {
    const { dbName: _, ...account } = server;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#columns = numberColumns;
    this.#listener = listener;
    this.#silence = setTimeout(() => this.#end(new Error('The binary log fell silent.')), SILENT_MS);
    this.#zongji = new ZongJi({ ...account, connectTimeout: SILENT_MS });
    this.#zongji.on('error', (error) => this.#onError(error));
    this.#zongji.on('ready', () => this.#askForHeartbeats());
    this.#zongji.on('binlog', (event) => this.#onEvent(event));
    const serverId = 1 + Math.floor(Math.random() * LARGEST_SERVER_ID);
    const includeSchema = { [schema]: [...numberColumns.keys()] };
    this.#zongji.start({ serverId, gtidSet: from, includeEvents: EVENTS, includeSchema });
    // Bytes count as life, and not only events: a long transaction on other tables gives none for a while.
    const { stream } = this.#zongji.connection as unknown as { stream: Duplex };
    stream.on('data', () => this.#silence.refresh());
  }

  /** The transactions that were read to their end, and those before. */
  get gtidSet(): string {
    return this.#zongji.gtidSet ?? '';
  }

  /** Ends its connections. */
  stop(): Promise<void> {
    clearTimeout(this.#silence);
    this.#end(new Error('stopped'));
    return new Promise((resolve) => {
      this.#zongji.once('stopped', resolve);
      this.#zongji.stop();
    });
  }

  /** Comes before the request for the log: a connection carries out its commands in order. */
  #askForHeartbeats(): void {
    this.#zongji.connection?.query(
      `SET @source_heartbeat_period = ${HEARTBEAT_NS}, @master_heartbeat_period = ${HEARTBEAT_NS}`,
      (error: Error | null) => error && this.#end(error),
    );
  }

  /** Errors of the connection and of the server have a code; the others say that something could not be understood. */
  #onError(error: Error & { code?: string }): void {
    if (error.code !== undefined) this.#end(error);
    else this.#listener.onUnreadable(this.#zongji.lastGtid ?? null);
  }

  #onEvent(event: AnyBinlogEvent): void {
    this.#listener.onHeard();
    switch (event.getTypeName()) {
      case 'WriteRows':
        this.#gather(event as EventOf<'WriteRows'>);
        break;
      case 'Xid':
        this.#commit();
        break;
      case 'XaPrepare':
        // Prepared is not committed yet; what it wrote is looked for when it is.
        if ((event as EventOf<'XaPrepare'>).onePhase) this.#commit();
        else this.#numbers.clear();
        break;
      case 'TransactionPayload':
        this.#listener.onUnreadable(event.gtid ?? null);
        break;
      case 'Query':
        this.#onStatement(event as EventOf<'Query'>);
    }
  }

  #onStatement({ query, gtid }: EventOf<'Query'>): void {
    const word = query.trim().toUpperCase();
    if (word === 'COMMIT') this.#commit();
    else if (word === 'BEGIN' || word === 'ROLLBACK') this.#numbers.clear();
    else if (WITHOUT_ROWS.test(query)) this.#listener.onUnreadable(gtid ?? null);
  }

  #gather({ tableId, rows, gtid }: EventOf<'WriteRows'>): void {
    const table = this.#zongji.tableMap[tableId]?.tableName ?? '';
    const column = this.#columns.get(table);
    if (column === undefined) return;
    const numbers = this.#numbers.get(table) ?? [];
    for (const { [column]: number } of rows) {
      if (typeof number === 'number' || typeof number === 'string') numbers.push(BigInt(number));
      else this.#listener.onUnreadable(gtid ?? null);
    }
    this.#numbers.set(table, numbers);
  }

  #commit(): void {
    if (this.#numbers.size === 0) return;
    this.#listener.onCommit(this.#numbers);
    this.#numbers = new Map();
  }
}

type EventOf<Name extends string> = Extract<AnyBinlogEvent, { getTypeName(): Name }>;
