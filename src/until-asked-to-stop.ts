/** How often the parent is looked at, in milliseconds. */
const LOOK_EVERY_MS = 500;

/**
 * Resolves with the reason when this process should end: SIGINT, SIGTERM, or its parent's death. npm that is killed
 * with -9 cannot pass anything on; what it started must not stay behind. A second SIGINT ends at once.
 */
export function untilAskedToStop(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => {
      resolve('interrupted');
      process.once('SIGINT', () => process.exit(130));
    });
    process.once('SIGTERM', () => resolve('asked to'));
    if (process.env.npm_lifecycle_event === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve('npm is gone');
    }, LOOK_EVERY_MS).unref();
  });
}
