const WAYS_OUT = `Choose one of these:

  1. Install MySQL 8.0.36 or newer (not MariaDB); it is then found by itself. For example:
       brew install mysql            # macOS
       sudo apt install mysql-server # Ubuntu

  2. Name a mysqld that you have:
       export CAREPORTALS_MYSQLD=/path/to/mysqld

  3. Use a MySQL that runs already. For example, with Docker:
       docker run -d --name careportals-mysql -p 127.0.0.1:3306:3306 -e MYSQL_ROOT_PASSWORD=local-only -e MYSQL_DATABASE=careportals_db mysql:8.4 --log-bin-trust-function-creators=ON --binlog-row-metadata=FULL --gtid-mode=ON --enforce-gtid-consistency=ON
       export DATABASE_URL=mysql://root:local-only@127.0.0.1:3306/careportals_db DATABASE_ADMIN_URL=mysql://root:local-only@127.0.0.1:3306/careportals_db`;

/** No MySQL server program can be had here. The message says why, place by place, and the three ways out. */
export class PrivateMysqlUnavailable extends Error {
  constructor(reasons: readonly string[]) {
    super(`No MySQL server to start.\n${reasons.map((reason) => `  - ${reason}`).join('\n')}\n\n${WAYS_OUT}\n`);
    this.name = 'PrivateMysqlUnavailable';
  }
}
