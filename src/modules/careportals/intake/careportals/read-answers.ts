import type { QuestionAnswer } from '../../questionnaires/record-questionnaire.ts';

const MOST_QUESTIONS = 500;

/**
 * The answers in a body, `answers: {question: answer}` or dotted `answers.question`, by the question's key: the order in
 * which they were sent is not kept with a stored body. Null if there are none.
 */
export function readAnswers(payload: unknown): QuestionAnswer[] | null {
  const given = new Map<string, unknown>();
  const parts = new Map<string, [string, unknown][]>();
  for (const [key, value] of Object.entries(payload as object)) {
    if (key === 'answers') for (const [question, answer] of entriesOf(value)) given.set(question, answer);
    else if (key.startsWith('answers.')) addDotted(given, parts, key.slice('answers.'.length), value);
  }
  // Each question once: a body may hold thousands of parts of one.
  for (const [question, fields] of parts) given.set(question, withFields(given.get(question), fields));
  if (given.size === 0) return null;
  const sorted = [...given].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_QUESTIONS);
  return sorted.map(([question, answer]) => ({ question, ...shapeOf(answer), answer }));
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** `question` or `question.option`: what comes below a question stays dotted in its answer. */
function addDotted(
  given: Map<string, unknown>,
  parts: Map<string, [string, unknown][]>,
  path: string,
  value: unknown,
): void {
  const dot = path.indexOf('.');
  if (dot < 0) {
    given.set(path, value);
    return;
  }
  const question = path.slice(0, dot);
  const fields = parts.get(question) ?? [];
  parts.set(question, fields);
  fields.push([path.slice(dot + 1), value]);
}

/** What was told of the question in one piece stays beside the parts if it has parts too. */
function withFields(known: unknown, fields: [string, unknown][]): object {
  return Object.fromEntries([...(Array.isArray(known) ? [] : entriesOf(known)), ...fields]);
}

function shapeOf(answer: unknown): Pick<QuestionAnswer, 'shape' | 'count'> {
  if (answer === null || answer === '') return { shape: 'none', count: 0 };
  if (typeof answer === 'string') return { shape: 'string-text', count: 1 };
  if (typeof answer !== 'object') return { shape: typeof answer, count: 1 };
  if (Array.isArray(answer)) return { shape: 'list', count: answer.length };
  return shapeOfFields(answer as Record<string, unknown>);
}

/** Options are marked true or false; `list` holds what was listed. */
function shapeOfFields(fields: Record<string, unknown>): Pick<QuestionAnswer, 'shape' | 'count'> {
  const values = Object.values(fields);
  if (values.length === 0) return { shape: 'none', count: 0 };
  if (Array.isArray(fields.list)) return { shape: 'list', count: fields.list.length };
  const isMarked = (value: unknown) => value === true || value === 'true';
  if (values.every((value) => isMarked(value) || value === false || value === 'false' || value === '')) {
    return { shape: 'option', count: values.filter(isMarked).length };
  }
  return { shape: 'fields', count: values.length };
}
