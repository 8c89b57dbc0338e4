/** A refusal. Where several things are wrong at once, any of the codes will do. */
export class Fault extends Error {
  readonly codes: readonly string[];

  constructor(codes: readonly string[]) {
    super(`One of ${codes.join(', ')}`);
    this.codes = codes;
  }
}
