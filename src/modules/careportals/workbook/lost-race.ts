/**
 * Somebody else changed a row between settling and writing. The transaction is rolled back and the batch settled again,
 * as after a MySQL 1062.
 */
export class LostRace extends Error {
  constructor() {
    super('A row was changed by somebody else between looking and writing.');
    this.name = 'LostRace';
  }
}
