import { type FileHandle, open, rm } from 'node:fs/promises';
import { BadSettings } from '../platform/config.ts';

const OWNER_ONLY = 0o600;

/**
 * A page that is written when all is done. Its place is tried before anything is begun, and what stands there stays
 * until then. A report says what a business sells: only its owner may read it.
 */
export class PrivatePage {
  readonly #path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @throws BadSettings if nothing can be written there. */
  static async at(path: string): Promise<PrivatePage> {
    try {
      const file = await open(path, 'a', OWNER_ONLY);
      if (!(await file.stat()).isFile()) {
        await file.close();
        throw new Error('what stands there is no file');
      }
      await file.chmod(OWNER_ONLY);
      return new PrivatePage(path, file);
    } catch (error) {
      throw new BadSettings(`The page cannot be written to ${path}: ${(error as Error).message}`);
    }
  }

  /** @throws BadSettings if the disk is full, or what else there is. */
  async write(text: string): Promise<void> {
    try {
      await this.#file.truncate(0);
      await this.#file.writeFile(text);
    } catch (error) {
      throw new BadSettings(`The page cannot be written to ${this.#path}: ${(error as Error).message}`);
    }
  }

  /** Leaves no empty file behind where there was nothing to say. */
  async close(): Promise<void> {
    const { size } = await this.#file.stat();
    await this.#file.close();
    if (size === 0) await rm(this.#path, { force: true });
  }
}
