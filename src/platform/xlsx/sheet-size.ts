/** What spreadsheet programs can hold in one sheet. */
export const MOST_ROWS = 1_048_576;
export const MOST_COLUMNS = 16_384;
