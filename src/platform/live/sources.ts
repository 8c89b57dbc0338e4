import type { Query } from '../database/query.ts';
import type { Log } from '../log.ts';
import { BinaryLog } from './binary-log.ts';
import type { FeedPosition } from './live-cursor.ts';
import { LogTail } from './log-tail.ts';
import { Place } from './place.ts';
import type { FeedRow, FeedTable, OpenSource, RowSource, SourceReader } from './row-source.ts';
import { TableTail } from './table-tail.ts';

export type SourceKind = 'binary log' | 'tail read';

/** What follows the tables. */
export interface Sources {
  open: OpenSource;
  /** Which kind follows them now; and, if it is not the binary log although that was wanted, why. */
  state(): { kind: SourceKind; reason: string | null };
  /** Ends what the sources share, when each of them has stopped. */
  stop(): Promise<void>;
}

export interface SourcesOptions {
  /** DATABASE_FEED_URL; undefined leaves it to the tail read. */
  feedUrl: string | undefined;
  tables: readonly FeedTable[];
  /** As the application account. */
  query: Query;
  log: Log;
}

/** The binary log where DATABASE_FEED_URL may read it, else the tail read at the ends of the tables. */
export async function openSources({ feedUrl, tables, query, log }: SourcesOptions): Promise<Sources> {
  const opened = new Set<EitherSource<FeedRow>>();
  let reason: string | null = null;
  const onRefused = (why: string) => {
    reason = why;
    log.warn({ reason }, 'the binary log is not read any more; the tail read takes over');
    for (const source of opened) source.takeOver();
  };
  const binaryLog = feedUrl === undefined ? null : await logOf(feedUrl, { tables, query, log, onRefused });
  reason = (await binaryLog?.start()) ?? null;
  if (reason !== null) log.warn({ reason }, 'DATABASE_FEED_URL is set, but the binary log is not read');
  const isRead = () => binaryLog !== null && reason === null;
  return {
    open: <Row extends FeedRow>(table: FeedTable, reader: SourceReader<Row>) => {
      const source = new EitherSource<Row>({ table, query, log, reader }, isRead() ? binaryLog : null);
      opened.add(source as unknown as EitherSource<FeedRow>);
      return source;
    },
    state: () => ({ kind: isRead() ? 'binary log' : 'tail read', reason }),
    stop: async () => {
      await binaryLog?.stop();
    },
  };
}

interface LogParts extends Pick<SourcesOptions, 'tables' | 'query' | 'log'> {
  onRefused(reason: string): void;
}

async function logOf(feedUrl: string, { tables, query, log, onRefused }: LogParts): Promise<BinaryLog> {
  const [here] = await query<{ server: string; name: string }>('SELECT @@server_uuid AS server, DATABASE() AS name');
  const numberColumns = new Map(tables.map(({ table, id }) => [table, id.slice(id.indexOf('.') + 1)]));
  return new BinaryLog({
    feedUrl,
    appServer: here?.server ?? '',
    schema: here?.name ?? '',
    numberColumns,
    log,
    onRefused,
  });
}

interface Parts<Row> {
  table: FeedTable;
  query: Query;
  log: Log;
  reader: SourceReader<Row>;
}

/** One table's source: it follows the log until that is refused, and from there the end of the table. */
class EitherSource<Row extends FeedRow> implements RowSource {
  readonly #parts: Parts<Row>;
  readonly #place = new Place();
  #source: RowSource;
  /** What is under way, one after the other: start, changing over, stop. */
  #turn: Promise<void> = Promise.resolve();
  #started = false;
  #stopped = false;

  constructor(parts: Parts<Row>, binaryLog: BinaryLog | null) {
    this.#parts = parts;
    this.#source = binaryLog === null ? this.#tail() : this.#logTail(binaryLog);
  }

  get position(): FeedPosition {
    return this.#place.position;
  }

  start(): Promise<void> {
    return this.#next(async () => {
      await this.#source.start();
      this.#started = true;
    });
  }

  watch(numbers: readonly bigint[]): Promise<void> {
    return this.#source.watch(numbers);
  }

  wake(): void {
    this.#source.wake();
  }

  lagMs(): number {
    return this.#source.lagMs();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    return this.#next(() => this.#source.stop());
  }

  /** The end of the table is followed from the place that the log has led to: nothing is passed over. */
  takeOver(): void {
    void this.#next(async () => {
      await this.#source.stop();
      if (this.#stopped) return;
      this.#source = this.#tail();
      if (this.#started) await this.#source.start();
    });
  }

  #next(step: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(step);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #tail(): RowSource {
    const { table, query, log, reader } = this.#parts;
    return new TableTail(table, query, log, reader, this.#place);
  }

  #logTail(binaryLog: BinaryLog): RowSource {
    const { table, query, log, reader } = this.#parts;
    const tail = new LogTail(table, query, log, reader, { place: this.#place, heardAt: () => binaryLog.heardAt });
    binaryLog.follow(table.table, tail);
    return tail;
  }
}
