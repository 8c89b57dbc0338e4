import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Measured } from '../benchmark.ts';
import { type LoadProcess, startLoad } from '../load-process.ts';
import { onAnyCore, onOwnCores } from '../own-cores.ts';
import type { RunningServer } from '../server-process.ts';
import type { Stand } from '../stand.ts';
import { startPeer } from '../start-peer.ts';
import { throughServer } from '../through-server.ts';
import { type Audience, makeOrders } from './live-events.ts';
import type { LiveLoadSettings, LiveMeasured, LiveRound, Way } from './live-load.ts';

/** Means of the messages of one audience may differ by a cursor that has grown by a digit, and no more. */
const SAME_BYTES = 0.02;

interface Parts {
  measured: Record<Way, Pick<RunningServer, 'cpuMs'>>;
  load: LoadProcess<LiveRound, LiveMeasured>;
  stop(): Promise<void>;
}

/** The server, its two peers, and the sockets to all three. */
export class FanOut {
  readonly #parts: Parts;
  readonly #messageBytes = new Map<Audience, number[]>();

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @param sockets most to each of the three. */
  static async open({ urls, server, admin }: Stand, sockets: number): Promise<FanOut> {
    const opened: (() => Promise<unknown>)[] = [];
    const stop = async () => {
      await Promise.all(opened.splice(0).map((close) => close()));
    };
    try {
      await makeOrders(admin);
      const bare = await startPeer(new URL('./bare-server.js', import.meta.url));
      opened.push(() => bare.stop());
      const plain = await startPeer(new URL('./plain-server.js', import.meta.url));
      opened.push(() => plain.stop());
      const settings: LiveLoadSettings = {
        targets: {
          bare: { url: bare.url, token: '', sendsOneText: true },
          server: { url: server.url, token: server.token },
          plain: { url: plain.url, token: '' },
        },
        url: urls.admin,
        sockets,
      };
      const load = startLoad<LiveRound, LiveMeasured>(new URL('./live-load.js', import.meta.url), settings);
      opened.push(() => load.stop());
      const mysqld = await pidOfMysql(admin);
      await onOwnCores({ measured: [server.pid, bare.pid, plain.pid], load: [load.pid, mysqld] });
      opened.push(() => onAnyCore(mysqld));
      return new FanOut({ measured: { bare, server, plain }, load, stop });
    } catch (error) {
      await stop();
      throw error;
    }
  }

  /** Delivers events to an audience, in one of the three ways. */
  async deliver(way: Way, audience: Audience, pace: { milliseconds: number; perSecond?: number }): Promise<Measured> {
    await this.#parts.load.run({ way, audience, listen: true });
    const round = { way, audience, ...pace } as LiveRound;
    const measured = await throughServer(this.#parts.measured[way], () => this.#parts.load.run(round));
    this.#messageBytes.set(audience, [...(this.#messageBytes.get(audience) ?? []), measured.messageBytes]);
    return measured;
  }

  /** @throws if what was sent in one way is longer than in another. */
  verify(): void {
    for (const means of this.#messageBytes.values()) {
      const [least, most] = [Math.min(...means), Math.max(...means)];
      if (most > least * (1 + SAME_BYTES))
        throw new Error(`Messages of ${least} bytes are compared with some of ${most}.`);
    }
  }

  /** May be called twice: an interrupted round is ended by it, and then the benchmark. */
  stop(): Promise<void> {
    return this.#parts.stop();
  }
}

async function pidOfMysql(admin: Connection): Promise<number> {
  const [[row]] = await admin.query<(RowDataPacket & { folder: string; file: string })[]>(
    'SELECT @@datadir AS folder, @@pid_file AS file',
  );
  return Number(await readFile(resolve(row?.folder ?? '', row?.file ?? ''), 'utf8'));
}
