import { CreateCoreTables } from './20261121090000_create_core_tables.ts';
import { CreateSubscriptionTables } from './20261121090100_create_subscription_tables.ts';
import { CreateServerTables } from './20261121090200_create_server_tables.ts';
import { CreateTriggers } from './20261121090300_create_triggers.ts';
import { ExtendSubscriptions } from './20261121150000_extend_subscriptions.ts';
import { CreateBulkTables } from './20261121150100_create_bulk_tables.ts';
import { ExtendIntake } from './20261121190000_extend_intake.ts';
import { CreateCareTables } from './20261121190100_create_care_tables.ts';
import { IndexDeliveries } from './20261121190200_index_deliveries.ts';
import { WaitForEither } from './20261121190300_wait_for_either.ts';
import { IndexBoard } from './20261121230000_index_board.ts';
import { IndexLists } from './20261122000000_index_lists.ts';
import { IndexFigures } from './20261122010000_index_figures.ts';
import { MarkImports } from './20261122090000_mark_imports.ts';

/** Every migration, oldest first. A new one is a file beside these and a line here. */
export const migrations = [
  CreateCoreTables,
  CreateSubscriptionTables,
  CreateServerTables,
  CreateTriggers,
  ExtendSubscriptions,
  CreateBulkTables,
  ExtendIntake,
  CreateCareTables,
  IndexDeliveries,
  WaitForEither,
  IndexBoard,
  IndexLists,
  IndexFigures,
  MarkImports,
];
