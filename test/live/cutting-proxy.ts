import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Random } from '../../src/modules/careportals/demo/random.ts';

/** Both halves of what a client takes for one connection. */
interface Wire {
  client: Socket;
  server: Socket;
  /** The server has answered, so that there is something to lose. */
  isUsed: boolean;
  /** The next bytes to the client are torn: some go through, then the connection breaks. */
  isToTear: boolean;
}

/** A connection that is to be torn and on which nothing comes is reset after this long, in milliseconds. */
const TEAR_WITHIN_MS = 50;

/** Stands between clients and the instances of a server, and breaks their connections. */
export class CuttingProxy {
  readonly #random: Random;
  readonly #server: Server;
  readonly #wires = new Set<Wire>();
  #targets: readonly number[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((client) => this.#join(client));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Where clients connect, e.g. `ws://127.0.0.1:40123/graphql`. */
  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  /** Ports of the instances; each new connection goes to any of them, also to one that is down. */
  toAnyOf(ports: readonly number[]): void {
    this.#targets = ports;
  }

  /** Breaks one connection that is in use: reset, ended in good order, or reset in the middle of a message. */
  cutOne(): boolean {
    const used = [...this.#wires].filter((wire) => wire.isUsed && !wire.isToTear);
    if (used.length === 0) return false;
    const wire = this.#random.pick(used);
    const way = this.#random.below(3);
    if (way === 0) this.#reset(wire);
    else if (way === 1) this.#end(wire);
    else this.#tear(wire);
    return true;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const wire of this.#wires) this.#reset(wire);
    await closed;
  }

  #join(client: Socket): void {
    const server = connect(this.#random.pick(this.#targets), '127.0.0.1');
    const wire: Wire = { client, server, isUsed: false, isToTear: false };
    this.#wires.add(wire);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => this.#pass(wire, bytes));
    for (const half of [client, server]) {
      half.on('end', () => this.#end(wire));
      // A half that breaks, or an instance that is down, takes the other half along; that is all there is to say of it.
      half.on('error', () => this.#reset(wire));
    }
  }

  #pass(wire: Wire, bytes: Buffer): void {
    wire.isUsed = true;
    if (!wire.isToTear) {
      wire.client.write(bytes);
      return;
    }
    wire.client.write(bytes.subarray(0, this.#random.below(bytes.length)), () => this.#reset(wire));
  }

  #tear(wire: Wire): void {
    wire.isToTear = true;
    setTimeout(() => this.#reset(wire), TEAR_WITHIN_MS);
  }

  #reset(wire: Wire): void {
    wire.client.resetAndDestroy();
    wire.server.resetAndDestroy();
    this.#wires.delete(wire);
  }

  #end(wire: Wire): void {
    wire.client.end();
    wire.server.end();
    this.#wires.delete(wire);
  }
}
