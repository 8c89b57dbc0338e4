import type { Finding } from '../finding.ts';
import { KeySet, type Seen } from '../key-set.ts';
import type { RuleId } from '../rules.ts';
import type { Converted, Sheet } from '../sheet.ts';

type LineRow = Extract<Converted<unknown>, { kind: 'line' }>;

/** Of rows with one key the first counts. Sheets that share a table share their keys. */
export class Admission {
  readonly #keys = new KeySet();
  /** Rows of earlier sheets; ordinals begin at 1 on each. */
  #before = 0;
  #last = 0;

  /** Another sheet with the same keys begins. */
  nextSheet(): void {
    this.#before = this.#last;
  }

  /** Null if the row is the first with its key. */
  repeatOf(sheet: Sheet<unknown>, { ordinal, line, tab, row }: LineRow): Finding | null {
    this.#last = this.#before + ordinal;
    const entry = { ordinal: this.#last, money: sheet.moneyOf(line), rest: sheet.restOf(line) };
    const seen = this.#keys.add(sheet.keyOf(line), entry);
    if (seen === null) return null;
    return { sheet: sheet.name, tab, row, column: null, rule: this.#ruleOf(seen), was: null, became: null };
  }

  #ruleOf(seen: Seen): RuleId {
    if (seen.ordinal <= this.#before) return 'subscription-in-two-sheets';
    if (!seen.sameMoney) return 'duplicate-differs-in-money';
    return seen.sameRest ? 'duplicate-same' : 'duplicate-differs';
  }
}
