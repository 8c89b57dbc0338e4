import { runLoad } from './run-load.ts';

/** `npm run sync -- FILE.xlsx`: the same, and the workbook wins over rows that came from it. */
await runLoad(
  'sync',
  'Brings the rows of a workbook into the database; replaces what import and sync wrote, never what others wrote',
);
