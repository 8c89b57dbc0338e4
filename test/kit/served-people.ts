import { asAdmin, makePeople } from './people.ts';
import { createTestApp, type TestApp } from './test-app.ts';
import { type Transport, transportsOf } from './transports.ts';

/** A server with two customers, every way to ask it, and a token of support. */
export interface Served {
  server: TestApp;
  transports: Transport[];
  support: string;
}

export async function serveTwoPeople(): Promise<Served> {
  const server = await createTestApp();
  await makePeople(await asAdmin(server.database), 2);
  return { server, transports: transportsOf(server), support: await server.token({ role: 'support' }) };
}

/** Undefined is what there is if it did not even begin. */
export async function endServing(server: TestApp | undefined, transports: Transport[] | undefined): Promise<void> {
  for (const transport of transports ?? []) await transport.close();
  await server?.stop();
}
