import type { TestApp } from '../../kit/test-app.ts';
import { Cursors } from './reference/cursors.ts';
import { fieldsOf, listOf, sortsOf, waysOf } from './shape.ts';

/** Lists that no root leads to, and the root list whose rows lead to them. */
const BELOW: Record<string, string> = {
  OrderStatusUpdate: 'orders',
  SubscriptionAuditEntry: 'subscriptions',
  BulkItem: 'bulkJobs',
};

interface Edge {
  cursor: string;
  node: { id: string };
}

/** Hears every cursor of every list in every order, as an admin is given them. */
export async function harvestCursors(server: TestApp, admin: string): Promise<Cursors> {
  const cursors = new Cursors();
  const hear = async (type: string, field: string, from: string) => {
    for (const direction of ['ASC', 'DESC'] as const) {
      const args = `first: 100, sort: { field: ${field}, direction: ${direction} }`;
      for (const { cursor, node } of await edgesOf(server, admin, from.replace('ARGS', args))) {
        cursors.learn(cursor, { type, field, direction, id: node.id });
      }
    }
  };
  for (const root of fieldsOf('Query')) {
    const type = listOf(root);
    if (type === undefined) continue;
    for (const sort of sortsOf(root))
      await hear(type, sort, `list: ${root.name}(ARGS) { edges { cursor node { id } } }`);
  }
  for (const [type, root] of Object.entries(BELOW)) await hearBelow(type, root, hear);
  return cursors;
}

async function hearBelow(
  type: string,
  root: string,
  hear: (type: string, field: string, from: string) => Promise<void>,
) {
  const parent = fieldsOf('Query').find((field) => field.name === root);
  const way = waysOf(listOf(parent as never) ?? '').find((field) => listOf(field) === type);
  for (const sort of way === undefined ? [] : sortsOf(way)) {
    await hear(
      type,
      sort,
      `list: ${root}(first: 50) { nodes { list: ${way?.name}(ARGS) { edges { cursor node { id } } } } }`,
    );
  }
}

/** Edges of a list, or of the lists of its rows. */
async function edgesOf(server: TestApp, admin: string, selection: string): Promise<Edge[]> {
  type List = { edges?: Edge[]; nodes?: { list: { edges: Edge[] } }[] };
  const { data, errors } = await server.ask<{ list: List }>(admin, `{ ${selection} }`);
  if (data === null) throw new Error(`No cursors: ${errors?.[0]?.message}`);
  return data.list.edges ?? data.list.nodes?.flatMap((node) => node.list.edges) ?? [];
}
