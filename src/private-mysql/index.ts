export { type AccountUrls, DATABASE } from './credentials.ts';
export { dataFolderPath, openDataFolder } from './data-folder.ts';
export { resetPrivateMysql, resettable } from './reset-private-mysql.ts';
export { type PrivateMysql, type StartOptions, startPrivateMysql } from './start-private-mysql.ts';
export { type PrivateMysqlStatus, privateMysqlStatus } from './status.ts';
export { stopPrivateMysql } from './stop-private-mysql.ts';
export { PrivateMysqlUnavailable } from './unavailable.ts';
