/** Options that differ between a server that keeps data and one for a test run. */
interface Kind {
  readonly throwaway: boolean;
}

/** In MySQL's own folder. */
export const PID_FILE = 'mysqld.pid';

const CHARACTERS = ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_unicode_ci'];

export function initialiseOptions(at: { data: string; initFile: string }): string[] {
  return [
    '--initialize-insecure',
    `--datadir=${at.data}`,
    `--init-file=${at.initFile}`,
    // The default of 100 MB is written out in full and takes most of the time.
    '--innodb-redo-log-capacity=32M',
    ...CHARACTERS,
    ...common(),
  ];
}

export function serverOptions(at: { data: string; socketPath: string; port: number } & Kind): string[] {
  return [
    `--datadir=${at.data}`,
    `--pid-file=${PID_FILE}`,
    `--socket=${at.socketPath}`,
    `--port=${at.port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--mysqlx=OFF',
    '--local-infile=OFF',
    '--max-connections=300',
    '--default-time-zone=+00:00',
    // 9.7 checks foreign keys above InnoDB by default, and a cascade that meets a lock then answers success after the
    // deadlock (1213) or time-out (1205) undid it. 8.x does not know the option, hence loose.
    '--loose-innodb-native-foreign-keys=ON',
    ...CHARACTERS,
    ...binaryLog(at),
    ...storage(at),
    ...common(),
  ];
}

function common(): string[] {
  return [
    // No reading and writing of files by SQL. Without a value mysqld stops when the folder compiled into it is missing.
    '--secure-file-priv=NULL',
    // mysqld refuses to run as root unless told so.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

function binaryLog({ throwaway }: Kind): string[] {
  return [
    '--server-id=1',
    '--log-bin=binlog',
    '--binlog-row-metadata=FULL',
    '--gtid-mode=ON',
    '--enforce-gtid-consistency=ON',
    // Else 1419 for an account without SUPER that makes a trigger.
    '--log-bin-trust-function-creators=ON',
    `--sync-binlog=${throwaway ? 0 : 1}`,
    // Live readers catch up from the tables; the log need not fill a developer's disk for a month.
    '--binlog-expire-logs-seconds=259200',
  ];
}

function storage({ throwaway }: Kind): string[] {
  if (!throwaway) return ['--innodb-buffer-pool-size=512M', '--innodb-flush-log-at-trx-commit=1'];
  return ['--innodb-buffer-pool-size=256M', '--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=OFF'];
}
