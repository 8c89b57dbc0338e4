import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { BadSettings } from '../../../../platform/config.ts';
import { unfinishedFile } from '../../../../platform/unfinished-file.ts';

/** Nobody but the owner may read what a list holds. A link in its place is not followed. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
const OWNER_ONLY = 0o600;

/**
 * The private list of a run: a line of JSON for each finding, with the values that were met. It has another name until
 * the run is over, so that an interrupted run can go on with it and nobody takes it for whole.
 */
export class FindingsFile {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #partPath: string;

  private constructor(file: FileHandle, path: string, partPath: string) {
    this.#file = file;
    this.#path = path;
    this.#partPath = partPath;
  }

  /**
   * @param isDry a dry run keeps its hands off the list of an interrupted run, and of other dry runs.
   * @param written the bytes that an interrupted run has written. One that was cut short at its very end may have given
   *   its list the last name already; it gets it back.
   * @throws BadSettings if it cannot be written there.
   */
  static async open(path: string, isDry: boolean, written = 0): Promise<FindingsFile> {
    try {
      await refuseWhatIsNoFile(path);
      const partPath = isDry ? await unfinishedFile(path, 'dry.part') : `${path}.part`;
      if (written > 0 && (await isFinished(path, partPath, written))) await rename(path, partPath);
      const file = await open(partPath, FLAGS, OWNER_ONLY);
      await file.chmod(OWNER_ONLY);
      return new FindingsFile(file, path, partPath);
    } catch (error) {
      throw new BadSettings(`The list cannot be written to ${path}: ${(error as Error).message}`);
    }
  }

  /** Whether it has what an interrupted run had written into it. */
  async holds(bytes: number): Promise<boolean> {
    return (await this.#file.stat()).size >= bytes;
  }

  /** @returns where the next ones belong, in bytes. */
  async writeAt(findings: readonly object[], position: number): Promise<number> {
    if (findings.length === 0) return position;
    const text = Buffer.from(findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
    await this.#orSayWhy(async () => {
      const { bytesWritten } = await this.#file.write(text, 0, text.length, position);
      if (bytesWritten < text.length) throw new Error('there was room for a part of it only');
    });
    return position + text.length;
  }

  /** Gives it its name, in place of an older one. */
  async finish(bytes: number): Promise<string> {
    await this.#orSayWhy(() => this.#file.truncate(bytes));
    await this.#file.close();
    await rename(this.#partPath, this.#path);
    return this.#path;
  }

  /** @throws BadSettings if the disk is full, or what else there is. */
  async #orSayWhy(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const { message } = error as Error;
      throw new BadSettings(`The list cannot be written on to ${this.#path}: ${message}. Mend that and run it again.`);
    }
  }

  /** Leaves what an interrupted run can go on with. */
  async leave(): Promise<void> {
    await this.#file.close();
  }

  async discard(): Promise<void> {
    await this.#file.close();
    await rm(this.#partPath, { force: true });
  }
}

async function isFinished(path: string, partPath: string, written: number): Promise<boolean> {
  return (await sizeOf(partPath)) === null && (await sizeOf(path)) === written;
}

/** A list takes the place of an older one, and of nothing else: not of a device, nor a folder. */
async function refuseWhatIsNoFile(path: string): Promise<void> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found !== null && !found.isFile() && !found.isSymbolicLink()) throw new Error('what stands there is no file');
}

/** Null if there is no such file. */
async function sizeOf(path: string): Promise<number | null> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found?.isFile() ? found.size : null;
}
