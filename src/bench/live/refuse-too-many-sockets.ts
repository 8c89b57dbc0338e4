import { BadSettings } from '../../platform/config.ts';

/** Files that a process has open beside its sockets. */
const OTHER_FILES = 100;

/**
 * Every socket is an open file of the process that has it. Node raises its own limit as far as it may, and the processes
 * that it starts have the same.
 * @throws BadSettings if fewer are allowed.
 */
export function refuseTooManySockets(sockets: number): void {
  const { userLimits } = process.report.getReport() as unknown as Report;
  const limit = userLimits?.open_files.soft;
  const wanted = sockets + OTHER_FILES;
  if (typeof limit !== 'number' || limit >= wanted) return;
  throw new BadSettings(
    `The live benchmark opens ${sockets} sockets in one process, and ulimit -n allows ${limit} files. ` +
      `Raise it (ulimit -n ${wanted}), or have fewer sockets with --sockets.`,
  );
}

/** Windows has no such limits. */
interface Report {
  userLimits?: { open_files: { soft: number | string } };
}
