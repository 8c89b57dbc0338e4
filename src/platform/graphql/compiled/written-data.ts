import type { FormattedExecutionResult } from 'graphql';

/** The `data` of an answer that is JSON text already: stands for it until the answer is made a text. */
export class WrittenData {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The JSON text of an answer, in Apollo's order of keys and with its newline. */
export function textOfAnswer(answer: FormattedExecutionResult): string {
  if (!(answer.data instanceof WrittenData)) return `${JSON.stringify(answer)}\n`;
  const { extensions } = answer;
  return `{"data":${answer.data.text}${extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`}}\n`;
}
