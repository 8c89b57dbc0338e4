import type { Connection } from 'mysql2/promise';
import type { Measured } from '../benchmark.ts';
import { type LoadProcess, startLoad } from '../load-process.ts';
import type { LoadRound } from '../serve-rounds.ts';
import { openConnection, type Stand } from '../stand.ts';
import { throughServer } from '../through-server.ts';
import type { BareLoadSettings } from './bare-load.ts';
import { BARE_TABLE } from './bare-row.ts';
import { compareRows, countOf, drained, IS_SET_ASIDE, setAside, type Table } from './inbox.ts';
import { makeOrders } from './orders.ts';
import { whileStalled } from './stall.ts';
import type { WebhookLoadSettings } from './webhook-load.ts';

/** More than a worker takes at once, and some of each kind. */
const PRIMERS = 32;

/** The two ways that a webhook's row comes about, each with its load process. */
export class Intake {
  readonly #stand: Stand;
  readonly #http: LoadProcess;
  readonly #bare: LoadProcess;
  /** Holds locks while workers are to be stalled. */
  readonly #holder: Connection;

  private constructor(stand: Stand, http: LoadProcess, bare: LoadProcess, holder: Connection) {
    this.#stand = stand;
    this.#http = http;
    this.#bare = bare;
    this.#holder = holder;
  }

  /** @param clients most connections of each way. */
  static async open(stand: Stand, clients: { http: number; bare: number }): Promise<Intake> {
    const { urls, server, admin } = stand;
    const { secrets } = server;
    await makeOrders(admin);
    await admin.query(`CREATE TABLE ${BARE_TABLE} LIKE webhook_inbox`);
    const holder = await openConnection(urls.admin);
    const http: WebhookLoadSettings = { url: server.url, secrets, clients: clients.http };
    const bare: BareLoadSettings = { url: urls.admin, secrets, clients: clients.bare };
    return new Intake(
      stand,
      startLoad(new URL('./webhook-load.js', import.meta.url), http),
      startLoad(new URL('./bare-load.js', import.meta.url), bare),
      holder,
    );
  }

  /** Bare inserts. */
  insert(round: LoadRound): Promise<Measured> {
    return this.#counted(BARE_TABLE, () => this.#bare.run(round));
  }

  /** Deliveries over HTTP, while nobody can finish one. */
  deliverStalled(round: LoadRound): Promise<Measured> {
    return this.#stalled(async () => {
      const measured = await this.#deliver(round);
      await setAside(this.#stand.admin);
      return measured;
    });
  }

  /** Deliveries over HTTP with the workers at work; resolves when they have done them all, which is not measured. */
  async deliverAtWork(round: LoadRound): Promise<Measured> {
    const measured = await this.#deliver(round);
    await drained(this.#stand.admin);
    return measured;
  }

  /** So many deliveries as fast as the connections take them. */
  async burst(clients: number, count: number): Promise<Record<string, number>> {
    const began = performance.now();
    const { seconds, latency } = await this.#deliver({ clients, operations: count });
    await drained(this.#stand.admin);
    const drainedMs = Math.round(performance.now() - began);
    return {
      deliveries: count,
      clients,
      acknowledgedMs: Math.round(seconds * 1_000),
      slowestMs: Math.round(latency.max),
      drainedMs,
    };
  }

  /** The same few deliveries both ways, before all others, since both loads number theirs from 0. @throws as compareRows. */
  async compare(): Promise<void> {
    await this.insert({ clients: 1, operations: PRIMERS });
    await this.#stalled(() => compareRows(this.#stand.admin, PRIMERS));
  }

  /** @throws if a delivery is left, or has come to a bad end. */
  async verify(): Promise<void> {
    const { admin } = this.#stand;
    await drained(admin);
    const bad = await countOf(admin, 'webhook_inbox', `status <> 'processed' AND NOT ${IS_SET_ASIDE}`);
    if (bad > 0) throw new Error(`${bad} deliveries were not processed.`);
  }

  /** May be called twice: an interrupted round is ended by it, and then the benchmark. */
  async stop(): Promise<void> {
    this.#holder.destroy();
    await Promise.all([this.#http.stop(), this.#bare.stop()]);
  }

  async #stalled<T>(work: () => Promise<T>): Promise<T> {
    const { admin } = this.#stand;
    const deliver = () => this.#deliver({ clients: 1, operations: PRIMERS });
    const result = await whileStalled({ admin, holder: this.#holder, deliver }, work);
    await drained(admin);
    return result;
  }

  #deliver(round: LoadRound): Promise<Measured> {
    const { server } = this.#stand;
    return this.#counted('webhook_inbox', () => throughServer(server, () => this.#http.run(round)));
  }

  /** @throws unless each operation has left one row. */
  async #counted(table: Table, run: () => Promise<Measured>): Promise<Measured> {
    const { admin } = this.#stand;
    const before = await countOf(admin, table);
    const measured = await run();
    const rows = (await countOf(admin, table)) - before;
    if (rows === measured.operations) return measured;
    throw new Error(`${measured.operations} were acknowledged, but ${rows} rows came into ${table}.`);
  }
}
