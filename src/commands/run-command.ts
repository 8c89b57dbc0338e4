import type { Command } from 'commander';
import { BrokenWorkbook } from '../modules/careportals/workbook/broken-workbook.ts';
import { AnotherImportRuns } from '../modules/careportals/workbook/load/import-lock.ts';
import { LoadStopped } from '../modules/careportals/workbook/load/load-stopped.ts';
import { ChangedMeanwhile } from '../modules/careportals/workbook/load/read-batches.ts';
import { BadSettings } from '../platform/config.ts';
import { BrokenXlsx } from '../platform/xlsx/broken-xlsx.ts';
import { PrivateMysqlUnavailable } from '../private-mysql/index.ts';
import { DatabaseNotReady } from '../startup.ts';

/** Wrong arguments end with this code, everything else that goes wrong with 1. */
const USAGE = 2;

/** Runs a command: help and usage errors as commander makes them, expected failures as one sentence on stderr. */
export async function runCommand<Options extends object>(
  command: Command,
  work: (options: Options) => Promise<void>,
): Promise<void> {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE));
  command.action(async () => {
    try {
      await work(command.opts<Options>());
    } catch (error) {
      if (!isForPeople(error)) throw error;
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  });
  await command.parseAsync();
}

const FOR_PEOPLE = [
  BadSettings,
  DatabaseNotReady,
  PrivateMysqlUnavailable,
  BrokenXlsx,
  BrokenWorkbook,
  AnotherImportRuns,
  ChangedMeanwhile,
  LoadStopped,
];

/** Failures whose message was written for whoever typed the command. */
export function isForPeople(error: unknown): error is Error {
  return FOR_PEOPLE.some((kind) => error instanceof kind);
}
