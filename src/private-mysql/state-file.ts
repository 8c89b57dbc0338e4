import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

const shape = z.object({
  /** Kept over restarts, so that a client's saved connection goes on working. */
  port: z.int().positive(),
  /** A folder outside the data folder that holds the socket, to be removed after use. */
  socketFolder: z.string().optional(),
  /** The server that was started last; absent after a clean stop. */
  server: z.object({ pid: z.int().positive(), started: z.string(), socketPath: z.string() }).optional(),
});

/** What is remembered of a data folder's server between processes. It may be out of date: check before believing. */
export type ServerState = z.infer<typeof shape>;

/** Undefined when nothing is remembered, or nothing of today's shape. */
export async function readState(folder: DataFolder): Promise<ServerState | undefined> {
  return shape.safeParse(await readPrivateJson(folder.state)).data;
}

export async function writeState(folder: DataFolder, state: ServerState): Promise<void> {
  await writePrivateJson(folder.state, state);
}
