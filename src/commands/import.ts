import { runLoad } from './run-load.ts';

/** `npm run import -- FILE.xlsx`: brings what the workbook has and the database lacks. */
await runLoad('import', 'Brings the rows of a workbook into the database; replaces nothing that is there');
